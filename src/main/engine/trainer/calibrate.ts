/**
 * Measures what a training will take: the real network on the real recording, for a few steps.
 *
 * It begins with the smallest batch, and goes on to the real one only when what it would take fits for sure: measuring must
 * not itself run out of memory.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Calibration, StepMeasurement } from '../../../shared/estimate.ts';
import type { ExperimentConfig } from '../../../shared/experiment.ts';
import { evaluationBytes, evaluationWork, multiplyAddsPerSecond } from '../../evaluation/cost.ts';
import { choosePrecision } from '../backends/measured-precision.ts';
import type { Backend } from '../backends/start-backend.ts';
import { forgetPeak, peakMemory } from '../process/memory.ts';
import { createRuntime } from '../runtime/create-runtime.ts';
import { BatchFeeder, feederOptions } from './batch-feeder.ts';
import { writeCheckpoint, type CheckpointTensor } from './checkpoint.ts';
import { atBatch } from './extrapolate.ts';
import { createGanModel, type StepRates } from './gan-model.ts';
import { ENCODER_STEPS, trainImageEncoder } from './image-encoder-training.ts';
import { prepareData, type PreparedData } from './prepare-data.ts';

const SMALLEST_BATCH = 2;
/**
 * Share of the available memory up to which a batch is tried. From one measurement, weights are counted as if they grew with
 * the batch, so the reckoning is above the truth; from two it may be below.
 */
const SAFE_SHARE = { one: 0.9, two: 0.7 };
/** Steps are timed until both are reached, or the last. */
const FEWEST_STEPS = 3;
const ENOUGH_SECONDS = 2;
const MOST_STEPS = 40;
const MEASURED_ENCODER_STEPS = 12;

export interface CalibrationRequest {
  readonly root: string;
  readonly config: ExperimentConfig;
  /** Bytes that this process may take. */
  readonly available: number;
  readonly startBackend: (config: ExperimentConfig) => Promise<Backend>;
}

/** @throws CortextError as the training would */
export async function calibrate({ root, config, available, startBackend }: CalibrationRequest): Promise<Calibration> {
  const backend = await startBackend(config);
  const startSeconds = performance.now() / 1000;
  const [data, prepareSeconds] = await timed(() => prepareData(root, config));
  const baseBytes = process.memoryUsage.rss();
  const encoder = config.objective.feature > 0 ? await measureEncoder(backend, config, data) : null;

  const full = config.training.batch;
  const measured: MeasuredTraining[] = [];
  for (let batch: number | null = Math.min(full, SMALLEST_BATCH); batch !== null; ) {
    measured.push(await measureTraining(backend, config, data, batch, encoder?.weights ?? null));
    const memoryAt = (wanted: number) => {
      const steps = measured.map(({ step }) => step);
      return atBatch(steps, ({ peakBytes }) => peakBytes, baseBytes, wanted);
    };
    const safe = available * (measured.length === 1 ? SAFE_SHARE.one : SAFE_SHARE.two);
    batch = nextBatch(batch, full, (wanted) => memoryAt(wanted) < safe);
  }
  const { drawSeconds, checkpointSeconds } = measured[measured.length - 1];
  const size = {
    samples: data.training.count,
    voxels: data.training.voxelsPerRegion.reduce((sum, voxels) => sum + voxels, 0),
    outputs: data.training.images.length / data.training.count,
    penalties: config.evaluation.ridgePenalties.length,
    testItems: data.test.items.length,
    stimulusPixels: data.testStimuli.height * data.testStimuli.width,
  };
  return {
    backend: backend.name,
    device: backend.device,
    startSeconds,
    prepareSeconds,
    baseBytes,
    training: measured.map(({ step }) => step),
    encoder: encoder?.step ?? null,
    encoderSteps: encoder === null ? 0 : ENCODER_STEPS,
    drawSeconds,
    checkpointSeconds,
    testItems: size.testItems,
    evaluationSeconds: evaluationWork(size) / (await multiplyAddsPerSecond()),
    evaluationBytes: evaluationBytes(size),
  };
}

