/** A process as busy as an engine in the middle of native work: `node blocked-engine.ts SUPERVISOR FAREWELL`. */
import { writeSync } from 'node:fs';
import { watchForOrphaning } from '../../src/main/engine/process/orphan-watch.ts';

const [supervisor, farewell] = process.argv.slice(2).map(Number);
watchForOrphaning({ supervisor, farewell });
setTimeout(() => {
  writeSync(1, 'busy\n');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}, 300);
