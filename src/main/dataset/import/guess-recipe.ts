/** What a recipe leaves open, recognised from the names, shapes and values of arrays; every choice with its reason. */
import { statSync } from 'node:fs';
import { basename, extname, resolve } from 'node:path';
import { CortextError, toCortextError } from '../../../shared/errors.ts';
import { apartFrom, findCandidates, isFloat, isMatrix, isNumeric, listed, type Candidate } from './candidates.ts';
import { guessImages } from './guess-images.ts';
import { readLabels } from './label-arrays.ts';
import { checkAgainst, type LoadedRecipe, type RecipeGuess } from './load-recipe.ts';
import { columnKind, isImageName, isVoxelName, regionName, type ColumnKind } from './name-patterns.ts';
import {
  arraysRecipeSchema,
  type ArraysRecipe,
  type ColumnsRecipe,
  type RegionRecipe,
  type VoxelLayout,
  type VoxelsRecipe,
} from './arrays-recipe.ts';
import type { ImagesRecipe } from './recipe-entries.ts';
import { findMixedTables, type MixedTable } from './response-columns.ts';
import { describeArray, elementsOf, isVector, openSources, type FoundArray, type SourceFiles } from './source-files.ts';
import { findResponses } from './voxel-matrix.ts';

/**
 * A whole recipe from files alone: files of arrays, and at most one folder or .zip archive of images.
 *
 * @throws CortextError `ARRAY_MISSING` or `INVALID_RECIPE` listing the arrays when they cannot be told apart; what the
 *   readers throw
 */
export async function guessRecipe(
  paths: readonly string[],
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<LoadedRecipe<ArraysRecipe>> {
  const recipe = checkAgainst(arraysRecipeSchema, recipeOfFiles(paths), 'The files');
  const loaded = { recipe, folder: process.cwd(), path: null, guesses: [] };
  const sources = await openSources(loaded, signal);
  try {
    return await completeRecipe(sources, loaded);
  } catch (error) {
    throw toCortextError(error);
  } finally {
    sources.close();
  }
}

/**
 * The entries for files of arrays and at most one folder or .zip archive of images. With several files an array is called
 * `figures:R2`, after the file.
 *
 * @throws CortextError `INVALID_RECIPE` when there are several sets of images, or files of the same name; `FILE_NOT_FOUND`
 */
export function recipeOfFiles(paths: readonly string[]): Record<string, unknown> {
  const folders = paths.filter((path) => isFolder(path));
  const archives = paths.filter((path) => !folders.includes(path) && isImages(path));
  const files = paths.filter((path) => !isImages(path));
  if (folders.length + archives.length > 1) {
    throw new CortextError('INVALID_RECIPE', `There are several sets of images: ${[...folders, ...archives].join(', ')}.`, {
      hint: 'Name one folder or archive, or write a recipe.',
    });
  }
  const aliases = files.map((path) => basename(path, extname(path)).replace(/[^\w.-]/g, '_'));
  if (new Set(aliases).size < aliases.length) {
    throw new CortextError(
      'INVALID_RECIPE',
      `Two files are called ${aliases.find((alias, i) => aliases.indexOf(alias) !== i)}.`,
      { hint: 'Write a recipe with a name of its own for each file.' },
    );
  }
  return {
    ...(files.length === 1
      ? { file: resolve(files[0]) }
      : { files: Object.fromEntries(files.map((path, i) => [aliases[i], resolve(path)])) }),
    ...(folders.length === 0 ? {} : { images: { folder: resolve(folders[0]) } }),
    ...(archives.length === 0 ? {} : { images: { zip: resolve(archives[0]) } }),
  };
}

/** Whether a path among files of arrays is taken for the images: a folder or a .zip archive. */
export function isImages(path: string): boolean {
  return isFolder(path) || extname(path).toLowerCase() === '.zip';
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    throw toCortextError(error);
  }
}

/**
 * Fills in what is open. A recipe file that names the responses says all there is to say: it stays as it is.
 *
 * @throws CortextError `ARRAY_MISSING`, `INVALID_RECIPE`
 */
