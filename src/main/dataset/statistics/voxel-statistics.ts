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
  const { between, within } = groupVariances(view, groups);
  return between.map((variance, i) => {
    if (variance === 0) return 0;
    return within[i] === 0 ? Number.MAX_VALUE : variance / within[i];
  });
}

/**
 * Variance of every voxel between the means of groups and within groups (mean squares of a one-way analysis of
 * variance), and of all samples together (n - 1).
 *
 * @param groups - the group of every sample of the view
 */
export function groupVariances(
  view: VoxelView,
  groups: readonly number[],
): Record<'between' | 'within' | 'total', Float64Array> {
  const numbers = new Map<number, number>();
  for (const group of groups) if (!numbers.has(group)) numbers.set(group, numbers.size);
  const groupOf = groups.map((group) => numbers.get(group) ?? 0);
  const sizes = new Float64Array(numbers.size);
  for (const group of groupOf) sizes[group]++;
  const { mean } = voxelMoments(view);
  const between = new Float64Array(view.voxels.length);
  const within = new Float64Array(view.voxels.length);
  const total = new Float64Array(view.voxels.length);
  const sums = new Float64Array(numbers.size);
  view.voxels.forEach((voxel, i) => {
    const value = (row: number) => view.data[view.samples[row] * view.stride + voxel] - mean[i];
    sums.fill(0);
    groupOf.forEach((group, row) => {
      sums[group] += value(row);
    });
    let squaresBetween = 0;
    sums.forEach((sum, group) => {
      squaresBetween += sum ** 2 / sizes[group];
    });
    let squaresWithin = 0;
    let squares = 0;
    groupOf.forEach((group, row) => {
      squaresWithin += (value(row) - sums[group] / sizes[group]) ** 2;
      squares += value(row) ** 2;
    });
    between[i] = squaresBetween / (sizes.length - 1);
    within[i] = squaresWithin / (groupOf.length - sizes.length);
    total[i] = squares / (groupOf.length - 1);
  });
  return { between, within, total };
}

/**
 * Pearson correlation of every voxel with a regressor, such as 1 for one category and 0 for the others.
 *
 * @param regressor - one value per sample of the view
 * @returns `[voxels]`; 0 where voxel or regressor does not vary
 */
export function correlationWith(view: VoxelView, regressor: readonly number[]): Float64Array {
  const centre = regressor.reduce((sum, value) => sum + value, 0) / regressor.length;
  const centred = regressor.map((value) => value - centre);
  const length = Math.sqrt(centred.reduce((sum, value) => sum + value ** 2, 0));
  const { mean, sd } = voxelMoments(view);
  return Float64Array.from(view.voxels, (voxel, i) => {
    const scale = sd[i] * Math.sqrt(view.samples.length) * length;
    if (scale === 0) return 0;
    const along = centred.reduce((sum, value, row) => {
      return sum + value * (view.data[view.samples[row] * view.stride + voxel] - mean[i]);
    }, 0);
    return along / scale;
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
