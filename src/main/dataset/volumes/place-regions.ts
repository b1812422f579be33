/** Regions found on a grid become columns of the voxel matrix, with an account of what was lost and what overlaps. */
import type { Region } from '../../../shared/recording.ts';
import { regionOverlaps, type RegionOverlap } from '../regions.ts';
import { gridSize, type Grid } from './grid.ts';

/** A region as voxels of a grid, before anybody asks whether they were extracted. */
export interface GridRegion {
  readonly name: string;
  /** Flat indices, ascending. */
  readonly indices: readonly number[];
}

export interface PlacedRegion {
  readonly name: string;
  /** Voxels that are in the matrix. */
  readonly voxels: number;
  /** Voxels of the region on the grid that are not, because they lie outside of the brain mask. */
  readonly lost: number;
}

export interface RegionReport {
  readonly regions: readonly PlacedRegion[];
  /** Names of regions without a voxel in the matrix; they are left out. */
  readonly empty: readonly string[];
  /** Pairs of regions with voxels in common. */
  readonly overlaps: readonly RegionOverlap[];
}

export interface PlacedRegions {
  readonly regions: readonly Region[];
  readonly report: RegionReport;
}

/**
 * @param grid - of the volumes, on which the regions were found
 * @param extracted - flat index of every column of the voxel matrix
 * @returns regions as columns, in the given order, those without any left out; and the report on all
 */
export function placeRegions(found: readonly GridRegion[], grid: Grid, extracted: ArrayLike<number>): PlacedRegions {
  const columnOf = new Int32Array(gridSize(grid)).fill(-1);
  for (let column = 0; column < extracted.length; column++) columnOf[extracted[column]] = column;
  const placed = found.map(({ name, indices }) => {
    const columns = indices.map((index) => columnOf[index]).filter((column) => column >= 0);
    return { name, voxels: columns.sort((a, b) => a - b), lost: indices.length - columns.length };
  });
  const regions = placed.filter(({ voxels }) => voxels.length > 0).map(({ name, voxels }) => ({ name, voxels }));
  return {
    regions,
    report: {
      regions: placed.map(({ name, voxels, lost }) => ({ name, voxels: voxels.length, lost })),
      empty: placed.filter(({ voxels }) => voxels.length === 0).map(({ name }) => name),
      overlaps: regionOverlaps(regions),
    },
  };
}