export async function completeRecipe(
  sources: SourceFiles,
  loaded: LoadedRecipe<ArraysRecipe>,
): Promise<LoadedRecipe<ArraysRecipe>> {
  const { recipe } = loaded;
  if (recipe.parts !== undefined || (loaded.path !== null && recipe.voxels !== undefined)) return loaded;
  const guesses: RecipeGuess[] = [];
  const used = namedArrays(recipe);
  const tables = await findMixedTables(sources);
  const open = findCandidates(sources, tables).filter(
    ({ reference, array }) => array.readable && !used.has(reference) && !used.has(array.name),
  );
  const voxels = recipe.voxels ?? (await guessVoxels(sources, open, tables, guesses));
  const { array: responses, layout } = findResponses(sources, voxels);
  const [samples, voxelCount] = sidesOf(responses, layout);
  const rest = apartFrom(responses, open);
  const images = recipe.images ?? (await guessImages(rest, samples, guesses));
  const imageArray = images !== undefined && 'array' in images ? images.array : null;
  const vectors = rest.filter(({ reference, array }) => reference !== imageArray && isVector(array.shape));
  const columns = await guessColumns(
    vectors,
    recipe.columns ?? {},
    samples,
    ownImages(sources, images, samples),
    guesses,
  );
  const regions = recipe.regions ?? (await guessRegions(vectors, voxelCount, guesses));
  const positions = recipe.positions ?? guessPositions(rest, voxelCount, guesses);
  const complete = Object.fromEntries(
    Object.entries({ ...recipe, voxels, images, columns, regions, positions }).filter(
      ([, value]) => value !== undefined,
    ),
  );
  return {
    ...loaded,
    recipe: checkAgainst(arraysRecipeSchema, complete, 'The recognised recipe'),
    guesses: [...loaded.guesses, ...guesses],
  };
}

/** Every text in the recipe that may name an array. */
function namedArrays(value: unknown): Set<string> {
  if (typeof value === 'string') return new Set([value]);
  if (typeof value !== 'object' || value === null) return new Set();
  return new Set(Object.values(value).flatMap((inner) => [...namedArrays(inner)]));
}

function sidesOf({ shape }: FoundArray, layout: VoxelLayout): [number, number] {
  const [first, second = 1] = shape;
  return layout === 'samples-by-voxels' ? [first, second] : [second, first];
}

/** Whether real numbers may be pixels: whole steps of 0..255, or all within 0..1. */
async function looksLikePixels(array: FoundArray): Promise<boolean> {
  let [unit, bytes] = [true, true];
  for await (const data of array.values()) {
    for (const value of data) {
      if (!(value >= 0 && value <= 1)) unit = false;
      if (!(value >= 0 && value <= 255 && Number.isInteger(value))) bytes = false;
      if (!unit && !bytes) return false;
    }
  }
  return true;
}

async function guessVoxels(
  sources: SourceFiles,
  open: readonly Candidate[],
  tables: readonly MixedTable[],
  guesses: RecipeGuess[],
): Promise<VoxelsRecipe> {
  const selections = tables.flatMap(({ responses }): Candidate[] =>
    responses === null ? [] : [{ reference: responses.array.name, array: responses.array, columns: responses }],
  );
  const matrices = open.filter((one) => isMatrix(one) && isNumeric(one) && columnKind(one.array.name) === null);
  const named = [...matrices, ...selections].filter(({ array }) => isVoxelName(array.name));
  const floats = selections.filter(({ columns }) => columns?.byName);
  for (const one of matrices.filter((other) => isFloat(other) && !isImageName(other.array.name))) {
    if (named.includes(one) || !(await looksLikePixels(one.array))) floats.push(one);
  }
  const fitting = [named, floats, selections].find((some) => some.length > 0) ?? [];
  const candidates = fitting.toSorted(
    (a, b) => elementsOf(b.array.shape) - elementsOf(a.array.shape),
  );
  if (candidates.length === 0) {
    const commas = sources.commas();
    if (commas !== null) throw commas;
    throw new CortextError(
      'ARRAY_MISSING',
      `No array of ${sources.opened().map(({ arrays }) => arrays.path).join(', ')} looks like responses: a matrix of real numbers, samples by voxels.`,
      {
        hint: `Name it, "voxels: { array }", or columns of a table, "voxels: { columns: 'v*' }". Available: ${sources.listing().join('; ') || 'nothing'}.`,
        details: { available: sources.listing() },
      },
    );
  }
  const [chosen, ...others] = candidates;
  const rivals = others.filter(({ array }) => array.shape.some((side) => chosen.array.shape.includes(side)));
  if (rivals.length > 0) {
    throw new CortextError('INVALID_RECIPE', `Several arrays may be the responses: ${listed([chosen, ...rivals])}.`, {
      hint: 'Name one, "voxels: { array }", or all as parts: "parts: [{ set: train, voxels }, { set: test, voxels }]".',
      details: { available: sources.listing() },
    });
  }
  if (chosen.columns !== undefined) {
    const { recipe, byName, guesses: left } = chosen.columns;
    const reason = byName ? 'the names of its columns' : 'all other columns of the table hold numbers';
    guesses.push({ about: 'voxels', choice: describeArray(chosen.array), reason }, ...left);
    return recipe;
  }
  const reason = named.length > 0 ? 'its name' : 'the largest matrix of real numbers';
  guesses.push({ about: 'voxels', choice: describeArray(chosen.array), reason });
  const layout = guessLayout(chosen, apartFrom(chosen.array, open), guesses);
  return { array: chosen.reference, layout };
}

