/**
 * Cross-validation: one experiment per fold, scored together.
 *
 * Every fold is an ordinary experiment of one group, so that a killed cross-validation goes on with the folds that are
 * left, each from its last checkpoint.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { z } from 'zod';
import type { EngineEvent } from '../../shared/engine-protocol.ts';
import { CortextError } from '../../shared/errors.ts';
import type { SplitSpec } from '../../shared/experiment.ts';
import { crossValidationLayout } from '../../shared/workspace-layout.ts';
import { readRecordingMetadata } from '../dataset/recording-store.ts';
import { countFolds } from '../dataset/splits.ts';
import { readJson, writeJsonAtomic } from '../files/atomic.ts';
import { createExperiment, type NewExperiment } from './experiments.ts';
import { runQueue } from './queue.ts';
import type { Workspace } from './workspace.ts';

const crossValidationSchema = z.object({
  id: z.string(),
  recording: z.string(),
  split: z.string(),
  createdAt: z.iso.datetime(),
  /** One experiment per fold, in order. */
  experiments: z.array(z.string()).min(2),
});
export type CrossValidation = z.infer<typeof crossValidationSchema>;

type FoldedSpec = Extract<SplitSpec, { fold: number }>;

export interface NewCrossValidation extends Omit<NewExperiment, 'split' | 'group'> {
  /** The split; its fold is ignored, since every fold is run. */
  readonly split: FoldedSpec;
}

/** Creates the experiments of all folds; nothing is trained yet. @throws as `createExperiment` */
export function createCrossValidation(workspace: Workspace, wanted: NewCrossValidation): CrossValidation {
  const metadata = readRecordingMetadata(workspace.root, wanted.recording);
  const folds = countFolds(metadata, wanted.split);
  const createdAt = new Date().toISOString();
  const id = `cv-${createdAt.slice(0, 10).replaceAll('-', '')}-${randomBytes(3).toString('hex')}`;
  const name = wanted.name ?? `${metadata.name}, ${wanted.split.kind}`;
  const experiments = Array.from({ length: folds }, (_, fold) => {
    const experiment = createExperiment(workspace, {
      ...wanted,
      name: `${name}, fold ${fold + 1} of ${folds}`,
      split: { ...wanted.split, fold },
      group: id,
    });
    return experiment.id;
  });
  const crossValidation = { id, recording: metadata.id, split: wanted.split.kind, createdAt, experiments };
  mkdirSync(workspace.layout.crossValidation(id).folder, { recursive: true });
  writeJsonAtomic(workspace.layout.crossValidation(id).description, crossValidation);
  return crossValidation;
}

/** Whether an id is that of a cross-validation; else it can only be an experiment's. */
export function isCrossValidation(root: string, id: string): boolean {
  return existsSync(crossValidationLayout(root, id).description);
}

/** @throws CortextError `EXPERIMENT_NOT_FOUND`, `EXPERIMENT_DAMAGED` */
export function readCrossValidation(root: string, id: string): CrossValidation {
  const path = crossValidationLayout(root, id).description;
  if (!isCrossValidation(root, id)) {
    throw new CortextError('EXPERIMENT_NOT_FOUND', `There is no cross-validation ${id} in ${root}.`, {
      hint: 'List the experiments with: cortext history',
    });
  }
  return readJson(path, crossValidationSchema, 'EXPERIMENT_DAMAGED');
}

export interface FoldEvent {
  readonly fold: number;
  readonly event: EngineEvent;
}

/**
 * Runs the folds that are not complete, `parallel` at a time.
 *
 * @throws CortextError of the first fold that failed, after the others have been paused; `CANCELLED` when aborted (every
 *   running fold has written a checkpoint by then)
 */
export async function runCrossValidation(
  workspace: Workspace,
  crossValidation: CrossValidation,
  { parallel, signal, onEvent }: { parallel: number; signal: AbortSignal; onEvent: (event: FoldEvent) => void },
): Promise<void> {
  const { experiments } = crossValidation;
  const outcomes = await runQueue(workspace, experiments, {
    parallel,
    signal,
    endAtFailure: true,
    onEvent: (id, event) => {
      onEvent({ fold: experiments.indexOf(id), event });
    },
  });
  if (signal.aborted) {
    throw new CortextError('CANCELLED', `Cross-validation ${crossValidation.id} was paused.`, {
      hint: `Go on with: cortext crossvalidate --resume ${crossValidation.id}`,
    });
  }
  const failure = outcomes.find((outcome) => outcome.state !== 'completed');
  if (failure === undefined) return;
  if (failure.error !== null) throw CortextError.fromEnvelope(failure.error);
  throw new CortextError('CANCELLED', `Fold ${experiments.indexOf(failure.id) + 1} was ${failure.state}.`);
}
