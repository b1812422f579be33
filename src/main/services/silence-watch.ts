/**
 * Judges from an engine's messages whether it hangs.
 *
 * Silence is counted while the supervisor itself is awake: a look that comes late (the computer slept, or the supervisor
 * was stopped) adds no more than a look that comes in time, since the engine had no chance to speak either.
 */

/** Between two looks, in milliseconds. */
export const LOOK_INTERVAL = 1000;

/** An engine that has not spoken yet: Node, TensorFlow.js and the data are being loaded. Seconds. */
const SILENCE_AT_START = 300;

export class SilenceWatch {
  #allowed = SILENCE_AT_START;
  #silent = 0;

  /** Something was heard; `allowed` where the engine said how long it may be silent now, in seconds. */
  heard(allowed?: number): void {
    this.#silent = 0;
    this.#allowed = allowed ?? this.#allowed;
  }

  /**
   * To be called about every `LOOK_INTERVAL`.
   *
   * @param elapsed - milliseconds since the last look
   * @returns whether the engine has been silent for longer than it may
   */
  look(elapsed: number): boolean {
    this.#silent += Math.min(Math.max(elapsed, 0), 2 * LOOK_INTERVAL) / 1000;
    return this.#silent > this.#allowed;
  }

  /** In seconds. */
  get silent(): number {
    return this.#silent;
  }
}
