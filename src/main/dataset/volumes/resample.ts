/** From one grid to another by the nearest voxel, through both affines and never index by index. */
import { composeAffines, invertAffine, type Point } from './affine.ts';
import { gridSize, type Grid } from './grid.ts';

/** A place exactly between two voxels belongs to the upper one, whatever rounding did to it. */
const TIE = 1e-6;

/**
 * For every voxel of the grid `to`, the flat index of the voxel of `from` in which its centre lies; -1 for none.
 *
 * A voxel reaches half a side around its centre, those at the border too (SciPy's order 0, and nilearn with it, ends at
 * the centres of the border voxels).
 */
export function nearestVoxels(from: Grid, to: Grid): Int32Array {
  const [a, b, c] = composeAffines(invertAffine(from.affine), to.affine);
  const nearest = new Int32Array(gridSize(to)).fill(-1);
  const [width, height, depth] = from.shape;
  const half = 0.5 + TIE;
  let index = 0;
  for (let k = 0; k < to.shape[2]; k++) {
    for (let j = 0; j < to.shape[1]; j++) {
      const x0 = a[1] * j + a[2] * k + a[3] + half;
      const y0 = b[1] * j + b[2] * k + b[3] + half;
      const z0 = c[1] * j + c[2] * k + c[3] + half;
      for (let i = 0; i < to.shape[0]; i++, index++) {
        const x = Math.floor(x0 + a[0] * i);
        const y = Math.floor(y0 + b[0] * i);
        const z = Math.floor(z0 + c[0] * i);
        if (x >= 0 && x < width && y >= 0 && y < height && z >= 0 && z < depth) {
          nearest[index] = x + width * (y + height * z);
        }
      }
    }
  }
  return nearest;
}

/** Values `[voxels of from]` on the grid `to`; 0 where `from` has no voxel. */
export function resampleNearest(values: ArrayLike<number>, from: Grid, to: Grid): Float64Array {
  const nearest = nearestVoxels(from, to);
  const resampled = new Float64Array(nearest.length);
  for (let voxel = 0; voxel < nearest.length; voxel++) {
    if (nearest[voxel] >= 0) resampled[voxel] = values[nearest[voxel]];
  }
  return resampled;
}

/** Flat indices of the voxels of a grid in which some places (millimetres) lie, ascending, each once. */
export function voxelsAtPoints(grid: Grid, points: Iterable<Point>): number[] {
  const [a, b, c] = invertAffine(grid.affine);
  const [width, height, depth] = grid.shape;
  const found = new Set<number>();
  for (const [px, py, pz] of points) {
    const x = Math.floor(a[0] * px + a[1] * py + a[2] * pz + a[3] + 0.5 + TIE);
    const y = Math.floor(b[0] * px + b[1] * py + b[2] * pz + b[3] + 0.5 + TIE);
    const z = Math.floor(c[0] * px + c[1] * py + c[2] * pz + c[3] + 0.5 + TIE);
    if (x >= 0 && x < width && y >= 0 && y < height && z >= 0 && z < depth) found.add(x + width * (y + height * z));
  }
  return [...found].sort((p, q) => p - q);
}
