/** Images stored as numbers: where each pixel lies, which way round, and what black and white are. */
import { CortextError } from '../../../shared/errors.ts';
import { emptyImages, imagePixels, type ImageSet } from '../image-set.ts';
import type { RecipeGuess } from './load-recipe.ts';
import type { ImageArrayRecipe, ImageLayout } from './recipe-entries.ts';
import { elementsOf, wrongShape, type FoundArray } from './source-files.ts';
import type { NumericArray } from '../readers/named-arrays.ts';

type Settled = Exclude<ImageLayout, 'auto'>;

export interface ImageArray {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  /** Values of black and white, and what was found. */
  readonly range: {
    readonly black: number;
    readonly white: number;
    readonly minimum: number;
    readonly maximum: number;
  };
  /** Values beyond black and white; more than 0 only where clipping was asked for. */
  readonly outside: number;
  readonly guesses: readonly RecipeGuess[];
  /** Images at these places, in [0, 1]. */
  select(indices: readonly number[]): ImageSet;
}

interface Geometry {
  readonly layout: Settled;
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
}

/**
 * Reads images from an array.
 *
 * @param expected - how many images there should be, where that is known
 * @throws CortextError `ARRAY_SHAPE`, `INVALID_RECIPE` when the layout cannot be told, `ARRAY_TYPE` for values that no
 *   range of pixels explains, `VALUES_NOT_FINITE`
 */
export async function readImageArray(
  array: FoundArray,
  recipe: ImageArrayRecipe,
  expected: number | null,
): Promise<ImageArray> {
  const guesses: RecipeGuess[] = [];
  const geometry = resolveGeometry(array, recipe, expected, guesses);
  const columnMajor = resolveOrder(array, recipe, geometry.layout, guesses);
  const numbers = await array.numbers();
  if (numbers.data.length !== elementsOf(array.shape)) throw wrongShape(array, `${numbers.data.length} values`);
  const range = resolveRange(array, recipe, numbers, guesses);
  const { layout, count } = geometry;
  // Exchanging height and width: the axes that the array calls rows are columns of the picture.
  const exchanged = columnMajor && !isFlat(layout);
  const [height, width] = exchanged ? [geometry.width, geometry.height] : [geometry.height, geometry.width];
  const strides = stridesOf(geometry, columnMajor, recipe.channelAxis === 'first');
  const fromRight = recipe.flip === 'left-right' || recipe.flip === 'both';
  const fromBelow = recipe.flip === 'up-down' || recipe.flip === 'both';
  return {
    count,
    height,
    width,
    channels: geometry.channels,
    range,
    outside: range.outside,
    guesses,
    select: (indices) => {
      const set = emptyImages(indices.length, height, width, geometry.channels);
      const scale = 1 / (range.white - range.black);
      indices.forEach((index, to) => {
        const pixels = imagePixels(set, to);
        let at = 0;
        for (let y = 0; y < height; y++) {
          const row = index * strides.image + (fromBelow ? height - 1 - y : y) * strides.row;
          for (let x = 0; x < width; x++) {
            const pixel = row + (fromRight ? width - 1 - x : x) * strides.column;
            for (let channel = 0; channel < geometry.channels; channel++) {
              const from = pixel + channel * strides.channel;
              pixels[at++] = Math.min(1, Math.max(0, (numbers.data[from] - range.black) * scale));
            }
          }
        }
      });
      return set;
    },
  };
}

function isFlat(layout: Settled): boolean {
  return layout === 'images-by-pixels' || layout === 'pixels-by-images';
}

function isColour(side: number | undefined): side is 1 | 3 {
  return side === 1 || side === 3;
}

