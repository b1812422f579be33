/** Regions from a statistic: the best voxels, or those above a threshold, judged on training samples only. */
import { assertNever, CortextError } from '../../shared/errors.ts';
import type { KeepRule, RegionStatistic } from '../../shared/defined-region.ts';
import type { RecordingMetadata } from '../../shared/recording.ts';
import type { Recording } from './recording-store.ts';
import { categoryOf, stimulusIdOf } from './split-folds.ts';
import { noiseCeiling, noiseCeilingSignalToNoise } from './statistics/noise-ceiling.ts';
import { splitHalfReliability } from './statistics/reliability.ts';
import { correlationWith, oneWayF, variance, type VoxelView } from './statistics/voxel-statistics.ts';
import { largest } from './voxel-selection.ts';

/**
 * A statistic of the voxels of a recording.
 *
 * @param samples - the only rows that are looked at
 * @param voxels - columns of the voxel matrix
 * @param category - for the statistic `category`: whose samples count 1 against 0 for all others
 * @returns one value per entry of `voxels`
 * @throws CortextError `INVALID_ARGUMENT` when these samples do not have what the statistic needs
 */
export function regionStatistic(
  { metadata, voxels: data }: Recording,
  statistic: RegionStatistic,
  samples: readonly number[],
  voxels: readonly number[],
  category: string | null,
): Float64Array {
  const shown = samples.filter((sample) => stimulusIdOf(metadata, sample) !== null);
  const view: VoxelView = { data, stride: metadata.voxels, samples: shown, voxels };
  switch (statistic) {
    case 'variance':
      return variance({ ...view, samples });
    case 'category':
      return correlationWith(view, categoryRegressor(metadata, shown, category));
    case 'stimulus-f':
      return oneWayF(view, repeatedStimuli(metadata, shown, statistic));
    case 'reliability':
      return splitHalfReliability(view, repeatedStimuli(metadata, shown, statistic));
    case 'noise-ceiling':
      return noiseCeiling(noiseCeilingSignalToNoise(view, repeatedStimuli(metadata, shown, statistic)), 1);
    default:
      return assertNever(statistic);
  }
}

/**
 * The voxels that a rule keeps.
 *
 * @param values - of the statistic, one per entry of `voxels`
 * @returns columns of the voxel matrix, ascending
 * @throws CortextError `REGION_EMPTY` when none is above the threshold
 */
export function keepVoxels(values: Float64Array, voxels: readonly number[], keep: KeepRule): number[] {
  if ('top' in keep) return largest(values, keep.top).map((position) => voxels[position]);
  const kept = voxels.filter((_, position) => values[position] > keep.above);
  if (kept.length > 0) return kept;
  const best = values.reduce((most, value) => Math.max(most, value), -Infinity);
  throw new CortextError('REGION_EMPTY', `No voxel is above ${keep.above}; the best has ${best.toPrecision(4)}.`, {
    hint: 'Lower the threshold, or keep a number of voxels.',
  });
}

/** The stimulus of every sample, as numbers. */
function repeatedStimuli(metadata: RecordingMetadata, samples: readonly number[], statistic: RegionStatistic): number[] {
  const ids = samples.map((sample) => stimulusIdOf(metadata, sample));
  const distinct = [...new Set(ids)];
  const repeated = distinct.filter((id) => ids.indexOf(id) !== ids.lastIndexOf(id)).length;
  if (repeated < 2) {
    throw new CortextError(
      'INVALID_ARGUMENT',
      `The statistic ${statistic} needs two stimuli that were shown several times in training; there ${repeated === 1 ? 'is one' : 'are none'}.`,
      { hint: 'Choose the statistic category or variance, or a split that keeps repetitions in training.' },
    );
  }
  const numbers = new Map(distinct.map((id, number) => [id, number]));
  return ids.map((id) => numbers.get(id) ?? -1);
}

function categoryRegressor(metadata: RecordingMetadata, samples: readonly number[], category: string | null): number[] {
  const categories = samples.map((sample) => categoryOf(metadata, sample));
  const known = [...new Set(categories.filter((name) => name !== null))];
  if (category === null || !known.includes(category) || categories.every((name) => name === category)) {
    throw new CortextError(
      'INVALID_ARGUMENT',
      category === null
        ? 'The statistic category needs the name of a category.'
        : `The training samples do not tell the category ${category} from others.`,
      { hint: known.length === 0 ? 'The recording has no categories.' : `Categories in training: ${known.join(', ')}.` },
    );
  }
  return categories.map((name) => (name === category ? 1 : 0));
}
