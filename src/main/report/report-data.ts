/** Gathers what a report shows from an experiment's folder and its recording. */
import { existsSync, readFileSync } from 'node:fs';
import { CortextError } from '../../shared/errors.ts';
import { evaluationSchema, methodSchema, type Evaluation, type Method } from '../../shared/evaluation.ts';
import {
  experimentConfigSchema,
  experimentNotFound,
  experimentStatusSchema,
  historyLineSchema,
  type ExperimentConfig,
  type ExperimentStatus,
  type HistoryLine,
} from '../../shared/experiment.ts';
import { recordingMetadataSchema, type RecordingMetadata } from '../../shared/recording.ts';
import { workspaceLayout } from '../../shared/workspace-layout.ts';
import { readJson } from '../files/atomic.ts';

export interface ExperimentData {
  readonly config: ExperimentConfig;
  readonly status: ExperimentStatus;
  readonly evaluation: Evaluation;
  readonly history: readonly HistoryLine[];
  /** Null when the recording is not in this workspace. */
  readonly recording: RecordingMetadata | null;
}

/** One test stimulus and where its pictures lie. */
export interface GalleryEntry {
  readonly name: string;
  readonly category: string | null;
  readonly trials: number;
  /** Which fold of a cross-validation tested it, from 0. */
  readonly fold: number | null;
  readonly stimulus: string;
  readonly methods: Partial<Record<Method, string>>;
}

/** @throws CortextError `EXPERIMENT_NOT_FOUND`, `EXPERIMENT_DAMAGED`, `EXPERIMENT_NOT_EVALUATED` */
export function readExperimentData(root: string, id: string): ExperimentData {
  const layout = workspaceLayout(root);
  const paths = layout.experiment(id);
  if (!existsSync(paths.config)) throw experimentNotFound(id);
  const config = readJson(paths.config, experimentConfigSchema, 'EXPERIMENT_DAMAGED');
  if (!existsSync(paths.evaluation)) {
    throw new CortextError('EXPERIMENT_NOT_EVALUATED', `Experiment ${id} (${config.name}) has no scores yet.`, {
      hint: `Let it finish with \`cortext resume ${id}\`, or end its training now with \`cortext stop ${id}\`.`,
    });
  }
  const recordingPath = layout.recordingMetadata(config.recording.id);
  return {
    config,
    status: readJson(paths.status, experimentStatusSchema, 'EXPERIMENT_DAMAGED'),
    evaluation: readJson(paths.evaluation, evaluationSchema, 'EXPERIMENT_DAMAGED'),
    history: readHistory(paths.history),
    recording: existsSync(recordingPath) ? readJson(recordingPath, recordingMetadataSchema, 'RECORDING_DAMAGED') : null,
  };
}

/** A line that a crash cut off is left out. */
function readHistory(path: string): HistoryLine[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        const parsed = historyLineSchema.safeParse(JSON.parse(line));
        return parsed.success ? [parsed.data] : [];
      } catch {
        return [];
      }
    });
}

/** The test stimuli of an experiment in the order of its evaluation, with the pictures that exist. */
export function galleryEntries(root: string, evaluation: Evaluation, fold: number | null = null): GalleryEntry[] {
  const layout = workspaceLayout(root);
  const paths = layout.experiment(evaluation.experiment);
  const methods = methodSchema.options.filter((method) => existsSync(`${paths.reconstructions}/${method}`));
  return evaluation.stimuli.map(({ id, name, category, trials }, index) => ({
    name,
    category,
    trials,
    fold,
    stimulus: layout.stimulus(id),
    methods: Object.fromEntries(
      methods
        .map((method) => [method, paths.reconstruction(method, index)] as const)
        .filter(([, path]) => existsSync(path)),
    ),
  }));
}

/** Methods that have a score or a picture, in the order in which they are shown. */
export function shownMethods(evaluation: Evaluation, entries: readonly GalleryEntry[]): Method[] {
  return methodSchema.options.filter(
    (method) => evaluation.scores[method] !== undefined || entries.some((entry) => method in entry.methods),
  );
}
