/** Volumes that are samples already, in BIDS derivatives: statistical maps with a table, and what Cortext exports as BIDS. */
import { basename } from 'node:path';
import { isDerivative, openBidsFolder, readDescription, subjectsOf } from '../../bids/bids-folder.ts';
import { findRuns } from '../../bids/find-runs.ts';
import { findSampleMaps } from '../../bids/find-sample-maps.ts';
import type { ImportFormat } from '../import-format.ts';
import { resolveFrom } from '../recipe-paths.ts';
import { givenBeside, isFolder } from '../scans/given-files.ts';
import { openSources } from '../source-files.ts';
import { readStatmaps } from './read-statmaps.ts';

export const statmapsFormat: ImportFormat<'statmaps'> = {
  name: 'statmaps',
  title: 'BIDS statistical maps',
  recognise: (paths) => {
    const folders = paths.filter((path) => isFolder(path));
    const datasets = folders.filter((path) => subjectsOf(path).length > 0);
    const [folder] = datasets;
    if (datasets.length !== 1 || mapsWithoutRuns(folder) === 0) return Promise.resolve(null);
    return Promise.resolve({
      recipe: {
        folder,
        ...givenBeside(paths.filter((path) => path !== folder)),
      },
      reason: `${basename(folder)} has no runs, but volumes with a table that says what each of them is`,
    });
  },
  read: async (loaded, options) => {
    const sources = await openSources(loaded, options.signal);
    try {
      return await readStatmaps(loaded, sources, options);
    } finally {
      sources.close();
    }
  },
  choices: ({ recipe, folder }) => {
    const subjects = subjectsOf(resolveFrom(folder, recipe.folder));
    // The only subject may be called what its label cannot say.
    return { subjects: subjects.length > 1 ? subjects : [], sessions: [], tasks: [], spaces: [], regionSets: [] };
  },
};

/** How many such volumes the first subject of a dataset of derivatives has; none where runs say more than they do. */
function mapsWithoutRuns(root: string): number {
  if (!isDerivative(readDescription(root) ?? {})) return 0;
  const dataset = openBidsFolder(root, subjectsOf(root)[0]);
  return findRuns(null, [dataset]).length > 0 ? 0 : findSampleMaps(dataset).length;
}
