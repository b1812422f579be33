/** What leaves the gallery: the chosen stimuli in their order, under each what the chosen methods and experiments drew. */
import { CortextError } from '../../shared/errors.ts';
import type { Evaluation } from '../../shared/evaluation.ts';
import { mostExported, type GalleryExport } from '../../shared/gallery.ts';
import { subtitleOf } from './experiment-sheet.ts';
import { commonShape } from './gallery-images.ts';
import { galleryEntries, readExperimentData, type ExperimentData } from './report-data.ts';
import { formatScore, methodWords } from './words.ts';

export interface GalleryRows {
  readonly title: string;
  readonly subtitle: string;
  /** Paths of pictures in the order of the columns; undefined where there is none. */
  readonly rows: readonly { readonly label: string; readonly paths: readonly (string | undefined)[] }[];
  readonly columnLabels: readonly string[];
  /** Of every picture, in pixels. */
  readonly shape: { readonly width: number; readonly height: number };
}

/** The experiment and those beside it. @throws CortextError `INVALID_ARGUMENT` when they do not fit together */
export function readGalleryExport(
  root: string,
  { id, others, order }: GalleryExport,
): [ExperimentData, ...ExperimentData[]] {
  const first = readExperimentData(root, id);
  const stimuli = stimuliOf(first.evaluation);
  if (order.some((index) => index >= first.evaluation.stimuli.length)) {
    throw new CortextError(
      'INVALID_ARGUMENT',
      `Experiment ${id} has only ${first.evaluation.stimuli.length} test stimuli.`,
      {
        hint: 'It was scored again since the gallery was opened. Reload the gallery.',
      },
    );
  }
  const beside = others.map((other) => readExperimentData(root, other));
  for (const { config, evaluation } of beside) {
    if (stimuliOf(evaluation) === stimuli) continue;
    throw new CortextError('INVALID_ARGUMENT', `${config.name} (${config.id}) was tested on other stimuli.`, {
      hint: 'Choose experiments with the same recording and split.',
    });
  }
  return [first, ...beside];
}

function stimuliOf({ stimuli }: Evaluation): string {
  return stimuli.map(({ id }) => id).join();
}

/** @throws CortextError as `readGalleryExport`, and `IMAGE_UNREADABLE` */
export async function galleryRows(root: string, request: GalleryExport): Promise<GalleryRows> {
  const [first, ...others] = readGalleryExport(root, request);
  const { metric, format } = request;
  const entries = galleryEntries(root, first.evaluation);
  const order = request.order.slice(0, mostExported[format]);
  const values = first.evaluation.scores.gan?.[metric]?.perStimulus;
  return {
    title: first.config.name,
    subtitle: subtitleOf(first.evaluation, order.length, metric),
    rows: [
      { label: 'Stimulus', paths: order.map((at) => entries[at].stimulus) },
      ...request.methods.map((method) => ({
        label: methodWords[method].title,
        paths: order.map((at) => entries[at].methods[method]),
      })),
      ...others.map(({ config, evaluation }) => {
        const drawn = galleryEntries(root, evaluation);
        return { label: config.name, paths: order.map((at) => drawn[at].methods.gan) };
      }),
    ],
    columnLabels: order.map((at) => {
      const score = values?.[at];
      return score === undefined ? entries[at].name : `${entries[at].name}: ${formatScore(metric, score)}`;
    }),
    shape: await commonShape(entries),
  };
}
