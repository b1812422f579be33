/** The training image that is most like what a linear model predicts: what a method scores that only ever copies. */
import { imagePixels, type ImageSet } from '../../dataset/image-set.ts';
import { columnMeans, rowOf, type Matrix } from '../linear-algebra/matrix.ts';

/**
 * For every prediction the training image whose deviation from the mean training image points most in the direction of
 * the prediction's own deviation.
 *
 * Without subtracting the mean image, what all images have in common would decide. The cosine between deviations does
 * not depend on how far a penalty has shrunk the prediction; it equals that of all their principal component scores.
 *
 * @param predictions - unclipped pixels `[predictions, pixels]`
 * @param images - the training images; of equal ones the first is taken
 * @returns indices into `images`
 */
export function nearestTrainingImages(predictions: Matrix, images: ImageSet): number[] {
  const pixels = pixelsOf(images);
  const mean = columnMeans({ rows: images.count, columns: pixels, values: Float64Array.from(images.data) });
  const deviations = Array.from({ length: images.count }, (_, i) =>
    unit(Float64Array.from(imagePixels(images, i), (value, at) => value - mean[at])),
  );
  return Array.from({ length: predictions.rows }, (_, row) => {
    const predicted = rowOf(predictions, row).map((value, at) => value - mean[at]);
    let [best, nearest] = [-Infinity, 0];
    deviations.forEach((deviation, image) => {
      let along = 0;
      for (let at = 0; at < pixels; at++) along += predicted[at] * deviation[at];
      if (along > best) [best, nearest] = [along, image];
    });
    return nearest;
  });
}

function pixelsOf(images: ImageSet): number {
  return images.height * images.width * images.channels;
}

function unit(values: Float64Array): Float64Array {
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return length > 0 ? values.map((value) => value / length) : values;
}
