/** Tells the supervisor again and again that the engine lives, and how long the next silence may be. */
import { UNMEASURED_SILENCE } from './allowed-silence.ts';
import type { EngineEvent } from '../../../shared/engine-protocol.ts';

/** Between two beats, where the event loop gets its turn; milliseconds. */
const INTERVAL = 2000;

export class Heartbeat {
  readonly #send: (event: EngineEvent) => void;
  #silence = UNMEASURED_SILENCE;

  constructor(send: (event: EngineEvent) => void) {
    this.#send = send;
    setInterval(() => {
      this.#beat();
    }, INTERVAL).unref();
    this.#beat();
  }

  /** States how long the engine may be silent from now on, in seconds; told at once when that is longer than before. */
  expect(silence: number): void {
    const isLonger = silence > this.#silence;
    this.#silence = silence;
    if (isLonger) this.#beat();
  }

  #beat(): void {
    this.#send({ type: 'heartbeat', silence: this.#silence, memory: process.memoryUsage.rss() });
  }
}
