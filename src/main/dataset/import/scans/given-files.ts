/** What files and folders named on a command line are, by their content. */
import { statSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { CortextError, toCortextError } from '../../../../shared/errors.ts';
import { openVolume } from '../../volumes/open-volume.ts';
import { readLabelTable } from '../../volumes/region-sources.ts';
import type { VolumeFile } from '../../volumes/volume-file.ts';
import type { ImagesRecipe } from '../recipe-entries.ts';
import type { ScanRegionRecipe } from './scans-recipe.ts';

export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** The header of a volume or a run; null for any other file. */
export function volumeAt(path: string): VolumeFile | null {
  try {
    return openVolume(path);
  } catch {
    // What is wrong with a file is said by the format that reads it.
    return null;
  }
}

/** Entries of a recipe for what is named beside a dataset. */
export interface GivenBeside {
  readonly images?: ImagesRecipe;
  readonly regions?: Readonly<Record<string, ScanRegionRecipe>>;
}

/**
 * Regions from masks, and from atlases with their tables of labels, named after their files; and a folder or an archive of
 * images.
 *
 * @throws CortextError `INVALID_RECIPE` for anything else, and where it cannot be told what belongs together
 */
export function givenBeside(paths: readonly string[]): GivenBeside {
  const images = paths.filter((path) => isImages(path));
  const volumes = paths.filter((path) => !images.includes(path) && volumeAt(path)?.volumes === 1);
  const tables = paths.filter((path) => !images.includes(path) && !volumes.includes(path));
  if (images.length > 1) {
    throw new CortextError('INVALID_RECIPE', `There are several sets of images: ${images.join(', ')}.`, {
      hint: 'Name one folder or archive, or write a recipe.',
    });
  }
  for (const path of tables) requireLabelTable(path);
  const tableOf = pairTables(tables, volumes);
  const regions = volumes.map((path): [string, ScanRegionRecipe] => {
    const labels = tableOf.get(path);
    return [maskName(path), labels === undefined ? { mask: path } : { atlas: path, labels }];
  });
  return {
    ...(images.length === 0 ? {} : { images: isFolder(images[0]) ? { folder: images[0] } : { zip: images[0] } }),
    ...(regions.length === 0 ? {} : { regions: Object.fromEntries(regions) }),
  };
}

function isImages(path: string): boolean {
  return isFolder(path) || extname(path).toLowerCase() === '.zip';
}

function requireLabelTable(path: string): void {
  try {
    readLabelTable(path);
  } catch (error) {
    const reason = toCortextError(error).message;
    throw new CortextError('INVALID_RECIPE', `${path} cannot be imported beside a dataset: ${reason}`, {
      hint: 'Beside a dataset there may be masks, atlases with their tables of labels, and a folder or .zip of images. Runs and events are those of the dataset.',
      cause: error,
    });
  }
}

/** By the names of the files; a single table and a single volume belong together whatever they are called. */
function pairTables(tables: readonly string[], volumes: readonly string[]): ReadonlyMap<string, string> {
  const stem = (path: string): string => basename(path).replace(/(\.[A-Za-z]+)+$/, '').toLowerCase();
  return new Map(
    tables.map((table) => {
      const atlas = volumes.length === 1 ? volumes[0] : volumes.find((path) => stem(path) === stem(table));
      if (atlas !== undefined) return [atlas, table];
      throw new CortextError('INVALID_RECIPE', `To which atlas the labels of ${table} belong, its name does not say.`, {
        hint: `Call it like the atlas, or write it into the recipe: "regions: { atlas: { atlas: ${volumes[0] ?? 'atlas.nii.gz'}, labels: ${basename(table)} } }".`,
      });
    }),
  );
}

/** What a mask is called: its label where it has one as BIDS names it, else its file without the ending. */
export function maskName(path: string): string {
  const name = basename(path).replace(/\.(nii|mgh|mgz|hdr|img)(\.gz)?$/i, '');
  return /(?:^|_)label-([^_]+)/.exec(name)?.[1] ?? name;
}
