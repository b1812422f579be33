/** Images of a recording or of a part of it, wherever they are stored. */
import { CortextError } from '../../../shared/errors.ts';
import type { ImageSet } from '../image-set.ts';
import { openImageArray } from './image-array.ts';
import type { ImageRange } from './image-range.ts';
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
  readonly range: ImageRange | null;
  readonly guesses: readonly RecipeGuess[];
  /** Can be asked at any time, also after the files of arrays were closed. */
  load(index: number, signal: AbortSignal | undefined): Promise<ImageSet>;
  /** Lists an image among the files that were read. */
  note(index: number): void;
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
  const images = await openImageArray(array, recipe, expected);
  return {
    count: images.count,
    names: recipe.names === undefined ? null : await readNames(sources, recipe.names, images.count),
    where: `${array.name} of ${array.file}`,
    range: images.range,
    guesses: images.guesses,
    load: (index, signal) => images.load(index, signal),
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
