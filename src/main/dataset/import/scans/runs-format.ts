/** Single runs, with their events, masks and images. */
import { basename, extname } from 'node:path';
import { readTextFile } from '../../bids/table.ts';
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

/** Files of many volumes are runs, of one volume masks; tables with onsets are events, other tables confounds. */
function recogniseRuns(paths: readonly string[]) {
  const folders = paths.filter((path) => isFolder(path));
  const archives = paths.filter((path) => extname(path).toLowerCase() === '.zip' && !folders.includes(path));
  const files = paths.filter((path) => !folders.includes(path) && !archives.includes(path));
  const volumes = files.map((path) => ({ path, volume: volumeAt(path) }));
  const runs = volumes.filter(({ volume }) => volume !== null && volume.volumes > 1).map(({ path }) => path);
  const masks = volumes.filter(({ volume }) => volume?.volumes === 1).map(({ path }) => path);
  const tables = volumes.filter(({ volume }) => volume === null).map(({ path }) => path);
  if (runs.length === 0 || folders.length + archives.length > 1 || !tables.every((path) => /\.(tsv|txt|par)$/i.test(path))) {
    return null;
  }
  const events = tables.filter((path) => /^(\uFEFF)?([^\r\n]*\t)?onset\t/.test(readTextFile(path)));
  const confounds = tables.filter((path) => !events.includes(path));
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
    reason: `${runs.length} of the files have many volumes, ${masks.length} have one, ${events.length} have onsets; in the order in which they were named`,
  };
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
    images: null,
    guesses: [],
    sources: [],
  };
}
