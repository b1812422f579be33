/** The thread of `watchForOrphaning`. */
import { workerData } from 'node:worker_threads';
import type { OrphanWatchOptions } from './orphan-watch.ts';

const INTERVAL = 500;

// Given by watchForOrphaning.
const { supervisor, farewell } = workerData as OrphanWatchOptions;
/** Counted in looks, not by a clock: a computer that sleeps meanwhile takes nothing away from the farewell. */
let looksLeft = Math.ceil(farewell / INTERVAL);

setInterval(() => {
  if (isSupervised()) return;
  looksLeft--;
  if (looksLeft <= 0) process.kill(process.pid, 'SIGKILL');
}, INTERVAL);

function isSupervised(): boolean {
  // An orphan is given another parent at once; only Windows leaves it the number of the dead one.
  if (process.platform !== 'win32') return process.ppid === supervisor;
  try {
    process.kill(supervisor, 0);
    return true;
  } catch {
    return false;
  }
}
