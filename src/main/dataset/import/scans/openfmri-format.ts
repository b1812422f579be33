/** Datasets in the layout of OpenfMRI. */
import { basename, join } from 'node:path';
import { CortextError } from '../../../../shared/errors.ts';
import { openfmriSubjects, readConditions, readOpenfmriSubject, type OpenfmriRun, type OpenfmriSubject } from '../../bids/openfmri.ts';
import { sameGrid } from '../../volumes/grid.ts';
import { openVolume } from '../../volumes/open-volume.ts';
import type { ImportChoices, ImportFormat } from '../import-format.ts';
import type { LoadedRecipe, RecipeGuess } from '../load-recipe.ts';
import { resolveFrom } from '../recipe-paths.ts';
import { givenBeside, isFolder, maskName } from './given-files.ts';
import { noRuns, readScans } from './read-scans.ts';
import type { RegionProposal } from './region-proposal.ts';
import type { ScanPlan } from './scan-plan.ts';
import type { OpenfmriRecipe } from './scans-recipe.ts';

export const openfmriFormat: ImportFormat<'openfmri'> = {
  name: 'openfmri',
  title: 'OpenfMRI',
  recognise: (paths) => {
    const folders = paths.filter((path) => isFolder(path));
    const datasets = folders.filter((path) => openfmriSubjects(path).length > 0);
    if (datasets.length !== 1) return Promise.resolve(null);
    return Promise.resolve({
      recipe: {
        folder: datasets[0],
        ...givenBeside(paths.filter((path) => !datasets.includes(path))),
      },
      reason: `${basename(datasets[0])} has subjects with a folder BOLD`,
    });
  },
  read: (loaded, options) => readScans(planOpenfmri(loaded), loaded, options),
  choices: openfmriChoices,
};

function openfmriChoices({ recipe, folder }: LoadedRecipe<OpenfmriRecipe>): ImportChoices {
  const root = resolveFrom(folder, recipe.folder);
  const subjects = openfmriSubjects(root);
  const nothing: ImportChoices = { subjects, sessions: [], tasks: [], spaces: [], regionSets: [] };
  if (recipe.subject === undefined && subjects.length !== 1) return nothing;
  const subject = readOpenfmriSubject(root, chooseSubject(root, recipe.subject, []));
  return {
    ...nothing,
    tasks: [...new Set(subject.runs.map(({ task }) => task))],
    regionSets: subject.masks.map(({ folder: masks, files }) => {
      const { title, regions } = proposalOf(masks, files);
      return { title, regions };
    }),
  };
}

/** @throws CortextError `INVALID_RECIPE`, `FILE_NOT_FOUND` */
export function planOpenfmri(loaded: LoadedRecipe<OpenfmriRecipe>): ScanPlan<OpenfmriRecipe> {
  const { recipe } = loaded;
  const guesses: RecipeGuess[] = [];
  const root = resolveFrom(loaded.folder, recipe.folder);
  const subject = readOpenfmriSubject(root, chooseSubject(root, recipe.subject, guesses));
  const task = chooseTask(subject, recipe.task, guesses);
  const runs = subject.runs.filter((run) => run.task === task);
  if (runs.length === 0) throw noRuns(join(root, subject.subject), 'Folders of runs are called task001_run001.');
  const volumes = recipe.volumes ?? chooseVolumes(subject, runs, guesses);
  return {
    recipe: { ...recipe, folder: root, subject: subject.subject, task, volumes },
    name: `${basename(root)}, ${subject.subject}`,
    subject: subject.subject,
    runs: runs.map((run) => ({
      name: String(Number(run.run)),
      session: null,
      task: subject.tasks.get(task) ?? task,
      volumes: join(run.folder, volumes),
      events: run.events ?? (run.conditions.length === 0 ? null : readConditions(run.conditions)),
      confounds: run.motion,
      repetitionTime: subject.repetitionTime,
      startTime: 0,
    })),
    proposals: subject.masks.map(({ folder, files }) => proposalOf(folder, files)),
    regionsElsewhere: null,
    images: null,
    guesses,
    sources: runs.flatMap((run) => (run.events === null ? run.conditions.map(({ path }) => path) : [])),
  };
}

