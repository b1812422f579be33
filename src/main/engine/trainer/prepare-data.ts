/** From a recording and a configuration to what the network trains and is tested on. */
import { CortextError } from '../../../shared/errors.ts';
import type { ExperimentConfig } from '../../../shared/experiment.ts';
import type { RecordingMetadata } from '../../../shared/recording.ts';
import {
  applyConditionTransform,
  fitConditionTransform,
  type ConditionTransform,
} from '../../dataset/condition-transform.ts';
import { fittedRegions, withDefinedRegions } from '../../dataset/defined-regions.ts';
import { loadStimuli, selectImages, type ImageSet } from '../../dataset/image-set.ts';
import { openRecording } from '../../dataset/recording-store.ts';
import { selectRegions } from '../../dataset/regions.ts';
import { shuffledTrainingOrder } from '../../dataset/sample-shuffle.ts';
import { resolveSplit, type Split } from '../../dataset/splits.ts';
import { testItems, type TestItem } from '../../dataset/test-items.ts';
import type { TrainingSet } from './batch-feeder.ts';

export interface PreparedData {
  readonly metadata: RecordingMetadata;
  readonly split: Split;
  readonly transform: ConditionTransform;
  readonly training: TrainingSet;
  /** The same with voxel responses dealt to other samples: what the shuffled-voxels control trains on. */
  readonly shuffledTraining: TrainingSet;
  readonly test: {
    readonly items: readonly TestItem[];
    /** Averaged, z-scored with training statistics, times sqrt(trials): what the network is given. */
    readonly responses: readonly Float32Array[];
    /** The same without the factor sqrt(trials): what a linear model expects. */
    readonly plainResponses: readonly Float32Array[];
  };
  /** Training images at the network's size in [0, 1], one per training sample. */
  readonly trainingImages: ImageSet;
  /** Test stimuli at their own size in [0, 1], one per test item. */
  readonly testStimuli: ImageSet;
}

/**
 * Loads, splits, guards against leakage, and fits every statistic on training samples only.
 *
 * @throws CortextError `RECORDING_DAMAGED`, `LEAKAGE`, `REGION_UNKNOWN`, `STIMULUS_MISSING` and kin
 */
export async function prepareData(root: string, config: ExperimentConfig): Promise<PreparedData> {
  const recording = openRecording(root, config.recording.id);
  const { metadata } = recording;
  if (metadata.contentHash !== config.recording.contentHash) {
    throw new CortextError(
      'RECORDING_DAMAGED',
      `Recording ${metadata.id} is not the one that experiment ${config.id} was made for: its content hash differs.`,
      { hint: 'Import the original data again, or create a new experiment on the present recording.' },
    );
  }
  const defined = config.definedRegions ?? [];
  const regions = selectRegions(withDefinedRegions(metadata, defined), config.regions);
  const split = resolveSplit(metadata, config.split, config.signOffs, fittedRegions(defined));
  const stimulusOf = (sample: number) => metadata.columns.stimulus[sample];
  const trainStimuli = split.train.map((sample) => stimulusOrThrow(metadata, sample, stimulusOf(sample)));
  const trainingImages = selectImages(
    await loadStimuli(root, metadata.stimuli, config.network.imageSize),
    trainStimuli,
  );
  const transform = fitConditionTransform({
    recording,
    regions,
    train: split.train,
    trainImages: trainingImages,
    config: config.condition,
  });
  // Training samples define the scale of the noise, so they count as they are, and test samples relative to them.
  const trialsPerTrainingSample = median(split.train.map((sample) => metadata.columns.averagedOver[sample]));
  const responses = applyConditionTransform(
    transform,
    recording,
    split.train.map((sample) => ({ samples: [sample], trials: 1 })),
  );
  const groups = groupIndices(metadata, split.train, trainStimuli);
  const training: TrainingSet = {
    count: split.train.length,
    responses,
    voxelsPerRegion: transform.regions.map((region) => region.voxels.length),
    images: toSigned(trainingImages),
    imageSize: config.network.imageSize,
    channels: trainingImages.channels,
    groups,
  };
  const order = shuffledTrainingOrder(trainStimuli, config.seed);
  const items = testItems(metadata, split.test, config.evaluation.averageRepetitions);
  return {
    metadata,
    split,
    transform,
    training,
    shuffledTraining: {
      ...training,
      responses: responses.map((region, r) => reorderRows(region, order, training.voxelsPerRegion[r])),
    },
    test: {
      items,
      responses: applyConditionTransform(
        transform,
        recording,
        items.map((item) => ({ ...item, trials: item.trials / trialsPerTrainingSample })),
      ),
      plainResponses: applyConditionTransform(
        transform,
        recording,
        items.map((item) => ({ ...item, trials: 1 })),
      ),
    },
    trainingImages,
    testStimuli: await loadStimuli(
      root,
      items.map((item) => metadata.stimuli[item.stimulus]),
      'own',
    ),
  };
}

function stimulusOrThrow(metadata: RecordingMetadata, sample: number, stimulus: number | null): number {
  if (stimulus !== null) return stimulus;
  throw new CortextError('STIMULUS_MISSING', `Sample ${sample} of ${metadata.id} has no stimulus and cannot train.`);
}

/** Category where every training sample has one, else the stimulus itself. */
function groupIndices(metadata: RecordingMetadata, train: readonly number[], stimuli: readonly number[]): Int32Array {
  const labels = train.map((sample, i) => {
    return metadata.columns.category?.[sample] ?? metadata.stimuli[stimuli[i]].category;
  });
  if (labels.some((label) => label === null) || new Set(labels).size < 2) return Int32Array.from(stimuli);
  const numbers = new Map<string, number>();
  return Int32Array.from(labels, (label) => {
    // Null was excluded above.
    const name = String(label);
    if (!numbers.has(name)) numbers.set(name, numbers.size);
    return numbers.get(name) ?? 0;
  });
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

function reorderRows(matrix: Float32Array, order: Int32Array | readonly number[], width: number): Float32Array {
  const moved = new Float32Array(matrix.length);
  order.forEach((source: number, row: number) => {
    moved.set(matrix.subarray(source * width, (source + 1) * width), row * width);
  });
  return moved;
}

/** [0, 1] to the network's [-1, 1]. */
export function toSigned(set: ImageSet): Float32Array {
  return set.data.map((value) => 2 * value - 1);
}

/** The network's [-1, 1] to [0, 1], clipped. */
export function toUnit(images: Float32Array): Float32Array {
  return images.map((value) => Math.min(Math.max((value + 1) / 2, 0), 1));
}
