/** Bringing rows up to date with the folders, one at a time or all at once. */
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import type { CatalogRebuild, DamagedEntry } from '../../shared/catalog.ts';
import { CortextError, toCortextError } from '../../shared/errors.ts';
import { recordingMetadataSchema } from '../../shared/recording.ts';
import { workspaceLayout } from '../../shared/workspace-layout.ts';
import { flushFolder, readJson } from '../files/atomic.ts';
import { openCatalog, type Catalog } from './catalog.ts';
import { noAnnotations, readAnnotations, readEvaluation, readExperimentFolder } from './experiment-folder.ts';

/**
 * Refreshes one experiment's row from its folder, and takes the row away when the folder is gone.
 *
 * A damaged evaluation or annotation is reported, and the rest indexed all the same.
 *
 * @returns what could not be read
 * @throws CortextError `EXPERIMENT_DAMAGED` when its configuration or status cannot be read; the row stays as it was
 */
export function synchroniseExperiment(catalog: Catalog, root: string, id: string): DamagedEntry[] {
  const paths = workspaceLayout(root).experiment(id);
  if (!existsSync(paths.folder)) {
    catalog.removeExperiment(id);
    return [];
  }
  const { config, status } = readExperimentFolder(root, id);
  const damaged: DamagedEntry[] = [];
  const orReport = <T>(path: string, fallback: T, read: () => T): T => {
    try {
      return read();
    } catch (error) {
      damaged.push(damagedEntry(path, error));
      return fallback;
    }
  };
  const annotations = orReport(paths.annotations, noAnnotations, () => readAnnotations(root, id));
  const evaluation = orReport(paths.evaluation, null, () => readEvaluation(root, id));
  catalog.transaction(() => {
    catalog.upsertExperiment(config, status, annotations);
    if (evaluation === null) catalog.removeEvaluation(id);
    else catalog.putEvaluation({ ...evaluation, experiment: id });
  });
  return damaged;
}

/**
 * Refreshes one recording's row from its folder, and takes the row away when the folder is gone.
 *
 * @throws CortextError `RECORDING_DAMAGED`
 */
export function synchroniseRecording(catalog: Catalog, root: string, id: string): void {
  const paths = workspaceLayout(root);
  if (!existsSync(paths.recording(id))) {
    catalog.removeRecording(id);
    return;
  }
  const metadataPath = paths.recordingMetadata(id);
  if (!existsSync(metadataPath)) {
    throw new CortextError('RECORDING_DAMAGED', `${metadataPath} is missing.`, { hint: 'Import the recording again.' });
  }
  const metadata = readJson(metadataPath, recordingMetadataSchema, 'RECORDING_DAMAGED');
  if (metadata.id !== id) {
    throw new CortextError('RECORDING_DAMAGED', `${paths.recording(id)} holds the recording ${metadata.id}.`, {
      hint: 'Give the folder the name of its recording; a copy cannot live beside its original.',
    });
  }
  catalog.upsertRecording(metadata);
}

/**
 * Writes the whole catalog anew from the folders of the workspace.
 *
 * It is written beside the old one and renamed: a crash leaves the old catalog, damaged or not. Folders that cannot be
 * read are listed in the result and skipped.
 *
 * @throws CortextError `WORKSPACE_NOT_FOUND`, `WORKSPACE_READ_ONLY`, `NO_SPACE_LEFT`, `CANCELLED`
 */
export function rebuildCatalog(
  root: string,
  options: {
    readonly signal?: AbortSignal;
    readonly onProgress?: (progress: { done: number; total: number }) => void;
  } = {},
): CatalogRebuild {
  if (!existsSync(root)) {
    throw new CortextError('WORKSPACE_NOT_FOUND', `${root} does not exist.`, { hint: 'Check the path.' });
  }
  const paths = workspaceLayout(root);
  const fresh = `${paths.catalog}.${process.pid}.${randomBytes(4).toString('hex')}.new`;
  try {
    const result = fillCatalog(fresh, root, options);
    // The old log must not be replayed over the new file.
    for (const suffix of ['-wal', '-shm']) rmSync(`${paths.catalog}${suffix}`, { force: true });
    renameSync(fresh, paths.catalog);
    flushFolder(root);
    return result;
  } catch (error) {
    throw toCortextError(error, paths.catalog);
  } finally {
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${fresh}${suffix}`, { force: true });
  }
}

function fillCatalog(path: string, root: string, options: Parameters<typeof rebuildCatalog>[1] = {}): CatalogRebuild {
  const paths = workspaceLayout(root);
  const recordings = foldersIn(paths.recordings);
  const experiments = foldersIn(paths.experiments);
  const total = recordings.length + experiments.length;
  const damaged: DamagedEntry[] = [];
  let done = 0;
  const attempt = (folder: string, work: () => void): void => {
    if (options.signal?.aborted) throw new CortextError('CANCELLED', 'Cancelled. The catalog is as it was.');
    try {
      work();
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      damaged.push(damagedEntry(folder, error));
    }
    options.onProgress?.({ done: ++done, total });
  };

  const catalog = openCatalog(path, { root });
  try {
    catalog.transaction(() => {
      for (const id of recordings) attempt(paths.recording(id), () => synchroniseRecording(catalog, root, id));
      for (const id of experiments) {
        attempt(paths.experiment(id).folder, () => damaged.push(...synchroniseExperiment(catalog, root, id)));
      }
    });
    return {
      recordings: catalog.listRecordings().length,
      experiments: catalog.experimentIds().length,
      evaluations: catalog.countEvaluations(),
      damaged,
    };
  } finally {
    // Closing the last connection merges the log into the file, which can then be renamed alone.
    catalog.close();
  }
}

export function foldersIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort();
}

/** Failures of one folder, as opposed to those of the database or the disk. */
export function isUnreadable(error: unknown): boolean {
  return (
    error instanceof CortextError &&
    ['EXPERIMENT_DAMAGED', 'RECORDING_DAMAGED', 'FILE_NOT_FOUND', 'FILE_UNREADABLE', 'INTERNAL'].includes(error.code)
  );
}

export function damagedEntry(path: string, error: unknown): DamagedEntry {
  const { code, message } = toCortextError(error, path);
  return { path, code, message };
}
