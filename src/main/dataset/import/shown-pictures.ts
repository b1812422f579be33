/** Which picture each sample shows, and the pictures that were shown. */
import { CortextError } from '../../../shared/errors.ts';
import type { DraftImages, DraftStimulus } from '../recording-draft.ts';
import { fitStimulus } from './fit-stimulus.ts';
import type { ImageRange } from './image-range.ts';
import type { RecipeGuess } from './load-recipe.ts';
import { openPictures, type PictureSource } from './picture-source.ts';
import type { ImagesRecipe, StimuliRecipe } from './recipe-entries.ts';
import type { SourceFiles } from './source-files.ts';
import { matchStimuli, type StimulusMatches } from './stimulus-names.ts';
import {
  emptyStimulusReport,
  imageName,
  joinReports,
  missingStimuli,
  refuseDoubles,
  reportStimuli,
  type StimulusReport,
} from './stimulus-report.ts';

/** Samples that follow one another and whose pictures lie in one place. */
export interface PicturePart {
  readonly samples: number;
  readonly images: ImagesRecipe | undefined;
  /** What each sample shows, as the data call it; null when picture i belongs to sample i. */
  readonly labels: readonly (string | null)[] | null;
  /** Whether labels that are numbers count pictures from 0 or 1. */
  readonly base: 0 | 1 | 'auto';
  /** Where the responses are, for messages. */
  readonly where: string;
  /** Samples whose picture need not be there: of a stimulus that was imagined, not shown. */
  readonly optional?: readonly boolean[] | undefined;
  /** What to try when there are `count` pictures for another number of samples. */
  readonly hint?: (count: number) => string | undefined;
}

export interface ShownPictures {
  readonly images: DraftImages;
  readonly stimuli: readonly DraftStimulus[];
  /** Index into `stimuli` per sample. */
  readonly stimulus: readonly (number | null)[];
  /** What the data call the stimulus of each sample; null where they name none. */
  readonly labels: readonly (string | null)[];
  /** Samples whose picture should be there and is not. */
  readonly withoutPicture: readonly number[];
  readonly ranges: readonly ImageRange[];
  readonly report: StimulusReport;
  /** What an import that insists on every picture says; null when none is missing. */
  refusal(): CortextError | null;
}

/** A picture of one of several sources. */
interface Shown {
  readonly source: PictureSource;
  readonly place: number;
}

interface PartPictures {
  readonly shown: readonly (Shown | null)[];
  readonly labels: readonly (string | null)[];
  readonly matches: StimulusMatches;
  readonly source: PictureSource | null;
}

/**
 * Finds the picture of every sample; pixels are loaded one picture at a time, when the draft is written.
 *
 * @throws CortextError `IMAGE_COUNT`, `INVALID_RECIPE`, and what opening images throws
 */
export async function readPictures(
  sources: SourceFiles,
  parts: readonly PicturePart[],
  stimuli: StimuliRecipe,
  guesses: RecipeGuess[],
): Promise<ShownPictures> {
  const opened = new Map<ImagesRecipe, PictureSource>();
  const read: PartPictures[] = [];
  for (const part of parts) {
    const { images, labels, samples } = part;
    if (images === undefined) {
      const unseen = labels ?? new Array<null>(samples).fill(null);
      read.push({ shown: unseen.map(() => null), labels: unseen, matches: new Map(), source: null });
      continue;
    }
    let source = opened.get(images);
    if (source === undefined) {
      source = await openPictures(sources, images, labels === null ? samples : null);
      opened.set(images, source);
      guesses.push(...source.guesses);
    }
    read.push(labels === null ? ownPictures(source, part) : namedPictures(source, part, labels, guesses));
  }
  return gather(read, parts, [...opened.values()], stimuli);
}

