/** Single runs, with their events, masks and images. */
import { basename, extname } from 'node:path';
import { parseHeader, readTextFile } from '../../bids/table.ts';
import { isVolume } from '../../volumes/open-volume.ts';
import type { ImportFormat } from '../import-format.ts';
import type { LoadedRecipe } from '../load-recipe.ts';
import { resolveFrom } from '../recipe-paths.ts';
import { isFolder, maskName, volumeAt } from './given-files.ts';
import { pathOf, readScans } from './read-scans.ts';
import type { ScanPlan } from './scan-plan.ts';
import type { RunsRecipe } from './scans-recipe.ts';

export const runsFormat: ImportFormat<'runs'> = {
  name: 'runs',
  title: 'single runs',
  recognise: (paths) => Promise.resolve(recogniseRuns(paths)),
  read: (loaded, options) => readScans(planRuns(loaded), loaded, options),
};

/**
 * Files of many volumes are runs, of one volume masks; tables with onsets are events, other tables confounds. Volumes that
 * cannot be read count as runs, lest the reason be lost.
 */
function recogniseRuns(paths: readonly string[]) {
  const folders = paths.filter((path) => isFolder(path));
  const archives = paths.filter((path) => extname(path).toLowerCase() === '.zip' && !folders.includes(path));
  const files = paths.filter((path) => !folders.includes(path) && !archives.includes(path));
  const opened = files.map((path) => ({ path, volume: volumeAt(path) }));
  // Of a pair, the file of values is known by its header.
  const volumes = opened.filter(({ path }) => !opened.some((other) => other.path !== path && other.volume?.data.path === path));
  const isRun = ({ path, volume }: (typeof volumes)[number]): boolean =>
    volume === null ? isVolume(path) || /\.nii(\.gz)?$/i.test(path) : volume.volumes > 1;
  const runs = volumes.filter(isRun).map(({ path }) => path);
  const masks = volumes.filter(({ volume }) => volume?.volumes === 1).map(({ path }) => path);
  const tables = volumes.filter((file) => file.volume === null && !isRun(file)).map(({ path }) => path);
  if (runs.length === 0 || folders.length + archives.length > 1 || !tables.every((path) => /\.(tsv|txt|par|1d)$/i.test(path))) {
    return null;
  }
  const isEvents = (path: string): boolean => parseHeader(readTextFile(path)).includes('onset');
  const events = inOrderOfRuns(tables.filter(isEvents), runs);
  const confounds = inOrderOfRuns(
    tables.filter((path) => !isEvents(path)),
    runs,
  );
  const ofRun = (list: readonly string[], index: number): string | undefined =>
    list.length === 1 ? list[0] : list.length === runs.length ? list[index] : undefined;
  return {
    recipe: {
      runs: runs.map((path, index) => {
        const [own, beside] = [ofRun(events, index), confounds.length === runs.length ? confounds[index] : undefined];
        return { volumes: path, ...(own && { events: own }), ...(beside && { confounds: beside }) };
      }),
      ...(masks.length === 0 ? {} : { regions: Object.fromEntries(masks.map((path) => [maskName(path), { mask: path }])) }),
      ...(folders.length === 0 ? {} : { images: { folder: folders[0] } }),
      ...(archives.length === 0 ? {} : { images: { zip: archives[0] } }),
    },
    reason: `${runs.length} of the files have many volumes, ${masks.length} have one, ${events.length} have onsets; tables belong to the run with the same number or name, or else to that named in the same place`,
  };
}

/** Tables in the order of the runs whose names they share; in their own where names do not tell. */
function inOrderOfRuns(tables: readonly string[], runs: readonly string[]): readonly string[] {
  const own = distinctWords(tables);
  const places = distinctWords(runs).map((words) => own.indexOf(words));
  const isPairing = tables.length === runs.length && !places.includes(-1) && new Set(places).size === places.length;
  return isPairing ? places.map((place) => tables[place]) : tables;
}

/** What tells files apart by name: the words and numbers between those with which all their names begin and end. */
function distinctWords(paths: readonly string[]): string[] {
  const names = paths.map((path) =>
    [...basename(path).toLowerCase().matchAll(/[a-z]+|\d+/g)].map(([word]) => word.replace(/^0+(?=\d)/, '')),
  );
  const shared = (at: number): boolean =>
    names.length > 0 && names.every((words) => words.at(at) !== undefined && words.at(at) === names[0].at(at));
  let [start, end] = [0, 0];
  while (shared(start)) start++;
  while (shared(-1 - end)) end++;
  return names.map((words) => words.slice(start, Math.max(start, words.length - end)).join(' '));
}

function planRuns({ recipe, folder }: LoadedRecipe<RunsRecipe>): ScanPlan<RunsRecipe> {
  const [first] = recipe.runs;
  const title = basename(first.volumes).replace(/\..*$/, '');
  return {
    recipe,
    name: title,
    subject: /(?:^|_)sub-([A-Za-z0-9]+)/.exec(title)?.[1] ?? title,
    runs: recipe.runs.map((run, index) => ({
      name: run.name ?? String(index + 1),
      session: run.session ?? null,
      task: null,
      volumes: resolveFrom(folder, run.volumes),
      events: pathOf(folder, run.events),
      confounds: pathOf(folder, run.confounds),
      repetitionTime: null,
      startTime: run.startTime,
    })),
    proposals: [],
    regionsElsewhere: null,
    images: null,
    guesses: [],
    sources: [],
  };
}
