/** Pearson correlation over all pixels and channels. */
import { imagePixels, type ImageSet } from '../../dataset/image-set.ts';
import { comparablePairs, imageSize } from './image-pairs.ts';

/** Variance of pixels in [0, 1] below which an image counts as constant: single precision resolves no less. */
const SMALLEST_VARIANCE = 1e-14;

/**
 * Correlation of every stimulus with its own reconstruction, `[count]`.
 *
 * The correlation with a constant image is not defined; it counts as 0, so that a method cannot gain by drawing nothing.
 *
 * @throws CortextError `IMAGE_COUNT`, `ARRAY_SHAPE`, `VALUES_NOT_FINITE`
 */
export function pixelCorrelation(stimuli: ImageSet, reconstructions: ImageSet): Float64Array {
  const pairs = comparablePairs(stimuli, reconstructions);
  const size = imageSize(pairs.stimuli);
  return Float64Array.from({ length: stimuli.count }, (_, i) => {
    const left = centred(imagePixels(pairs.stimuli, i));
    const right = centred(imagePixels(pairs.reconstructions, i));
    return correlationOf(sumOfProducts(left, right), sumOfProducts(left, left), sumOfProducts(right, right), size);
  });
}

/**
 * Pearson r from sums around the means; 0 where either image is constant.
 *
 * @param product - sum of the products of both images' deviations
 * @param leftSquares - sum of one image's squared deviations, and `rightSquares` of the other's
 * @param size - values per image
 */
export function correlationOf(product: number, leftSquares: number, rightSquares: number, size: number): number {
  const smallest = SMALLEST_VARIANCE * size;
  if (leftSquares <= smallest || rightSquares <= smallest) return 0;
  return product / Math.sqrt(leftSquares * rightSquares);
}

function centred(pixels: Float32Array): Float64Array {
  const mean = pixels.reduce((sum, value) => sum + value, 0) / pixels.length;
  return Float64Array.from(pixels, (value) => value - mean);
}

function sumOfProducts(left: Float64Array, right: Float64Array): number {
  let sum = 0;
  for (let p = 0; p < left.length; p++) sum += left[p] * right[p];
  return sum;
}
