/**
 * From recorded voxels to what the network reads.
 *
 * Voxel selection, mean and standard deviation are fitted on training samples only and kept with the experiment. Test
 * responses, averages of n trials, are multiplied by sqrt(n) after z-scoring with training statistics (Shen et al.
 * 2019, End2End): averaging shrinks them against the single trials that the network has seen.
 */
import { z } from 'zod';
import { CortextError } from '../../shared/errors.ts';
import type { ConditionConfig } from '../../shared/experiment.ts';
import type { RecordingMetadata, Region } from '../../shared/recording.ts';
import type { ImageSet } from './image-set.ts';
import type { Recording } from './recording-store.ts';
import { voxelMoments } from './statistics/voxel-statistics.ts';
import { largest, voxelStatistic, type VoxelStatistic, type VoxelStatisticName } from './voxel-selection.ts';

/** What was fitted for one region; the arrays have one entry per kept voxel. */
export interface RegionTransform {
  readonly name: string;
  /** Columns of the voxel matrix, ascending. */
  readonly voxels: Int32Array;
  readonly mean: Float32Array;
  /** Population standard deviation, at least `SD_FLOOR` of the region's median. */
  readonly sd: Float32Array;
  /** The statistic that kept the voxel; empty when every voxel was kept. */
  readonly statistic: Float32Array;
  /** Voxels that the region has, and how many of them never change in training and were dropped. */
  readonly available: number;
  readonly constant: number;
}

export interface ConditionTransform {
  readonly regions: readonly RegionTransform[];
  /** Null when every voxel was kept. */
  readonly statisticName: VoxelStatisticName | null;
  /** In standard deviations; null does not clip. */
  readonly clip: number | null;
  readonly trainingSamples: number;
}

/**
 * A voxel that hardly ever changes would turn tiny test changes into giant z-scores: no standard deviation counts as
 * less than this share of the median of its region.
 */
export const SD_FLOOR = 0.01;

/** Standard deviations below this share of the mean are rounding of float32, not signal. */
const ROUNDING = 1e-7;

export interface ConditionFit {
  readonly recording: Recording;
  readonly regions: readonly Region[];
  /** Training samples: the only rows of the recording that are read. */
  readonly train: readonly number[];
  /** One image per training sample, in their order; null where there are none. */
  readonly trainImages: ImageSet | null;
  readonly config: Pick<ConditionConfig, 'voxelsPerRegion' | 'voxelStatistic' | 'clip'>;
}

/**
 * Selects voxels and measures their mean and standard deviation, per region, on training samples.
 *
 * @throws CortextError `REGION_EMPTY` when every voxel of a region is constant, `VALUES_NOT_FINITE`,
 *   `INVALID_CONFIGURATION` when the voxel statistic does not suit the data
 */
export function fitConditionTransform(fit: ConditionFit): ConditionTransform {
  const { recording, regions, train, trainImages, config } = fit;
  if (trainImages !== null && trainImages.count !== train.length) {
    throw new CortextError('INTERNAL', `${trainImages.count} images were given for ${train.length} training samples.`);
  }
  const statistic =
    config.voxelsPerRegion === null
      ? null
      : voxelStatistic(config.voxelStatistic, stimuliOf(recording.metadata, train), trainImages);
  return {
    regions: regions.map((region) => fitRegion(recording, region, train, config.voxelsPerRegion, statistic)),
    statisticName: statistic?.name ?? null,
    clip: config.clip,
    trainingSamples: train.length,
  };
}

/** Samples without a stimulus count as a stimulus each. */
function stimuliOf(metadata: RecordingMetadata, train: readonly number[]): number[] {
  return train.map((sample) => metadata.columns.stimulus[sample] ?? metadata.stimuli.length + sample);
}

