/** Which colour a region has, and which one of its regions a voxel is painted in. */
import type { RegionList } from '../../../shared/regions.ts';

/**
 * Told apart also by who sees red and green alike: the seven of Okabe and Ito (2008), then those of Tol's muted scheme
 * (2021) that differ from them. More regions than colours begin again.
 */
const palette = [
  '#e69f00',
  '#56b4e9',
  '#009e73',
  '#f0e442',
  '#0072b2',
  '#d55e00',
  '#cc79a7',
  '#ddcc77',
  '#aa4499',
  '#44aa99',
  '#882255',
  '#999933',
  '#bbbbbb',
] as const;

export function colourOf(place: number): string {
  return palette[place % palette.length];
}

/** Red, green and blue, 0 to 255. */
export function channelsOf(colour: string): [number, number, number] {
  const value = Number.parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

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
    return smallest === undefined ? null : colourOf(smallest);
  });
}

/** Every region but unions of others, which would hide their parts. */
export function visibleAtFirst({ regions }: RegionList): Set<string> {
  return new Set(regions.filter(({ contains }) => contains.length === 0).map(({ name }) => name));
}
