/** Pixel correlation and mean squared error of every stimulus with every reconstruction, from one product. */
import { imagePixels, type ImageSet } from '../../dataset/image-set.ts';
import { zeros, type Matrix } from '../linear-algebra/matrix.ts';
import { addRowProducts } from '../linear-algebra/products.ts';
import type { Pace } from '../pace.ts';
import { comparable, imageSize } from './image-pairs.ts';
import { correlationOf } from './pixel-correlation.ts';

/** Pixels that are held in double precision at a time: the images may not fit into memory twice. */
const SLICE = 4096;
/** Multiply-adds between two chances to yield. */
const PIECE = 1e7;

export interface PairwisePixels {
  /** Pearson r of stimulus i with reconstruction j, `[stimuli, reconstructions]`; 0 where either is constant. */
  readonly correlation: Matrix;
  /** Mean squared error of the same pairs. */
  readonly meanSquaredError: Matrix;
}

interface Moments {
  readonly means: Float64Array;
  /** Sums of squares around the mean. */
  readonly squares: Float64Array;
}

/** @throws CortextError as `comparable` */
export async function pairwisePixels(stimuli: ImageSet, drawn: ImageSet, pace: Pace): Promise<PairwisePixels> {
  const pairs = comparable(stimuli, drawn);
  const size = imageSize(pairs.stimuli);
  const a = momentsOf(pairs.stimuli);
  const b = momentsOf(pairs.reconstructions);
  const products = zeros(stimuli.count, drawn.count);
  for (let from = 0; from < size; from += SLICE) {
    const to = Math.min(from + SLICE, size);
    const left = centredSlice(pairs.stimuli, a.means, from, to);
    const right = centredSlice(pairs.reconstructions, b.means, from, to);
    const step = Math.max(4, 4 * Math.round(PIECE / 4 / ((to - from) * Math.max(1, drawn.count))));
    for (let row = 0; row < stimuli.count; row += step) {
      const rows = [row, Math.min(row + step, stimuli.count)] as const;
      addRowProducts({ target: products, a: left, b: right, rows, columns: [0, drawn.count], over: [0, to - from] });
      await pace();
    }
  }
  const correlation = zeros(stimuli.count, drawn.count);
  const meanSquaredError = zeros(stimuli.count, drawn.count);
  for (let i = 0, at = 0; i < stimuli.count; i++) {
    for (let j = 0; j < drawn.count; j++, at++) {
      const product = products.values[at];
      correlation.values[at] = correlationOf(product, a.squares[i], b.squares[j], size);
      const around = Math.max(0, a.squares[i] + b.squares[j] - 2 * product) / size;
      meanSquaredError.values[at] = around + (a.means[i] - b.means[j]) ** 2;
    }
  }
  return { correlation, meanSquaredError };
}

function momentsOf(set: ImageSet): Moments {
  const size = imageSize(set);
  const means = new Float64Array(set.count);
  const squares = new Float64Array(set.count);
  for (let image = 0; image < set.count; image++) {
    const pixels = imagePixels(set, image);
    let sum = 0;
    for (const value of pixels) sum += value;
    const mean = sum / size;
    let square = 0;
    for (const value of pixels) square += (value - mean) ** 2;
    means[image] = mean;
    squares[image] = square;
  }
  return { means, squares };
}

function centredSlice(set: ImageSet, means: Float64Array, from: number, to: number): Matrix {
  const slice = zeros(set.count, to - from);
  for (let image = 0, at = 0; image < set.count; image++) {
    const pixels = imagePixels(set, image);
    for (let pixel = from; pixel < to; pixel++, at++) slice.values[at] = pixels[pixel] - means[image];
  }
  return slice;
}
