/**
 * Keeps `status.json` true while an experiment runs, and tells the supervisor.
 *
 * The file is replaced at most once a second (every replacement is flushed to disk), and at once when something other
 * than the step count changes.
 */
import { hostname } from 'node:os';
import type { EngineEvent } from '../../../shared/engine-protocol.ts';
import type { ErrorEnvelope } from '../../../shared/errors.ts';
import type { BackendName, ExperimentPhase, ExperimentState, ExperimentStatus, Precision } from '../../../shared/experiment.ts';
import { appendHistory, writeStatus, type ExperimentLock } from './experiment-folder.ts';
import type { LoopLine, LoopProgress } from './training-loop.ts';

const FILE_INTERVAL = 1000;
const EVENT_INTERVAL = 200;

export class ProgressRecorder {
  readonly #root: string;
  readonly #lock: ExperimentLock;
  readonly #emit: (event: EngineEvent) => void;
  #status: ExperimentStatus;
  #lastFile = -Infinity;
  #lastEvent = -Infinity;
  readonly #spentBefore: number;
  readonly #started = performance.now();

  constructor(root: string, status: ExperimentStatus, lock: ExperimentLock, emit: (event: EngineEvent) => void) {
    this.#root = root;
    this.#lock = lock;
    this.#emit = emit;
    this.#spentBefore = status.secondsSpent;
    this.#status = {
      ...status,
      state: 'running',
      error: null,
      engine: { pid: process.pid, host: hostname(), startedAt: new Date().toISOString() },
    };
    this.#write();
  }

  get status(): ExperimentStatus {
    return this.#status;
  }

  /** The backend that trains, once it is known. */
  runsOn(backend: BackendName, device: string, precision: Precision): void {
    this.#status = { ...this.#status, backend, device, precision };
    this.#write();
  }

  enter(phase: ExperimentPhase, steps: number, step = 0): void {
    this.#status = { ...this.#status, phase, step, steps, samplesPerSecond: null, secondsLeft: null };
    this.#write();
    this.#tell();
  }

  progress({ step, samplesPerSecond, secondsLeft }: LoopProgress): void {
    this.#status = { ...this.#status, step, samplesPerSecond, secondsLeft };
    const now = performance.now();
    if (now - this.#lastEvent >= EVENT_INTERVAL || step === this.#status.steps) this.#tell();
    if (now - this.#lastFile >= FILE_INTERVAL) this.#write();
  }

  line(line: LoopLine): void {
    const entry = { phase: this.#status.phase, ...line, time: new Date().toISOString() };
    appendHistory(this.#root, this.#status.id, entry);
    this.#emit({ type: 'history', line: entry });
  }

  checkpoint(step: number): void {
    this.#status = { ...this.#status, checkpointStep: step };
    this.#write();
    this.#emit({ type: 'checkpoint', step });
  }

  /** A warning in words; each code is kept once, with the step at which it was first seen. */
  warn(code: string, message: string): void {
    if (this.#status.warnings.some((warning) => warning.code === code)) return;
    const warning = { code, message, step: this.#status.step };
    this.#status = { ...this.#status, warnings: [...this.#status.warnings, warning] };
    this.#write();
    this.#emit({ type: 'warning', ...warning });
  }

  samples(step: number, path: string): void {
    this.#emit({ type: 'samples', step, path });
  }

  log(text: string): void {
    this.#emit({ type: 'log', text });
  }

  /** The last word: writes the final state and tells it. */
  end(state: ExperimentState, error: ErrorEnvelope | null = null): void {
    this.#status = {
      ...this.#status,
      state,
      // Kept without the stack, which belongs in the log.
      error: error === null ? null : { code: error.code, message: error.message, hint: error.hint },
      engine: null,
      secondsLeft: null,
      ...(state === 'completed' ? { phase: 'finished' as const } : {}),
    };
    this.#write();
    this.#emit({ type: 'ended', state, error: error === null ? null : { ...error, details: undefined } });
  }

  #tell(): void {
    this.#lastEvent = performance.now();
    const { phase, step, steps, samplesPerSecond, secondsLeft } = this.#status;
    this.#emit({ type: 'progress', phase, step, steps, samplesPerSecond, secondsLeft });
  }

  #write(): void {
    this.#lastFile = performance.now();
    this.#status = {
      ...this.#status,
      secondsSpent: this.#spentBefore + (performance.now() - this.#started) / 1000,
    };
    this.#lock.touch();
    writeStatus(this.#root, this.#status);
  }
}
