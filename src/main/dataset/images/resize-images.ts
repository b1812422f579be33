/**
 * Resizing on float values.
 *
 * Scores are computed at the stimuli's own resolution, so resizing must not round to 8 bits nor depend on the version
 * of an image library. Separable: along rows first, then along columns.
 */
import { setImmediate } from 'node:timers/promises';
import { CortextError } from '../../../shared/errors.ts';
import type { ImageSet } from '../image-set.ts';

/**
 * `area`: every target pixel is the mean of the source rectangle it covers, pixels at the border counting by their
 * covered share. `cubic`: Keys 1981 with a = -0.5. `lanczos`: windowed sinc of three lobes. The last two are widened
 * by the scale when shrinking, so that they do not alias (as Pillow does).
 */
export type ResizeFilter = 'area' | 'cubic' | 'lanczos';

interface Kernel {
  readonly support: number;
  readonly weight: (x: number) => number;
}

const kernels: Readonly<Record<Exclude<ResizeFilter, 'area'>, Kernel>> = {
  cubic: {
    support: 2,
    weight: (x) => {
      const t = Math.abs(x);
      if (t < 1) return (1.5 * t - 2.5) * t * t + 1;
      return t < 2 ? ((-0.5 * t + 2.5) * t - 4) * t + 2 : 0;
    },
  },
  lanczos: { support: 3, weight: (x) => (Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** For each target position: the first source position that it looks at, and the weights from there on. */
interface Taps {
  readonly first: number;
  readonly weights: Float64Array;
}

/** Longest time without giving the event loop a turn, in milliseconds. */
const TURN = 8;

/**
 * Resizes every image of a set; the result is clipped to [0, 1], since cubic interpolation overshoots at edges.
 *
 * @param filter - default: `area` along a side that shrinks, `cubic` along a side that grows
 * @returns a new set, or the same one when the size does not change
 */
export async function resizeImages(
  set: ImageSet,
  height: number,
  width: number,
  filter?: ResizeFilter,
): Promise<ImageSet> {
  const { resized, steps } = prepareResize(set, height, width, filter);
  let turnStarted = performance.now();
  for (const step of steps) {
    step();
    if (performance.now() - turnStarted > TURN) {
      await setImmediate();
      turnStarted = performance.now();
    }
  }
  return resized;
}

/** The same without giving the event loop a turn, for processes in which nobody waits. */
export function resizeImagesAtOnce(set: ImageSet, height: number, width: number, filter?: ResizeFilter): ImageSet {
  const { resized, steps } = prepareResize(set, height, width, filter);
  for (const step of steps) step();
  return resized;
}

/** The set that will hold the result, and one step of work per image. */
function prepareResize(
  set: ImageSet,
  height: number,
  width: number,
  filter: ResizeFilter | undefined,
): { resized: ImageSet; steps: Iterable<() => void> } {
  if (!Number.isInteger(height) || !Number.isInteger(width) || height < 1 || width < 1) {
    throw new CortextError('INVALID_ARGUMENT', `Images cannot have ${width} x ${height} pixels.`, {
      hint: 'Give whole numbers of at least 1.',
    });
  }
  if (set.height === height && set.width === width) return { resized: set, steps: [] };
  const across = tapsFor(set.width, width, filter);
  const down = tapsFor(set.height, height, filter);
  const size = set.height * set.width * set.channels;
  const resizedSize = height * width * set.channels;
  const data = new Float32Array(set.count * resizedSize);
  const resizeOne = (image: number) => {
    const source = set.data.subarray(image * size, (image + 1) * size);
    const narrow = resizeAlong(source, set.height, set.width, set.channels, across);
    const small = resizeAlong(narrow, 1, set.height, width * set.channels, down);
    for (let i = 0; i < resizedSize; i++) data[image * resizedSize + i] = Math.min(1, Math.max(0, small[i]));
  };
  return {
    resized: { count: set.count, height, width, channels: set.channels, data },
    steps: Array.from({ length: set.count }, (_, image) => () => {
      resizeOne(image);
    }),
  };
}

function tapsFor(from: number, to: number, filter: ResizeFilter | undefined): Taps[] | null {
  if (from === to) return null;
  const chosen = filter ?? (to < from ? 'area' : 'cubic');
  return Array.from({ length: to }, (_, position) =>
    chosen === 'area' ? areaTaps(from, to, position) : kernelTaps(from, to, position, kernels[chosen]),
  );
}

function areaTaps(from: number, to: number, position: number): Taps {
  const start = (position * from) / to;
  const end = ((position + 1) * from) / to;
  const first = Math.min(from - 1, Math.floor(start));
  const last = Math.min(from, Math.max(first + 1, Math.ceil(end - 1e-9)));
  const covered = Array.from({ length: last - first }, (_, i) => {
    return Math.max(0, Math.min(end, first + i + 1) - Math.max(start, first + i));
  });
  return { first, weights: normalised(covered) };
}

function kernelTaps(from: number, to: number, position: number, kernel: Kernel): Taps {
  const scale = from / to;
  const widening = Math.max(1, scale);
  const centre = (position + 0.5) * scale;
  const reach = kernel.support * widening;
  // Rounded like Pillow's, whose values are the reference.
  const first = Math.max(0, Math.trunc(centre - reach + 0.5));
  const last = Math.min(from, Math.trunc(centre + reach + 0.5));
  const weights = Array.from({ length: last - first }, (_, i) => kernel.weight((first + i + 0.5 - centre) / widening));
  return { first, weights: normalised(weights) };
}

function normalised(weights: readonly number[]): Float64Array {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return Float64Array.from(weights, (weight) => weight / sum);
}

/** Weighted sums along the middle axis of `[outer, length, inner]`; null taps leave the values as they are. */
function resizeAlong(
  source: Float32Array,
  outer: number,
  length: number,
  inner: number,
  taps: readonly Taps[] | null,
): Float32Array {
  if (taps === null) return source;
  const target = new Float32Array(outer * taps.length * inner);
  for (let block = 0; block < outer; block++) {
    for (let position = 0; position < taps.length; position++) {
      const { first, weights } = taps[position];
      const from = (block * length + first) * inner;
      const to = (block * taps.length + position) * inner;
      for (let i = 0; i < inner; i++) {
        let sum = 0;
        for (let tap = 0, at = from + i; tap < weights.length; tap++, at += inner) sum += weights[tap] * source[at];
        target[to + i] = sum;
      }
    }
  }
  return target;
}
