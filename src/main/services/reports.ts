/** Reports: one HTML file, one sheet, one table of scores per experiment. */
import { existsSync } from 'node:fs';
import { CortextError } from '../../shared/errors.ts';
import { evaluationSchema, type Evaluation } from '../../shared/evaluation.ts';
import { readConfig } from '../engine/trainer/experiment-folder.ts';
import { readJson } from '../files/atomic.ts';
import { writeExperimentSheet } from '../report/experiment-sheet.ts';
import { writeScoresCsv } from '../report/scores-csv.ts';
import { writeReport } from '../report/write-report.ts';
import type { Workspace } from './workspace.ts';

/** @throws CortextError `EXPERIMENT_NOT_FOUND`, `EXPERIMENT_NOT_EVALUATED` */
export function scoresOfExperiment(workspace: Workspace, id: string): Evaluation {
  readConfig(workspace.root, id);
  const path = workspace.layout.experiment(id).evaluation;
  if (!existsSync(path)) {
    throw new CortextError('EXPERIMENT_NOT_EVALUATED', `Experiment ${id} has no scores yet.`, {
      hint: `They come at the end of training. Go on with: cortext resume ${id}`,
    });
  }
  return readJson(path, evaluationSchema, 'EXPERIMENT_DAMAGED');
}

export interface WrittenReports {
  readonly report: string;
  readonly sheet: string;
  readonly csv: string | null;
}

export interface ReportOptions {
  /** Where the HTML file goes, when not into the folder of what it reports. */
  readonly out?: string | undefined;
  /** A file for the scores of every test stimulus. */
  readonly csv?: string | undefined;
  /** How many test stimuli the sheet shows; see `SheetSelection`. */
  readonly pictures?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Writes report and sheet into the experiment's folder, or the report to `out`; scores as CSV where asked. */
export async function reportExperiment(
  workspace: Workspace,
  id: string,
  { out, csv, pictures, signal }: ReportOptions,
): Promise<WrittenReports> {
  const evaluation = scoresOfExperiment(workspace, id);
  const request = { root: workspace.root, experiment: id, signal };
  const report = await writeReport({ ...request, ...(out === undefined ? {} : { out }) });
  const sheet = await writeExperimentSheet({ ...request, most: pictures });
  if (csv !== undefined) writeScoresCsv(csv, evaluation);
  return { report: report.path, sheet, csv: csv ?? null };
}
