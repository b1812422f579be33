/** Brings a catalog that is in use up to date with the folders, a folder at a time. */
import type { CatalogRebuild, DamagedEntry } from '../../shared/catalog.ts';
import { CortextError } from '../../shared/errors.ts';
import { workspaceLayout } from '../../shared/workspace-layout.ts';
import type { Catalog } from './catalog.ts';
import { damagedEntry, foldersIn, isUnreadable, synchroniseExperiment, synchroniseRecording } from './synchronise.ts';

/**
 * Reads every folder again and forgets rows whose folders have gone. Unlike `rebuildCatalog`, it serves whoever has the
 * catalog open, and lets the event loop have its turn after every folder.
 *
 * @throws CortextError `CANCELLED`; what was read until then stays
 */
export async function catchUp(
  catalog: Catalog,
  root: string,
  options: { readonly signal: AbortSignal; readonly onProgress: (progress: { done: number; total: number }) => void },
): Promise<CatalogRebuild> {
  const paths = workspaceLayout(root);
  // Rows without a folder are asked for too: they are taken away.
  const recordings = new Set([...foldersIn(paths.recordings), ...catalog.listRecordings().map(({ id }) => id)]);
  const experiments = new Set([...foldersIn(paths.experiments), ...catalog.experimentIds()]);
  const total = recordings.size + experiments.size;
  const damaged: DamagedEntry[] = [];
  let done = 0;
  const attempt = async (folder: string, work: () => void): Promise<void> => {
    if (options.signal.aborted) throw new CortextError('CANCELLED', 'Cancelled.');
    try {
      work();
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      damaged.push(damagedEntry(folder, error));
    }
    options.onProgress({ done: ++done, total });
    await new Promise((resolve) => setImmediate(resolve));
  };
  for (const id of recordings) {
    await attempt(paths.recording(id), () => {
      synchroniseRecording(catalog, root, id);
    });
  }
  for (const id of experiments) {
    await attempt(paths.experiment(id).folder, () => {
      damaged.push(...synchroniseExperiment(catalog, root, id));
    });
  }
  return {
    recordings: catalog.listRecordings().length,
    experiments: catalog.experimentIds().length,
    evaluations: catalog.countEvaluations(),
    damaged,
  };
}