/** Which side counts samples, by what the other arrays have as many of. */
function guessLayout(chosen: Candidate, others: readonly Candidate[], guesses: RecipeGuess[]): VoxelLayout {
  const [first, second] = chosen.array.shape;
  const evidence = { first: [] as string[], second: [] as string[] };
  for (const one of others) {
    const { name, shape } = one.array;
    const vector = isVector(shape);
    const perVoxel = vector
      ? regionName(name) !== null || columnKind(name) === 'labels'
      : columnKind(name) === 'positions';
    const sides = vector ? [elementsOf(shape)] : [shape[0], shape[shape.length - 1]];
    if (!perVoxel && vector && columnKind(name) === null) continue;
    for (const [side, samplesAt, voxelsAt] of [
      [first, 'first', 'second'],
      [second, 'second', 'first'],
    ] as const) {
      if (sides.includes(side)) evidence[perVoxel ? voxelsAt : samplesAt].push(name);
    }
  }
  const transposed = evidence.second.length > evidence.first.length;
  const [winner, loser] = transposed ? [evidence.second, evidence.first] : [evidence.first, evidence.second];
  const layout = transposed ? 'voxels-by-samples' : 'samples-by-voxels';
  const reason =
    winner.length === loser.length
      ? 'no other array tells, and this is the usual layout: check it'
      : `the sizes of ${winner.join(', ')}: ${transposed ? second : first} samples`;
  guesses.push({ about: 'voxels.layout', choice: layout, reason });
  return layout;
}

/**
 * Whether each sample brings its own image, so that a stimulus column would be about something else. Without any images
 * the column is kept: by its names they are found when they come.
 */
function ownImages(sources: SourceFiles, images: ImagesRecipe | undefined, samples: number): boolean {
  return images !== undefined && 'array' in images && sources.find(images.array).shape.includes(samples);
}

async function guessColumns(
  vectors: readonly Candidate[],
  given: ColumnsRecipe,
  samples: number,
  withoutStimulus: boolean,
  guesses: RecipeGuess[],
): Promise<ColumnsRecipe | undefined> {
  const columns: Record<string, unknown> = { ...given };
  for (const kind of ['stimulus', 'run', 'session', 'category', 'set', 'averagedOver'] as const satisfies readonly ColumnKind[]) {
    if (columns[kind] !== undefined || (kind === 'stimulus' && withoutStimulus)) continue;
    const fitting = vectors.filter(
      ({ array }) => columnKind(array.name) === kind && elementsOf(array.shape) === samples,
    );
    const leave = (reason: string) => {
      const choice = `${fitting.map(({ array }) => array.name).join(', ')}: not used`;
      guesses.push({ about: `columns.${kind}`, choice, reason });
    };
    if (fitting.length > 1) leave('any of them may be meant; name one to use it');
    if (fitting.length !== 1) continue;
    const [{ reference, array }] = fitting;
    const values = kind === 'set' ? await setValues(array, samples) : {};
    if (values === null) {
      leave('its values do not say which are training and test; name them to use it');
      continue;
    }
    guesses.push({
      about: `columns.${kind}`,
      choice: describeArray(array),
      reason: 'its name, and one value per sample',
    });
    columns[kind] = { array: reference, ...values };
  }
  return Object.keys(columns).length === 0 ? undefined : columns;
}

