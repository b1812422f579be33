/**
 * The real Node in which engines and helpers run as processes of their own.
 *
 * Electron's own program will not do: its allocator traps on allocations of about 2 GiB. Its shell names a Node in
 * `CORTEXT_NODE`: the one that ships with the application, or that started it during development.
 */
import { CortextError } from '../../shared/errors.ts';

/** @throws CortextError `RUNTIME_UNSUITABLE` in an Electron that was given no Node */
export function nodeProgram(): string {
  const given = process.env.CORTEXT_NODE;
  if (given) return given;
  if (process.versions.electron === undefined) return process.execPath;
  throw new CortextError('RUNTIME_UNSUITABLE', 'Training needs a Node of its own, and none came with this window.', {
    hint: 'Start Cortext with npm start, or install it anew.',
  });
}
