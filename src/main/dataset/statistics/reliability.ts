/** How well a voxel repeats itself: its responses to the same stimuli, shown again. */
import type { VoxelView } from './voxel-statistics.ts';

/**
 * Split-half reliability of every voxel: Pearson correlation over stimuli between the mean of the odd and the mean of
 * the even presentations, brought to the length of the whole by Spearman and Brown (1910).
 *
 * @param groups - the stimulus of every sample of the view, samples in order of presentation; stimuli that were shown
 *   once are left out, and at least two must be left
 * @returns `[voxels]`; 0 for a voxel whose halves do not vary; far below 0 where halves contradict each other
 */
export function splitHalfReliability(view: VoxelView, groups: readonly number[]): Float64Array {
  const repeated = presentations(groups).filter((rows) => rows.length > 1);
  const every = (rows: readonly number[], remainder: number) => rows.filter((_, i) => i % 2 === remainder);
  return Float64Array.from(view.voxels, (voxel) => {
    const half = (remainder: number) => repeated.map((rows) => meanOf(view, voxel, every(rows, remainder)));
    return spearmanBrown(pearson(half(0), half(1)), 2);
  });
}

/**
 * Reliability of a mean over `length` times as many presentations.
 *
 * @param reliability - above -1 / (length - 1); at or below it there is no such reliability, and the result is -1
 */
export function spearmanBrown(reliability: number, length: number): number {
  const denominator = 1 + (length - 1) * reliability;
  return denominator <= 0 ? -1 : Math.max(-1, (length * reliability) / denominator);
}

/** Rows of the view by stimulus, in order of first appearance. */
function presentations(groups: readonly number[]): number[][] {
  const rows = new Map<number, number[]>();
  groups.forEach((group, row) => {
    const own = rows.get(group);
    if (own === undefined) rows.set(group, [row]);
    else own.push(row);
  });
  return [...rows.values()];
}

function meanOf({ data, samples, stride }: VoxelView, voxel: number, rows: readonly number[]): number {
  return rows.reduce((sum, row) => sum + data[samples[row] * stride + voxel], 0) / rows.length;
}

/** 0 where one side does not vary. */
function pearson(a: readonly number[], b: readonly number[]): number {
  const meanA = a.reduce((sum, value) => sum + value, 0) / a.length;
  const meanB = b.reduce((sum, value) => sum + value, 0) / b.length;
  let products = 0;
  let squaresA = 0;
  let squaresB = 0;
  a.forEach((value, i) => {
    products += (value - meanA) * (b[i] - meanB);
    squaresA += (value - meanA) ** 2;
    squaresB += (b[i] - meanB) ** 2;
  });
  return squaresA === 0 || squaresB === 0 ? 0 : products / Math.sqrt(squaresA * squaresB);
}
