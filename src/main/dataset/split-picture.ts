/** Every split as a picture: samples from left to right, folds from top to bottom. */
import type { RecordingMetadata } from '../../shared/recording.ts';
import { emptyImages, imagePixels, type ImageSet } from './image-set.ts';
import { dealIntoFolds, type FoldedSplit } from './split-folds.ts';

/** Red, green, blue in [0, 1]; distinguishable by colour-blind eyes and in grey print. */
export const splitColours = {
  leftOut: [0.88, 0.88, 0.88],
  train: [0.38, 0.6, 0.8],
  test: [0.84, 0.37, 0],
} as const;

const LARGEST_WIDTH = 1600;
const LARGEST_HEIGHT = 400;
/** Cells of small recordings are drawn this large, in pixels, where they fit. */
const LARGEST_CELL = 12;

/**
 * Draws which samples train (blue), test (orange) or are left out (grey) in every fold.
 *
 * Where there are more samples or folds than pixels, a pixel shows a test sample rather than a training sample.
 *
 * @returns one colour image, at most 1600 x 400 pixels
 * @throws CortextError `SPLIT_INVALID`
 */
export function splitPicture(metadata: RecordingMetadata, spec: FoldedSplit): ImageSet {
  const folds = dealIntoFolds(metadata, spec);
  const across = axis(metadata.samples, LARGEST_WIDTH);
  const down = axis(folds.names.length, LARGEST_HEIGHT);
  const picture = emptyImages(1, down.pixels, across.pixels, 3);
  const pixels = imagePixels(picture, 0);
  const paint = (samples: readonly number[], fold: number, colour: readonly number[]) => {
    const [top, bottom] = down.extent(fold);
    for (const sample of samples) {
      const [left, right] = across.extent(sample);
      for (let y = top; y < bottom; y++) {
        for (let x = left; x < right; x++) pixels.set(colour, (y * across.pixels + x) * 3);
      }
    }
  };
  for (let at = 0; at < pixels.length; at += 3) pixels.set(splitColours.leftOut, at);
  const parts = folds.names.map((_, fold) => folds.parts(fold));
  for (const [fold, { train }] of parts.entries()) paint(train, fold, splitColours.train);
  for (const [fold, { test }] of parts.entries()) paint(test, fold, splitColours.test);
  return picture;
}

function axis(count: number, largest: number): { pixels: number; extent: (index: number) => [number, number] } {
  const cell = Math.min(LARGEST_CELL, Math.floor(largest / count));
  if (cell >= 1) return { pixels: count * cell, extent: (index) => [index * cell, (index + 1) * cell] };
  const pixelOf = (index: number) => Math.floor((index * largest) / count);
  return { pixels: largest, extent: (index) => [pixelOf(index), pixelOf(index) + 1] };
}
