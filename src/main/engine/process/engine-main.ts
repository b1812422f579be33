/**
 * Entry of the engine process: one real Node process that runs one experiment and exits.
 *
 * It is started by the supervisor over Node's child-process channel. It never outlives its supervisor: when the channel
 * closes it writes a checkpoint and exits, and the experiment is `interrupted`.
 */
import { engineCommandSchema, type EngineEvent } from '../../../shared/engine-protocol.ts';
import { CortextError, toCortextError } from '../../../shared/errors.ts';
import { computeDeterministically } from '../backends/determinism.ts';
import { startBackend } from '../backends/start-backend.ts';
import { pendingControl } from '../trainer/experiment-folder.ts';
import { runExperiment, type RunHost } from '../trainer/run-experiment.ts';

/** Files are looked at this often for requests of other processes, in milliseconds. */
const CONTROL_INTERVAL = 250;
/** A lost supervisor gives training this long to reach the end of its step and write a checkpoint, in milliseconds. */
const FAREWELL = 20_000;

type Wish = ReturnType<RunHost['wish']>;

class Host implements RunHost {
  #wish: Wish = 'continue';
  #lastLook = -Infinity;
  #workspace: { root: string; experiment: string } | null = null;

  emit(event: EngineEvent): void {
    // The supervisor keeps what an engine prints in the experiment's engine.log.
    if (event.type === 'log') process.stderr.write(`${new Date().toISOString()} ${event.text}\n`);
    // The channel may close between the check and the send; the callback swallows that error.
    if (process.connected) process.send?.(event, undefined, undefined, () => undefined);
  }

  wish(): Wish {
    const now = performance.now();
    if (this.#wish === 'continue' && this.#workspace !== null && now - this.#lastLook > CONTROL_INTERVAL) {
      this.#lastLook = now;
      this.#wish = pendingControl(this.#workspace.root, this.#workspace.experiment) ?? 'continue';
    }
    return this.#wish;
  }

  async startBackend(config: Parameters<RunHost['startBackend']>[0]) {
    if (config.deterministic) computeDeterministically();
    const backend = await startBackend(config.backend);
    this.emit({ type: 'ready', protocol: 1, pid: process.pid, backend: backend.name, device: backend.device });
    return backend;
  }

  runs(root: string, experiment: string): void {
    this.#workspace = { root, experiment };
  }

  ask(wish: Exclude<Wish, 'continue'>): void {
    this.#wish = wish;
    if (wish === 'interrupt') setTimeout(() => process.exit(1), FAREWELL).unref();
  }
}

const host = new Host();
let started = false;

process.on('message', (message) => {
  const command = engineCommandSchema.safeParse(message);
  if (!command.success) {
    const error = new CortextError('ENGINE_PROTOCOL', 'The engine was sent a message that it does not know.', {
      hint: 'The application and its engine are of different versions. Install Cortext again.',
    });
    host.emit({ type: 'ended', state: 'failed', error: error.toEnvelope() });
    process.exit(error.exitCode);
  }
  switch (command.data.type) {
    case 'run':
      if (started) return;
      started = true;
      host.runs(command.data.workspace, command.data.experiment);
      void run(command.data.workspace, command.data.experiment);
      break;
    case 'pause':
    case 'stop':
      host.ask(command.data.type);
      break;
  }
});
process.on('disconnect', () => {
  host.ask('interrupt');
});
process.on('SIGTERM', () => {
  host.ask('interrupt');
});
// A terminal sends Ctrl-C to every process in it; what it means is the supervisor's to say.
process.on('SIGINT', () => undefined);

async function run(root: string, experiment: string): Promise<void> {
  let code = 0;
  try {
    const state = await runExperiment(root, experiment, host);
    code = state === 'failed' ? 5 : 0;
  } catch (error) {
    const coded = toCortextError(error);
    host.emit({ type: 'ended', state: 'failed', error: coded.toEnvelope() });
    code = coded.exitCode;
  }
  // The last message must be on its way before the process goes; native threads would keep it alive for ever.
  setTimeout(() => process.exit(code), 50);
}

if (process.send === undefined) {
  process.stderr.write('This is the training engine of Cortext; it is started by the application.\n');
  process.exit(2);
}
