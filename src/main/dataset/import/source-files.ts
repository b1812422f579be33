/** The files that a recipe names: opened once, arrays found by name, hashed for provenance. */
import { statSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { CortextError, toCortextError } from '../../../shared/errors.ts';
import type { SourceFile } from '../../../shared/recording.ts';
import { sha256OfFile } from '../../files/hash.ts';
import type {
  ArrayBlock,
  ArrayDescription,
  NamedArrays,
  NumericArray,
  NumericData,
  RowBlock,
  RowRange,
  StoredAlong,
} from '../readers/named-arrays.ts';
import { openArrays } from '../readers/open-arrays.ts';
import { withCommas } from '../readers/reading-errors.ts';
import type { VoxelColumnsRecipe } from './arrays-recipe.ts';
import type { LoadedRecipe } from './load-recipe.ts';
import type { Recipe } from './recipe.ts';
import { relativeTo, resolveFrom } from './recipe-paths.ts';
import { selectColumns } from './table-columns.ts';

/** An array and the file that holds it. */
export interface FoundArray extends ArrayDescription {
  readonly file: string;
  /** Format of the file, as its reader calls it. */
  readonly format: string;
  numbers(): Promise<NumericArray>;
  /** The numbers in blocks of rows: see `NamedArrays.readRows`. */
  rows(range?: RowRange): AsyncIterable<RowBlock>;
  /** In blocks of rows or of columns: see `NamedArrays.readBlocks`. */
  blocks(): AsyncIterable<ArrayBlock>;
  storedAlong(): StoredAlong;
  /** All numbers as they are stored: see `NamedArrays.readValues`. */
  values(): AsyncIterable<NumericData>;
  text(): Promise<string[]>;
}

export interface SourceFiles {
  readonly folder: string;
  /** The opened files, by the name that the recipe gives them. */
  opened(): { readonly alias: string; readonly arrays: NamedArrays }[];
  /** Every array under the name that finds it. */
  arrays(): { readonly reference: string; readonly array: FoundArray }[];
  /** `R2 [797, 80] float64`, with the alias in front where there are several files. */
  listing(): string[];
  /** @throws CortextError `ARRAY_MISSING` with the arrays that there are; `INVALID_RECIPE` when two files have it */
  find(reference: string): FoundArray;
  /** @throws CortextError as `selectColumns` */
  findColumns(recipe: VoxelColumnsRecipe): FoundArray;
  /** What is wrong with the first table that has commas in its numbers; null when there is none. */
  commas(): CortextError | null;
  /** A further file was read: an image, an archive. */
  note(path: string): void;
  /** Path, size and hash of every file that was read. */
  sources(): Promise<SourceFile[]>;
  close(): void;
}

/**
 * Opens the files of a recipe.
 *
 * @throws CortextError what the readers throw: `FILE_NOT_FOUND`, `FILE_TRUNCATED`, `FORMAT_UNKNOWN`, ...
 */
export async function openSources(loaded: LoadedRecipe, signal: AbortSignal | undefined): Promise<SourceFiles> {
  const { folder } = loaded;
  const opened = new Map<string, NamedArrays>();
  const read = new Set<string>(loaded.path === null ? [] : [loaded.path]);
  const close = () => {
    for (const arrays of opened.values()) arrays.close();
  };
  try {
    for (const [alias, path] of Object.entries(filesOf(loaded.recipe))) {
      signal?.throwIfAborted();
      const absolute = resolveFrom(folder, path);
      opened.set(alias, await openArrays(absolute, { signal }));
      read.add(absolute);
    }
  } catch (error) {
    close();
    throw toCortextError(error);
  }
  const listing = () =>
    [...opened].flatMap(([alias, arrays]) =>
      arrays.list().map((array) => `${opened.size > 1 ? `${alias}:` : ''}${describeArray(array)}`),
    );
  return {
    folder,
    opened: () => [...opened].map(([alias, arrays]) => ({ alias, arrays })),
    arrays: () =>
      [...opened].flatMap(([alias, arrays]) =>
        arrays.list().map((array) => ({
          reference: opened.size > 1 ? `${alias}:${array.name}` : array.name,
          array: foundArray(arrays, array, signal),
        })),
      ),
    listing,
    find: (reference) => findArray(opened, reference, listing, signal),
    findColumns: (recipe) => {
      const selected = selectColumns(opened, recipe);
      const [matrix] = selected.list();
      return foundArray(selected, matrix, signal);
    },
    commas: () => commasIn([...opened.values()]),
    note: (path) => void read.add(path),
    sources: async () => {
      const sources: SourceFile[] = [];
      for (const path of read) {
        sources.push({
          path: relativeTo(folder, path),
          bytes: statSync(path).size,
          sha256: await sha256OfFile(path, signal),
        });
      }
      return sources;
    },
    close,
  };
}

export function filesOf(recipe: Pick<Recipe, 'file' | 'files'>): Record<string, string> {
  return recipe.files ?? (recipe.file === undefined ? {} : { data: recipe.file });
}

export function describeArray({ name, shape, type }: ArrayDescription): string {
  return `${name} [${shape.join(', ')}] ${type}`;
}

function findArray(
  opened: ReadonlyMap<string, NamedArrays>,
  reference: string,
  listing: () => string[],
  signal: AbortSignal | undefined,
): FoundArray {
  const holders = [...opened].flatMap(([alias, arrays]) => {
    const name = reference.startsWith(`${alias}:`) ? reference.slice(alias.length + 1) : reference;
    const isNamed = (array: ArrayDescription) => array.name === name;
    const found = arrays.list().find(isNamed) ?? arrays.table?.columns.find(isNamed);
    return found === undefined ? [] : [{ alias, arrays, found }];
  });
  const [holder] = holders;
  if (holder === undefined) {
    const files = [...opened.values()].map((arrays) => arrays.path).join(', ');
    const commas = commasIn([...opened].flatMap(([alias, arrays]) => (isMatrixName(reference, alias, arrays) ? [arrays] : [])));
    if (commas !== null) throw commas;
    throw new CortextError(
      'ARRAY_MISSING',
      `There is no array ${reference} in ${files || 'the recipe: it names no file'}.`,
      {
        hint: `${nearest(reference, listing())}Available: ${listing().join('; ') || 'nothing'}.`,
        details: { array: reference, available: listing() },
      },
    );
  }
  if (holders.length > 1) {
    throw new CortextError('INVALID_RECIPE', `Several files have an array ${reference}.`, {
      hint: `Say which: ${holders.map(({ alias }) => `${alias}:${reference}`).join(' or ')}.`,
    });
  }
  return foundArray(holder.arrays, holder.found, signal);
}

function foundArray(arrays: NamedArrays, description: ArrayDescription, signal: AbortSignal | undefined): FoundArray {
  return {
    ...description,
    file: arrays.path,
    format: arrays.format,
    numbers: () => {
      signal?.throwIfAborted();
      return arrays.read(description.name);
    },
    rows: (range) => arrays.readRows(description.name, range),
    blocks: () => arrays.readBlocks(description.name),
    values: () => arrays.readValues(description.name),
    storedAlong: () => arrays.storedAlong(description.name),
    text: () => {
      signal?.throwIfAborted();
      return arrays.readText(description.name);
    },
  };
}

function commasIn(files: readonly NamedArrays[]): CortextError | null {
  for (const { path, commaNumbers } of files) {
    for (const [column, example] of commaNumbers ?? []) return withCommas(path, column, example);
  }
  return null;
}

/** Whether a table would be called so if all of it were numbers. */
function isMatrixName(reference: string, alias: string, { path }: NamedArrays): boolean {
  const name = basename(path, extname(path));
  return reference === name || reference === `${alias}:${name}`;
}

/** Names are case-sensitive; a slip there is the most common one. */
function nearest(reference: string, listing: readonly string[]): string {
  const alike = listing.find((line) => line.split(' ')[0].toLowerCase() === reference.toLowerCase());
  return alike === undefined ? '' : `Did you mean ${alike.split(' ')[0]}? `;
}

/** @throws CortextError `ARRAY_SHAPE` naming array, file, shape and what was expected */
export function wrongShape(
  array: Pick<FoundArray, 'name' | 'file' | 'shape'>,
  expected: string,
  hint = 'Check the name of the array and its layout.',
): CortextError {
  return new CortextError(
    'ARRAY_SHAPE',
    `The array ${array.name} of ${array.file} has the shape [${array.shape.join(', ')}]; expected ${expected}.`,
    { hint, details: { array: array.name, file: array.file, shape: [...array.shape] } },
  );
}

export function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}

/** Whether an array is a list: at most one side is longer than 1. */
export function isVector(shape: readonly number[]): boolean {
  return shape.filter((side) => side > 1).length <= 1;
}
