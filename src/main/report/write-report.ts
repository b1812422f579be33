/** Reports: one HTML file for an experiment, or for all folds of a cross-validation. */
import { CortextError } from '../../shared/errors.ts';
import type { Evaluation } from '../../shared/evaluation.ts';
import { workspaceLayout } from '../../shared/workspace-layout.ts';
import { writeFileAtomic } from '../files/atomic.ts';
import { curvesSection } from './curves-section.ts';
import { encodeGallery } from './gallery-images.ts';
import { gallerySection } from './gallery-section.ts';
import type { Markup } from './html.ts';
import { renderPage } from './page.ts';
import { pickAtRandom } from './pick.ts';
import { configurationSection, provenanceSection, splitSection, warningsSection } from './record-sections.ts';
import {
  galleryEntries,
  readExperimentData,
  shownMethods,
  type ExperimentData,
  type GalleryEntry,
} from './report-data.ts';
import { foldsSection, scoresSection } from './scores-section.ts';
import { formatDuration, formatTime, stateWords } from './words.ts';

export interface ReportRequest {
  readonly root: string;
  readonly experiment: string;
  /** Default: `report.html` in the experiment's folder. */
  readonly out?: string;
  readonly signal?: AbortSignal;
}

export interface WrittenReport {
  readonly path: string;
  readonly bytes: number;
}

/** A gallery of more would be too heavy to open; scores are always over all stimuli. */
const mostGalleryRows = 240;

/**
 * Writes the report of an evaluated experiment.
 *
 * @throws CortextError `EXPERIMENT_NOT_FOUND`, `EXPERIMENT_NOT_EVALUATED`, `EXPERIMENT_DAMAGED`, `IMAGE_UNREADABLE`,
 *   `WORKSPACE_READ_ONLY`, `NO_SPACE_LEFT`, `CANCELLED`
 */
export async function writeReport({ root, experiment, out, signal }: ReportRequest): Promise<WrittenReport> {
  const data = readExperimentData(root, experiment);
  const { config, status, evaluation, recording } = data;
  const entries = galleryEntries(root, evaluation);
  const page = renderPage({
    kind: 'Experiment',
    title: config.name,
    state: stateWords[status.state],
    facts: [
      recording?.subject ?? '',
      recording?.name ?? config.recording.id,
      config.regions.join(' + '),
      `${config.network.imageSize} px, preset ${config.preset}`,
      formatTime(config.createdAt),
    ].filter((fact) => fact !== ''),
    evaluation,
    sections: [
      scoresSection(evaluation, shownMethods(evaluation, entries)),
      await galleryOf(evaluation, entries, signal),
      curvesSection([{ label: null, history: data.history }]),
      warningsSection([{ label: null, status }]),
      splitSection([data]),
      configurationSection(config),
      provenanceSection([data]),
    ],
    footer: footerOf(data),
  });
  return write(out ?? workspaceLayout(root).experiment(experiment).report, page);
}

export interface CrossValidationReportRequest {
  readonly root: string;
  /** The experiments of the folds, in order. */
  readonly experiments: readonly string[];
  /** Scores over all folds; its stimuli are those of the folds, one fold after the other. */
  readonly pooled: Evaluation;
  readonly title: string;
  readonly out: string;
  readonly signal?: AbortSignal;
}

/**
 * Writes one report for all folds: pooled scores, scores per fold, and every fold's reconstructions in one gallery.
 *
 * @throws CortextError as `writeReport`; `INVALID_ARGUMENT` when the pooled stimuli are not those of the folds
 */
export async function writeCrossValidationReport(request: CrossValidationReportRequest): Promise<WrittenReport> {
  const { root, pooled, title, out, signal } = request;
  const folds = request.experiments.map((id) => readExperimentData(root, id));
  const entries = pooledEntries(root, folds, pooled);
  const [{ config, recording }] = folds;
  const label = (fold: number): string => `Fold ${fold + 1}`;
  const page = renderPage({
    kind: 'Cross-validation',
    title,
    state: `${folds.length} folds`,
    facts: [
      recording?.subject ?? '',
      recording?.name ?? config.recording.id,
      config.regions.join(' + '),
      `${config.network.imageSize} px, preset ${config.preset}`,
      formatTime(pooled.createdAt),
    ].filter((fact) => fact !== ''),
    evaluation: pooled,
    sections: [
      scoresSection(pooled, shownMethods(pooled, entries)),
      foldsSection(
        folds.map(({ evaluation }, fold) => ({ label: label(fold), evaluation })),
        pooled,
      ),
      await galleryOf(pooled, entries, signal),
      curvesSection(folds.map(({ history }, fold) => ({ label: label(fold), history }))),
      warningsSection(folds.map(({ status }, fold) => ({ label: label(fold), status }))),
      splitSection(folds),
      configurationSection(config),
      provenanceSection(folds),
    ],
    footer: footerOf(folds[0], folds),
  });
  return write(out, page);
}

/** @throws CortextError `INVALID_ARGUMENT` when the pooled stimuli are not those of the folds, one after the other */
export function pooledEntries(root: string, folds: readonly ExperimentData[], pooled: Evaluation): GalleryEntry[] {
  const ids = folds.flatMap(({ evaluation }) => evaluation.stimuli.map(({ id }) => id));
  if (ids.length === 0 || ids.join() !== pooled.stimuli.map(({ id }) => id).join()) {
    throw new CortextError('INVALID_ARGUMENT', 'The pooled scores are not over the stimuli of these folds in order.', {
      hint: 'Pool the scores again after all folds have been evaluated.',
    });
  }
  return folds.flatMap(({ evaluation }, fold) => galleryEntries(root, evaluation, fold));
}

async function galleryOf(
  evaluation: Evaluation,
  entries: readonly GalleryEntry[],
  signal: AbortSignal | undefined,
): Promise<Markup> {
  const indices = pickAtRandom(entries.length, mostGalleryRows, evaluation.seed);
  const shown = indices.map((index) => entries[index]);
  const images = await encodeGallery(shown, signal);
  const methods = shownMethods(evaluation, entries);
  return gallerySection({ evaluation, entries: shown, indices, images, methods });
}

function footerOf({ config }: ExperimentData, all: readonly ExperimentData[] = []): string {
  const spent = all.reduce((sum, { status }) => sum + status.secondsSpent, 0);
  return `Made by Cortext ${config.cortextVersion}${all.length > 1 ? ` after ${formatDuration(spent)} of training` : ''}. This file needs no network and holds everything it shows.`;
}

function write(path: string, page: string): WrittenReport {
  const bytes = Buffer.from(page);
  writeFileAtomic(path, bytes);
  return { path, bytes: bytes.length };
}