function fitRegion(
  { metadata, voxels: data }: Recording,
  region: Region,
  train: readonly number[],
  limit: number | null,
  statistic: VoxelStatistic | null,
): RegionTransform {
  const view = { data, stride: metadata.voxels, samples: train, voxels: region.voxels };
  const { mean, sd } = voxelMoments(view);
  const broken = sd.findIndex((value) => !Number.isFinite(value));
  if (broken >= 0) {
    throw new CortextError(
      'VALUES_NOT_FINITE',
      `Voxel ${region.voxels[broken]} (region ${region.name}) has missing or infinite values in training samples.`,
      { hint: 'Import the recording again with these voxels left out.' },
    );
  }
  const varying = [...sd.keys()].filter((i) => sd[i] > ROUNDING * Math.max(Math.abs(mean[i]), sd[i]));
  if (varying.length === 0) {
    throw new CortextError('REGION_EMPTY', `No voxel of the region ${region.name} changes in the training samples.`, {
      hint: 'Leave the region out, or check which columns its mask selects.',
    });
  }
  const values = statistic?.values({ ...view, voxels: varying.map((i) => region.voxels[i]) }) ?? new Float64Array(0);
  const best = statistic === null ? [...varying.keys()] : largest(values, limit ?? varying.length);
  const kept = best.map((position) => varying[position]);
  const floor = SD_FLOOR * median(varying.map((i) => sd[i]));
  return {
    name: region.name,
    voxels: Int32Array.from(kept, (i) => region.voxels[i]),
    mean: Float32Array.from(kept, (i) => mean[i]),
    sd: Float32Array.from(kept, (i) => Math.max(sd[i], floor)),
    statistic:
      statistic === null ? new Float32Array(0) : Float32Array.from(best, (position) => finite(values[position])),
    available: region.voxels.length,
    constant: region.voxels.length - varying.length,
  };
}

const LARGEST_FLOAT32 = 3.4028234663852886e38;
function finite(value: number): number {
  return Math.min(value, LARGEST_FLOAT32);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

/** What becomes one row: samples to average, and the number of single trials behind the average. */
export interface ConditionItem {
  readonly samples: readonly number[];
  /** 1 leaves the z-scores as they are. */
  readonly trials: number;
}

/**
 * Averages the samples of every item, z-scores with the training mean and standard deviation, multiplies by
 * sqrt(trials), then clips. Samples that already are averages count with the number of their trials.
 *
 * @returns one matrix `[items, kept voxels]` per region
 */
export function applyConditionTransform(
  transform: ConditionTransform,
  { metadata, voxels: data }: Recording,
  items: readonly ConditionItem[],
): Float32Array[] {
  const { averagedOver } = metadata.columns;
  const weights = items.map(({ samples }) => {
    const total = samples.reduce((sum, sample) => sum + averagedOver[sample], 0);
    return samples.map((sample) => averagedOver[sample] / total);
  });
  const limit = transform.clip ?? Infinity;
  return transform.regions.map(({ voxels, mean, sd }) => {
    const rows = new Float32Array(items.length * voxels.length);
    items.forEach(({ samples, trials }, item) => {
      const scale = Math.sqrt(trials);
      voxels.forEach((voxel, i) => {
        let average = 0;
        for (let s = 0; s < samples.length; s++)
          average += weights[item][s] * data[samples[s] * metadata.voxels + voxel];
        const scaled = ((average - mean[i]) / sd[i]) * scale;
        rows[item * voxels.length + i] = Math.min(Math.max(scaled, -limit), limit);
      });
    });
    return rows;
  });
}

const storedTransformSchema = z.object({
  statisticName: z.enum(['stimulus-f', 'pixel-correlation', 'variance']).nullable(),
  clip: z.number().positive().nullable(),
  trainingSamples: z.int().positive(),
  regions: z.array(
    z
      .object({
        name: z.string(),
        voxels: z.array(z.int().nonnegative()),
        mean: z.array(z.number()),
        sd: z.array(z.number().positive()),
        statistic: z.array(z.number()),
        available: z.int().positive(),
        constant: z.int().nonnegative(),
      })
      .refine(({ voxels, mean, sd }) => voxels.length === mean.length && voxels.length === sd.length),
  ),
});

/** A plain value for a JSON file; float32 values survive the way there and back to the last bit. */
export function conditionTransformToJson(transform: ConditionTransform): z.infer<typeof storedTransformSchema> {
  return {
    ...transform,
    regions: transform.regions.map((region) => ({
      ...region,
      voxels: [...region.voxels],
      mean: [...region.mean],
      sd: [...region.sd],
      statistic: [...region.statistic],
    })),
  };
}

/** @throws CortextError `EXPERIMENT_DAMAGED` when the value is not what `conditionTransformToJson` gave */
export function conditionTransformFromJson(value: unknown): ConditionTransform {
  const parsed = storedTransformSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new CortextError(
      'EXPERIMENT_DAMAGED',
      `The stored voxel selection is damaged: ${issue.path.join('.')}: ${issue.message}.`,
      {
        hint: 'Fit it again by starting the experiment anew.',
      },
    );
  }
  return {
    ...parsed.data,
    regions: parsed.data.regions.map((region) => ({
      ...region,
      voxels: Int32Array.from(region.voxels),
      mean: Float32Array.from(region.mean),
      sd: Float32Array.from(region.sd),
      statistic: Float32Array.from(region.statistic),
    })),
  };
}
