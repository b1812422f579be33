/**
 * Entry of the engine process: one real Node process that runs one experiment and exits.
 *
 * It is started by the supervisor over Node's child-process channel. It never outlives its supervisor: when the channel
 * closes it writes a checkpoint and exits, and the experiment is `interrupted`.
 */
import { ENGINE_PROTOCOL_VERSION, engineCommandSchema, type EngineCommand, type EngineEvent } from '../../../shared/engine-protocol.ts';
import { CortextError, toCortextError } from '../../../shared/errors.ts';
import type { ExperimentConfig } from '../../../shared/experiment.ts';
import { computeDeterministically } from '../backends/determinism.ts';
import { startBackend } from '../backends/start-backend.ts';
import { calibrate } from '../trainer/calibrate.ts';
import { pendingControl } from '../trainer/experiment-folder.ts';
import { asOutOfMemory } from '../trainer/out-of-memory.ts';
import { runExperiment, type RunHost } from '../trainer/run-experiment.ts';
import { allowedSilence } from './allowed-silence.ts';
import { Heartbeat } from './heartbeat.ts';
import { volunteerForOutOfMemory } from './memory.ts';
import { watchForOrphaning } from './orphan-watch.ts';

/** Files are looked at this often for requests of other processes, in milliseconds. */
const CONTROL_INTERVAL = 250;
/** A lost supervisor gives training this long to reach the end of its step and write a checkpoint, in milliseconds. */
const FAREWELL = 20_000;
/** Then its process is ended even in the middle of native work, in milliseconds after the supervisor was lost. */
const LAST_FAREWELL = 25_000;

type Wish = ReturnType<RunHost['wish']>;

class Host implements RunHost {
  #wish: Wish = 'continue';
  #lastLook = -Infinity;
  #workspace: { root: string; experiment: string } | null = null;
  #batch = 1;
  readonly #heartbeat = new Heartbeat((event) => {
    this.emit(event);
  });

  emit(event: EngineEvent): void {
    if (event.type === 'progress') this.#heartbeat.expect(allowedSilence(event, this.#batch));
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

  async startBackend(...[config, begunWith]: Parameters<RunHost['startBackend']>) {
    this.#batch = config.training.batch;
    if (config.deterministic) computeDeterministically();
    const backend = await startBackend(config.backend, config.gpu, begunWith);
    this.emit({ type: 'ready', protocol: ENGINE_PROTOCOL_VERSION, pid: process.pid, backend: backend.name, device: backend.device });
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

if (process.send === undefined) {
  process.stderr.write('This is the training engine of Cortext; it is started by the application.\n');
  process.exit(2);
}
// The supervisor passes its process id: it may be gone before this line is reached.
watchForOrphaning({ supervisor: Number(process.argv[2]), farewell: LAST_FAREWELL });

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
    case 'calibrate':
      if (started) return;
      started = true;
      void measure(command.data);
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
// Nobody tells of a channel that was closed while this file was loading.
if (!process.connected) host.ask('interrupt');
process.on('SIGTERM', () => {
  host.ask('interrupt');
});
// A terminal sends Ctrl-C to every process in it; what it means is the supervisor's to say.
process.on('SIGINT', () => undefined);

async function measure({ workspace, config, available }: Extract<EngineCommand, { type: 'calibrate' }>): Promise<void> {
  let error: CortextError | null = null;
  // Were memory to run out all the same, the system should end this process and none of the user's.
  volunteerForOutOfMemory();
  try {
    const startBackendOf = (of: ExperimentConfig) => host.startBackend(of, null);
    const calibration = await calibrate({ root: workspace, config, available, startBackend: startBackendOf });
    host.emit({ type: 'calibration', calibration });
  } catch (thrown) {
    error = asOutOfMemory(thrown) ?? toCortextError(thrown);
  }
  host.emit({ type: 'ended', state: error === null ? 'completed' : 'failed', error: error?.toEnvelope() ?? null });
  exitSoon(error?.exitCode ?? 0);
}

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
  exitSoon(code);
}

/** The last message must be on its way before the process goes; native threads would keep it alive for ever. */
function exitSoon(code: number): void {
  setTimeout(() => process.exit(code), 50);
}
