/** What the catalog reads from an experiment's folder, and the one file in it that it writes. */
import { existsSync } from 'node:fs';
import { annotationsSchema, type Annotations } from '../../shared/catalog.ts';
import { CortextError } from '../../shared/errors.ts';
import { evaluationSchema, type Evaluation } from '../../shared/evaluation.ts';
import {
  experimentConfigSchema,
  experimentNotFound,
  experimentStatusSchema,
  newExperimentStatus,
  type ExperimentConfig,
  type ExperimentStatus,
} from '../../shared/experiment.ts';
import { workspaceLayout } from '../../shared/workspace-layout.ts';
import { readJson, writeJsonAtomic } from '../files/atomic.ts';

export interface ExperimentFolder {
  readonly config: ExperimentConfig;
  readonly status: ExperimentStatus;
}

/** @throws CortextError `EXPERIMENT_NOT_FOUND`, `EXPERIMENT_DAMAGED` */
export function readExperimentFolder(root: string, id: string): ExperimentFolder {
  const paths = workspaceLayout(root).experiment(id);
  if (!existsSync(paths.config)) {
    throw existsSync(paths.folder)
      ? new CortextError('EXPERIMENT_DAMAGED', `${paths.config} is missing.`, {
          hint: 'Restore it from a backup, or delete the folder.',
        })
      : experimentNotFound(id);
  }
  const config = readJson(paths.config, experimentConfigSchema, 'EXPERIMENT_DAMAGED');
  if (config.id !== id) {
    throw new CortextError('EXPERIMENT_DAMAGED', `${paths.folder} holds the experiment ${config.id}, not ${id}.`, {
      hint: 'Give the folder the name of its experiment; a copy cannot live beside its original.',
    });
  }
  // The configuration is written first: without a status the experiment was created and never started.
  const status = existsSync(paths.status)
    ? readJson(paths.status, experimentStatusSchema, 'EXPERIMENT_DAMAGED')
    : newExperimentStatus(config);
  return { config, status };
}

/** @throws CortextError `EXPERIMENT_DAMAGED` */
export function readEvaluation(root: string, id: string): Evaluation | null {
  const path = workspaceLayout(root).experiment(id).evaluation;
  return existsSync(path) ? readJson(path, evaluationSchema, 'EXPERIMENT_DAMAGED') : null;
}

/** @throws CortextError `EXPERIMENT_DAMAGED` */
export function readAnnotations(root: string, id: string): Annotations {
  const path = workspaceLayout(root).experiment(id).annotations;
  return existsSync(path) ? readJson(path, annotationsSchema, 'EXPERIMENT_DAMAGED') : noAnnotations;
}

/** @throws CortextError `EXPERIMENT_NOT_FOUND`, `WORKSPACE_READ_ONLY`, `NO_SPACE_LEFT` */
export function writeAnnotations(root: string, id: string, change: Partial<Annotations>): Annotations {
  const paths = workspaceLayout(root).experiment(id);
  if (!existsSync(paths.folder)) throw experimentNotFound(id);
  const annotations = { ...readAnnotations(root, id), ...change };
  writeJsonAtomic(paths.annotations, annotations);
  return annotations;
}

export const noAnnotations: Annotations = { tags: [], note: '', archived: false };
