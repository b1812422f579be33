/**
 * Ends an engine whose supervisor is gone, whatever the engine is doing.
 *
 * The closed channel tells the engine's event loop, but native work can keep that from its turn for minutes. So a thread of
 * its own looks after the supervisor's process.
 */
import { Worker } from 'node:worker_threads';

export interface OrphanWatchOptions {
  /** Process id of the supervisor, which is this process's parent. */
  readonly supervisor: number;
  /** From the supervisor's death to this process's, in milliseconds: time to write a checkpoint and leave by itself. */
  readonly farewell: number;
}

export function watchForOrphaning(options: OrphanWatchOptions): void {
  new Worker(new URL('./orphan-watch-thread.ts', import.meta.url), { workerData: options }).unref();
}
