/** Which regions are taken, and the voxels that are extracted for them. */
import { CortextError } from '../../../../shared/errors.ts';
import { sameGrid, type Grid } from '../../volumes/grid.ts';
import { maskIndices } from '../../volumes/grid-regions.ts';
import { openVolume } from '../../volumes/open-volume.ts';
import { placeRegions, type GridRegion, type PlacedRegions } from '../../volumes/place-regions.ts';
import { readRegionSources, readStillVolume, type RegionSource } from '../../volumes/region-sources.ts';
import type { RecipeGuess } from '../load-recipe.ts';
import { resolveFrom } from '../recipe-paths.ts';
import type { RegionProposal } from './region-proposal.ts';
import type { ScanRegionRecipe, ScansRecipe } from './scans-recipe.ts';

export interface ChosenRegions extends PlacedRegions {
  readonly recipe: Readonly<Record<string, ScanRegionRecipe>>;
  /** Flat index of every extracted voxel, ascending. */
  readonly voxels: readonly number[];
  /** What was taken of what lies ready; null where the recipe says which regions to take. */
  readonly proposal: RegionProposal | null;
  /** Masks, atlases and tables that were read. */
  readonly files: readonly string[];
}

/**
 * @param grid - of the runs
 * @param extracted - flat index of every voxel to take, ascending; null to take those of the regions
 * @throws CortextError `INVALID_RECIPE` when nothing says which voxels to take; `REGION_EMPTY` when no voxel is left
 */
export async function chooseRegions(
  { recipe, folder }: { readonly recipe: Pick<ScansRecipe, 'regions' | 'mask'>; readonly folder: string },
  proposals: readonly RegionProposal[],
  grid: Grid,
  guesses: RecipeGuess[],
  signal: AbortSignal | undefined,
  extracted: readonly number[] | null = null,
): Promise<ChosenRegions> {
  const proposal = recipe.regions === undefined ? guessRegions(proposals, grid, guesses) : null;
  const regions = recipe.regions ?? proposal?.regions ?? (extracted === null ? null : {});
  if (regions === null) {
    throw new CortextError('INVALID_RECIPE', 'Nothing says which voxels to import: there are no masks and no atlas.', {
      hint: 'Name them: "regions: { V1: { mask: V1.nii.gz } }", or give mask files beside the runs.',
    });
  }
  const sources = Object.entries(regions).flatMap(([name, region]) => sourcesOf(name, region, folder));
  const found = joinNames(await readRegionSources(sources, grid, signal));
  const within = recipe.mask === undefined ? null : resolveFrom(folder, recipe.mask);
  const allowed = within === null ? null : new Set(maskIndices(await readStillVolume(within, signal), grid));
  const voxels = (extracted ?? [...new Set(found.flatMap(({ indices }) => indices))])
    .filter((index) => allowed?.has(index) ?? true)
    .sort((a, b) => a - b);
  if (voxels.length === 0) {
    throw new CortextError('REGION_EMPTY', `No voxel of the runs lies in ${Object.keys(regions).join(', ')}.`, {
      hint: 'Masks must be in the space of the runs: check the affines, or name another space.',
    });
  }
  const files = sources.flatMap((source) => ('path' in source ? [source.path] : []));
  const tables = sources.flatMap((source) => (source.kind === 'atlas' && source.table !== null ? [source.table] : []));
  return {
    ...placeRegions(found, grid, voxels),
    recipe: regions,
    proposal,
    voxels,
    files: [...files, ...tables, ...(within === null ? [] : [within])],
  };
}

/** Of the best kind, the first proposal on the grid of the runs, or else the first one, which is resampled. */
function guessRegions(all: readonly RegionProposal[], grid: Grid, guesses: RecipeGuess[]): RegionProposal | null {
  const kind = Math.min(...all.map(({ rank }) => rank));
  const proposals = all.filter(({ rank }) => rank === kind);
  const fitting = proposals.find(({ sample }) => sameGrid(openVolume(sample).grid, grid));
  const chosen = fitting ?? proposals.at(0);
  if (chosen === undefined) return null;
  const others = proposals.filter((proposal) => proposal !== chosen).map(({ title }) => title);
  guesses.push({
    about: 'regions',
    choice: chosen.title,
    reason:
      (fitting === undefined ? 'resampled to the grid of the runs' : 'they lie on the grid of the runs') +
      (others.length === 0 ? '' : `; there are also ${others.join(', ')}`),
  });
  return chosen;
}

function sourcesOf(name: string, region: ScanRegionRecipe, folder: string): RegionSource[] {
  if ('mask' in region) {
    return [region.mask].flat().map((path) => ({ kind: 'mask', name, path: resolveFrom(folder, path) }));
  }
  if ('centre' in region) return [{ kind: 'sphere', name, centre: region.centre, radius: region.radius }];
  return [
    {
      kind: 'atlas',
      path: resolveFrom(folder, region.atlas),
      table: region.labels === undefined ? null : resolveFrom(folder, region.labels),
      ...(region.names === undefined ? {} : { names: region.names }),
    },
  ];
}

/** The two halves of an area, in masks of their own, are one region. */
function joinNames(found: readonly GridRegion[]): GridRegion[] {
  const joined = Map.groupBy(found, ({ name }) => name);
  return [...joined].map(([name, parts]) => ({
    name,
    indices: [...new Set(parts.flatMap(({ indices }) => indices))].sort((a, b) => a - b),
  }));
}
