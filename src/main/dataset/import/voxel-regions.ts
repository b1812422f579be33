/** Regions and positions: which voxels belong to what, and where they are. */
import { CortextError } from '../../../shared/errors.ts';
import type { Region } from '../../../shared/recording.ts';
import { readLabels, resolveBase } from './label-arrays.ts';
import type { RecipeGuess } from './load-recipe.ts';
import type { ArraysRecipe, RegionLabelsRecipe, RegionRecipe } from './arrays-recipe.ts';
import { elementsOf, isVector, wrongShape, type FoundArray, type SourceFiles } from './source-files.ts';

export interface ReadRegions {
  readonly regions: Region[];
  readonly guesses: readonly RecipeGuess[];
}

/**
 * Regions as the recipe gives them, ascending and without repeats. Without any, one region `all` has every voxel.
 *
 * @throws CortextError `REGION_EMPTY` naming region and file, `ARRAY_SHAPE`, `ARRAY_MISSING`, `INVALID_RECIPE`
 */
export async function readRegions(sources: SourceFiles, recipe: ArraysRecipe, voxels: number): Promise<ReadRegions> {
  const { labels, ...named } = recipe.regions ?? {};
  const regions: Region[] = [];
  for (const [name, region] of Object.entries(named)) {
    // The schema's catchall leaves `labels` out of the rest, which TypeScript cannot follow.
    regions.push({ name, voxels: await readRegion(sources, name, region, voxels) });
  }
  if (labels !== undefined) regions.push(...(await readLabelledRegions(sources, labels, voxels)));
  const twice = regions.find((region, index) => regions.findIndex(({ name }) => name === region.name) !== index);
  if (twice !== undefined) {
    throw new CortextError(
      'INVALID_RECIPE',
      `The region ${twice.name} is given twice, by itself and among the labels.`,
      {
        hint: 'Name it once.',
      },
    );
  }
  if (regions.length > 0) return { regions, guesses: [] };
  return {
    regions: [{ name: 'all', voxels: Array.from({ length: voxels }, (_, voxel) => voxel) }],
    guesses: [{ about: 'regions', choice: `one region "all" of ${voxels} voxels`, reason: 'no region was given' }],
  };
}

async function readRegion(sources: SourceFiles, name: string, region: RegionRecipe, voxels: number): Promise<number[]> {
  if ('all' in region) return Array.from({ length: voxels }, (_, voxel) => voxel);
  if ('indices' in region) {
    if (typeof region.indices !== 'string')
      return checkIndices(name, 'the recipe', region.indices, region.base, voxels);
    const array = sources.find(region.indices);
    return checkIndices(name, `${array.name} of ${array.file}`, await readIndices(array), region.base, voxels);
  }
  const array = sources.find('mask' in region ? region.mask : region.array);
  const { data, logical } = await array.numbers();
  const binary = logical || data.every((value) => value === 0 || value === 1);
  if ('mask' in region) {
    if (!isVector(array.shape) || data.length !== voxels) {
      throw wrongShape(array, `one value for each of ${voxels} voxels, as the mask of ${name}`);
    }
    if (!binary) {
      throw new CortextError(
        'ARRAY_TYPE',
        `The mask ${array.name} of ${array.file} (region ${name}) has values other than 0 and 1.`,
        {
          hint: `If these are indices, write "${name}: { indices: ${array.name}, base: 0 or 1 }".`,
        },
      );
    }
    return maskIndices(name, array, data);
  }
  if (binary && data.length === voxels) return maskIndices(name, array, data);
  return checkIndices(name, `${array.name} of ${array.file}`, await readIndices(array), region.base, voxels);
}

function maskIndices(name: string, array: FoundArray, data: ArrayLike<number>): number[] {
  const indices: number[] = [];
  for (let voxel = 0; voxel < data.length; voxel++) if (data[voxel] === 1) indices.push(voxel);
  if (indices.length === 0) throw emptyRegion(name, `the mask ${array.name} of ${array.file} is 0 everywhere`);
  return indices;
}

