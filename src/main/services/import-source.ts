/** From what a user points at to a recipe: a recipe file, data files, a dataset, or a folder that holds them. */
import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { CortextError, toCortextError } from '../../shared/errors.ts';
import { recogniseFiles, type RecognisedFiles } from '../dataset/import/formats.ts';
import { checkRecipe, readRecipe, type LoadedRecipe } from '../dataset/import/load-recipe.ts';
import { expandHome } from './folder-listing.ts';

/** Files and folders, and where paths of their recipe start from. */
export interface GivenData {
  /** Absolute, or from the home folder (`~/...`). */
  readonly paths: readonly string[];
  /** Default: the folder that the first of them is in. A recipe file has its own. */
  readonly folder?: string;
}

/** A recipe, and its entries before anything was recognised from the data themselves. */
export interface StatedRecipe {
  readonly loaded: LoadedRecipe;
  readonly stated: Readonly<Record<string, unknown>>;
}

/** Stand beside data and are none. */
const DOCUMENT =
  /^(readme|licen[cs]e|changes|changelog|authors|citation|manifest|notes?)(\.|$)|\.(md|pdf|docx?|html?|py|m|rtf)$/i;

/**
 * @param recipe - in place of what the files say: entries, or the text of a recipe file
 * @throws CortextError `INVALID_RECIPE`, `FILE_NOT_FOUND`, `FORMAT_UNKNOWN`, `CANCELLED`
 */
export async function loadImport(
  { paths, folder: base }: GivenData,
  recipe: Readonly<Record<string, unknown>> | string | undefined,
  signal: AbortSignal,
): Promise<StatedRecipe> {
  const given = paths.map((path) => resolve(expandHome(path)));
  const recipeFile = await recipeAmong(given, signal);
  const folder = recipeFile === null ? (base ?? dirname(given[0])) : dirname(recipeFile);
  if (recipe !== undefined) {
    const stated = typeof recipe === 'string' ? parseRecipe(recipe) : recipe;
    return { loaded: { recipe: checkRecipe(stated, 'The recipe'), folder, path: null, guesses: [] }, stated };
  }
  if (recipeFile !== null) {
    const loaded = readRecipe(recipeFile);
    return { loaded, stated: loaded.recipe };
  }
  const recognised = await recogniseGiven(given, { signal });
  return {
    loaded: { recipe: checkRecipe(recognised.recipe, 'The files'), folder, path: null, guesses: recognised.guesses },
    stated: recognised.recipe,
  };
}

/**
 * Where several files are given, only a YAML file is surely a recipe: JSON files belong to datasets too. Nor is one that
 * lies in a dataset.
 */
async function recipeAmong(paths: readonly string[], signal: AbortSignal): Promise<string | null> {
  const [first] = paths;
  const isAlone = paths.length === 1;
  if (isAlone && isFolder(first)) {
    const [only, ...more] = namesIn(first).filter((name) => /\.ya?ml$/i.test(name));
    if (only === undefined || more.length > 0) return null;
    const { recipe } = await recogniseFiles(paths, { signal });
    return recipe.format === 'arrays' ? join(first, only) : null;
  }
  const recipes = paths.filter((path) => /\.ya?ml$/i.test(path) || (isAlone && /\.json$/i.test(path)));
  return recipes.length === 1 ? recipes[0] : null;
}

/**
 * What files and folders are; a folder that is no dataset stands for what is in it.
 *
 * @throws CortextError as `recogniseFiles`
 */
export async function recogniseGiven(
  paths: readonly string[],
  options: Parameters<typeof recogniseFiles>[1],
): Promise<RecognisedFiles> {
  const [folder] = paths;
  const recognised = await recogniseFiles(paths, options);
  if (paths.length > 1 || !isFolder(folder) || recognised.recipe.format !== 'arrays') return recognised;
  const inside = namesIn(folder).filter((name) => !DOCUMENT.test(name));
  if (inside.length === 0) {
    throw new CortextError('FORMAT_UNKNOWN', `There are no data in ${folder}.`, {
      hint: 'Name the folder of a dataset, or the files of a recording.',
    });
  }
  // Of folders in folders (an archive unpacked into its own name), the innermost is meant.
  const [only] = inside;
  if (inside.length === 1 && isFolder(join(folder, only))) return recogniseGiven([join(folder, only)], options);
  return recogniseFiles(
    inside.map((name) => join(folder, name)),
    options,
  );
}

function parseRecipe(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    throw new CortextError('INVALID_RECIPE', `The recipe is neither YAML nor JSON: ${String(error).split('\n')[0]}`, {
      hint: 'Check indentation, brackets and quotes.',
      cause: error,
    });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new CortextError('INVALID_RECIPE', 'The recipe has no entries.', { hint: 'Write "entry: value" lines.' });
  }
  return value as Record<string, unknown>;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => !name.startsWith('.'))
      .sort();
  } catch (error) {
    throw toCortextError(error, folder);
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    throw toCortextError(error, basename(path));
  }
}
