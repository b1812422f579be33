/** Paths in recipes: relative to the recipe's folder, so that a recipe can be moved together with its files. */
import { isAbsolute, relative, resolve, sep } from 'node:path';
import type { NsdMaskRecipe, NsdRecipe } from './nsd/nsd-recipe.ts';
import type { ImagesRecipe } from './recipe-entries.ts';
import type { ScanRegionRecipe, ScansRecipe } from './scans/scans-recipe.ts';
import type { StatmapsRecipe } from './statmaps/statmaps-recipe.ts';

/** The absolute path of a file that a recipe names. */
export function resolveFrom(folder: string, path: string): string {
  return isAbsolute(path) ? path : resolve(folder, path);
}

/** How provenance calls a file: relative to the recipe, with `/`, unless it lies on another drive. */
export function relativeTo(folder: string, path: string): string {
  const result = relative(folder, path);
  return isAbsolute(result) ? result : result.split(sep).join('/');
}

interface WithPaths {
  readonly file?: string | undefined;
  readonly files?: Readonly<Record<string, string>> | undefined;
  readonly folder?: string | undefined;
  readonly images?: ImagesRecipe | undefined;
  readonly parts?: readonly { readonly images?: ImagesRecipe | undefined }[] | undefined;
}

/**
 * A recipe with all its paths relative to a folder.
 *
 * @param from - the folder that they are relative to now
 */
export function rebaseRecipe<T extends WithPaths>(recipe: T, from: string, to: string = from): T {
  const move = (path: string) => relativeTo(to, resolveFrom(from, path));
  const images = <O extends { readonly images?: ImagesRecipe | undefined }>(owner: O): O => {
    if (owner.images === undefined || 'array' in owner.images) return owner;
    const moved = 'folder' in owner.images ? { folder: move(owner.images.folder) } : { zip: move(owner.images.zip) };
    return { ...owner, images: moved };
  };
  return images({
    ...recipe,
    ...(isOfScans(recipe) ? rebaseScans(recipe, move) : {}),
    ...(recipe.file === undefined ? {} : { file: move(recipe.file) }),
    ...(recipe.files === undefined
      ? {}
      : { files: Object.fromEntries(Object.entries(recipe.files).map(([alias, path]) => [alias, move(path)])) }),
    ...(recipe.folder === undefined ? {} : { folder: move(recipe.folder) }),
    ...(recipe.parts === undefined ? {} : { parts: recipe.parts.map((part) => images(part)) }),
    ...(isOfStatmaps(recipe) ? rebaseStatmaps(recipe, move) : {}),
    ...(isOfNsd(recipe) ? rebaseMasks(recipe, move) : {}),
  });
}

function isOfScans(recipe: object): recipe is ScansRecipe {
  return 'format' in recipe && (recipe.format === 'bids' || recipe.format === 'openfmri' || recipe.format === 'runs');
}

/** The entries of recipes of scanner runs that are paths. */
function rebaseScans(recipe: ScansRecipe, move: (path: string) => string): Partial<ScansRecipe> {
  const { mask, regions } = recipe;
  return {
    ...(mask === undefined ? {} : { mask: move(mask) }),
    ...(regions === undefined ? {} : { regions: rebaseRegions(regions, move) }),
    ...(recipe.format === 'bids' && recipe.derivatives !== undefined ? { derivatives: recipe.derivatives.map(move) } : {}),
    ...(recipe.format === 'runs'
      ? {
          runs: recipe.runs.map((run) => ({
            ...run,
            volumes: move(run.volumes),
            ...(run.events === undefined ? {} : { events: move(run.events) }),
            ...(run.confounds === undefined ? {} : { confounds: move(run.confounds) }),
          })),
        }
      : {}),
  };
}

function rebaseRegions(
  regions: Readonly<Record<string, ScanRegionRecipe>>,
  move: (path: string) => string,
): Record<string, ScanRegionRecipe> {
  const moved = (given: ScanRegionRecipe): ScanRegionRecipe => {
    if ('mask' in given) return { mask: typeof given.mask === 'string' ? move(given.mask) : given.mask.map(move) };
    if ('centre' in given) return given;
    return { ...given, atlas: move(given.atlas), ...(given.labels === undefined ? {} : { labels: move(given.labels) }) };
  };
  return Object.fromEntries(Object.entries(regions).map(([name, given]) => [name, moved(given)]));
}

function isOfStatmaps(recipe: object): recipe is StatmapsRecipe {
  return 'format' in recipe && recipe.format === 'statmaps';
}

function rebaseStatmaps({ maps, voxels, regions }: StatmapsRecipe, move: (path: string) => string): Partial<StatmapsRecipe> {
  return {
    ...(maps === undefined ? {} : { maps: maps.map(move) }),
    ...(voxels === undefined ? {} : { voxels: move(voxels) }),
    ...(regions === undefined ? {} : { regions: rebaseRegions(regions, move) }),
  };
}

function isOfNsd(recipe: object): recipe is Pick<NsdRecipe, 'mask' | 'regions'> {
  return 'format' in recipe && recipe.format === 'nsd';
}

function rebaseMasks({ mask, regions }: Pick<NsdRecipe, 'mask' | 'regions'>, move: (path: string) => string) {
  const moved = (given: NsdMaskRecipe): NsdMaskRecipe =>
    'volume' in given ? { ...given, volume: move(given.volume) } : given;
  return {
    ...(mask && { mask: moved(mask) }),
    ...(regions && {
      regions: Object.fromEntries(Object.entries(regions).map(([name, given]) => [name, moved(given)])),
    }),
  };
}