async function readIndices(array: FoundArray): Promise<number[]> {
  if (!isVector(array.shape)) throw wrongShape(array, 'a list of indices');
  return elementsOf(array.shape) === 0 ? [] : Array.from((await array.numbers()).data);
}

function checkIndices(
  region: string,
  where: string,
  indices: readonly number[],
  base: 0 | 1 | 'auto',
  voxels: number,
): number[] {
  if (indices.length === 0) throw emptyRegion(region, `${where} has no indices`);
  const first = resolveBase(`The region ${region} (${where})`, indices, base, voxels, 'voxels');
  const odd = indices.find((index) => !Number.isInteger(index) || index < first || index >= voxels + first);
  if (odd !== undefined) {
    throw emptyRegion(
      region,
      `${where} has the index ${odd}, outside ${first}..${voxels - 1 + first} for ${voxels} voxels counted from ${first}`,
    );
  }
  return [...new Set(indices.map((index) => index - first))].sort((a, b) => a - b);
}

async function readLabelledRegions(
  sources: SourceFiles,
  recipe: RegionLabelsRecipe,
  voxels: number,
): Promise<Region[]> {
  const array = sources.find(recipe.array);
  const labels = await readLabels(array, voxels, 'voxel');
  const members = new Map<string, number[]>();
  labels.forEach((label, voxel) => {
    const name = recipe.names === undefined ? label : label === null ? null : recipe.names[label];
    // 0 is the usual number of voxels outside every region.
    if (name == null || name === '0') return;
    const region = members.get(name);
    if (region === undefined) members.set(name, [voxel]);
    else region.push(voxel);
  });
  const absent = Object.values(recipe.names ?? {}).find((name) => !members.has(name));
  if (absent !== undefined) throw emptyRegion(absent, `no voxel has its label in ${array.name} of ${array.file}`);
  if (members.size === 0) throw emptyRegion('of any name', `${array.name} of ${array.file} labels no voxel`);
  return [...members]
    .sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
    .map(([name, list]) => ({ name, voxels: list }));
}

export function emptyRegion(region: string, why: string): CortextError {
  return new CortextError('REGION_EMPTY', `The region ${region} has no valid voxels: ${why}.`, {
    hint: 'Check the array, and whether its indices count from 0 or from 1 (entry "base").',
    details: { region },
  });
}

/** Regions after voxels were dropped. @throws CortextError `REGION_EMPTY` when nothing of a region is left */
export function keepRegionVoxels(regions: readonly Region[], kept: readonly number[] | null): Region[] {
  if (kept === null) return [...regions];
  const place = new Map(kept.map((voxel, index) => [voxel, index]));
  return regions.map((region) => {
    const voxels = region.voxels.flatMap((voxel) => place.get(voxel) ?? []);
    if (voxels.length === 0) throw emptyRegion(region.name, 'all of its voxels had missing values and were dropped');
    return { name: region.name, voxels };
  });
}

/** Coordinates per voxel from `[voxels, 3]` or `[3, voxels]`. @throws CortextError `ARRAY_SHAPE`, `VALUES_NOT_FINITE` */
export async function readPositions(
  sources: SourceFiles,
  recipe: ArraysRecipe,
  voxels: number,
): Promise<[number, number, number][] | null> {
  if (recipe.positions === undefined) return null;
  const array = sources.find(recipe.positions.array);
  const [rows, columns] = array.shape;
  const tall = rows === voxels && columns === 3;
  if (array.shape.length !== 2 || !(tall || (rows === 3 && columns === voxels))) {
    throw wrongShape(array, `three coordinates for each of ${voxels} voxels: [${voxels}, 3]`);
  }
  const { data } = await array.numbers();
  if (!data.every((value) => Number.isFinite(value))) {
    throw new CortextError(
      'VALUES_NOT_FINITE',
      `The positions ${array.name} of ${array.file} have values that are NaN or infinite.`,
      {
        hint: 'Leave positions out of the recipe, or save them complete.',
      },
    );
  }
  const at = (voxel: number, axis: number) => data[tall ? voxel * 3 + axis : axis * voxels + voxel];
  return Array.from({ length: voxels }, (_, voxel) => [at(voxel, 0), at(voxel, 1), at(voxel, 2)]);
}