/** What the values of a set column mean; null when they say nothing. */
async function setValues(array: FoundArray, samples: number): Promise<{ train: string; test: string } | null> {
  const values = new Set(await readLabels(array, samples, 'sample'));
  if (values.has('train') && values.has('test')) return { train: 'train', test: 'test' };
  const name = array.name.toLowerCase();
  if (values.size === 2 && values.has('0') && values.has('1') && /train|test/.test(name)) {
    return name.includes('train') ? { train: '1', test: '0' } : { train: '0', test: '1' };
  }
  // As the datasets of generic object decoding and deep image reconstruction number them.
  return values.has('1') && values.has('2') ? { train: '1', test: '2' } : null;
}

async function guessRegions(
  vectors: readonly Candidate[],
  voxels: number,
  guesses: RecipeGuess[],
): Promise<ArraysRecipe['regions']> {
  const regions: Record<string, RegionRecipe> = {};
  for (const { reference, array } of vectors.filter(isRegionVector)) {
    const name = regionName(array.name);
    if (name === null || name in regions || elementsOf(array.shape) === 0) continue;
    const region = await regionFrom(reference, array, voxels);
    if (region === null) {
      const reason = 'it is neither a mask nor are its indices clear; name it to use it';
      guesses.push({ about: `regions.${name}`, choice: `${describeArray(array)} is left out`, reason });
      continue;
    }
    regions[name] = region;
    const kind = 'mask' in region ? 'a mask' : 'indices';
    guesses.push({ about: `regions.${name}`, choice: describeArray(array), reason: `its name, read as ${kind}` });
  }
  const labels = vectors.find(({ array }) => columnKind(array.name) === 'labels' && elementsOf(array.shape) === voxels);
  if (labels !== undefined && Object.keys(regions).length === 0) {
    guesses.push({
      about: 'regions.labels',
      choice: describeArray(labels.array),
      reason: 'its name, and one value per voxel',
    });
    // `labels` is the one name that is no region, which the type of the others cannot say.
    const labelled: unknown = { labels: { array: labels.reference } };
    return labelled as ArraysRecipe['regions'];
  }
  return Object.keys(regions).length === 0 ? undefined : regions;
}

function isRegionVector(one: Candidate): boolean {
  return isNumeric(one) && columnKind(one.array.name) !== 'labels';
}

/** A mask, or indices whose base is certain; null for all else. */
async function regionFrom(reference: string, array: FoundArray, voxels: number): Promise<RegionRecipe | null> {
  const { data } = await array.numbers();
  if (data.length === voxels && data.every((value) => value === 0 || value === 1)) {
    return data.includes(1) ? { mask: reference } : null;
  }
  let [least, greatest] = [Infinity, -Infinity];
  for (const value of data) {
    if (!Number.isInteger(value)) return null;
    least = Math.min(least, value);
    greatest = Math.max(greatest, value);
  }
  if (least === 0 && greatest < voxels) return { indices: reference, base: 0 };
  const fromOne = least >= 1 && (greatest === voxels || (greatest < voxels && /matlab/i.test(array.format)));
  return fromOne ? { indices: reference, base: 1 } : null;
}

function guessPositions(rest: readonly Candidate[], voxels: number, guesses: RecipeGuess[]): ArraysRecipe['positions'] {
  const fitting = rest.filter(({ array: { name, shape } }) => {
    return columnKind(name) === 'positions' && shape.length === 2 && shape.includes(3) && shape.includes(voxels);
  });
  if (fitting.length !== 1) return undefined;
  guesses.push({ about: 'positions', choice: describeArray(fitting[0].array), reason: 'its name and shape' });
  return { array: fitting[0].reference };
}