/** The real batch as soon as it fits; else one more small one, whose line tells better; else none. */
function nextBatch(last: number, full: number, fits: (batch: number) => boolean): number | null {
  if (last === full) return null;
  if (fits(full)) return full;
  return last === SMALLEST_BATCH && 2 * last < full && fits(2 * last) ? 2 * last : null;
}

interface MeasuredTraining {
  readonly step: StepMeasurement;
  readonly drawSeconds: number;
  readonly checkpointSeconds: number;
}

async function measureTraining(
  backend: Backend,
  config: ExperimentConfig,
  data: PreparedData,
  batch: number,
  encoderWeights: ReadonlyMap<string, CheckpointTensor> | null,
): Promise<MeasuredTraining> {
  const training = { ...config.training, batch };
  forgetPeak();
  const started = performance.now();
  const model = createGanModel(createRuntime(backend, { precision: choosePrecision(config.precision, backend, null) }), {
    voxelsPerRegion: data.training.voxelsPerRegion,
    imageChannels: data.training.channels,
    condition: config.condition,
    network: config.network,
    objective: config.objective,
    training,
    seed: config.seed,
    encoderWeights,
  });
  try {
    const feeder = new BatchFeeder(data.training, feederOptions({ ...config, training }), config.seed);
    const draw = () => model.reconstruct(data.test.responses, new Float32Array(batch * config.network.noise), 1);
    const train = (updateDiscriminator: boolean) => model.train(feeder.next(), rates(config, updateDiscriminator));
    // Each kind of step is prepared by TensorFlow when it runs for the first time.
    const first = [() => draw(), () => train(true), ...(training.balance ? [() => train(false)] : [])];
    for (const step of first) {
      await step();
      await turn();
    }
    const prepared = (performance.now() - started) / 1000;
    const secondsPerStep = await medianSeconds(() => train(true));
    const [, drawSeconds] = await timed(draw);
    const [, checkpointSeconds] = await timed(async () => {
      writeAndForget(await model.snapshot());
    });
    return {
      step: {
        batch,
        secondsPerStep,
        compileSeconds: Math.max(0, prepared - (first.length - 1) * secondsPerStep),
        peakBytes: peakMemory(),
      },
      drawSeconds,
      checkpointSeconds,
    };
  } finally {
    model.dispose();
  }
}

function rates(config: ExperimentConfig, updateDiscriminator: boolean): StepRates {
  const { generatorRate, discriminatorRate, averaging } = config.training;
  return { updateDiscriminator, generatorRate, discriminatorRate, averagingDecay: averaging };
}

function writeAndForget(tensors: ReadonlyMap<string, CheckpointTensor>): void {
  const folder = mkdtempSync(join(tmpdir(), 'cortext-calibration-'));
  try {
    writeCheckpoint(folder, { step: 1, tensors, state: null });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureEncoder(backend: Backend, config: ExperimentConfig, data: PreparedData) {
  const { batch } = config.training;
  const times = [performance.now()];
  forgetPeak();
  const { tensors } = await trainImageEncoder(createRuntime(backend), {
    images: data.training.images,
    count: data.training.count,
    imageSize: config.network.imageSize,
    channels: data.training.channels,
    batch,
    seed: config.seed,
    steps: MEASURED_ENCODER_STEPS,
    onStart: () => undefined,
    onProgress: () => {
      times.push(performance.now());
    },
    onLine: () => undefined,
  });
  const [first, ...durations] = times.slice(1).map((time, i) => (time - times[i]) / 1000);
  const secondsPerStep = median(durations);
  const compileSeconds = Math.max(0, first - secondsPerStep);
  const step: StepMeasurement = { batch, compileSeconds, secondsPerStep, peakBytes: peakMemory() };
  return { weights: tensors, step };
}

async function medianSeconds(step: () => unknown): Promise<number> {
  const durations: number[] = [];
  let sum = 0;
  while (durations.length < FEWEST_STEPS || (sum < ENOUGH_SECONDS && durations.length < MOST_STEPS)) {
    const [, seconds] = await timed(step);
    durations.push(seconds);
    sum += seconds;
    await turn();
  }
  return median(durations);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
}

/** Lets messages through. */
async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

async function timed<T>(work: () => T | Promise<T>): Promise<[result: T, seconds: number]> {
  const started = performance.now();
  const result = await work();
  return [result, (performance.now() - started) / 1000];
}
