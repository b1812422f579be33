/** Images stored as numbers in one array: brought to pixels some at a time, whatever the size of the array. */
import { emptyImages, type ImageSet } from '../image-set.ts';
import type { ArrayBlock, NumericData, RowRange } from '../readers/named-arrays.ts';
import { deliveredBytes, isElementType } from '../readers/elements.ts';
import { openArrays } from '../readers/open-arrays.ts';
import { isFlat, pixelStrides, resolveGeometry, resolveOrder, type PixelStrides } from './image-layout.ts';
import { resolveRange, type ImageRange } from './image-range.ts';
import type { RecipeGuess } from './load-recipe.ts';
import type { ImageArrayRecipe } from './recipe-entries.ts';
import { elementsOf, type FoundArray } from './source-files.ts';

export interface ImageArray {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  /** Null where the type and the recipe leave no doubt, so that values were not looked at. */
  readonly range: ImageRange | null;
  readonly guesses: readonly RecipeGuess[];
  /**
   * One image in [0, 1]. The file is opened anew, for some images at once: it is quickest to ask for them in the order of
   * the array, and only one at a time.
   */
  load(index: number, signal: AbortSignal | undefined): Promise<ImageSet>;
}

/**
 * Recognises images in an array.
 *
 * @param expected - how many images there should be, where that is known
 * @throws CortextError `ARRAY_SHAPE`, `INVALID_RECIPE` when the layout cannot be told, `ARRAY_TYPE` for values that no
 *   range of pixels explains, `VALUES_NOT_FINITE`
 */
export async function openImageArray(
  array: FoundArray,
  recipe: ImageArrayRecipe,
  expected: number | null,
): Promise<ImageArray> {
  const guesses: RecipeGuess[] = [];
  const geometry = resolveGeometry(array, recipe, expected, guesses);
  const columnMajor = resolveOrder(array, recipe, geometry.layout, guesses);
  const range = isPlain(array, recipe) ? null : await resolveRange(array, recipe, guesses);
  const strides = pixelStrides(geometry, array.storedAlong(), columnMajor, recipe.channelAxis === 'first');
  // Exchanging height and width: the axes that the array calls rows are columns of the picture.
  const exchanged = columnMajor && !isFlat(geometry.layout);
  const [height, width] = exchanged ? [geometry.width, geometry.height] : [geometry.height, geometry.width];
  const { count, channels } = geometry;
  const window = new ImageWindow(array, /^(N|images)/.test(geometry.layout) ? 'first' : 'last', count);
  const shades = range ?? { black: 0, white: 255 };
  return {
    count,
    height,
    width,
    channels,
    range,
    guesses,
    load: async (index, signal) => {
      const set = emptyImages(1, height, width, channels);
      fillPixels(set, await window.valuesOf(index, signal), strides, shades, recipe.flip);
      return set;
    },
  };
}

/** Whether nothing is left to find out from a large array's values: bytes, of which the recipe says what they mean. */
function isPlain({ type, shape }: FoundArray, { range }: ImageArrayRecipe): boolean {
  return type === 'uint8' && range !== 'auto' && range[0] === 0 && range[1] === 255 && elementsOf(shape) > WINDOW_BYTES;
}

function fillPixels(
  { data, height, width, channels }: ImageSet,
  values: NumericData,
  { row, column, channel }: PixelStrides,
  { black, white }: Pick<ImageRange, 'black' | 'white'>,
  flip: ImageArrayRecipe['flip'],
): void {
  const fromRight = flip === 'left-right' || flip === 'both';
  const fromBelow = flip === 'up-down' || flip === 'both';
  const scale = 1 / (white - black);
  let at = 0;
  for (let y = 0; y < height; y++) {
    const start = (fromBelow ? height - 1 - y : y) * row;
    for (let x = 0; x < width; x++) {
      const pixel = start + (fromRight ? width - 1 - x : x) * column;
      for (let c = 0; c < channels; c++) {
        data[at++] = Math.min(1, Math.max(0, (values[pixel + c * channel] - black) * scale));
      }
    }
  }
}

