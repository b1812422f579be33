/**
 * Structural similarity (Wang et al. 2004) of grey images in [0, 1].
 *
 * Gaussian window of 1.5 pixels, population covariance, constants for a data range of 1, and the mean over the places
 * where the window fits entirely: as scikit-image with `gaussian_weights=True, use_sample_covariance=False`.
 */
import { imagePixels, type ImageSet } from '../../dataset/image-set.ts';
import { zeros, type Matrix } from '../linear-algebra/matrix.ts';
import type { Pace } from '../pace.ts';
import { comparable, comparablePairs, greyPair } from './image-pairs.ts';

const SIGMA = 1.5;
/** Pixels at which the Gaussian is cut: 3.5 standard deviations to either side. */
const FULL_WINDOW = 11;
const LUMINANCE_CONSTANT = 0.01 ** 2;
const CONTRAST_CONSTANT = 0.03 ** 2;

/**
 * Side of the window in pixels: 11, or for smaller images the largest odd number that fits, the Gaussian being cut
 * there and normalised. Values of different windows should not be compared: a protocol names its window.
 */
export function ssimWindow(height: number, width: number): number {
  const fits = Math.min(FULL_WINDOW, height, width);
  return fits % 2 === 1 ? fits : fits - 1;
}

/** SSIM of every stimulus and its own reconstruction, `[count]`. @throws CortextError as `comparablePairs` */
export function ssim(stimuli: ImageSet, reconstructions: ImageSet): Float64Array {
  const pairs = greyPair(comparablePairs(stimuli, reconstructions));
  const window = createWindow(stimuli.height, stimuli.width);
  return Float64Array.from({ length: stimuli.count }, (_, i) =>
    similarity(
      localStatistics(imagePixels(pairs.stimuli, i), window),
      localStatistics(imagePixels(pairs.reconstructions, i), window),
      window,
    ),
  );
}

/** Stimuli and reconstructions of which every one is compared with every other. */
export interface SsimBlock {
  readonly stimuli: readonly number[];
  readonly reconstructions: readonly number[];
}

/**
 * SSIM of stimulus i and reconstruction j at `[i, j]`, NaN for pairs that no block holds.
 *
 * Local means and variances are computed once per image of a block; a pair costs one filtering of the product.
 *
 * @throws CortextError as `comparable`
 */
export async function ssimMatrix(
  stimuli: ImageSet,
  reconstructions: ImageSet,
  blocks: readonly SsimBlock[],
  pace: Pace,
): Promise<Matrix> {
  const pairs = greyPair(comparable(stimuli, reconstructions));
  const window = createWindow(stimuli.height, stimuli.width);
  const matrix = zeros(stimuli.count, reconstructions.count);
  matrix.values.fill(NaN);
  for (const block of blocks) {
    const shown = block.stimuli.map((i) => localStatistics(imagePixels(pairs.stimuli, i), window));
    const first = block.reconstructions[0];
    for (const j of block.reconstructions) {
      // The mean image is drawn once for all: what is known of the first holds for its equals.
      const known = j !== first && isEqualImage(pairs.reconstructions, first, j);
      const drawn = known ? null : localStatistics(imagePixels(pairs.reconstructions, j), window);
      for (const [at, i] of block.stimuli.entries()) {
        const row = i * matrix.columns;
        matrix.values[row + j] = drawn === null ? matrix.values[row + first] : similarity(shown[at], drawn, window);
        await pace();
      }
    }
  }
  return matrix;
}

function isEqualImage(set: ImageSet, one: number, other: number): boolean {
  const [left, right] = [imagePixels(set, one), imagePixels(set, other)];
  return left.every((value, p) => value === right[p]);
}

interface Window {
  readonly height: number;
  readonly width: number;
  readonly weights: Float64Array;
  /** Places where the window fits entirely. */
  readonly places: number;
  /** Scratch memory for a product of images, a column pass, and the result. */
  readonly product: Float64Array;
  readonly columns: Float64Array;
  readonly filtered: Float64Array;
}

function createWindow(height: number, width: number): Window {
  const side = ssimWindow(height, width);
  const radius = (side - 1) / 2;
  const heights = Float64Array.from({ length: side }, (_, i) => Math.exp(-((i - radius) ** 2) / (2 * SIGMA ** 2)));
  const sum = heights.reduce((total, value) => total + value, 0);
  const places = (height - side + 1) * (width - side + 1);
  return {
    height,
    width,
    weights: heights.map((value) => value / sum),
    places,
    product: new Float64Array(height * width),
    columns: new Float64Array(width),
    filtered: new Float64Array(places),
  };
}

interface LocalStatistics {
  readonly pixels: Float32Array;
  readonly means: Float64Array;
  readonly variances: Float64Array;
}

function localStatistics(pixels: Float32Array, window: Window): LocalStatistics {
  window.product.set(pixels);
  filterProduct(window);
  const means = window.filtered.slice();
  for (let p = 0; p < pixels.length; p++) window.product[p] = pixels[p] * pixels[p];
  filterProduct(window);
  const variances = window.filtered.map((square, place) => square - means[place] ** 2);
  return { pixels, means, variances };
}

function similarity(a: LocalStatistics, b: LocalStatistics, window: Window): number {
  const { product, filtered, places } = window;
  const [left, right] = [a.pixels, b.pixels];
  for (let p = 0; p < product.length; p++) product[p] = left[p] * right[p];
  filterProduct(window);
  const [meansA, meansB, variancesA, variancesB] = [a.means, b.means, a.variances, b.variances];
  let sum = 0;
  for (let place = 0; place < places; place++) {
    const meanA = meansA[place];
    const meanB = meansB[place];
    const both = meanA * meanB;
    const covariance = filtered[place] - both;
    sum +=
      ((2 * both + LUMINANCE_CONSTANT) * (2 * covariance + CONTRAST_CONSTANT)) /
      ((meanA * meanA + meanB * meanB + LUMINANCE_CONSTANT) *
        (variancesA[place] + variancesB[place] + CONTRAST_CONSTANT));
  }
  return sum / places;
}

/** Weighted sums of `product` where the window fits entirely, into `filtered`; the window is symmetric. */
function filterProduct({ height, width, weights, product, columns, filtered }: Window): void {
  const side = weights.length;
  const radius = (side - 1) / 2;
  const centre = weights[radius];
  const rows = height - side + 1;
  const across = width - side + 1;
  for (let row = 0; row < rows; row++) {
    const middle = (row + radius) * width;
    for (let x = 0; x < width; x++) columns[x] = centre * product[middle + x];
    for (let k = 1; k <= radius; k++) {
      const weight = weights[radius + k];
      const above = middle - k * width;
      const below = middle + k * width;
      for (let x = 0; x < width; x++) columns[x] += weight * (product[above + x] + product[below + x]);
    }
    const out = row * across;
    for (let x = 0; x < across; x++) {
      let sum = centre * columns[x + radius];
      for (let k = 1; k <= radius; k++) {
        sum += weights[radius + k] * (columns[x + radius - k] + columns[x + radius + k]);
      }
      filtered[out + x] = sum;
    }
  }
}