function ownPictures(source: PictureSource, part: PicturePart): PartPictures {
  const { count, where } = source;
  const { samples } = part;
  if (count === samples) {
    const shown = Array.from({ length: samples }, (_, place) => ({ source, place }));
    return { shown, labels: shown.map(() => null), matches: new Map(), source };
  }
  const hints = [
    ...[part.hint?.(count) ?? []].flat(),
    'If samples share images, name the array that says which one each sample shows: "columns: { stimulus }".',
  ];
  throw new CortextError(
    'IMAGE_COUNT',
    `${where} has ${count} images, but the responses ${part.where} have ${samples} samples.`,
    { hint: hints.join(' '), details: { images: count, samples } },
  );
}

function namedPictures(
  source: PictureSource,
  { base }: PicturePart,
  labels: readonly (string | null)[],
  guesses: RecipeGuess[],
): PartPictures {
  const matches = matchStimuli(labels, base, source, guesses);
  const shown = labels.map((label) => {
    const match = label === null ? undefined : matches.get(label);
    return match?.kind === 'image' ? { source, place: match.place } : null;
  });
  // An entry that means no image, such as a negative index, names none either.
  return {
    shown,
    labels: labels.map((label) => (label !== null && matches.has(label) ? label : null)),
    matches,
    source,
  };
}

function gather(
  read: readonly PartPictures[],
  parts: readonly PicturePart[],
  opened: readonly PictureSource[],
  recipe: StimuliRecipe,
): ShownPictures {
  const shown = read.flatMap((part) => part.shown);
  const order = opened.flatMap((source) => {
    const places = new Set(shown.flatMap((entry) => (entry?.source === source ? [entry.place] : [])));
    return [...places].sort((a, b) => a - b).map((place): Shown => ({ source, place }));
  });
  const indexOf = new Map(opened.map((source) => [source, new Map<number, number>()]));
  for (const [index, { source, place }] of order.entries()) {
    indexOf.get(source)?.set(place, index);
    source.note(place);
  }
  const optional = parts.flatMap(({ samples, optional: flags }) => flags ?? new Array<boolean>(samples).fill(false));
  const matchable = read.flatMap(({ labels, source }) => labels.map((label) => label !== null && source !== null));
  const withoutPicture = [...shown.keys()].filter((at) => shown[at] === null && matchable[at] && !optional[at]);
  const labels = read.flatMap((part) => part.labels);
  const needed = new Set(labels.filter((_, sample) => !optional[sample]));
  const report = joinReports(
    opened.map((source) => {
      const those = read.filter((part) => part.source === source);
      const matches = those.flatMap((part) => [...part.matches]);
      const told = new Map(matches.filter(([label, { kind }]) => kind !== 'missing' || needed.has(label)));
      const own = those.flatMap((part) => part.labels);
      return reportStimuli(own, told, source, new Set(indexOf.get(source)?.keys()));
    }),
  );
  return {
    images: {
      count: order.length,
      load: async (index, signal) => fitStimulus(await order[index].source.load(order[index].place, signal), recipe),
    },
    stimuli: order.map(({ source, place }) => ({ name: imageName(source, place), category: null })),
    stimulus: shown.map((entry) => (entry === null ? null : (indexOf.get(entry.source)?.get(entry.place) ?? null))),
    labels,
    withoutPicture,
    ranges: opened.flatMap(({ range }) => range ?? []),
    report: opened.length === 0 ? emptyStimulusReport : report,
    refusal: () => {
      if (withoutPicture.length === 0) return null;
      const missing = [...new Set(withoutPicture.map((sample) => labels[sample] ?? ''))];
      const source = opened.find((one) => read.some((part) => part.source === one)) ?? opened[0];
      return missingStimuli(missing, source);
    },
  };
}

/** @throws CortextError `INVALID_RECIPE` when several images may be meant; `STIMULUS_MISSING` under the rule `error` */
export function refuseUnclear(pictures: ShownPictures, rule: StimuliRecipe['missing']): void {
  refuseDoubles(pictures.report);
  const refusal = rule === 'error' ? pictures.refusal() : null;
  if (refusal !== null) throw refusal;
}
