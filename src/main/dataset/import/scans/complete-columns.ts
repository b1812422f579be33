/** What the columns of the events mean, which trials are rest, and which runs train and test. */
import { CortextError } from '../../../../shared/errors.ts';
import type { ShippedSet } from '../../../../shared/recording.ts';
import { columnOf, type Table } from '../../bids/table.ts';
import type { EventColumns } from '../../bids/events-file.ts';
import { readableImageExtensions } from '../../image-set.ts';
import type { RecipeGuess } from '../load-recipe.ts';
import type { PlannedRun } from './scan-plan.ts';
import type { ScansRecipe } from './scans-recipe.ts';

/** Usual names of the column that says which image was shown, the most telling first. */
export const stimulusNames = ['stim_file', 'stimulus', 'stimulus_name', 'stim_name', 'image', 'image_file', 'image_name', 'filename', 'stim', 'stim_id', 'stimulus_id', 'picture'];
export const categoryNames = ['trial_type', 'category', 'condition', 'stimulus_category'];
const restName = /^(rest|fixation|fix|baseline|blank|null|iti|isi|pause|none)$/i;

/**
 * Completes the entries about events.
 *
 * @param tables - of all runs that have events; a column must be in every one
 * @throws CortextError `ARRAY_MISSING` for a column that the recipe names and a table does not have
 */
export function completeColumns(
  recipe: ScansRecipe,
  tables: readonly Table[],
  guesses: RecipeGuess[],
): EventColumns {
  const common = tables.length === 0 ? [] : tables[0].names.filter((name) => tables.every(({ names }) => names.includes(name)));
  const valuesOf = (name: string): Set<string> =>
    new Set(tables.flatMap((table) => columnOf(table, name) ?? []).filter((value) => value !== null));
  requireColumns(recipe, tables);
  const stimulus = recipe.columns?.stimulus === undefined ? guessStimulus(common, valuesOf, guesses) : recipe.columns.stimulus;
  const typeColumn = recipe.columns?.category === undefined ? guessCategory(common, valuesOf, stimulus, guesses) : recipe.columns.category;
  const types = typeColumn === null ? new Set<string>() : valuesOf(typeColumn);
  const ignore = recipe.ignore ?? guessIgnored(types, guesses);
  return { stimulus, category: typeColumn, ignore };
}

function requireColumns({ columns = {} }: ScansRecipe, tables: readonly Table[]): void {
  for (const name of [columns.stimulus, columns.category]) {
    const without = tables.find(({ names }) => name !== undefined && name !== null && !names.includes(name));
    if (without === undefined) continue;
    throw new CortextError('ARRAY_MISSING', `${without.path} has no column ${name}.`, {
      hint: `It has ${without.names.join(', ')}.`,
    });
  }
}

type ValuesOf = (name: string) => Set<string>;

function guessStimulus(common: readonly string[], valuesOf: ValuesOf, guesses: RecipeGuess[]): string | null {
  const isImage = (value: string): boolean =>
    readableImageExtensions.some((extension) => value.toLowerCase().endsWith(extension));
  const withImages = common.find((name) => [...valuesOf(name)].some(isImage));
  const named = stimulusNames.find((name) => common.includes(name) && valuesOf(name).size > 0);
  const choice = withImages ?? named ?? null;
  if (choice === null) {
    guesses.push({ about: 'columns.stimulus', choice: 'none', reason: 'no column of the events names an image' });
  } else {
    const reason = withImages === undefined ? 'its name' : 'it has names of image files';
    guesses.push({ about: 'columns.stimulus', choice, reason });
  }
  return choice;
}

function guessCategory(common: readonly string[], valuesOf: ValuesOf, stimulus: string | null, guesses: RecipeGuess[]) {
  const choice = categoryNames.find((name) => name !== stimulus && common.includes(name) && valuesOf(name).size > 1) ?? null;
  if (choice !== null) {
    guesses.push({ about: 'columns.category', choice, reason: `it has ${valuesOf(choice).size} different values` });
  }
  return choice;
}

function guessIgnored(types: ReadonlySet<string>, guesses: RecipeGuess[]): string[] {
  const rest = [...types].filter((type) => restName.test(type));
  if (rest.length > 0) {
    guesses.push({ about: 'ignore', choice: rest.join(', '), reason: 'trials of this name are no stimulation' });
  }
  return rest;
}

/** The part of the split that ships with the data, for each run; null where nothing says it. */
export function setsOfRuns(
  runs: readonly PlannedRun[],
  given: ScansRecipe['sets'],
  guesses: RecipeGuess[],
): { sets: ScansRecipe['sets']; ofRun: ShippedSet[] | null } {
  const sets = given ?? guessSets(runs, guesses);
  if (sets === undefined) return { sets, ofRun: null };
  const { train, test } = sets;
  const isIn = (run: PlannedRun, patterns: readonly string[] | undefined): boolean =>
    patterns?.some((pattern) => namesOf(run).some((name) => matches(name, pattern))) ?? false;
  const ofRun = runs.map((run): ShippedSet => {
    if (isIn(run, test)) return 'test';
    if (isIn(run, train)) return 'train';
    // With only one of them named, all others are the other.
    return train === undefined ? 'train' : test === undefined ? 'test' : 'other';
  });
  return { sets, ofRun };
}

function namesOf({ session, task, name }: PlannedRun): string[] {
  return [session, task, name, session === null ? null : `${session}/${name}`].filter((text) => text !== null);
}

function matches(name: string, pattern: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 'i').test(name);
}

function guessSets(runs: readonly PlannedRun[], guesses: RecipeGuess[]): ScansRecipe['sets'] {
  for (const [kind, nameOf] of [
    ['sessions', (run: PlannedRun) => run.session],
    ['tasks', (run: PlannedRun) => run.task],
  ] as const) {
    const names = new Set(runs.map((run) => nameOf(run) ?? ''));
    const some = (pattern: string): boolean => [...names].some((name) => matches(name, pattern));
    if (!some('*train*') || !some('*test*')) continue;
    guesses.push({ about: 'sets', choice: 'train: *train*, test: *test*', reason: `the names of the ${kind} say so` });
    return { train: ['*train*'], test: ['*test*'] };
  }
  return undefined;
}
