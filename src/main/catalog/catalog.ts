/**
 * The catalog of a workspace: an index for searching, sorting and comparing.
 *
 * The folders are the truth. What a user types (tags, notes, archiving) is written to the experiment's
 * `annotations.json` first and indexed second, so that losing the database loses nothing.
 */
import { dirname } from 'node:path';
import type {
  Annotations,
  ExperimentComparison,
  ExperimentDetails,
  ExperimentList,
  ExperimentQuery,
  ExperimentRow,
  RecordingRow,
} from '../../shared/catalog.ts';
import type { ManyCompared } from '../../shared/comparison.ts';
import type { Evaluation } from '../../shared/evaluation.ts';
import { experimentNotFound, type ExperimentConfig, type ExperimentStatus } from '../../shared/experiment.ts';
import type { RecordingMetadata } from '../../shared/recording.ts';
import { toCatalogError } from './catalog-errors.ts';
import { compareMany } from './compare-many.ts';
import { compareDetails } from './compare.ts';
import { openDatabase, type Database } from './database.ts';
import { noAnnotations, readAnnotations, writeAnnotations } from './experiment-folder.ts';
import { queryExperiments } from './experiment-list.ts';
import { experimentRepository } from './experiments.ts';
import { metricRepository } from './metrics.ts';
import { noteRepository } from './notes.ts';
import { recordingRepository } from './recordings.ts';
import { searchWords } from './search-words.ts';
import { normaliseTags, tagRepository } from './tags.ts';

/** Every call may throw `CATALOG_DAMAGED`, `CATALOG_BUSY`; writing ones also `NO_SPACE_LEFT`, `WORKSPACE_READ_ONLY`. */
export interface Catalog {
  readonly path: string;
  upsertRecording(metadata: RecordingMetadata): void;
  /** Newest first, with how many experiments each has. */
  listRecordings(): RecordingRow[];
  getRecording(id: string): RecordingRow | null;
  removeRecording(id: string): void;

  /** Without annotations those already known stay; a new row reads them from its folder. */
  upsertExperiment(config: ExperimentConfig, status: ExperimentStatus, annotations?: Annotations): void;
  /** Replaces the experiment's scores. @throws CortextError `EXPERIMENT_NOT_FOUND` when it is not in the catalog */
  putEvaluation(evaluation: Evaluation): void;
  /** After `continue` took an evaluation away. */
  removeEvaluation(id: string): void;
  /** @returns the tags as stored: trimmed, without repeats. @throws CortextError `EXPERIMENT_NOT_FOUND` */
  setTags(id: string, tags: readonly string[]): string[];
  /** @throws CortextError `EXPERIMENT_NOT_FOUND` */
  setNote(id: string, note: string): void;
  /** Archived experiments keep everything and leave the default list. @throws CortextError `EXPERIMENT_NOT_FOUND` */
  setArchived(id: string, archived: boolean): void;
  /** Takes it out of the index; its folder is the caller's to delete, before this. */
  removeExperiment(id: string): void;

  /** @throws CortextError `INVALID_ARGUMENT` */
  list(query?: ExperimentQuery): ExperimentList;
  get(id: string): ExperimentDetails | null;
  experimentIds(): string[];
  /** Others on the same recording that were tested on the same stimuli in the same order, newest first; at most 200. */
  comparableExperiments(id: string): ExperimentRow[];
  countEvaluations(): number;
  tags(): { tag: string; experiments: number }[];
  /** @throws CortextError `EXPERIMENT_NOT_FOUND` */
  compareExperiments(a: string, b: string): ExperimentComparison;
  /** @param ids - two or more. @throws CortextError `EXPERIMENT_NOT_FOUND` */
  compareMany(ids: readonly string[]): ManyCompared;

  /** Several changes that happen all or not at all, and faster. */
  transaction<T>(work: () => T): T;
  /** Merges the log into the one file, and closes it. */
  close(): void;
}

/**
 * Opens the catalog at `path`, creating and migrating it as needed.
 *
 * @param options.root - the workspace's folder; by default the one that holds the catalog
 * @throws CortextError `RUNTIME_UNSUITABLE`, `CATALOG_DAMAGED`, `WORKSPACE_TOO_NEW`, `WORKSPACE_READ_ONLY`
 */
