/**
 * Which columns of a table are responses and which tell of the samples, by their names.
 *
 * Tables of responses come with runs, names of stimuli and the index of the rows in front; as voxels these would give
 * away what is to be predicted. What is left out is always said.
 */
import type { NamedArrays, TableColumn } from '../readers/named-arrays.ts';
import type { VoxelColumnsRecipe } from './arrays-recipe.ts';
import type { RecipeGuess } from './load-recipe.ts';
import { columnKind, isIndexName, isSampleName, isVoxelName, regionName } from './name-patterns.ts';
import type { FoundArray, SourceFiles } from './source-files.ts';

/** The responses of a table that has other columns as well. */
export interface ResponseColumns {
  readonly recipe: VoxelColumnsRecipe;
  readonly array: FoundArray;
  /** Whether names say that they are responses; otherwise they are what is left of the numbers. */
  readonly byName: boolean;
  readonly guesses: readonly RecipeGuess[];
}

/** A table whose columns are not all responses. */
export interface MixedTable {
  readonly path: string;
  /** Null when it has no responses: a table of trials. */
  readonly responses: ResponseColumns | null;
}

/** All opened tables of which some columns are no responses. */
export async function findMixedTables(sources: SourceFiles): Promise<MixedTable[]> {
  const opened = sources.opened();
  const tables: MixedTable[] = [];
  for (const { alias, arrays } of opened) {
    if (arrays.table === undefined) continue;
    const { columns } = arrays.table;
    const sorted = await sortColumns(arrays, columns);
    if (sorted === null) continue;
    tables.push({ path: arrays.path, responses: responsesOf(sources, opened.length > 1 ? `${alias}:*` : '*', columns, sorted) });
  }
  return tables;
}

interface SortedColumns {
  readonly responses: ReadonlySet<TableColumn>;
  readonly byName: boolean;
  /** Columns that are left out, by the reason. */
  readonly left: ReadonlyMap<string, readonly TableColumn[]>;
}

/** Null for a table of responses and nothing else. */
async function sortColumns(arrays: NamedArrays, columns: readonly TableColumn[]): Promise<SortedColumns | null> {
  const left = new Map<string, TableColumn[]>();
  const leave = (column: TableColumn, reason: string): void => {
    const same = left.get(reason);
    if (same === undefined) left.set(reason, [column]);
    else same.push(column);
  };
  const [numbers, texts]: [TableColumn[], TableColumn[]] = [[], []];
  for (const column of columns) {
    const counted = await countsRows(arrays, column);
    if (counted !== null) {
      const start = column.isNamed ? 'it' : 'it has no name and';
      leave(column, `${start} counts from ${counted} to ${counted + column.shape[0] - 1}, as an index of the rows does`);
    } else if (column.isNamed && isSampleName(column.name)) leave(column, 'by their names they tell of the samples');
    else (column.type === 'text' ? texts : numbers).push(column);
  }
  if (left.size === 0 && texts.length === 0) return null;
  const named = numbers.filter(isResponse);
  // A number that was mistyped makes its column a text: reading it will say so.
  const stems = new Set(named.map(({ name }) => stemOf(name)).filter((stem) => stem !== null));
  const mistyped = texts.filter(({ name }) => stems.has(stemOf(name) ?? name));
  const byName = named.length > 1;
  // A table with a column of regions has a line for every voxel: its numbers are places.
  const isOfVoxels = columns.some(({ name, isNamed }) => isNamed && columnKind(name) === 'labels');
  const others = texts.length === 0 && !isOfVoxels ? numbers : [];
  const responses = new Set(byName ? [...named, ...mistyped] : others);
  for (const column of [...numbers, ...texts].filter((one) => !responses.has(one))) {
    const reason =
      column.type === 'text'
        ? arrays.commaNumbers?.has(column.name) ? 'numbers with commas, which may be decimal commas or stand between thousands' : 'text'
        : 'not named as responses are; name them in "voxels.columns" if they are some';
    leave(column, reason);
  }
  return { responses, byName, left };
}

/** With which number a column starts that counts the rows and may be an index by its name; null for others. */
async function countsRows(arrays: NamedArrays, { name, type, isNamed }: TableColumn): Promise<0 | 1 | null> {
  if (type === 'text' || (isNamed && !isIndexName(name))) return null;
  const { data } = await arrays.read(name);
  const [first] = data;
  return (first === 0 || first === 1) && data.every((value, row) => value === first + row) ? first : null;
}

function isResponse({ name, isNamed }: TableColumn): boolean {
  return isNamed && (stemOf(name) !== null || isVoxelName(name) || regionName(name) !== null);
}

/** `voxel_` of `voxel_12`; null for a name that ends in no number. */
function stemOf(name: string): string | null {
  const stem = name.replace(/\d+$/, '');
  return stem === name ? null : stem;
}

function responsesOf(
  sources: SourceFiles,
  pattern: string,
  columns: readonly TableColumn[],
  { responses, byName, left }: SortedColumns,
): ResponseColumns | null {
  // A single column of numbers is a list, whatever it lists.
  if (responses.size < 2) return null;
  const without = columns.filter((column) => !responses.has(column)).map(({ name }) => name);
  const recipe = { columns: [pattern], ...(without.length === 0 ? {} : { without }) };
  return {
    recipe,
    array: sources.findColumns(recipe),
    byName,
    guesses: [...left].map(([reason, ones]) => ({
      about: 'voxels.without',
      choice: ones.map(({ name }) => name).join(', '),
      reason,
    })),
  };
}
