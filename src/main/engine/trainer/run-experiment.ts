/**
 * Runs one experiment from wherever it stands to its end.
 *
 * The phases follow each other; each leaves its result on disk, so that an experiment which was killed anywhere goes on
 * with the phase it was in, training from its last checkpoint.
 */
import type { EngineEvent } from '../../../shared/engine-protocol.ts';
import { toCortextError } from '../../../shared/errors.ts';
import type { BackendName, ExperimentConfig, ExperimentState, Precision } from '../../../shared/experiment.ts';
import { workspaceLayout } from '../../../shared/workspace-layout.ts';
import { writeFileAtomic } from '../../files/atomic.ts';
import { encodePng, type ImageSet } from '../../dataset/image-set.ts';
import { choosePrecision } from '../backends/measured-precision.ts';
import type { Backend } from '../backends/start-backend.ts';
import { createRuntime } from '../runtime/create-runtime.ts';
import { BatchFeeder, feederOptions, type TrainingSet } from './batch-feeder.ts';
import { listCheckpoints, readNewestCheckpoint, writeCheckpoint, type CheckpointTensor } from './checkpoint.ts';
import { watchForCollapse } from './collapse-watch.ts';
import { clearControl, lockExperiment, readConfig, readStatus, rewindHistory } from './experiment-folder.ts';
import { evaluateExperiment } from './evaluate-experiment.ts';
import { createGanModel, type GanModel } from './gan-model.ts';
import { trainImageEncoder } from './image-encoder-training.ts';
import { asOutOfMemory } from './out-of-memory.ts';
import { prepareData, type PreparedData } from './prepare-data.ts';
import { ProgressRecorder } from './progress-recorder.ts';
import { drawReconstructions, saveReconstructions } from './reconstruct.ts';
import { trainingLoop, type LoopEnd, type LoopState } from './training-loop.ts';

/** How whoever hosts the engine steers it. */
export interface RunHost {
  emit(event: EngineEvent): void;
  /** `interrupt`: the supervisor is gone; `pause` and `stop`: the user asked. */
  wish(): 'continue' | 'pause' | 'stop' | 'interrupt';
  /**
   * Starts the backend; called once the configuration is known.
   *
   * @param begunWith - of an experiment that goes on; null at its start
   */
  startBackend(config: ExperimentConfig, begunWith: BackendName | null): Promise<Backend>;
}

/** How many test conditions are drawn again and again while training goes on. */
const FIXED_SAMPLES = 8;

/** Other computers look at the lock; scoring alone may take many minutes. Milliseconds. */
const SIGN_OF_LIFE = 20_000;

/**
 * @returns the state in which the experiment was left
 * @throws CortextError only when the experiment could not be opened at all (not found, damaged, already running)
 */
export async function runExperiment(root: string, id: string, host: RunHost): Promise<ExperimentState> {
  const config = readConfig(root, id);
  const lock = lockExperiment(root, id);
  const signOfLife = setInterval(() => {
    try {
      lock.touch();
    } catch {
      // Lost to another computer: the next write of the status meets the same and ends this engine.
    }
  }, SIGN_OF_LIFE).unref();
  try {
    clearControl(root, id);
    const progress = new ProgressRecorder(root, readStatus(root, id), lock, (event) => {
      host.emit(event);
    });
    try {
      const state = await runPhases(root, config, host, progress);
      progress.end(state);
      return state;
    } catch (error) {
      const coded = asOutOfMemory(error) ?? toCortextError(error);
      progress.log(coded.stack ?? coded.message);
      progress.end('failed', coded.toEnvelope());
      return 'failed';
    }
  } finally {
    clearInterval(signOfLife);
    clearControl(root, id);
    lock.release();
  }
}

async function runPhases(
  root: string,
  config: ExperimentConfig,
  host: RunHost,
  progress: ProgressRecorder,
): Promise<ExperimentState> {
  const layout = workspaceLayout(root).experiment(config.id);
  progress.enter('preparing', 0);
  const { backend: begunWith } = progress.status;
  const backend = await host.startBackend(config, begunWith);
  if (begunWith !== null && begunWith !== backend.name) {
    progress.log(`Begun on ${begunWith}, it goes on with ${backend.name}: the last digits of its numbers will differ.`);
  }
  const precision = choosePrecision(config.precision, backend, progress.status.precision);
  progress.runsOn(backend.name, backend.device, precision);
  if (backend.warning !== undefined) {
    progress.warn('backend', backend.warning);
    progress.log(backend.warning);
  }
  const data = await prepareData(root, config);
  for (const finding of data.split.findings) {
    progress.log(`Signed off: ${finding.message}`);
  }

  const encoderWeights = config.objective.feature > 0 ? await encoderFor(root, config, backend, data, progress) : null;
  const context = { root, config, host, progress, backend, precision, data, encoderWeights };

  const main = await trainPhase(context, 'training', data.training, layout.checkpoints);
  const early = leftEarly(main.end, host);
  if (early !== null) return early;
  const gan = main.images;

  let control: ImageSet | null = null;
  let stopped = main.end.how === 'stopped';
  if (config.evaluation.shuffledVoxels && !stopped) {
    const shuffled = await trainPhase(context, 'training-control', data.shuffledTraining, layout.controlCheckpoints);
    const earlyControl = leftEarly(shuffled.end, host);
    if (earlyControl !== null) return earlyControl;
    // A control trained for fewer steps than the network it is compared with would flatter the network.
    if (shuffled.end.how === 'finished') control = shuffled.images;
    stopped ||= shuffled.end.how === 'stopped';
  }

  progress.enter('reconstructing', 0);
  const methods = await saveReconstructions({ root, config, data, gan, shuffled: control, log: (t) => { progress.log(t); } });
  progress.enter('evaluating', 0);
  await evaluateExperiment({ root, config, data, methods, step: main.end.step });
  return stopped ? 'stopped' : 'completed';
}

