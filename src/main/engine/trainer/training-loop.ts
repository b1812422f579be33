/**
 * The loop of one network's training: feed, step, log, sample, checkpoint, and notice when it goes wrong.
 *
 * It knows nothing of experiments: it is given a model, a feeder and callbacks, and can be left and re-entered at any
 * step through its checkpoint.
 */
import { CortextError } from '../../../shared/errors.ts';
import type { TrainingConfig } from '../../../shared/experiment.ts';
import type { BatchFeeder, FeederState } from './batch-feeder.ts';
import { DiscriminatorBalance, type BalanceState } from './discriminator-balance.ts';
import type { GanModel } from './gan-model.ts';
import type { Checkpoint } from './checkpoint.ts';

/** What a checkpoint holds beside the weights. */
export interface LoopState {
  readonly feeder: FeederState;
  readonly balance: BalanceState;
  /** Of the steps since the last line; checkpoints written before this was kept lack it. */
  readonly means?: MeansState;
}

/** Sums of scalars by name, and of how many steps. */
export interface MeansState {
  readonly sums: Readonly<Record<string, number>>;
  readonly count: number;
}

export interface LoopLine {
  readonly step: number;
  readonly scalars: Record<string, number>;
  readonly samplesPerSecond: number;
}

export interface LoopProgress {
  readonly step: number;
  readonly samplesPerSecond: number | null;
  readonly secondsLeft: number | null;
}

export interface LoopCallbacks {
  /** Asked before every step: how to go on. */
  control(): 'continue' | 'pause' | 'stop';
  onProgress(progress: LoopProgress): void;
  onLine(line: LoopLine): void;
  onSamples(step: number): Promise<void>;
  onCheckpoint(checkpoint: Checkpoint<LoopState>): void;
}

export type LoopEnd = { readonly how: 'finished' | 'paused' | 'stopped'; readonly step: number };

/**
 * Trains from `from` (or the start) until `config.steps`.
 *
 * The event loop gets a turn between steps, so that messages arrive. A checkpoint is written at every
 * `checkpointEvery` steps, at the end, and when the loop is left early.
 *
 * @throws CortextError `TRAINING_DIVERGED` when a loss stops being a number; the last checkpoint is from before
 */
