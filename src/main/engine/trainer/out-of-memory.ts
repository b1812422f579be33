/** Failures that mean "not enough memory", whichever library says so and in whatever words. */
import { CortextError } from '../../../shared/errors.ts';

/** TensorFlow (`OOM when allocating tensor`, `RESOURCE_EXHAUSTED`), V8, Emscripten, WebGPU (Dawn). */
const WORDS =
  /\bOOM\b|out of memory|resource.?exhausted|failed to allocate|array buffer allocation failed|invalid (typed )?array length|cannot enlarge memory|bad_alloc/i;

/** @returns null when the failure is another one */
export function asOutOfMemory(error: unknown): CortextError | null {
  const reason = error instanceof Error ? error.message : String(error);
  // Coded errors have been told apart already; INTERNAL is what nobody recognised.
  if ((error instanceof CortextError && error.code !== 'INTERNAL') || !WORDS.test(reason)) return null;
  return new CortextError('ENGINE_OUT_OF_MEMORY', `There is not enough memory for this training: ${reason}`, {
    hint: 'Choose a smaller batch, fewer channels or smaller images.',
    cause: error,
  });
}
