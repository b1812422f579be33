/** The grid of a volume: how many voxels along each axis, and where they lie in the head. */
import type { RecordingSpace } from '../../../shared/recording.ts';
import { applyAffine, type Affine } from './affine.ts';

/**
 * A volume's voxels are numbered with x fastest, as NIfTI stores them: voxel `[i, j, k]` has the flat index
 * `i + shape[0] * (j + shape[1] * k)`. NumPy's own order (C) has the last axis fastest.
 */
export interface Grid {
  readonly shape: readonly [number, number, number];
  readonly affine: Affine;
}

/** Voxels of a volume. */
export function gridSize({ shape }: Grid): number {
  return shape[0] * shape[1] * shape[2];
}

export function flatIndex({ shape }: Grid, [i, j, k]: readonly [number, number, number]): number {
  return i + shape[0] * (j + shape[1] * k);
}

export function voxelAt({ shape }: Grid, index: number): [number, number, number] {
  const column = Math.floor(index / shape[0]);
  return [index % shape[0], column % shape[1], Math.floor(column / shape[1])];
}

/** Millimetre coordinates `[voxels][3]` of the centres of voxels given by their flat indices. */
export function voxelPositions(grid: Grid, indices: ArrayLike<number>): [number, number, number][] {
  return Array.from(indices, (index) => applyAffine(grid.affine, voxelAt(grid, index)));
}

/** Corners of corresponding voxels may lie apart by this share of a voxel: headers round to float32. */
const SAME_PLACE = 1e-3;

/**
 * Whether two grids have the same shape and put the same voxel at the same place: no voxel of one lies further from its
 * namesake than `tolerance`, in millimetres (default: a thousandth of the smallest side of a voxel).
 */
export function sameGrid(a: Grid, b: Grid, tolerance = SAME_PLACE * Math.min(...voxelSides(a))): boolean {
  if (a.shape.some((side, axis) => side !== b.shape[axis])) return false;
  const [x, y, z] = a.shape;
  // The difference is affine itself, so it is largest at a corner.
  for (const i of [0, x - 1]) {
    for (const j of [0, y - 1]) {
      for (const k of [0, z - 1]) {
        const [p, q] = [applyAffine(a.affine, [i, j, k]), applyAffine(b.affine, [i, j, k])];
        if (!(Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]) <= tolerance)) return false;
      }
    }
  }
  return true;
}

/** Lengths of the sides of a voxel in millimetres. */
export function voxelSides({ affine }: Grid): [number, number, number] {
  const side = (c: 0 | 1 | 2): number => Math.hypot(affine[0][c], affine[1][c], affine[2][c]);
  return [side(0), side(1), side(2)];
}

/** `[40, 64, 64] voxels of 3 x 3.75 x 3.75 mm`, for messages. */
export function describeGrid(grid: Grid): string {
  const sides = voxelSides(grid).map((side) => String(Number(side.toFixed(2))));
  return `[${grid.shape.join(', ')}] voxels of ${sides.join(' x ')} mm`;
}

/** What a recording keeps of a grid: the place of each of its columns. */
export function recordingSpace(grid: Grid, indices: ArrayLike<number>): RecordingSpace {
  const [a, b, c, d] = grid.affine;
  return { shape: [...grid.shape], affine: [[...a], [...b], [...c], [...d]], indices: Array.from(indices) };
}
