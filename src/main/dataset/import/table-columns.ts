/** Columns of a table by their names, as a recipe writes them: `v*`, a list, and what to leave out. */
import { CortextError } from '../../../shared/errors.ts';
import type { ArrayTable, NamedArrays } from '../readers/named-arrays.ts';
import { fitting } from '../selector/evaluate-selector.ts';
import type { VoxelColumnsRecipe } from './arrays-recipe.ts';

interface OpenedTable {
  readonly alias: string;
  readonly path: string;
  readonly table: ArrayTable;
}

/**
 * The columns of the only table that has them, in the order of the table.
 *
 * @param opened - the files of the recipe by their aliases
 * @returns a matrix `[rows, columns]`, called like the file
 * @throws CortextError `ARRAY_MISSING` for a name that no column has; `INVALID_RECIPE` when several tables have it, or
 *   nothing is left
 */
export function selectColumns(opened: ReadonlyMap<string, NamedArrays>, recipe: VoxelColumnsRecipe): NamedArrays {
  const tables = [...opened].flatMap(([alias, { path, table }]) => (table === undefined ? [] : [{ alias, path, table }]));
  const holders = tables.filter((table) => recipe.columns.some((name) => placesOf(table, name).length > 0));
  if (holders.length > 1) {
    throw new CortextError('INVALID_RECIPE', `Several tables have columns ${recipe.columns.join(', ')}.`, {
      hint: `Say which: ${holders.map(({ alias }) => `${alias}:${recipe.columns[0]}`).join(' or ')}.`,
    });
  }
  const holder = holders.at(0);
  if (holder === undefined) throw withoutColumn(recipe.columns[0], tables);
  const places = (names: readonly string[]) =>
    new Set(
      names.flatMap((name) => {
        const found = placesOf(holder, name);
        if (found.length === 0) throw withoutColumn(name, [holder]);
        return found;
      }),
    );
  const without = places(recipe.without ?? []);
  const left = [...places(recipe.columns)].filter((place) => !without.has(place)).sort((a, b) => a - b);
  if (left.length > 0) return holder.table.select(left);
  throw new CortextError('INVALID_RECIPE', `No column of ${holder.path} is left for the responses.`, {
    hint: 'Take names out of "without".',
  });
}

/** Where the columns of that name are or, when no column is called so, those that fit the pattern. */
function placesOf({ alias, table: { columns } }: OpenedTable, name: string): number[] {
  const own = name.startsWith(`${alias}:`) ? name.slice(alias.length + 1) : name;
  const places = [...columns.keys()];
  const called = places.filter((place) => columns[place].name === own);
  return called.length > 0 ? called : places.filter((place) => fitting(own)(columns[place].name));
}

const MOST_NAMES = 40;

function withoutColumn(name: string, tables: readonly OpenedTable[]): CortextError {
  if (tables.length === 0) {
    return new CortextError('INVALID_RECIPE', `There is no table that could have a column ${name}.`, {
      hint: '"columns" are those of a CSV or TSV file with names in its first line; name other arrays by "array".',
    });
  }
  const names = tables.flatMap(({ table }) => table.columns.map((column) => column.name));
  const rest = names.length > MOST_NAMES ? `, and ${names.length - MOST_NAMES} more` : '';
  return new CortextError('ARRAY_MISSING', `There is no column ${name} in ${tables.map(({ path }) => path).join(', ')}.`, {
    hint: `The columns are ${names.slice(0, MOST_NAMES).join(', ')}${rest}.`,
    details: { array: name },
  });
}