/** Distance in the row-major array from one image, row, column and channel of the picture to the next. */
function stridesOf({ layout, count, height, width, channels }: Geometry, columnMajor: boolean, channelsFirst: boolean) {
  const swap = (strides: { image: number; row: number; column: number; channel: number }) =>
    columnMajor ? { ...strides, row: strides.column, column: strides.row } : strides;
  switch (layout) {
    case 'NHW':
      return swap({ image: height * width, row: width, column: 1, channel: 0 });
    case 'NHWC':
      return swap({ image: height * width * channels, row: width * channels, column: channels, channel: 1 });
    case 'NCHW':
      return swap({ image: height * width * channels, row: width, column: 1, channel: height * width });
    case 'HWN':
      return swap({ image: 1, row: width * count, column: count, channel: 0 });
    case 'HWCN':
      return swap({ image: 1, row: width * channels * count, column: channels * count, channel: count });
    case 'images-by-pixels':
    case 'pixels-by-images': {
      const [image, pixel] = layout === 'images-by-pixels' ? [height * width * channels, 1] : [1, count];
      const within = flatStrides(height, width, channels, columnMajor, channelsFirst);
      return {
        image,
        row: within.row * pixel,
        column: within.column * pixel,
        channel: within.channel * pixel,
      };
    }
  }
}

/** Column-major writes the first axis out fastest: of [H, W, C] the rows, of [C, H, W] the channels. */
function flatStrides(height: number, width: number, channels: number, columnMajor: boolean, channelsFirst: boolean) {
  if (columnMajor) {
    return channelsFirst
      ? { channel: 1, row: channels, column: channels * height }
      : { row: 1, column: height, channel: height * width };
  }
  return channelsFirst
    ? { channel: height * width, row: width, column: 1 }
    : { row: width * channels, column: channels, channel: 1 };
}

function resolveGeometry(
  array: FoundArray,
  recipe: ImageArrayRecipe,
  expected: number | null,
  guesses: RecipeGuess[],
): Geometry {
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

function resolveOrder(array: FoundArray, recipe: ImageArrayRecipe, layout: Settled, guesses: RecipeGuess[]): boolean {
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

/** Interpolation leaves values this far beyond the ends. */
const ROUNDING = 1e-5;

function resolveRange(
  array: FoundArray,
  recipe: ImageArrayRecipe,
  { data, logical }: NumericArray,
  guesses: RecipeGuess[],
) {
  let [minimum, maximum] = [Infinity, -Infinity];
  for (let i = 0; i < data.length; i++) {
    const value = data[i];
    if (!Number.isFinite(value)) {
      throw new CortextError(
        'VALUES_NOT_FINITE',
        `The images ${array.name} of ${array.file} hold ${value} (value ${i}).`,
        {
          hint: 'Save the images again without NaN and infinity.',
        },
      );
    }
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
  }
  const found = recipe.range === 'auto' ? recogniseRange(minimum, maximum, logical) : recipe.range;
  if (found === null) {
    throw new CortextError(
      'ARRAY_TYPE',
      `The images ${array.name} of ${array.file} have values from ${minimum} to ${maximum}, neither 0..1, 0..255 nor -1..1.`,
      { hint: 'State the values of black and white: "range: [0, 65535]"; "clip: true" cuts off what lies beyond.' },
    );
  }
  const [black, white] = found;
  if (black === white) {
    throw new CortextError(
      'INVALID_RECIPE',
      `The range of the images ${array.name} has the same black and white, ${black}.`,
      {
        hint: 'Give two different values.',
      },
    );
  }
  if (recipe.range === 'auto') {
    guesses.push({
      about: 'images.range',
      choice: `${black}..${white}`,
      reason: `values from ${minimum} to ${maximum}`,
    });
  }
  const slack = Math.abs(white - black) * ROUNDING;
  const [least, greatest] = [Math.min(black, white) - slack, Math.max(black, white) + slack];
  let outside = 0;
  if (minimum < least || maximum > greatest) {
    for (let i = 0; i < data.length; i++) if (data[i] < least || data[i] > greatest) outside++;
    if (!recipe.clip) {
      throw new CortextError(
        'ARRAY_TYPE',
        `${outside} of ${data.length} values of the images ${array.name} of ${array.file} lie outside ${black}..${white}: they go from ${minimum} to ${maximum}.`,
        { hint: 'Correct the range, or add "clip: true" to cut them off.' },
      );
    }
  }
  return { black, white, minimum, maximum, outside };
}

function recogniseRange(minimum: number, maximum: number, logical: boolean): [number, number] | null {
  const within = (least: number, greatest: number) => {
    const slack = (greatest - least) * ROUNDING;
    return minimum >= least - slack && maximum <= greatest + slack;
  };
  if (logical || within(0, 1)) return [0, 1];
  if (within(-1, 1)) return [-1, 1];
  return within(0, 255) ? [0, 255] : null;
}
