/** Where the pixels of images lie in an array: which axis counts images, which way round pixels are. */
import { CortextError } from '../../../shared/errors.ts';
import type { StoredAlong } from '../readers/named-arrays.ts';
import type { RecipeGuess } from './load-recipe.ts';
import type { ImageArrayRecipe, ImageLayout } from './recipe-entries.ts';
import { wrongShape, type FoundArray } from './source-files.ts';

type Settled = Exclude<ImageLayout, 'auto'>;

/** As the array calls them: in column-major order its rows are columns of the picture. */
export interface ImageGeometry {
  readonly layout: Settled;
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
}

/** Whether so many values may be a square picture, grey or in colour. */
export function isSquare(values: number): boolean {
  return ([1, 3] as const).some((channels) => Number.isInteger(Math.sqrt(values / channels)));
}

export function isFlat(layout: Settled): boolean {
  return layout === 'images-by-pixels' || layout === 'pixels-by-images';
}

/** Distance from one row, column and channel of a picture to the next, in the values of one image as they are stored. */
export interface PixelStrides {
  readonly row: number;
  readonly column: number;
  readonly channel: number;
}

/** @param columnMajor - the order of pixels, for flat layouts; for others, whether height and width are exchanged */
export function pixelStrides(
  { layout, height, width, channels }: ImageGeometry,
  along: StoredAlong,
  columnMajor: boolean,
  channelsFirst: boolean,
): PixelStrides {
  if (isFlat(layout)) return flatStrides(height, width, channels, columnMajor, channelsFirst);
  const axes = [...layout].filter((axis) => axis !== 'N');
  const sides: Readonly<Record<string, number>> = { H: height, W: width, C: channels };
  const strides: Record<string, number> = { C: 0 };
  let stride = 1;
  for (const axis of along === 'rows' ? axes.reverse() : axes) {
    strides[axis] = stride;
    stride *= sides[axis];
  }
  const [row, column] = columnMajor ? [strides.W, strides.H] : [strides.H, strides.W];
  return { row, column, channel: strides.C };
}

/** Column-major writes the first axis out fastest: of [H, W, C] the rows, of [C, H, W] the channels. */
function flatStrides(
  height: number,
  width: number,
  channels: number,
  columnMajor: boolean,
  channelsFirst: boolean,
): PixelStrides {
  if (columnMajor) {
    return channelsFirst
      ? { channel: 1, row: channels, column: channels * height }
      : { row: 1, column: height, channel: height * width };
  }
  return channelsFirst
    ? { channel: height * width, row: width, column: 1 }
    : { row: width * channels, column: channels, channel: 1 };
}

/**
 * @param expected - how many images there should be, where that is known
 * @throws CortextError `ARRAY_SHAPE`, `INVALID_RECIPE` when the layout cannot be told
 */
export function resolveGeometry(
  array: FoundArray,
  recipe: ImageArrayRecipe,
  expected: number | null,
  guesses: RecipeGuess[],
): ImageGeometry {
  const layout = recipe.layout === 'auto' ? guessLayout(array, recipe, expected, guesses) : recipe.layout;
  const { shape } = array;
  const axes = { NHW: 3, NHWC: 4, NCHW: 4, HWN: 3, HWCN: 4, 'images-by-pixels': 2, 'pixels-by-images': 2 }[layout];
  if (shape.length !== axes || shape.includes(0)) {
    throw wrongShape(array, `${axes} axes for images in the layout ${layout}`);
  }
  if (isFlat(layout)) {
    const [count, pixels] = layout === 'images-by-pixels' ? [shape[0], shape[1]] : [shape[1], shape[0]];
    return { layout, count, ...resolveSize(array, recipe, layout, count, pixels, guesses) };
  }
  const at = (letter: string) => shape[layout.indexOf(letter)];
  const channels = layout.includes('C') ? at('C') : 1;
  if (!isColour(channels)) throw wrongShape(array, `1 or 3 channels in the layout ${layout}, not ${channels}`);
  const [count, height, width] = [at('N'), at('H'), at('W')];
  const given = [recipe.height ?? height, recipe.width ?? width];
  if (given[0] !== height || given[1] !== width) {
    throw wrongShape(array, `${given[0]} x ${given[1]} pixels (height x width) in the layout ${layout}`);
  }
  return { layout, count, height, width, channels };
}

