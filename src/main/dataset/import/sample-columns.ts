/** What is known of each sample besides its responses. */
import { CortextError } from '../../../shared/errors.ts';
import type { SampleColumns, ShippedSet } from '../../../shared/recording.ts';
import { readLabels } from './label-arrays.ts';
import type { ColumnRecipe, ColumnsRecipe, SetColumnRecipe } from './arrays-recipe.ts';
import type { SourceFiles } from './source-files.ts';

/** Columns of one part; null for a column that it does not have. */
export interface PartColumns {
  /** Entries of the stimulus column as they stand there. */
  readonly stimulus: readonly (string | null)[] | null;
  readonly run: readonly string[] | null;
  readonly session: readonly string[] | null;
  readonly category: readonly (string | null)[] | null;
  readonly set: readonly ShippedSet[] | null;
  readonly averagedOver: readonly number[] | null;
}

/**
 * @param samples - how many entries every column must have
 * @throws CortextError `ARRAY_MISSING`, `ARRAY_SHAPE`, `ARRAY_TYPE` naming the array
 */
export async function readColumns(sources: SourceFiles, recipe: ColumnsRecipe, samples: number): Promise<PartColumns> {
  return {
    stimulus:
      recipe.stimulus === undefined ? null : await readLabels(sources.find(recipe.stimulus.array), samples, 'sample'),
    run: await readComplete(sources, 'run', recipe.run, samples),
    session: await readComplete(sources, 'session', recipe.session, samples),
    category: await readColumn(sources, recipe.category, samples),
    set: await readSet(sources, recipe.set, samples),
    averagedOver: await readAveragedOver(sources, recipe.averagedOver, samples),
  };
}

async function readColumn(
  sources: SourceFiles,
  column: ColumnRecipe | undefined,
  samples: number,
): Promise<(string | null)[] | null> {
  if (column === undefined) return null;
  if ('value' in column) return new Array<string>(samples).fill(String(column.value));
  const labels = await readLabels(sources.find(column.array), samples, 'sample');
  const { names } = column;
  return names === undefined ? labels : labels.map((label) => (label === null ? null : (names[label] ?? label)));
}

async function readComplete(
  sources: SourceFiles,
  name: string,
  column: ColumnRecipe | undefined,
  samples: number,
): Promise<string[] | null> {
  const labels = await readColumn(sources, column, samples);
  const gap = labels?.indexOf(null) ?? -1;
  if (gap !== -1) {
    const place = column !== undefined && 'array' in column ? ` of ${sources.find(column.array).file}` : '';
    throw new CortextError('ARRAY_TYPE', `The column ${name}${place} has no value for sample ${gap} (counted from 0).`, {
      hint: 'Fill it in, or leave the column out of the recipe.',
    });
  }
  return labels === null ? null : labels.map(String);
}

async function readSet(
  sources: SourceFiles,
  column: SetColumnRecipe | undefined,
  samples: number,
): Promise<ShippedSet[] | null> {
  if (column === undefined) return null;
  if ('value' in column) return new Array<ShippedSet>(samples).fill(column.value);
  const array = sources.find(column.array);
  const labels = await readLabels(array, samples, 'sample');
  const spelled = (values: typeof column.train) => new Set([values].flat().map((value) => labelOf(value)));
  const [train, test] = [spelled(column.train), spelled(column.test)];
  const sets = labels.map((label) =>
    label !== null && train.has(label) ? 'train' : label !== null && test.has(label) ? 'test' : 'other',
  );
  const empty = (['train', 'test'] as const).find((set) => !sets.includes(set));
  if (empty !== undefined) {
    const values = [...new Set(labels)].slice(0, 10).join(', ');
    throw new CortextError(
      'ARRAY_TYPE',
      `The column set (${array.name} of ${array.file}) has no sample with the value of the ${empty} set, ${[...(empty === 'train' ? train : test)].join(' or ')}; its values are ${values}.`,
      { hint: 'Say which values mean what: "set: { array, train: 1, test: 2 }".' },
    );
  }
  return sets;
}

/** As the same value would be read from an array. */
function labelOf(value: string | number | boolean): string {
  return typeof value === 'boolean' ? String(Number(value)) : String(value).trim();
}

async function readAveragedOver(
  sources: SourceFiles,
  column: ColumnsRecipe['averagedOver'],
  samples: number,
): Promise<number[] | null> {
  if (column === undefined) return null;
  if (typeof column === 'number') return new Array<number>(samples).fill(column);
  const array = sources.find(column.array);
  const counts = (await readLabels(array, samples, 'sample')).map(Number);
  const odd = counts.findIndex((count) => !Number.isInteger(count) || count < 1);
  if (odd !== -1) {
    throw new CortextError(
      'ARRAY_TYPE',
      `The column averagedOver (${array.name} of ${array.file}) has the value ${counts[odd]} for sample ${odd}.`,
      { hint: 'It counts the trials that a sample is the mean of: whole numbers from 1.' },
    );
  }
  return counts;
}

/**
 * Columns of all parts below each other.
 *
 * Runs of different parts that have the same number are different runs, so where parts share one, and no session tells
 * them apart, the part's name is put in front.
 *
 * @throws CortextError `INVALID_RECIPE` when a run or session is known in some parts only
 */
export function joinColumns(
  parts: readonly {
    readonly columns: PartColumns;
    readonly samples: number;
    readonly name: string;
    readonly set: ShippedSet | undefined;
  }[],
): Omit<SampleColumns, 'stimulus' | 'repetition' | 'averagedOver'> & { averagedOver: number[] | null } {
  const join = <T>(name: string, read: (columns: PartColumns) => readonly T[] | null, rest: T | null): T[] | null => {
    const lists = parts.map(({ columns }) => read(columns));
    if (lists.every((list) => list === null)) return null;
    return lists.flatMap((list, index) => {
      if (list !== null) return list;
      if (rest !== null) return new Array<T>(parts[index].samples).fill(rest);
      throw new CortextError(
        'INVALID_RECIPE',
        `The column ${name} is given for some parts, but not for ${parts[index].name}.`,
        {
          hint: 'Give it in every part (a constant is written { value: 1 }) or in none.',
        },
      );
    });
  };
  const session = join<string>('session', (columns) => columns.session, null);
  const seen = new Map<string, number>();
  let shared = false;
  parts.forEach(({ columns }, index) => {
    for (const run of columns.run ?? []) {
      if ((seen.get(run) ?? index) !== index) shared = true;
      seen.set(run, index);
    }
  });
  const renamed = parts.map((part) => ({
    ...part,
    run: part.columns.run?.map((run) => (shared && session === null ? `${part.name} ${run}` : run)) ?? null,
  }));
  const runOf = new Map(renamed.map(({ columns, run }) => [columns, run]));
  const sets = parts.some(({ columns, set }) => columns.set !== null || set !== undefined)
    ? parts.flatMap(({ columns, set, samples }) => columns.set ?? new Array<ShippedSet>(samples).fill(set ?? 'other'))
    : null;
  const hasCategory = parts.some(({ columns }) => columns.category !== null);
  return {
    run: join<string>('run', (columns) => runOf.get(columns) ?? null, null),
    session,
    category: hasCategory
      ? parts.flatMap(({ columns, samples }) => columns.category ?? new Array<string | null>(samples).fill(null))
      : null,
    set: sets,
    averagedOver: join<number>('averagedOver', (columns) => columns.averagedOver, 1),
  };
}
