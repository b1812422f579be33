/** The largest share of a voxel's variance that any model of the stimuli could explain. */
import { groupVariances, type VoxelView } from './voxel-statistics.ts';

/**
 * Noise ceiling signal-to-noise ratio of the Natural Scenes Dataset (Allen et al. 2022): standard deviation of the
 * signal over that of the noise. The noise variance is the variance over presentations of the same stimulus, pooled
 * over stimuli; what the total variance has beyond it is signal.
 *
 * There, responses are z-scored and the total variance is 1; here it is measured on the same samples.
 *
 * @param groups - the stimulus of every sample of the view; at least one was shown twice. Stimuli shown once count only
 *   for the total variance
 * @returns `[voxels]`; 0 where noise accounts for everything, `Number.MAX_VALUE` where presentations do not differ at all
 */
export function noiseCeilingSignalToNoise(view: VoxelView, groups: readonly number[]): Float64Array {
  const { total, within } = groupVariances(view, groups);
  return within.map((noise, i) => {
    const signal = Math.max(0, total[i] - noise);
    if (signal === 0) return 0;
    return noise === 0 ? Number.MAX_VALUE : Math.sqrt(signal / noise);
  });
}

/**
 * Noise ceiling (Allen et al. 2022) of means over presentations, as a share of variance from 0 to 1 (there in percent):
 * ratio^2 / (ratio^2 + 1 / n).
 *
 * @param ratio - of `noiseCeilingSignalToNoise`
 * @param presentations - how many trials are averaged; 1 for single trials
 */
export function noiseCeiling(ratio: Float64Array, presentations: number): Float64Array {
  return ratio.map((value) => (value === 0 ? 0 : 1 / (1 + 1 / presentations / value / value)));
}
