/** Which statistic ranks voxels, and which voxels it keeps. Everything here sees training samples only. */
import { CortextError } from '../../shared/errors.ts';
import type { ConditionConfig } from '../../shared/experiment.ts';
import { toGrey, type ImageSet } from './image-set.ts';
import { resizeImagesAtOnce } from './images/resize-images.ts';
import { principalScores } from './statistics/principal-components.ts';
import { explainedShare, oneWayF, variance, type VoxelView } from './statistics/voxel-statistics.ts';

export type VoxelStatisticName = Exclude<ConditionConfig['voxelStatistic'], 'auto'>;

/** One number per voxel of the view, the larger the better. */
export interface VoxelStatistic {
  readonly name: VoxelStatisticName;
  readonly values: (view: VoxelView) => Float64Array;
}

/** Images are shrunk to this side before their principal components are taken: the leading ones are coarse anyway. */
const COMPONENT_IMAGE_SIDE = 16;
const COMPONENTS = 10;

/**
 * Chooses and prepares the statistic that ranks voxels.
 *
 * `auto` takes `stimulus-f` when at least half of the training stimuli repeat, else `pixel-correlation` (the share of
 * a voxel's variance that the ten leading principal components of the training images explain), else, without images,
 * `variance`.
 *
 * @param stimuli - the stimulus of every training sample
 * @param images - one image per training sample, or null
 * @throws CortextError `INVALID_CONFIGURATION` when the data do not allow the statistic asked for
 */
export function voxelStatistic(
  choice: ConditionConfig['voxelStatistic'],
  stimuli: readonly number[],
  images: ImageSet | null,
): VoxelStatistic {
  const counts = new Map<number, number>();
  for (const stimulus of stimuli) counts.set(stimulus, (counts.get(stimulus) ?? 0) + 1);
  const repeated = [...counts.values()].filter((count) => count > 1).length;
  const differ = counts.size > 1;
  const automatic =
    differ && repeated >= counts.size / 2 ? 'stimulus-f' : images === null ? 'variance' : 'pixel-correlation';
  const name = choice === 'auto' ? automatic : choice;
  switch (name) {
    case 'variance':
      return { name, values: variance };
    case 'stimulus-f':
      if (repeated === 0 || !differ) {
        throw new CortextError(
          'INVALID_CONFIGURATION',
          `The voxel statistic stimulus-f needs ${differ ? 'stimuli that were shown several times' : 'two stimuli'} in training.`,
          { hint: 'Choose auto, pixel-correlation or variance.' },
        );
      }
      return { name, values: (view) => oneWayF(view, stimuli) };
    case 'pixel-correlation': {
      if (images === null) {
        throw new CortextError(
          'INVALID_CONFIGURATION',
          'The voxel statistic pixel-correlation needs training images.',
          {
            hint: 'Choose auto, stimulus-f or variance.',
          },
        );
      }
      const predictors = imageComponents(images);
      return { name, values: (view) => explainedShare(view, predictors) };
    }
  }
}

/** Orthonormal scores `[images]` of the images on their leading principal components, on coarse grey pixels. */
export function imageComponents(images: ImageSet): Float64Array[] {
  const grey = toGrey(images);
  const coarse = resizeImagesAtOnce(
    grey,
    Math.min(grey.height, COMPONENT_IMAGE_SIDE),
    Math.min(grey.width, COMPONENT_IMAGE_SIDE),
  );
  return principalScores(coarse.data, coarse.count, coarse.height * coarse.width, COMPONENTS);
}

/** Positions of the `limit` largest values, ascending; among equals the first ones are kept. */
export function largest(values: Float64Array, limit: number): number[] {
  return Array.from(values.keys())
    .sort((a, b) => values[b] - values[a] || a - b)
    .slice(0, limit)
    .sort((a, b) => a - b);
}
