/** Masks and label arrays on the grid of responses, wherever they are stored. */
import type { Grid } from '../../volumes/grid.ts';
import { readStillVolume } from '../../volumes/region-sources.ts';
import { resolveFrom } from '../recipe-paths.ts';
import { wrongShape, type FoundArray, type SourceFiles } from '../source-files.ts';
import type { NsdMaskRecipe } from './nsd-recipe.ts';

/** Voxels along z, y and x, as the rows of the responses hold them: x fastest. */
export type BetaShape = readonly [number, number, number];

export interface GridLabels {
  /** One per voxel, x fastest. */
  readonly values: ArrayLike<number>;
  /** Where the voxels lie, for volumes that say so. */
  readonly grid: Grid | null;
}

/**
 * @throws CortextError `ARRAY_SHAPE` for another grid, `ARRAY_MISSING`, and what reading volumes throws
 */
export async function readGridLabels(
  sources: SourceFiles,
  mask: NsdMaskRecipe,
  shape: BetaShape,
  signal: AbortSignal | undefined,
): Promise<GridLabels> {
  if ('array' in mask) {
    const array = sources.find(mask.array);
    return { values: await readLabelArray(array, shape), grid: null };
  }
  const path = resolveFrom(sources.folder, mask.volume);
  sources.note(path);
  const { grid, values } = await readStillVolume(path, signal);
  if (!sameSides(grid.shape, reversed(shape))) {
    throw wrongShape({ name: 'volume', file: path, shape: grid.shape }, gridWords(shape), OTHER_GRID);
  }
  return { values, grid };
}

const OTHER_GRID = 'Take masks of the same preparation: func1pt8mm and func1mm have different grids.';

/** Whether an array lies on the grid of responses, in either order of axes. */
export function isOnGrid({ shape }: Pick<FoundArray, 'shape'>, betas: BetaShape): boolean {
  return sameSides(shape, betas) || sameSides(shape, reversed(betas));
}

/**
 * HDF5 written by MATLAB has its axes reversed, as the responses have; NumPy arrays of NIfTI volumes and MATLAB files have
 * x first.
 */
async function readLabelArray(array: FoundArray, betas: BetaShape): Promise<ArrayLike<number>> {
  if (!isOnGrid(array, betas)) throw wrongShape(array, gridWords(betas), OTHER_GRID);
  const { data } = await array.numbers();
  const asBetas = sameSides(array.shape, betas);
  const xFirst = sameSides(array.shape, reversed(betas));
  // A cube fits both ways.
  if (asBetas && !(xFirst && array.format !== 'hdf5')) return data;
  const [z, y, x] = betas;
  const values = new Float64Array(data.length);
  for (let i = 0, from = 0; i < x; i++) {
    for (let j = 0; j < y; j++) {
      for (let k = 0; k < z; k++, from++) values[i + x * (j + y * k)] = data[from];
    }
  }
  return values;
}

/** Voxels with one of the labels, or above 0; ascending. */
export function labelledVoxels(values: ArrayLike<number>, labels: readonly number[] | undefined): number[] {
  const wanted = labels === undefined ? null : new Set(labels);
  const voxels: number[] = [];
  for (let voxel = 0; voxel < values.length; voxel++) {
    if (wanted === null ? values[voxel] > 0 : wanted.has(values[voxel])) voxels.push(voxel);
  }
  return voxels;
}

function gridWords(betas: BetaShape): string {
  return `[${betas.join(', ')}] or [${reversed(betas).join(', ')}], as the responses have it`;
}

function reversed([z, y, x]: BetaShape): BetaShape {
  return [x, y, z];
}

function sameSides(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((side, axis) => side === b[axis]);
}
