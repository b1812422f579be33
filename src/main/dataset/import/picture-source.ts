/** Images of a recording or of a part of it, wherever they are stored. */
import { CortextError } from '../../../shared/errors.ts';
import { selectImages, type ImageSet } from '../image-set.ts';
import { readImageArray } from './image-array.ts';
import { openImageFolder, openImageZip, type ImageFiles } from './image-files.ts';
import { readLabels } from './label-arrays.ts';
import type { RecipeGuess } from './load-recipe.ts';
import type { ImagesRecipe } from './recipe-entries.ts';
import type { SourceFiles } from './source-files.ts';

export interface PictureSource {
  readonly count: number;
  /** What the images are called at their source; null for places in an array without names. */
  readonly names: readonly string[] | null;
  /** Where they are, for messages: array and file, folder, or archive. */
  readonly where: string;
  readonly range: PictureRange | null;
  readonly guesses: readonly RecipeGuess[];
  load(index: number, signal: AbortSignal | undefined): Promise<ImageSet>;
  close(): void;
}

/** Values of black and white in an array, the values found, and how many lie outside. */
export interface PictureRange {
  readonly black: number;
  readonly white: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly outside: number;
}

/**
 * @param expected - how many images there must be, where each sample has its own
 * @throws CortextError what reading an array, a folder or an archive throws
 */
export async function openPictures(
  sources: SourceFiles,
  recipe: ImagesRecipe,
  expected: number | null,
): Promise<PictureSource> {
  if ('folder' in recipe) return fromFiles(openImageFolder(sources, recipe.folder));
  if ('zip' in recipe) return fromFiles(openImageZip(sources, recipe.zip));
  const array = sources.find(recipe.array);
  const images = await readImageArray(array, recipe, expected);
  return {
    count: images.count,
    names: recipe.names === undefined ? null : await readNames(sources, recipe.names, images.count),
    where: `${array.name} of ${array.file}`,
    range: { ...images.range, outside: images.outside },
    guesses: images.guesses,
    load: (index, signal) => {
      signal?.throwIfAborted();
      return Promise.resolve(images.select([index]));
    },
    close: () => undefined,
  };
}

function fromFiles(files: ImageFiles): PictureSource {
  return {
    count: files.names.length,
    names: files.names,
    where: files.path,
    range: null,
    guesses: [],
    load: (index, signal) => files.load(index, signal),
    close: () => {
      files.close();
    },
  };
}

async function readNames(sources: SourceFiles, name: string, count: number): Promise<string[]> {
  const array = sources.find(name);
  const names = await readLabels(array, count, 'image');
  const gap = names.indexOf(null);
  if (gap !== -1) {
    throw new CortextError('ARRAY_TYPE', `The array ${array.name} of ${array.file} has no name for image ${gap}.`, {
      hint: 'Name every image, or leave "names" out.',
    });
  }
  return names.map(String);
}

/** Joins single images of the same size into sets. */
export function groupBySize(images: readonly ImageSet[]): { sets: ImageSet[]; order: number[] } {
  const groups = new Map<string, number[]>();
  images.forEach(({ height, width, channels }, index) => {
    const key = `${height} ${width} ${channels}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [index]);
    else group.push(index);
  });
  const sets = [...groups.values()].map((indices): ImageSet => {
    const first = images[indices[0]];
    const size = first.height * first.width * first.channels;
    const data = new Float32Array(size * indices.length);
    indices.forEach((index, place) => {
      data.set(images[index].data, place * size);
    });
    return { ...first, count: indices.length, data };
  });
  return { sets, order: [...groups.values()].flat() };
}

/** The i-th image over several sets. */
export function pictureAt(sets: readonly ImageSet[], index: number): ImageSet {
  let before = 0;
  for (const set of sets) {
    if (index < before + set.count) return selectImages(set, [index - before]);
    before += set.count;
  }
  throw new CortextError('INTERNAL', `There is no image ${index} among ${before}.`);
}
