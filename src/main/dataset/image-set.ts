/**
 * Sets of images of one size: stimuli, training targets and reconstructions.
 *
 * Everything outside the networks computes on these: NHWC, float32, 0 is black and 1 is white.
 */
import { readFile } from 'node:fs/promises';
import { sha256 } from '../files/hash.ts';
import { CortextError, toCortextError } from '../../shared/errors.ts';
import type { Stimulus } from '../../shared/recording.ts';
import { workspaceLayout } from '../../shared/workspace-layout.ts';
import { decodeImage } from './images/decode-image.ts';
import { encodePngPixels } from './images/encode-png.ts';
import { resizeImages } from './images/resize-images.ts';

export { decodeImage, readableImageExtensions } from './images/decode-image.ts';
export { encodePngPixels } from './images/encode-png.ts';
export { resizeImages, type ResizeFilter } from './images/resize-images.ts';

/** `data` is `[count, height, width, channels]`, row-major, values in [0, 1]. */
export interface ImageSet {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  readonly data: Float32Array;
}

/** How an image that is not square becomes square: its centre, or bars of mid grey around it; `keep` leaves it. */
export type SquareRule = 'crop' | 'pad' | 'keep';

/** The grey that bars and transparent pixels are filled with: 128 of 255, the background of most visual experiments. */
export const MID_GREY = 128 / 255;

/** Weights of red, green and blue in luminance (ITU-R BT.709, as scikit-image's `rgb2gray`). */
export const LUMINANCE_WEIGHTS = [0.2125, 0.7154, 0.0721] as const;

export function emptyImages(count: number, height: number, width: number, channels: 1 | 3): ImageSet {
  return { count, height, width, channels, data: new Float32Array(count * height * width * channels) };
}

/** Pixels of one image, a view `[height * width * channels]` on the set. */
export function imagePixels(set: ImageSet, index: number): Float32Array {
  const size = set.height * set.width * set.channels;
  return set.data.subarray(index * size, (index + 1) * size);
}

/** The images at `indices`, in that order; an index may appear more than once. */
export function selectImages(set: ImageSet, indices: readonly number[]): ImageSet {
  const chosen = emptyImages(indices.length, set.height, set.width, set.channels);
  indices.forEach((from, to) => imagePixels(chosen, to).set(imagePixels(set, from)));
  return chosen;
}

/** Joins sets of one size; grey images become colour images when any of the sets has colour. */
export function joinImages(sets: readonly ImageSet[]): ImageSet {
  const [first] = sets;
  if (first === undefined) return emptyImages(0, 0, 0, 1);
  const other = sets.find((set) => set.height !== first.height || set.width !== first.width);
  if (other !== undefined) {
    throw new CortextError(
      'ARRAY_SHAPE',
      `Images of ${first.width} x ${first.height} and ${other.width} x ${other.height} pixels cannot form one set.`,
      { hint: 'Resize them to one size first.' },
    );
  }
  const channels = sets.some((set) => set.channels === 3) ? 3 : 1;
  const joined = emptyImages(
    sets.reduce((sum, set) => sum + set.count, 0),
    first.height,
    first.width,
    channels,
  );
  let offset = 0;
  for (const set of sets) {
    const { data } = channels === 3 ? toColour(set) : set;
    joined.data.set(data, offset);
    offset += data.length;
  }
  return joined;
}

/** Luminance of colour images; grey images are returned as they are. */
export function toGrey(set: ImageSet): ImageSet {
  if (set.channels === 1) return set;
  const grey = emptyImages(set.count, set.height, set.width, 1);
  const [red, green, blue] = LUMINANCE_WEIGHTS;
  for (let pixel = 0, at = 0; pixel < grey.data.length; pixel++, at += 3) {
    grey.data[pixel] = red * set.data[at] + green * set.data[at + 1] + blue * set.data[at + 2];
  }
  return grey;
}

/** Three equal channels; colour images are returned as they are. */
export function toColour(set: ImageSet): ImageSet {
  if (set.channels === 3) return set;
  const colour = emptyImages(set.count, set.height, set.width, 3);
  for (let pixel = 0, at = 0; pixel < set.data.length; pixel++, at += 3) colour.data.fill(set.data[pixel], at, at + 3);
  return colour;
}

/** The central square; of an odd rest, the smaller half is cut off at the top or left. */
export function cropCentre(set: ImageSet): ImageSet {
  const side = Math.min(set.height, set.width);
  return cropTo(set, side, side);
}

/** The smallest square that holds the whole image, filled up with `background`. */
export function padToSquare(set: ImageSet, background: number = MID_GREY): ImageSet {
  const side = Math.max(set.height, set.width);
  return padTo(set, side, side, background);
}

