/** One number per voxel, computed on chosen samples only. */

/** The part of a recording that a statistic may see: `samples` (rows) and `voxels` (columns) of `[*, stride]`. */
export interface VoxelView {
  readonly data: Float32Array;
  /** Voxels in a row of `data`. */
  readonly stride: number;
  readonly samples: readonly number[];
  readonly voxels: readonly number[];
}

/** Mean and population standard deviation of every voxel over the samples, in two passes. */
export function voxelMoments(view: VoxelView): { mean: Float64Array; sd: Float64Array } {
  const mean = new Float64Array(view.voxels.length);
  const sd = new Float64Array(view.voxels.length);
  const count = view.samples.length;
  view.voxels.forEach((voxel, i) => {
    let sum = 0;
    for (const sample of view.samples) sum += view.data[sample * view.stride + voxel];
    mean[i] = sum / count;
    let squares = 0;
    for (const sample of view.samples) squares += (view.data[sample * view.stride + voxel] - mean[i]) ** 2;
    sd[i] = Math.sqrt(squares / count);
  });
  return { mean, sd };
}

/** Population variance of every voxel. */
export function variance(view: VoxelView): Float64Array {
  return voxelMoments(view).sd.map((sd) => sd * sd);
}

/**
 * F of a one-way analysis of variance over groups of samples (Fisher 1925): variance between the groups' means over
 * variance within groups.
 *
 * @param groups - the group (stimulus) of every sample of the view; at least two groups, and one with two samples
 * @returns F per voxel; 0 for a constant voxel, `Number.MAX_VALUE` where nothing varies within groups
 */
export function oneWayF(view: VoxelView, groups: readonly number[]): Float64Array {
  const numbers = new Map<number, number>();
  for (const group of groups) if (!numbers.has(group)) numbers.set(group, numbers.size);
  const groupOf = groups.map((group) => numbers.get(group) ?? 0);
  const sizes = new Float64Array(numbers.size);
  for (const group of groupOf) sizes[group]++;
  const { mean } = voxelMoments(view);
  const sums = new Float64Array(numbers.size);
  return Float64Array.from(view.voxels, (voxel, i) => {
    const value = (row: number) => view.data[view.samples[row] * view.stride + voxel] - mean[i];
    sums.fill(0);
    groupOf.forEach((group, row) => {
      sums[group] += value(row);
    });
    let between = 0;
    sums.forEach((sum, group) => {
      between += sum ** 2 / sizes[group];
    });
    let within = 0;
    groupOf.forEach((group, row) => {
      within += (value(row) - sums[group] / sizes[group]) ** 2;
    });
    const betweenMean = between / (sizes.length - 1);
    const withinMean = within / (groupOf.length - sizes.length);
    if (betweenMean === 0) return 0;
    return withinMean === 0 ? Number.MAX_VALUE : betweenMean / withinMean;
  });
}

/**
 * Share of every voxel's variance that a linear model of the predictors explains (R squared).
 *
 * @param predictors - orthonormal vectors `[samples]` that sum to zero, such as scores of principal components
 */
export function explainedShare(view: VoxelView, predictors: readonly Float64Array[]): Float64Array {
  const { mean, sd } = voxelMoments(view);
  return Float64Array.from(view.voxels, (voxel, i) => {
    const total = sd[i] ** 2 * view.samples.length;
    if (total === 0) return 0;
    let explained = 0;
    for (const predictor of predictors) {
      let along = 0;
      for (let row = 0; row < predictor.length; row++) {
        along += predictor[row] * (view.data[view.samples[row] * view.stride + voxel] - mean[i]);
      }
      explained += along * along;
    }
    return explained / total;
  });
}