/** So many bytes of values are in memory at a time: compressed files are inflated from their start for every further part. */
const WINDOW_BYTES = 1 << 25;
/** Formats of which any part is read as quickly; of many images few may have been shown. */
const SEEKABLE_BYTES = 1 << 20;
const seekable: readonly string[] = ['hdf5', 'matlab-7.3', 'npy'];

/** The values of some consecutive images, of each one after the other as they are stored. */
class ImageWindow {
  readonly #array: FoundArray;
  readonly #count: number;
  readonly #perImage: number;
  /** Whether images are stored one after the other, rather than the values that all images have in one place. */
  readonly #together: boolean;
  #range: RowRange = { from: 0, to: 0 };
  #values: NumericData = new Uint8Array(0);

  constructor(array: FoundArray, axis: 'first' | 'last', count: number) {
    this.#array = array;
    this.#count = count;
    this.#perImage = elementsOf(array.shape) / count;
    this.#together = (array.storedAlong() === 'rows') === (axis === 'first');
  }

  async valuesOf(index: number, signal: AbortSignal | undefined): Promise<NumericData> {
    signal?.throwIfAborted();
    if (index < this.#range.from || index >= this.#range.to) await this.#moveTo(index, signal);
    const at = (index - this.#range.from) * this.#perImage;
    return this.#values.subarray(at, at + this.#perImage);
  }

  async #moveTo(index: number, signal: AbortSignal | undefined): Promise<void> {
    const { type, format, file, name } = this.#array;
    const bytes = this.#together && seekable.includes(format) ? SEEKABLE_BYTES : WINDOW_BYTES;
    const valueBytes = isElementType(type) ? deliveredBytes(type) : 1;
    const images = Math.max(1, Math.floor(bytes / (valueBytes * this.#perImage)));
    // From the start when all fit.
    const from = images >= this.#count ? 0 : index;
    const range = { from, to: Math.min(this.#count, from + images) };
    const place: Place = { ...range, perImage: this.#perImage, memory: this.#values };
    // Its memory is written over.
    this.#range = { from: 0, to: 0 };
    const arrays = await openArrays(file, signal === undefined ? {} : { signal });
    try {
      this.#values = this.#together
        ? await joinBlocks(arrays.readBlocks(name, range), place)
        : await gatherImages(arrays.readValues(name), this.#count, place);
      this.#range = range;
    } finally {
      arrays.close();
    }
  }
}

/** Images that are wanted, and memory that may be used for their values. */
interface Place extends RowRange {
  readonly perImage: number;
  readonly memory: NumericData;
}

/** Where images are stored one after the other. */
async function joinBlocks(blocks: AsyncIterable<ArrayBlock>, place: Place): Promise<NumericData> {
  let values: NumericData | null = null;
  for await (const { first, data } of blocks) {
    values ??= roomFor(place, data);
    values.set(data, (first - place.from) * place.perImage);
  }
  return values ?? new Uint8Array(0);
}

/** Where the images of a pixel are stored one after the other: all of the array goes by, the wanted images stay. */
async function gatherImages(parts: AsyncIterable<NumericData>, count: number, place: Place): Promise<NumericData> {
  const { from, to, perImage } = place;
  let values: NumericData | null = null;
  let done = 0;
  for await (const part of parts) {
    values ??= roomFor(place, part);
    for (let pixel = Math.floor(done / count); pixel * count < done + part.length; pixel++) {
      // Where this pixel of the first image is, or would be, in the part.
      const start = pixel * count - done;
      const end = Math.min(to, part.length - start);
      for (let image = Math.max(from, -start); image < end; image++) {
        values[(image - from) * perImage + pixel] = part[start + image];
      }
    }
    done += part.length;
  }
  return values ?? new Uint8Array(0);
}

function roomFor({ from, to, perImage, memory }: Place, { constructor }: NumericData): NumericData {
  const length = (to - from) * perImage;
  if (memory.constructor === constructor && memory.length === length) return memory;
  // The constructor of a typed array takes its length.
  return new (constructor as new (length: number) => NumericData)(length);
}
