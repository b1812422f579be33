/** What the folds of a cross-validation show together: pooled scores, a report and a sheet. */
import { existsSync } from 'node:fs';
import { CortextError } from '../../shared/errors.ts';
import { EVALUATION_SCHEMA_VERSION, evaluationSchema, type Evaluation, type Method } from '../../shared/evaluation.ts';
import type { ImageSet } from '../dataset/image-set.ts';
import { readConfig } from '../engine/trainer/experiment-folder.ts';
import { readImagesHdf5 } from '../engine/trainer/reconstructions-hdf5.ts';
import { poolFolds } from '../evaluation/cross-validation.ts';
import { readJson, writeJsonAtomic } from '../files/atomic.ts';
import { writeCrossValidationSheet } from '../report/experiment-sheet.ts';
import { writeScoresCsv } from '../report/scores-csv.ts';
import { writeCrossValidationReport } from '../report/write-report.ts';
import { readCrossValidation, type CrossValidation } from './cross-validation.ts';
import { scoresOfExperiment, type ReportOptions, type WrittenReports } from './reports.ts';
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
  writeJsonAtomic(layout.crossValidation(crossValidation.id).evaluation, pooled);
  await writeFiles(workspace, crossValidation, pooled, { signal });
  return pooled;
}

/**
 * Writes report and sheet of a cross-validation anew, the report into its folder or to `out`; scores as CSV where asked.
 *
 * @throws CortextError `EXPERIMENT_NOT_FOUND`; `EXPERIMENT_NOT_EVALUATED` while folds are missing
 */
export async function reportCrossValidation(
  workspace: Workspace,
  id: string,
  options: ReportOptions,
): Promise<WrittenReports> {
  const crossValidation = readCrossValidation(workspace.root, id);
  const { evaluation } = workspace.layout.crossValidation(id);
  if (!existsSync(evaluation)) {
    throw new CortextError('EXPERIMENT_NOT_EVALUATED', `Cross-validation ${id} has no scores yet.`, {
      hint: `Train the folds that are left with: cortext crossvalidate --resume ${id}`,
    });
  }
  const pooled = readJson(evaluation, evaluationSchema, 'EXPERIMENT_DAMAGED');
  return writeFiles(workspace, crossValidation, pooled, options);
}

async function writeFiles(
  { root, layout }: Workspace,
  { id, experiments }: CrossValidation,
  pooled: Evaluation,
  { out, csv, pictures, signal }: ReportOptions,
): Promise<WrittenReports> {
  const files = layout.crossValidation(id);
  const title = readConfig(root, experiments[0]).name.replace(/, fold .*$/, '');
  const request = { root, experiments, pooled, title };
  const { path } = await writeCrossValidationReport({ ...request, out: out ?? files.report, signal });
  const sheet = await writeCrossValidationSheet({ ...request, out: files.sheet, most: pictures });
  if (csv !== undefined) writeScoresCsv(csv, pooled);
  return { report: path, sheet, csv: csv ?? null };
}
