/** Regions overlap: one label per voxel can tell all of them when every combination that occurs has its own. */
import type { Region } from '../../shared/recording.ts';

export interface RegionCombinations {
  /** `[voxels]`: the place of each column's combination in `combinations`. */
  readonly ofVoxel: Int32Array;
  /** Each occurs. In the order of the first voxel that has it. */
  readonly combinations: readonly {
    /** Places in the list of regions, ascending; none for voxels outside of every region. */
    readonly regions: readonly number[];
    readonly voxels: number;
  }[];
}

/** @param voxels - columns of the voxel matrix */
export function regionCombinations(regions: readonly Region[], voxels: number): RegionCombinations {
  const current = new Int32Array(voxels);
  const found: (readonly number[])[] = [[]];
  regions.forEach((region, place) => {
    // The voxels of this region leave the combination that they are in, together.
    const into = new Map<number, number>();
    for (const voxel of region.voxels) {
      const before = current[voxel];
      let after = into.get(before);
      if (after === undefined) {
        after = found.push([...found[before], place]) - 1;
        into.set(before, after);
      }
      current[voxel] = after;
    }
  });
  const counts = new Map<number, { place: number; voxels: number }>();
  const ofVoxel = current.map((combination) => {
    const known = counts.get(combination) ?? { place: counts.size, voxels: 0 };
    counts.set(combination, { ...known, voxels: known.voxels + 1 });
    return known.place;
  });
  return {
    ofVoxel,
    combinations: [...counts].map(([combination, { voxels: count }]) => ({
      regions: found[combination],
      voxels: count,
    })),
  };
}