function guessLayout(
  array: FoundArray,
  recipe: ImageArrayRecipe,
  expected: number | null,
  guesses: RecipeGuess[],
): Settled {
  const { shape } = array;
  const decide = (choice: Settled, reason: string): Settled => {
    guesses.push({ about: 'images.layout', choice, reason });
    return choice;
  };
  const matches = (axis: number) => expected !== null && shape[axis] === expected;
  if (shape.length === 4) {
    if (isColour(shape[3]) && !matches(3)) return decide('NHWC', `the last axis has ${shape[3]} channels`);
    if (isColour(shape[2]) && (matches(3) || !isColour(shape[1]))) {
      return decide('HWCN', `the third axis has ${shape[2]} channels and the last ${shape[3]} images`);
    }
    if (isColour(shape[1])) return decide('NCHW', `the second axis has ${shape[1]} channels`);
    throw wrongShape(array, 'an axis with 1 or 3 channels');
  }
  if (shape.length === 3) {
    if (matches(2) && !matches(0)) return decide('HWN', `the last axis has as many images as expected, ${expected}`);
    return decide('NHW', matches(0) ? `the first axis has ${expected} images` : 'the usual order');
  }
  if (shape.length !== 2) throw wrongShape(array, 'two axes (images and pixels), three or four');
  const pixels = (recipe.height ?? 0) * (recipe.width ?? 0) * (recipe.channels ?? 1);
  const fits = (images: number, side: number) =>
    (expected === null || shape[images] === expected) && (pixels === 0 || shape[side] % pixels === 0);
  const [rows, columns] = [fits(0, 1), fits(1, 0)];
  if (rows && columns && shape[0] !== shape[1] && expected === null && pixels === 0) {
    throw new CortextError(
      'INVALID_RECIPE',
      `Which axis of ${array.name} [${shape.join(', ')}] of ${array.file} counts the images cannot be told.`,
      { hint: 'Add "layout: images-by-pixels" or "layout: pixels-by-images".' },
    );
  }
  if (columns && !rows) return decide('pixels-by-images', `the second axis has ${shape[1]} images`);
  return decide('images-by-pixels', rows ? `the first axis has ${shape[0]} images` : 'the usual order');
}

function resolveSize(
  array: FoundArray,
  recipe: ImageArrayRecipe,
  layout: Settled,
  count: number,
  pixels: number,
  guesses: RecipeGuess[],
): { height: number; width: number; channels: 1 | 3 } {
  for (const channels of recipe.channels === undefined ? ([1, 3] as const) : [recipe.channels]) {
    const side = Math.sqrt(pixels / channels);
    const height = recipe.height ?? (recipe.width === undefined ? side : pixels / channels / recipe.width);
    const width = recipe.width ?? pixels / channels / height;
    if (!Number.isInteger(height) || !Number.isInteger(width) || height * width * channels !== pixels) continue;
    if (recipe.height === undefined || recipe.width === undefined) {
      guesses.push({
        about: 'images.size',
        choice: `${height} x ${width} pixels, ${channels === 1 ? 'grey' : 'colour'}`,
        reason: `${pixels} values per image`,
      });
    }
    return { height, width, channels };
  }
  const other = layout === 'images-by-pixels' ? 'pixels-by-images' : 'images-by-pixels';
  const { height, width } = recipe;
  const wanted = height === undefined || width === undefined ? null : height * width * (recipe.channels ?? 1);
  throw wrongShape(
    array,
    wanted === null
      ? `square images, but ${pixels} values per image (layout ${layout}) are no square`
      : `${wanted} values per image (${height} x ${width}), but the layout ${layout} gives ${pixels}`,
    wanted === null
      ? 'Add height and width.'
      : count === wanted
        ? `The transposed layout fits: use "layout: ${other}".`
        : 'Check height, width, channels and layout.',
  );
}

/** Whether pixels are column-major. */
export function resolveOrder(
  array: FoundArray,
  recipe: ImageArrayRecipe,
  layout: Settled,
  guesses: RecipeGuess[],
): boolean {
  if (recipe.order !== 'auto') return recipe.order === 'column-major';
  const columnMajor = isFlat(layout) && /matlab/i.test(array.format);
  if (isFlat(layout)) {
    guesses.push({
      about: 'images.order',
      choice: columnMajor ? 'column-major' : 'row-major',
      reason: columnMajor ? 'MATLAB writes images out column by column' : 'images are usually written out row by row',
    });
  }
  return columnMajor;
}

export function isColour(side: number | undefined): side is 1 | 3 {
  return side === 1 || side === 3;
}