/** The central rectangle of at most that size. */
export function cropTo(set: ImageSet, height: number, width: number): ImageSet {
  return placeCentred(set, Math.min(height, set.height), Math.min(width, set.width), 0);
}

/** The whole image in the middle of a rectangle of at least its size, filled up with `background`. */
export function padTo(set: ImageSet, height: number, width: number, background: number = MID_GREY): ImageSet {
  return placeCentred(set, Math.max(height, set.height), Math.max(width, set.width), background);
}

function placeCentred(set: ImageSet, height: number, width: number, background: number): ImageSet {
  if (set.height === height && set.width === width) return set;
  const placed = emptyImages(set.count, height, width, set.channels);
  if (background !== 0) placed.data.fill(background);
  const top = Math.trunc((set.height - height) / 2);
  const left = Math.trunc((set.width - width) / 2);
  const columns = Math.min(width, set.width) * set.channels;
  for (let image = 0; image < set.count; image++) {
    const source = imagePixels(set, image);
    const target = imagePixels(placed, image);
    for (let row = 0; row < Math.min(height, set.height); row++) {
      const from = ((row + Math.max(top, 0)) * set.width + Math.max(left, 0)) * set.channels;
      const to = ((row + Math.max(-top, 0)) * width + Math.max(-left, 0)) * set.channels;
      target.set(source.subarray(from, from + columns), to);
    }
  }
  return placed;
}

/** One image as an 8-bit PNG. Values outside [0, 1] are clipped; the same pixels always give the same bytes. */
export function encodePng(set: ImageSet, index = 0): Promise<Buffer> {
  const values = imagePixels(set, index);
  // `from` would make a number on the heap of every value first.
  const scaled = new Uint8ClampedArray(values.length);
  for (let i = 0; i < values.length; i++) scaled[i] = values[i] * 255;
  return Promise.resolve(encodePngPixels({ ...set, data: scaled }));
}

/**
 * Reads the PNG files of `stimuli` from a workspace.
 *
 * @param root - the workspace folder
 * @param size - side in pixels, or `own` for the size they were stored with, which must be the same for all
 * @param square - what happens to images that are not square. The same rule must serve training and evaluation,
 *   hence it also applies to `own`: with `crop`, 768 x 512 becomes 512 x 512
 * @returns images in the order of `stimuli`; one channel when all are grey, else three
 * @throws CortextError `STIMULUS_MISSING`, `IMAGE_UNREADABLE` naming the file; `ARRAY_SHAPE` when own sizes differ
 */
export async function loadStimuli(
  root: string,
  stimuli: readonly Stimulus[],
  size: 'own' | number,
  square: SquareRule = 'crop',
): Promise<ImageSet> {
  const images: ImageSet[] = [];
  for (const stimulus of stimuli) {
    const shaped = makeSquare(await loadStimulus(root, stimulus), square);
    images.push(size === 'own' ? shaped : await resizeImages(shaped, size, size));
  }
  const odd = images.findIndex((image) => image.height !== images[0].height || image.width !== images[0].width);
  if (odd > 0) {
    const sizeOf = (index: number) => `${images[index].width} x ${images[index].height}`;
    throw new CortextError(
      'ARRAY_SHAPE',
      `The stimuli differ in size: ${stimuli[0].name} has ${sizeOf(0)} pixels, ${stimuli[odd].name} ${sizeOf(odd)}.`,
      { hint: 'Import the stimuli resized to one size.' },
    );
  }
  return joinImages(images);
}

function makeSquare(set: ImageSet, rule: SquareRule): ImageSet {
  if (rule === 'keep') return set;
  return rule === 'crop' ? cropCentre(set) : padToSquare(set);
}

async function loadStimulus(root: string, stimulus: Stimulus): Promise<ImageSet> {
  const path = workspaceLayout(root).stimulus(stimulus.id);
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw toCortextError(error);
    throw new CortextError('STIMULUS_MISSING', `The stimulus ${stimulus.name} is missing: ${path} does not exist.`, {
      hint: 'Copy the whole workspace including its folder "stimuli", or import the recording again.',
      details: { stimulus: stimulus.name, path },
      cause: error,
    });
  }
  if (sha256(bytes) !== stimulus.id) {
    throw new CortextError('IMAGE_UNREADABLE', `${path} (stimulus ${stimulus.name}) was changed after the import.`, {
      hint: 'Delete the file and import the recording again: a stimulus is named by the hash of its content.',
    });
  }
  return decodeImage(bytes, path);
}
