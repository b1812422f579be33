/** Which of its regions' colours a voxel is painted in, and what is painted at first. */
import type { RegionList } from '../../../shared/regions.ts';

/**
 * The colour of every label of a list, null where no visible region holds its voxels. A voxel has the colour of the
 * smallest region that holds it, so that parts are seen upon their union.
 *
 * @param visible - names of regions
 */
export function labelColours({ regions, labels }: RegionList, visible: ReadonlySet<string>): (string | null)[] {
  return labels.map(({ regions: places }) => {
    const shown = places.filter((place) => visible.has(regions[place].name));
    const smallest = shown.sort((a, b) => regions[a].voxels - regions[b].voxels).at(0);
    return smallest === undefined ? null : regions[smallest].colour;
  });
}

/** Every region but unions of others, which would hide their parts. */
export function visibleAtFirst({ regions }: RegionList): Set<string> {
  return new Set(regions.filter(({ contains }) => contains.length === 0).map(({ name }) => name));
}
