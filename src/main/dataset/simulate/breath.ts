/** Long computing that neither freezes its process nor outlives its cancellation. */
import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { CortextError } from '../../../shared/errors.ts';

/** Lets other work run every few milliseconds, and stops when cancelled. */
export class Breath {
  readonly #signal: AbortSignal | undefined;
  #last = performance.now();

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  /** @returns whether it paused */
  async take(): Promise<boolean> {
    if (this.#signal?.aborted) throw new CortextError('CANCELLED', 'The simulation was cancelled.');
    if (performance.now() - this.#last < 15) return false;
    await yieldToOthers();
    this.#last = performance.now();
    return true;
  }
}