export function openCatalog(path: string, options: { readonly root?: string } = {}): Catalog {
  const database = openDatabase(path);
  try {
    return catalogOver(database, path, options.root ?? dirname(path));
  } catch (error) {
    // Preparing the statements meets missing tables and damaged pages.
    database.close();
    throw toCatalogError(error, path);
  }
}

function catalogOver(database: Database, path: string, root: string): Catalog {
  const words = searchWords(database);
  const recordings = recordingRepository(database, words);
  const experiments = experimentRepository(database);
  const metrics = metricRepository(database);
  const tags = tagRepository(database);
  const notes = noteRepository(database);

  const guarded = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw toCatalogError(error, path);
    }
  };
  const inTransaction = <T>(work: () => T): T =>
    guarded(() => (database.inTransaction ? work() : database.transaction(work).immediate()));

  const knownKey = (id: string): number => {
    const key = experiments.keyOf(id);
    if (key === null) throw experimentNotFound(id);
    return key;
  };
  const detailsOf = (id: string): ExperimentDetails | null => {
    const key = experiments.keyOf(id);
    if (key === null) return null;
    const [row] = experiments.rows([key], tags.ofMany([key]), new Map([[key, metrics.of(key)]]));
    return {
      ...row,
      config: experiments.configOf(key),
      error: experiments.errorOf(key),
      evaluation: metrics.evaluationOf(key),
    };
  };
  const knownDetails = (id: string): ExperimentDetails => {
    const details = detailsOf(id);
    if (details === null) throw experimentNotFound(id);
    return details;
  };
  const rowsOf = (keys: readonly number[]): ExperimentRow[] =>
    experiments.rows(keys, tags.ofMany(keys), metrics.headlinesOf(keys));
  const annotate = (id: string, change: Partial<Annotations>, index: (key: number) => void): void =>
    inTransaction(() => {
      const key = knownKey(id);
      writeAnnotations(root, id, change);
      index(key);
      words.refresh(key);
    });

  return {
    path,
    upsertRecording: (metadata) => inTransaction(() => recordings.upsert(metadata)),
    listRecordings: () => guarded(() => recordings.list()),
    getRecording: (id) => guarded(() => recordings.get(id)),
    removeRecording: (id) => inTransaction(() => recordings.remove(id)),

    upsertExperiment: (config, status, annotations) =>
      inTransaction(() => {
        const known = annotations ?? annotationsIn(root, config.id);
        const key = experiments.upsert(config, status, known);
        tags.set(key, known.tags);
        notes.set(key, known.note);
        words.refresh(key);
      }),
    putEvaluation: (evaluation) => inTransaction(() => metrics.put(knownKey(evaluation.experiment), evaluation)),
    removeEvaluation: (id) => inTransaction(() => metrics.remove(knownKey(id))),
    setTags: (id, given) => {
      const normalised = normaliseTags(given);
      annotate(id, { tags: normalised }, (key) => tags.set(key, normalised));
      return normalised;
    },
    setNote: (id, note) => annotate(id, { note }, (key) => notes.set(key, note)),
    setArchived: (id, archived) => annotate(id, { archived }, (key) => experiments.setArchived(key, archived)),
    removeExperiment: (id) =>
      inTransaction(() => {
        const key = experiments.keyOf(id);
        if (key !== null) experiments.remove(key);
      }),

    list: (query = {}) =>
      guarded(() => {
        const { keys, total } = queryExperiments(database, query);
        return { rows: rowsOf(keys), total };
      }),
    get: (id) => guarded(() => detailsOf(id)),
    comparableExperiments: (id) => guarded(() => rowsOf(metrics.testedAlike(knownKey(id)))),
    experimentIds: () => guarded(() => experiments.ids()),
    countEvaluations: () => guarded(() => metrics.count()),
    tags: () => guarded(() => tags.counts()),
    compareExperiments: (a, b) =>
      guarded(() => {
        const [first, second] = [a, b].map(knownDetails);
        return compareDetails(first, second);
      }),
    compareMany: (ids) => guarded(() => compareMany(ids.map(knownDetails))),

    transaction: inTransaction,
    close: () =>
      guarded(() => {
        database.pragma('optimize');
        database.close();
      }),
  };
}

/** Those in the folder; a damaged file must not keep the experiment out of the history. */
function annotationsIn(root: string, id: string): Annotations {
  try {
    return readAnnotations(root, id);
  } catch {
    return noAnnotations;
  }
}
