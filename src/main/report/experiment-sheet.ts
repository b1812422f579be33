/** The sheet of an experiment or of a cross-validation: test images in columns, the methods in rows. */
import { existsSync } from 'node:fs';
import sharp from 'sharp';
import { CortextError } from '../../shared/errors.ts';
import { smallerIsBetter, type Evaluation, type MetricName } from '../../shared/evaluation.ts';
import { workspaceLayout } from '../../shared/workspace-layout.ts';
import type { ImageSet } from '../dataset/image-set.ts';
import { commonShape } from './gallery-images.ts';
import { pickAtRandom } from './pick.ts';
import { galleryEntries, readExperimentData, shownMethods, type GalleryEntry } from './report-data.ts';
import { writeSheet, type SheetInput, type SheetOptions } from './sheet.ts';
import { formatScore, methodWords, metricWords } from './words.ts';
import { pooledEntries } from './write-report.ts';

export interface SheetSelection {
  /** The order of the columns: of the test (default), or by a metric of the GAN, best first. */
  readonly sort?: 'index' | MetricName;
  /** Show at most this many, drawn at random with the experiment's seed, in that order. Default 50. */
  readonly most?: number | undefined;
}

export interface ExperimentSheetRequest extends SheetSelection, SheetOptions {
  readonly root: string;
  readonly experiment: string;
  /** Default: `sheet.png` in the experiment's folder. */
  readonly out?: string;
}

/**
 * Draws the sheet of an evaluated experiment and writes it.
 *
 * @returns the path of the PNG file
 * @throws CortextError `EXPERIMENT_NOT_FOUND`, `EXPERIMENT_NOT_EVALUATED`, `EXPERIMENT_DAMAGED`, `IMAGE_UNREADABLE`
 */
export async function writeExperimentSheet(request: ExperimentSheetRequest): Promise<string> {
  const { root, experiment, out } = request;
  const { config, evaluation } = readExperimentData(root, experiment);
  const input = await sheetInput(config.name, evaluation, galleryEntries(root, evaluation), request);
  const path = out ?? workspaceLayout(root).experiment(experiment).sheet;
  await writeSheet(path, input, request);
  return path;
}

export interface CrossValidationSheetRequest extends SheetSelection, SheetOptions {
  readonly root: string;
  readonly experiments: readonly string[];
  /** Scores over all folds; its stimuli are those of the folds, one fold after the other. */
  readonly pooled: Evaluation;
  readonly title: string;
  readonly out: string;
}

/** @throws CortextError as `writeExperimentSheet`; `INVALID_ARGUMENT` when the pooled stimuli are not those of the folds */
export async function writeCrossValidationSheet(request: CrossValidationSheetRequest): Promise<string> {
  const { root, experiments, pooled, title, out } = request;
  const folds = experiments.map((id) => readExperimentData(root, id));
  await writeSheet(out, await sheetInput(title, pooled, pooledEntries(root, folds, pooled), request), request);
  return out;
}

async function sheetInput(
  title: string,
  evaluation: Evaluation,
  entries: readonly GalleryEntry[],
  { sort = 'index', most = 50 }: SheetSelection,
): Promise<SheetInput> {
  const order = columnOrder(evaluation, sort);
  const shown = pickAtRandom(order.length, most, evaluation.seed).map((place) => order[place]);
  const shape = await commonShape(entries);
  const methods = shownMethods(evaluation, entries).filter((method) =>
    entries.some((entry) => method in entry.methods),
  );
  const load = (paths: readonly (string | undefined)[]): Promise<ImageSet> => loadImages(paths, shape);
  const metric: MetricName = sort === 'index' ? 'two-way-identification' : sort;
  const perStimulus = evaluation.scores.gan?.[metric]?.perStimulus;
  const rows = [{ label: 'Stimulus', images: await load(shown.map((at) => entries[at].stimulus)) }];
  for (const method of methods) {
    rows.push({ label: methodWords[method].title, images: await load(shown.map((at) => entries[at].methods[method])) });
  }
  return {
    title,
    subtitle: subtitleOf(evaluation, shown.length, sort),
    rows,
    columnLabels: shown.map((at) => {
      const score = perStimulus?.[at];
      return score === undefined ? entries[at].name : `${at + 1}: ${formatScore(metric, score)}`;
    }),
  };
}

function columnOrder({ scores, stimuli }: Evaluation, sort: 'index' | MetricName): number[] {
  const order = stimuli.map((_, index) => index);
  const values = sort === 'index' ? undefined : scores.gan?.[sort]?.perStimulus;
  if (sort === 'index') return order;
  if (values === undefined) {
    throw new CortextError('INVALID_ARGUMENT', `The sheet cannot be sorted by ${sort}: the GAN has no such score.`, {
      hint: 'Sort by index, or by a metric of the scores table.',
    });
  }
  const sign = smallerIsBetter.has(sort) ? 1 : -1;
  return order.sort((a, b) => sign * (values[a] - values[b]) || a - b);
}

/** The scores that a reader needs before looking at pictures. */
export function subtitleOf({ scores, stimuli }: Evaluation, shown: number, sort: 'index' | MetricName): string {
  const identification = scores.gan?.['two-way-identification'];
  const ridge = scores.ridge?.['two-way-identification'];
  const named = sort === 'index' ? 'two-way-identification' : sort;
  const parts = [
    identification &&
      `2-way identification ${identification.value.toFixed(3)} (chance ${identification.chance.mean.toFixed(2)}, 95 % ${identification.chance.percentile95.toFixed(3)})`,
    ridge && `ridge ${ridge.value.toFixed(3)}`,
    shown < stimuli.length ? `${shown} of ${stimuli.length} test images` : `n = ${stimuli.length}`,
    `over the images: ${metricWords[named].title}`,
  ];
  return parts.filter((part) => part !== undefined).join(' \u00b7 ');
}

/** Missing files are left white. Stimuli are cut to the reconstructions' shape about their centre. */
export async function loadImages(
  paths: readonly (string | undefined)[],
  { width, height }: { width: number; height: number },
): Promise<ImageSet> {
  const size = width * height * 3;
  const data = new Float32Array(paths.length * size).fill(1);
  for (const [index, path] of paths.entries()) {
    if (path === undefined || !existsSync(path)) continue;
    try {
      const image = sharp(path).resize(width, height, { fit: 'cover', position: 'centre' });
      const pixels = await image
        .flatten({ background: '#808080' })
        .toColourspace('srgb')
        .raw()
        .toBuffer({ resolveWithObject: true });
      const { channels } = pixels.info;
      for (let at = 0; at < size; at++) {
        const pixel = Math.floor(at / 3) * channels + (channels >= 3 ? at % 3 : 0);
        data[index * size + at] = pixels.data[pixel] / 255;
      }
    } catch (error) {
      throw new CortextError('IMAGE_UNREADABLE', `${path} is not a readable image.`, {
        hint: 'Draw the reconstructions again with `cortext resume`.',
        cause: error,
      });
    }
  }
  return { count: paths.length, height, width, channels: 3, data };
}
