/** What the folds of a cross-validation show together: pooled scores, a report and a sheet. */
import { EVALUATION_SCHEMA_VERSION, type Evaluation, type Method } from '../../shared/evaluation.ts';
import type { ImageSet } from '../dataset/image-set.ts';
import { readConfig } from '../engine/trainer/experiment-folder.ts';
import { readImagesHdf5 } from '../engine/trainer/reconstructions-hdf5.ts';
import { poolFolds } from '../evaluation/cross-validation.ts';
import { writeJsonAtomic } from '../files/atomic.ts';
import { writeCrossValidationSheet } from '../report/experiment-sheet.ts';
import { writeCrossValidationReport } from '../report/write-report.ts';
import type { CrossValidation } from './cross-validation.ts';
import { scoresOfExperiment } from './reports.ts';
import type { Workspace } from './workspace.ts';

/**
 * Pools the folds: every item is scored against the foils of its own fold.
 *
 * @throws CortextError `EXPERIMENT_NOT_EVALUATED` when a fold is not complete
 */
export async function evaluateCrossValidation(
  workspace: Workspace,
  crossValidation: CrossValidation,
  signal?: AbortSignal,
): Promise<Evaluation> {
  const { root, layout } = workspace;
  const evaluations = crossValidation.experiments.map((id) => scoresOfExperiment(workspace, id));
  const config = readConfig(root, crossValidation.experiments[0]);
  const folds = [];
  for (const [fold, id] of crossValidation.experiments.entries()) {
    const { stimuli, methods } = await readImagesHdf5(layout.experiment(id).reconstructionsHdf5);
    const stimulusIds = evaluations[fold].stimuli.map((stimulus) => stimulus.id);
    // The file's groups are named by method.
    folds.push({ stimuli, stimulusIds, methods: methods as Partial<Record<Method, ImageSet>> });
  }
  const { permutations, bootstraps } = config.evaluation;
  const { scores, protocol } = await poolFolds({
    folds,
    permutations,
    bootstraps,
    seed: config.seed,
    ...(signal ? { signal } : {}),
  });
  const pooled: Evaluation = {
    schemaVersion: EVALUATION_SCHEMA_VERSION,
    experiment: crossValidation.id,
    createdAt: new Date().toISOString(),
    step: Math.min(...evaluations.map((evaluation) => evaluation.step)),
    protocol: `${evaluations[0].protocol} ${crossValidation.split}, ${protocol}`,
    seed: config.seed,
    stimuli: evaluations.flatMap((evaluation) => evaluation.stimuli),
    scores,
    notes: { folds: crossValidation.experiments, leakage: evaluations[0].notes.leakage },
  };
  const files = layout.crossValidation(crossValidation.id);
  writeJsonAtomic(files.evaluation, pooled);
  const request = { root, experiments: crossValidation.experiments, pooled, title: config.name.replace(/, fold .*$/, '') };
  await writeCrossValidationReport({ ...request, out: files.report, ...(signal ? { signal } : {}) });
  await writeCrossValidationSheet({ ...request, out: files.sheet });
  return pooled;
}