function leftEarly(end: LoopEnd, host: RunHost): ExperimentState | null {
  if (end.how !== 'paused') return null;
  return host.wish() === 'interrupt' ? 'interrupted' : 'paused';
}

interface PhaseContext {
  readonly root: string;
  readonly config: ExperimentConfig;
  readonly host: RunHost;
  readonly progress: ProgressRecorder;
  readonly backend: Backend;
  readonly precision: Precision;
  readonly data: PreparedData;
  readonly encoderWeights: ReadonlyMap<string, CheckpointTensor> | null;
}

/** Trains one network, from its newest whole checkpoint, and draws the test conditions with it. */
async function trainPhase(
  context: PhaseContext,
  phase: 'training' | 'training-control',
  set: TrainingSet,
  checkpoints: string,
): Promise<{ end: LoopEnd; images: ImageSet }> {
  const { root, config, host, progress, data } = context;
  const layout = workspaceLayout(root).experiment(config.id);
  const from = readNewestCheckpoint<LoopState>(checkpoints, (error) => {
    progress.warn('checkpoint-damaged', error.message);
  });
  progress.enter(phase, config.training.steps, from?.step ?? 0);
  rewindHistory(root, config.id, phase, from?.step ?? 0);
  const model = createGanModel(createRuntime(context.backend, { precision: context.precision }), {
    voxelsPerRegion: set.voxelsPerRegion,
    imageChannels: set.channels,
    condition: config.condition,
    network: config.network,
    objective: config.objective,
    training: config.training,
    seed: config.seed,
    encoderWeights: context.encoderWeights,
  });
  try {
    const feeder = new BatchFeeder(set, feederOptions(config), config.seed);
    const end = await trainingLoop(model, feeder, config.training, from, {
      control: () => {
        const wish = host.wish();
        return wish === 'interrupt' ? 'pause' : wish;
      },
      onProgress: (value) => {
        progress.progress(value);
      },
      onLine: (line) => {
        progress.line(line);
      },
      onSamples: async (step) => {
        if (phase !== 'training') return;
        await saveSamples(model, data, config, set, step, layout.sample(step), progress);
      },
      onCheckpoint: (checkpoint) => {
        writeCheckpoint(checkpoints, checkpoint);
        progress.checkpoint(checkpoint.step);
      },
    });
    const images =
      end.how === 'paused'
        ? { count: 0, height: 0, width: 0, channels: set.channels, data: new Float32Array(0) }
        : await drawReconstructions(model, data, config);
    return { end, images };
  } finally {
    model.dispose();
  }
}

/** One PNG strip of the same few test conditions, so that one sees the network learn. */
async function saveSamples(
  model: GanModel,
  data: PreparedData,
  config: ExperimentConfig,
  set: TrainingSet,
  step: number,
  path: string,
  progress: ProgressRecorder,
): Promise<void> {
  const all = await drawReconstructions(model, data, config, FIXED_SAMPLES);
  const length = all.height * all.width * all.channels;
  const signed = all.data.map((value) => 2 * value - 1);
  if (step >= 200) {
    for (const { code, message } of watchForCollapse(signed, all.count, set.images, set.count)) {
      progress.warn(code, message);
    }
  }
  writeFileAtomic(path, await encodePng(sideBySide(all, length), 0));
  progress.samples(step, path);
}

function sideBySide(set: ImageSet, length: number): ImageSet {
  const row = set.width * set.channels;
  const data = new Float32Array(length * set.count);
  for (let i = 0; i < set.count; i++) {
    for (let y = 0; y < set.height; y++) {
      const source = i * length + y * row;
      data.set(set.data.subarray(source, source + row), (y * set.count + i) * row);
    }
  }
  return { count: 1, height: set.height, width: set.width * set.count, channels: set.channels, data };
}

/** The image encoder of the feature loss: trained once per experiment, on training images only. */
async function encoderFor(
  root: string,
  config: ExperimentConfig,
  backend: Backend,
  data: PreparedData,
  progress: ProgressRecorder,
): Promise<ReadonlyMap<string, CheckpointTensor>> {
  const folder = workspaceLayout(root).experiment(config.id).imageEncoder;
  if (listCheckpoints(folder).length > 0) {
    const saved = readNewestCheckpoint<null>(folder, (error) => {
      progress.warn('checkpoint-damaged', error.message);
    });
    if (saved !== null) return saved.tensors;
  }
  rewindHistory(root, config.id, 'image-encoder', 0);
  const trained = await trainImageEncoder(createRuntime(backend), {
    images: data.training.images,
    count: data.training.count,
    imageSize: config.network.imageSize,
    channels: data.training.channels,
    batch: config.training.batch,
    seed: config.seed,
    onStart: (steps) => {
      progress.enter('image-encoder', steps);
    },
    onProgress: (value) => {
      progress.progress(value);
    },
    onLine: (line) => {
      progress.line(line);
    },
  });
  writeCheckpoint(folder, { step: trained.steps, tensors: trained.tensors, state: null });
  return trained.tensors;
}

