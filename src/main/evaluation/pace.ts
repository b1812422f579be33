/** Long computations in small pieces, so that messages and cancelling get their turn. */
import { setImmediate } from 'node:timers/promises';
import { CortextError } from '../../shared/errors.ts';

/** Called between pieces of work: yields when the last yield is a while ago. @throws CortextError `CANCELLED` */
export type Pace = () => Promise<void>;

/** Milliseconds of work after which other work gets a turn. */
const LONGEST_PIECE = 30;

export function createPace(signal?: AbortSignal): Pace {
  let last = performance.now();
  return async () => {
    if (signal?.aborted === true) throw new CortextError('CANCELLED', 'The evaluation was cancelled.');
    if (performance.now() - last < LONGEST_PIECE) return;
    await setImmediate();
    last = performance.now();
  };
}
