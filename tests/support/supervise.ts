/**
 * A supervisor in a process of its own, which a test can stop and kill: `node supervise.ts ROOT EXPERIMENT PATIENCE`.
 *
 * Prints the engine's process id, and at the end the experiment's status as JSON.
 */
import { startEngine } from '../../src/main/services/engine-supervisor.ts';

const [root, id, patience] = process.argv.slice(2);
const engine = startEngine(root, id, () => undefined, { patience: Number(patience) });
process.stdout.write(`${engine.pid}\n`);
process.stdout.write(`${JSON.stringify(await engine.ended)}\n`);