export async function trainingLoop(
  model: GanModel,
  feeder: BatchFeeder,
  config: TrainingConfig,
  from: Checkpoint<LoopState> | null,
  callbacks: LoopCallbacks,
): Promise<LoopEnd> {
  const balance = new DiscriminatorBalance(config.balance);
  const means = new RunningMeans();
  let step = 0;
  if (from !== null) {
    model.restore(from.tensors);
    feeder.state = from.state.feeder;
    balance.state = from.state.balance;
    if (from.state.means !== undefined) means.state = from.state.means;
    step = from.step;
  }
  const checkpointAt = async (): Promise<void> => {
    callbacks.onCheckpoint({
      step,
      tensors: await model.snapshot(),
      state: { feeder: feeder.state, balance: balance.state, means: means.state },
    });
  };
  const meter = new Throughput(config.batch);
  let lastCheckpoint = step;
  if (step === 0) {
    await callbacks.onSamples(0);
    // From here on a kill loses steps but never the start: the initial weights are on disk.
    await checkpointAt();
  }

  while (step < config.steps) {
    const wish = callbacks.control();
    if (wish !== 'continue') {
      if (step !== lastCheckpoint) await checkpointAt();
      return { how: wish === 'pause' ? 'paused' : 'stopped', step };
    }
    const scalars = await model.train(feeder.next(), {
      updateDiscriminator: balance.updatesDiscriminator,
      generatorRate: config.generatorRate * decay(step, config.steps),
      discriminatorRate: config.discriminatorRate * decay(step, config.steps),
      averagingDecay: averagingDecay(config.averaging, step),
    });
    step++;
    assertFinite(scalars, step);
    balance.observe(scalars);
    means.add({ ...scalars, discriminatorUpdated: balance.updatesDiscriminator ? 1 : 0 });
    meter.tick();
    if (step % config.logEvery === 0 || step === config.steps) {
      callbacks.onLine({ step, scalars: means.take(), samplesPerSecond: meter.samplesPerSecond ?? 0 });
    }
    callbacks.onProgress({
      step,
      samplesPerSecond: meter.samplesPerSecond,
      secondsLeft: meter.secondsFor(config.steps - step),
    });
    if (step % config.samplesEvery === 0 || step === config.steps) await callbacks.onSamples(step);
    if (step % config.checkpointEvery === 0 || step === config.steps) {
      await checkpointAt();
      lastCheckpoint = step;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { how: 'finished', step };
}

/** The last third of training anneals the learning rates linearly to a tenth: late steps then refine. */
export function decay(step: number, steps: number): number {
  const start = (2 * steps) / 3;
  return step <= start ? 1 : 1 - 0.9 * ((step - start) / (steps - start));
}

/** Averaging starts short and grows to its final length, or early random weights would linger in it. */
export function averagingDecay(final: number, step: number): number {
  return Math.min(final, (1 + step) / (10 + step));
}

function assertFinite(scalars: Readonly<Record<string, number>>, step: number): void {
  for (const [name, value] of Object.entries(scalars)) {
    if (!Number.isFinite(value)) {
      throw new CortextError('TRAINING_DIVERGED', `The ${name} loss became ${value} at step ${step}.`, {
        hint: 'Lower the learning rates or the weight of the gradient penalty, then train again from a new experiment.',
        details: { step, scalars },
      });
    }
  }
}

class RunningMeans {
  #sums = new Map<string, number>();
  #count = 0;

  add(scalars: Readonly<Record<string, number>>): void {
    for (const [name, value] of Object.entries(scalars)) this.#sums.set(name, (this.#sums.get(name) ?? 0) + value);
    this.#count++;
  }

  get state(): MeansState {
    return { sums: Object.fromEntries(this.#sums), count: this.#count };
  }

  set state({ sums, count }: MeansState) {
    this.#sums = new Map(Object.entries(sums));
    this.#count = count;
  }

  take(): Record<string, number> {
    const means = Object.fromEntries([...this.#sums].map(([name, sum]) => [name, sum / this.#count]));
    this.#sums.clear();
    this.#count = 0;
    return means;
  }
}

/** In median steps; a checkpoint with its flush to disk takes a few. */
const LONGEST_STEP = 100;

/**
 * Samples per second over the last steps; the first step, which compiles, does not count.
 *
 * Neither does a step that took far longer than the others: the computer slept, or the process was stopped.
 */
export class Throughput {
  readonly #batch: number;
  readonly #durations: number[] = [];
  #last: number | null = null;

  constructor(batch: number) {
    this.#batch = batch;
  }

  /** @param now - monotonic, in milliseconds */
  tick(now = performance.now()): void {
    if (this.#last !== null) this.#durations.push(now - this.#last);
    if (this.#durations.length > 50) this.#durations.shift();
    this.#last = now;
  }

  get samplesPerSecond(): number | null {
    const secondsPerStep = this.#secondsPerStep();
    return secondsPerStep === null ? null : this.#batch / secondsPerStep;
  }

  secondsFor(steps: number): number | null {
    const secondsPerStep = this.#secondsPerStep();
    return secondsPerStep === null ? null : steps * secondsPerStep;
  }

  #secondsPerStep(): number | null {
    if (this.#durations.length === 0) return null;
    const median = [...this.#durations].sort((a, b) => a - b)[Math.floor((this.#durations.length - 1) / 2)];
    const awake = this.#durations.filter((duration) => duration <= LONGEST_STEP * median);
    return awake.reduce((sum, duration) => sum + duration, 0) / 1000 / awake.length;
  }
}