/** The brain as a whole is no region where there are others. */
function proposalOf(folder: string, files: readonly string[]): RegionProposal {
  const parts = files.filter((path) => !/^brain/i.test(maskName(path)));
  const masks = parts.length === 0 ? files : parts;
  return {
    rank: parts.length === 0 ? 2 : 0,
    title: `${masks.map(maskName).join(', ')} of ${basename(folder)}`,
    regions: Object.fromEntries(masks.map((path) => [maskName(path), { mask: path }])),
    sample: masks[0],
  };
}

function chooseSubject(root: string, wanted: string | undefined, guesses: RecipeGuess[]): string {
  const subjects = openfmriSubjects(root);
  const known = wanted === undefined ? undefined : subjects.find((name) => Number(name.slice(3)) === Number(wanted.replace(/^sub-?/, '')));
  if (known !== undefined) return known;
  if (wanted === undefined && subjects.length === 1) {
    guesses.push({ about: 'subject', choice: subjects[0], reason: 'there is no other' });
    return subjects[0];
  }
  throw new CortextError('INVALID_RECIPE', `${root} has ${wanted === undefined ? `${subjects.length} subjects` : `no subject ${wanted}`}.`, {
    hint: `Say whose recording to import: "subject: ${subjects[0] ?? 'sub001'}". There are ${subjects.join(', ') || 'none'}.`,
  });
}

function chooseTask({ runs, tasks }: OpenfmriSubject, wanted: string | undefined, guesses: RecipeGuess[]): string {
  const numbers = [...new Set(runs.map(({ task }) => task))];
  const asNumber = wanted?.replace(/^task-?/, '');
  const known = numbers.find((number) => number === asNumber || Number(number) === Number(asNumber) || tasks.get(number) === wanted);
  if (known !== undefined) return known;
  if (wanted === undefined && numbers.length === 1) {
    guesses.push({ about: 'task', choice: tasks.get(numbers[0]) ?? numbers[0], reason: 'there is no other' });
    return numbers[0];
  }
  throw new CortextError('INVALID_RECIPE', `There are runs of ${numbers.length} tasks, and ${wanted ?? 'none'} is asked for.`, {
    hint: `Say which to import: ${numbers.map((number) => `"task: '${number}'"`).join(' or ')}.`,
  });
}

/** The name that all runs share; of several, `bold`, the one on the grid of the masks, or the one with most voxels. */
function chooseVolumes({ masks }: OpenfmriSubject, runs: readonly OpenfmriRun[], guesses: RecipeGuess[]): string {
  const shared = runs[0].volumes.filter((name) => runs.every(({ volumes }) => volumes.includes(name)));
  if (shared.length === 0) {
    throw noRuns(runs.map(({ folder }) => basename(folder)).join(', '), 'Every run needs a file of volumes of the same name.');
  }
  // Files that were not fetched are told together, when all runs are opened.
  if (shared.length === 1) return shared[0];
  const plain = shared.find((name) => /^bold\.nii(\.gz)?$/.test(name));
  if (plain !== undefined) {
    guesses.push({ about: 'volumes', choice: plain, reason: `of ${shared.join(', ')}: its name` });
    return plain;
  }
  const grids = shared.map((name) => openVolume(join(runs[0].folder, name)).grid);
  const onMasks = shared.find((_, i) => masks.some(({ files }) => sameGrid(openVolume(files[0]).grid, grids[i])));
  const size = (i: number): number => grids[i].shape.reduce((product, side) => product * side, 1);
  const largest = shared.toSorted((a, b) => size(shared.indexOf(b)) - size(shared.indexOf(a)))[0];
  const choice = onMasks ?? largest;
  const reason = onMasks !== undefined ? 'masks lie on its grid' : 'it has the most voxels';
  guesses.push({ about: 'volumes', choice, reason: `of ${shared.join(', ')}: ${reason}` });
  return choice;
}
