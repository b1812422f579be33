/** BIDS datasets, raw or as fMRIPrep's derivatives. */
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { CortextError } from '../../../../shared/errors.ts';
import { isDerivative, openBidsFolder, readDescription, subjectsOf, type BidsFolder } from '../../bids/bids-folder.ts';
import { findRegionSets } from '../../bids/find-regions.ts';
import { findRuns, type FoundRun } from '../../bids/find-runs.ts';
import { runLabel } from '../../time-series/scanner-run.ts';
import type { ImportChoices, ImportFormat } from '../import-format.ts';
import type { LoadedRecipe, RecipeGuess } from '../load-recipe.ts';
import { resolveFrom } from '../recipe-paths.ts';
import { chooseSpace, proposalsOf, regionsElsewhere, RESOLUTION } from './choose-space.ts';
import { chooseSubject } from './choose-subject.ts';
import { givenBeside, isFolder } from './given-files.ts';
import { noRuns, readScans } from './read-scans.ts';
import type { PlannedRun, ScanPlan } from './scan-plan.ts';
import type { BidsRecipe } from './scans-recipe.ts';

export const bidsFormat: ImportFormat<'bids'> = {
  name: 'bids',
  title: 'BIDS',
  recognise: (paths) => {
    const folders = paths.filter((path) => isFolder(path));
    const datasets = folders.filter((path) => isDataset(path));
    if (datasets.length === 0) return Promise.resolve(null);
    const derived = datasets.filter((path) => isDerivative(readDescription(path) ?? {}));
    const [folder = datasets[0], ...more] = datasets.filter((path) => !derived.includes(path));
    if (more.length > 0) return Promise.resolve(null);
    const derivatives = derived.filter((path) => path !== folder);
    return Promise.resolve({
      recipe: {
        folder,
        ...(derivatives.length === 0 ? {} : { derivatives }),
        ...givenBeside(paths.filter((path) => !datasets.includes(path))),
      },
      reason: `${basename(folder)} has subjects (${subjectsOf(folder).length}) in folders as BIDS names them`,
    });
  },
  read: (loaded, options) => readScans(planBids(loaded), loaded, options),
  choices: bidsChoices,
};

function isDataset(path: string): boolean {
  return subjectsOf(path).length > 0;
}

interface SubjectData {
  /** The folder that the recipe names. */
  readonly given: string;
  readonly subject: string;
  readonly raw: string | null;
  readonly roots: readonly string[];
  readonly derivatives: readonly BidsFolder[];
  readonly dataset: BidsFolder | null;
}

/** @throws CortextError `FILE_NOT_FOUND`, `INVALID_RECIPE` when it cannot be told which subject is meant */
function openSubject({ recipe, folder }: LoadedRecipe<BidsRecipe>, guesses: RecipeGuess[]): SubjectData {
  const given = resolveFrom(folder, recipe.folder);
  if (!isDataset(given)) {
    throw new CortextError('FILE_NOT_FOUND', `${given} has no folder of a subject (sub-...).`, {
      hint: 'Name the folder of the dataset.',
    });
  }
  const subject = chooseSubject(given, recipe.subject, guesses);
  const raw = rawOf(given);
  const roots = recipe.derivatives?.map((path) => resolveFrom(folder, path)) ?? derivativesOf(given, raw, subject, guesses);
  return {
    given,
    subject,
    raw,
    roots,
    derivatives: roots.map((root) => openBidsFolder(root, subject)),
    dataset: raw === null ? null : openBidsFolder(raw, subject),
  };
}

function bidsChoices(loaded: LoadedRecipe<BidsRecipe>): ImportChoices {
  const subjects = subjectsOf(resolveFrom(loaded.folder, loaded.recipe.folder));
  const { recipe } = loaded;
  if (recipe.subject === undefined && subjects.length !== 1) {
    return { subjects, sessions: [], tasks: [], spaces: [], regionSets: [] };
  }
  const { dataset, derivatives } = openSubject(loaded, []);
  const runs = findRuns(dataset, derivatives);
  const distinct = (values: readonly (string | null)[]): string[] => [...new Set(values)].filter((value) => value !== null);
  const spaces = distinct(runs.map(({ space }) => space));
  const sets = findRegionSets([...derivatives, ...(dataset === null ? [] : [dataset])]);
  const space = spaces.length === 0 ? 'raw' : chooseSpace(runs, recipe.space, recipe.regions === undefined ? sets : [], []);
  return {
    subjects,
    sessions: distinct(runs.map(({ session }) => session)),
    tasks: distinct(runs.map(({ task }) => task)),
    spaces,
    regionSets: runs.length === 0 ? [] : proposalsOf(sets, space, runs).map(({ title, regions }) => ({ title, regions })),
  };
}

/**
 * Finds subject, runs, regions and pictures.
 *
 * @throws CortextError `FILE_NOT_FOUND`, `INVALID_RECIPE` when it cannot be told which subject or runs are meant
 */
