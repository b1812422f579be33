/** Images of a recording or of a part of it, wherever they are stored. */
import { CortextError } from '../../../shared/errors.ts';
import type { ImageSet } from '../image-set.ts';
import { openArrays } from '../readers/open-arrays.ts';
import { readImageArray } from './image-array.ts';
import { openImageFolder, openImageZip, type ImageFiles } from './image-files.ts';
import { readLabels } from './label-arrays.ts';
import type { RecipeGuess } from './load-recipe.ts';
import type { ImageArrayRecipe, ImagesRecipe } from './recipe-entries.ts';
import type { FoundArray, SourceFiles } from './source-files.ts';

export interface PictureSource {
  readonly count: number;
  /** What the images are called at their source; null for places in an array without names. */
  readonly names: readonly string[] | null;
  /** Where they are, for messages: array and file, folder, or archive. */
  readonly where: string;
  readonly range: PictureRange | null;
  readonly guesses: readonly RecipeGuess[];
  /** Can be asked at any time, also after the files of arrays were closed. */
  load(index: number, signal: AbortSignal | undefined): Promise<ImageSet>;
  /** Lists an image among the files that were read. */
  note(index: number): void;
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
  if (canReadSingly(array, recipe)) return oneAtATime(sources, array, recipe);
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
    note: () => undefined,
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
    note: (index) => {
      files.note(index);
    },
  };
}

/** Layouts in which one image after the other lies in the file. */
const imagesFirst: readonly ImageArrayRecipe['layout'][] = ['NHW', 'NHWC', 'NCHW'];

/** Whether nothing is left to recognise from all values, so that arrays of any size are read image by image. */
function canReadSingly(array: FoundArray, { layout, range }: ImageArrayRecipe): boolean {
  const isBytes = array.type === 'uint8' && range !== 'auto' && range[0] <= 0 && range[1] >= 255;
  return array.format === 'hdf5' && imagesFirst.includes(layout) && isBytes;
}

/** The file is opened anew for every image: drafts outlive the files that they were read from. */
async function oneAtATime(sources: SourceFiles, array: FoundArray, recipe: ImageArrayRecipe): Promise<PictureSource> {
  const [count, ...shape] = array.shape;
  return {
    count,
    names: recipe.names === undefined ? null : await readNames(sources, recipe.names, count),
    where: `${array.name} of ${array.file}`,
    range: null,
    guesses: [],
    load: async (index, signal) => {
      const arrays = await openArrays(array.file, signal === undefined ? {} : { signal });
      try {
        for await (const { data } of arrays.readRows(array.name, { from: index, to: index + 1 })) {
          const single = { ...array, shape: [1, ...shape] };
          const numbers = () => Promise.resolve({ shape: single.shape, data, logical: false });
          return (await readImageArray({ ...single, numbers }, recipe, 1)).select([0]);
        }
      } finally {
        arrays.close();
      }
      throw new CortextError('IMAGE_COUNT', `${array.name} of ${array.file} has no image ${index}.`);
    },
    note: () => undefined,
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
