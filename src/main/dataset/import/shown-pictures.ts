/** Which picture each sample shows, and the pictures that were shown. */
import { CortextError } from '../../../shared/errors.ts';
import type { ImageSet } from '../image-set.ts';
import type { DraftStimulus } from '../recording-draft.ts';
import type { DraftOptions } from './import-format.ts';
import type { RecipeGuess } from './load-recipe.ts';
import { groupBySize, openPictures, type PictureRange, type PictureSource } from './picture-source.ts';
import type { ImagesRecipe } from './recipe-entries.ts';
import type { SourceFiles } from './source-files.ts';
import { resolveStimuli, withoutEnding } from './stimulus-names.ts';

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
  /** What to try when there are `count` pictures for another number of samples. */
  readonly hint?: (count: number) => string | undefined;
}

export interface ReadPictures {
  readonly sets: ImageSet[];
  readonly stimuli: DraftStimulus[];
  readonly stimulus: (number | null)[];
  readonly ranges: PictureRange[];
  readonly unshown: number;
}

/** Only images that were shown are loaded. */
export async function readPictures(
  sources: SourceFiles,
  parts: readonly PicturePart[],
  guesses: RecipeGuess[],
  { signal, onProgress }: Pick<DraftOptions, 'signal' | 'onProgress'>,
): Promise<ReadPictures> {
  const opened = new Map<ImagesRecipe, PictureSource>();
  try {
    /** Per sample: the source of its image and the place there. */
    const shown: ({ source: PictureSource; place: number } | null)[] = [];
    for (const part of parts) {
      const { samples, images, labels, base } = part;
      if (images === undefined) {
        if (labels !== null) {
          throw new CortextError('INVALID_RECIPE', 'The recipe has a stimulus column, but no images.', {
            hint: 'Add "images", or leave the column out.',
          });
        }
        shown.push(...new Array<null>(samples).fill(null));
        continue;
      }
      let source = opened.get(images);
      if (source === undefined) {
        source = await openPictures(sources, images, labels === null ? samples : null);
        opened.set(images, source);
        guesses.push(...source.guesses);
      }
      const places =
        labels === null
          ? ownPlaces(source, part)
          : resolveStimuli(labels, base, source, guesses);
      const from = source;
      shown.push(...places.map((place) => (place === null ? null : { source: from, place })));
    }
    return await loadShown(shown, [...opened.values()], signal, onProgress);
  } finally {
    for (const source of opened.values()) source.close();
  }
}

function ownPlaces({ count, where }: PictureSource, part: PicturePart): number[] {
  const { samples } = part;
  if (count === samples) return Array.from({ length: samples }, (_, place) => place);
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

async function loadShown(
  shown: readonly ({ source: PictureSource; place: number } | null)[],
  opened: readonly PictureSource[],
  signal: AbortSignal | undefined,
  onProgress: DraftOptions['onProgress'],
): Promise<ReadPictures> {
  const wanted = opened.map((source) => ({
    source,
    places: [...new Set(shown.flatMap((entry) => (entry?.source === source ? [entry.place] : [])))].sort(
      (a, b) => a - b,
    ),
  }));
  const total = wanted.reduce((sum, { places }) => sum + places.length, 0);
  const images: ImageSet[] = [];
  const stimuli: DraftStimulus[] = [];
  const indexOf = new Map(opened.map((source) => [source, new Map<number, number>()]));
  for (const { source, places } of wanted) {
    for (const place of places) {
      indexOf.get(source)?.set(place, images.length);
      images.push(await source.load(place, signal));
      stimuli.push({ name: nameOf(source, place), category: null });
      if (images.length % 16 === 0) {
        onProgress?.({ phase: 'images', done: images.length, total });
        await new Promise((resolve) => setImmediate(resolve));
        signal?.throwIfAborted();
      }
    }
  }
  if (total > 0) onProgress?.({ phase: 'images', done: total, total });
  const { sets, order } = groupBySize(images);
  const moved = new Map(order.map((from, to) => [from, to]));
  return {
    sets,
    stimuli: order.map((index) => stimuli[index]),
    stimulus: shown.map((entry) =>
      entry === null ? null : (moved.get(indexOf.get(entry.source)?.get(entry.place) ?? -1) ?? null),
    ),
    ranges: opened.flatMap(({ range }) => range ?? []),
    unshown: opened.reduce((sum, { count }) => sum + count, 0) - total,
  };
}

function nameOf({ names }: PictureSource, place: number): string {
  return names === null ? `image-${String(place).padStart(4, '0')}` : withoutEnding(names[place]);
}