export function planBids(loaded: LoadedRecipe<BidsRecipe>): ScanPlan<BidsRecipe> {
  const { recipe } = loaded;
  const guesses: RecipeGuess[] = [];
  const { given, subject, raw, roots, derivatives, dataset } = openSubject(loaded, guesses);
  const all = ofSessions(findRuns(dataset, derivatives), recipe.sessions);
  const task = chooseTask(all, recipe.task, guesses);
  const ofTask = all.filter((run) => task === null || run.task === task);
  const sets = findRegionSets([...derivatives, ...(dataset === null ? [] : [dataset])]);
  const space = chooseSpace(ofTask, recipe.space, recipe.regions === undefined ? sets : [], guesses);
  const resolution = recipe.space?.split(RESOLUTION)[1];
  const runs = ofTask.filter((run) => run.space === space && (resolution === undefined || run.resolution === resolution));
  if (runs.length === 0) {
    throw noRuns(`${given} of sub-${subject}`, `Sessions, task (${task ?? 'any'}) and space (${space}) must have runs.`);
  }
  requireOneVersion(runs);
  const stimuli = raw === null ? null : join(raw, 'stimuli');
  return {
    recipe: {
      ...recipe,
      folder: given,
      derivatives: [...roots],
      subject,
      ...(task === null ? {} : { task }),
      space: recipe.space ?? space,
    },
    name: `${dataset?.description.Name ?? basename(given)}, sub-${subject}`,
    subject,
    runs: runs.map((run) => plannedRun(run)),
    proposals: proposalsOf(sets, space, runs),
    regionsElsewhere: regionsElsewhere(sets, space, ofTask),
    images: stimuli !== null && existsSync(stimuli) ? stimuli : null,
    guesses,
    sources: [],
  };
}

function plannedRun({ name, session, task, bold, events, confounds, repetitionTime, startTime }: FoundRun): PlannedRun {
  return { name, session, task, volumes: bold, events, confounds, repetitionTime, startTime };
}

/** The dataset of the scanner: the folder itself, or the one that it was derived from and lies in. */
function rawOf(given: string): string | null {
  if (!isDerivative(readDescription(given) ?? {})) return given;
  const around = dirname(given);
  const candidates = [...(basename(around) === 'derivatives' ? [dirname(around)] : []), around];
  return candidates.find((path) => isDataset(path) && !isDerivative(readDescription(path) ?? {})) ?? null;
}

/** Derivatives of a subject: inside of the dataset, or next to it in a folder `derivatives` or `fmriprep`. */
function derivativesOf(given: string, raw: string | null, subject: string, guesses: RecipeGuess[]): string[] {
  if (raw === null) return [given];
  const inside = folders(join(raw, 'derivatives'));
  const beside = [...folders(join(dirname(raw), 'derivatives')), join(dirname(raw), 'fmriprep')];
  const found = (inside.length > 0 ? inside : beside).filter(
    (path) => path !== raw && subjectsOf(path).includes(subject),
  );
  const all = given === raw || found.includes(given) ? found : [given, ...found];
  if (all.length > 0) {
    guesses.push({
      about: 'derivatives',
      choice: all.map((path) => basename(path)).join(', '),
      reason: `they have sub-${subject}, ${inside.length > 0 ? 'inside of the dataset' : 'next to the dataset'}`,
    });
  }
  return all;
}

function folders(path: string): string[] {
  if (!isFolder(path)) return [];
  return readdirSync(path)
    .filter((name) => !name.startsWith('.') && isFolder(join(path, name)))
    .map((name) => join(path, name))
    .sort();
}

function chooseTask(runs: readonly FoundRun[], wanted: string | undefined, guesses: RecipeGuess[]): string | null {
  if (wanted !== undefined) return wanted.replace(/^task-/, '');
  const tasks = [...new Set(runs.map(({ task }) => task))];
  if (tasks.length < 2) return tasks[0] ?? null;
  const withEvents = tasks.filter((task) => runs.some((run) => run.task === task && run.events !== null));
  if (withEvents.length === 1) {
    guesses.push({ about: 'task', choice: withEvents[0], reason: `of ${tasks.join(', ')}, it is the one with events` });
    return withEvents[0];
  }
  throw new CortextError('INVALID_RECIPE', `There are runs of ${tasks.length} tasks: ${tasks.join(', ')}.`, {
    hint: `Say which to import: "task: ${withEvents[0] ?? tasks[0]}".`,
  });
}

/** @throws CortextError `INVALID_RECIPE` for a session that is not there */
function ofSessions(runs: readonly FoundRun[], wanted: readonly string[] | undefined): readonly FoundRun[] {
  if (wanted === undefined) return runs;
  const sessions = [...new Set(runs.map(({ session }) => session))].filter((session) => session !== null);
  const known = wanted.map((given) => {
    const label = given.replace(/^ses-/, '');
    // YAML makes a number of 01.
    const found = sessions.find((session) => session === label) ?? sessions.find((session) => Number(session) === Number(label));
    if (found !== undefined) return found;
    throw new CortextError('INVALID_RECIPE', `There is no session ${label}.`, {
      hint: sessions.length === 0 ? 'The runs have no sessions: leave them out.' : `Sessions are ${sessions.join(', ')}.`,
    });
  });
  return runs.filter(({ session }) => session !== null && known.includes(session));
}

/** The same run twice would train and test on itself. @throws CortextError `INVALID_RECIPE` naming the files */
function requireOneVersion(runs: readonly FoundRun[]): void {
  const versions = [...Map.groupBy(runs, runLabel).values()].find(({ length }) => length > 1);
  if (versions === undefined) return;
  const [first] = versions;
  const resolutions = new Set(versions.map(({ resolution }) => resolution));
  const hint =
    resolutions.size === versions.length && !resolutions.has(null)
      ? `Say which: ${[...resolutions].map((resolution) => `"space: ${first.space}${RESOLUTION}${resolution}"`).join(' or ')}.`
      : 'Name the derivatives to take, "derivatives: [derivatives/fmriprep]", or take the surplus files away.';
  throw new CortextError(
    'INVALID_RECIPE',
    `Run ${runLabel(first)} is there in ${versions.length} versions: ${versions.map(({ bold }) => bold).join(', ')}.`,
    { hint, details: { versions: versions.map(({ bold }) => bold) } },
  );
}
