/** Where volumes are sampled: an oblique slab of 3 mm over visual cortex, and an upright head of 2 mm. */
import type { AffineRows, NiftiGrid } from '../../volumes/nifti-writer.ts';
import { GRID_MILLIMETRES, type Voxel } from '../cortex/layout.ts';
import { headBounds } from './head.ts';

const ANATOMICAL_MILLIMETRES = 2;
/** Slices are tilted along the calcarine sulcus, as they usually are for visual cortex. */
const TILT = (20 / 180) * Math.PI;
const MARGIN_VOXELS = 2;

/** Index of a voxel in memory. */
export function cellIndex([nx, ny]: readonly [number, number, number], i: number, j: number, k: number): number {
  return i + nx * (j + ny * k);
}

export function millimetresOf(affine: AffineRows, i: number, j: number, k: number): [number, number, number] {
  const [x, y, z] = affine.map((row) => row[0] * i + row[1] * j + row[2] * k + row[3]);
  return [x, y, z];
}

/** The slab that covers all voxels of the cortex, with a margin. */
export function functionalGrid(voxels: readonly Voxel[]): NiftiGrid {
  const turned = voxels.map(({ position }) => towardsSlab(position));
  const least = [0, 1, 2].map((axis) => Math.min(...turned.map((at) => at[axis])) - MARGIN_VOXELS * GRID_MILLIMETRES);
  const size = [0, 1, 2].map((axis) => {
    const span = Math.max(...turned.map((at) => at[axis])) - least[axis];
    return Math.ceil(span / GRID_MILLIMETRES) + 1 + MARGIN_VOXELS;
  });
  const [cos, sin] = [Math.cos(TILT), Math.sin(TILT)];
  const side = GRID_MILLIMETRES;
  const affine: AffineRows = [
    [side, 0, 0, least[0]],
    [0, side * cos, -side * sin, least[1] * cos - least[2] * sin],
    [0, side * sin, side * cos, least[1] * sin + least[2] * cos],
  ];
  return { size: [size[0], size[1], size[2]], affine };
}

function towardsSlab([x, y, z]: readonly [number, number, number]): [number, number, number] {
  const [cos, sin] = [Math.cos(TILT), Math.sin(TILT)];
  return [x, y * cos + z * sin, -y * sin + z * cos];
}

/** The whole head, with the first axis running from right to left, as many scanners store it. */
export function anatomicalGrid(): NiftiGrid {
  const side = ANATOMICAL_MILLIMETRES;
  const [left, posterior, inferior] = headBounds.least.map((bound) => Math.floor(bound) - side);
  const size = [0, 1, 2].map((axis) => Math.ceil((headBounds.greatest[axis] - headBounds.least[axis]) / side) + 3);
  return {
    size: [size[0], size[1], size[2]],
    affine: [
      [-side, 0, 0, left + side * (size[0] - 1)],
      [0, side, 0, posterior],
      [0, 0, side, inferior],
    ],
  };
}

/**
 * A place of its own on the grid for every voxel of the cortex: the nearest that is free.
 *
 * @returns `[voxels]` indices into a volume
 */
export function placeVoxels({ size, affine }: NiftiGrid, voxels: readonly Voxel[]): Int32Array {
  const origin = towardsSlab([affine[0][3], affine[1][3], affine[2][3]]);
  const taken = new Set<number>();
  return Int32Array.from(voxels, ({ position }) => {
    const at = towardsSlab(position).map((value, axis) => (value - origin[axis]) / GRID_MILLIMETRES);
    const cell = nearestFree(at, size, taken);
    taken.add(cell);
    return cell;
  });
}

function nearestFree(
  at: readonly number[],
  size: readonly [number, number, number],
  taken: ReadonlySet<number>,
): number {
  const [x, y, z] = at.map(Math.round);
  const inside = (value: number, axis: number): boolean => value >= 0 && value < size[axis];
  for (let reach = 1; ; reach++) {
    let best = -1;
    let shortest = reach + 0.5;
    for (let k = z - reach; k <= z + reach; k++)
      for (let j = y - reach; j <= y + reach; j++)
        for (let i = x - reach; i <= x + reach; i++) {
          if (!inside(i, 0) || !inside(j, 1) || !inside(k, 2)) continue;
          const distance = Math.hypot(i - at[0], j - at[1], k - at[2]);
          const cell = cellIndex(size, i, j, k);
          if (distance >= shortest || taken.has(cell)) continue;
          shortest = distance;
          best = cell;
        }
    if (best !== -1) return best;
  }
}

/**
 * The voxel of another grid in which each voxel of `grid` has its centre.
 *
 * @param visit - gets the index in `grid`, and the index in `other` or -1 outside of it; `other` must be a functional grid
 */
export function forEachWithin(grid: NiftiGrid, other: NiftiGrid, visit: (cell: number, within: number) => void): void {
  const origin = towardsSlab([other.affine[0][3], other.affine[1][3], other.affine[2][3]]);
  const [nx, ny, nz] = grid.size;
  for (let k = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++) {
        const at = towardsSlab(millimetresOf(grid.affine, i, j, k)).map((value, axis) =>
          Math.round((value - origin[axis]) / GRID_MILLIMETRES),
        );
        const isInside = at.every((value, axis) => value >= 0 && value < other.size[axis]);
        visit(cellIndex(grid.size, i, j, k), isInside ? cellIndex(other.size, at[0], at[1], at[2]) : -1);
      }
}
