/** Chooses how steps run on a backend. */
import { CortextError } from '../../../shared/errors.ts';
import type { Precision } from '../../../shared/experiment.ts';
import { mixedNeedsCompiling } from '../backends/measured-precision.ts';
import type { Backend } from '../backends/start-backend.ts';
import { CompiledRuntime } from './compiled-runtime.ts';
import { EagerRuntime } from './eager-runtime.ts';
import type { StepRuntime } from './step-runtime.ts';

export interface RuntimeOptions {
  /** `auto`, the default: compiled where the backend can, else eager. */
  readonly mode?: 'auto' | 'compiled' | 'eager';
  /** `mixed`: convolutions in bfloat16, the rest in float32, where steps are compiled; float32 by default. */
  readonly precision?: Precision;
}

/**
 * A runtime of its own: its variables and steps are shared with no other.
 *
 * @throws CortextError `ENGINE_BACKEND_UNAVAILABLE` when `compiled` was asked for and the backend has no graphs
 */
export function createRuntime(backend: Backend, options: RuntimeOptions = {}): StepRuntime {
  const { mode = 'auto', precision = 'float32' } = options;
  if (mode === 'compiled' && backend.binding === undefined) {
    throw new CortextError('ENGINE_BACKEND_UNAVAILABLE', `Steps cannot be compiled on ${backend.name}.`, {
      hint: 'Run: npm run cortext -- engine install',
    });
  }
  if (precision === 'mixed' && (mode === 'eager' || backend.binding === undefined)) throw mixedNeedsCompiling(backend.name);
  return mode === 'eager' || backend.binding === undefined
    ? new EagerRuntime(backend)
    : new CompiledRuntime(backend, backend.binding, precision);
}
