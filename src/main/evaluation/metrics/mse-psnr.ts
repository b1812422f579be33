/** Mean squared error, and the peak signal-to-noise ratio that follows from it, of images in [0, 1]. */
import { imagePixels, type ImageSet } from '../../dataset/image-set.ts';
import { comparablePairs } from './image-pairs.ts';

/** Smaller errors count as this one: equal images have 100 dB, since means and reports cannot hold an infinity. */
const SMALLEST_ERROR = 1e-10;

/** `[count]`. @throws CortextError `IMAGE_COUNT`, `ARRAY_SHAPE`, `VALUES_NOT_FINITE` */
export function meanSquaredError(stimuli: ImageSet, reconstructions: ImageSet): Float64Array {
  const pairs = comparablePairs(stimuli, reconstructions);
  return Float64Array.from({ length: stimuli.count }, (_, i) => {
    const [left, right] = [imagePixels(pairs.stimuli, i), imagePixels(pairs.reconstructions, i)];
    let sum = 0;
    for (let p = 0; p < left.length; p++) sum += (left[p] - right[p]) ** 2;
    return sum / left.length;
  });
}

/** Decibels, `[count]`; at most 100. @throws CortextError `IMAGE_COUNT`, `ARRAY_SHAPE`, `VALUES_NOT_FINITE` */
export function peakSignalToNoise(stimuli: ImageSet, reconstructions: ImageSet): Float64Array {
  return meanSquaredError(stimuli, reconstructions).map(decibels);
}

/** Peak signal-to-noise ratio of a mean squared error, at peak 1. */
export function decibels(error: number): number {
  return -10 * Math.log10(Math.max(error, SMALLEST_ERROR));
}
