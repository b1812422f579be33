/** How far a drawn image is from the stimulus that was seen. All images are `[n, height, width, channels]` in [-1, 1]. */
import * as tf from '@tensorflow/tfjs';
import { gaussianWindow, smoothWithin } from './gaussian-filter.ts';

const WINDOW = gaussianWindow(11, 1.5);
const LUMINANCE_CONSTANT = 0.01 ** 2;
const CONTRAST_CONSTANT = 0.03 ** 2;

/** Mean squared error in [-1, 1]. */
export function pixelLoss(drawn: tf.Tensor4D, target: tf.Tensor4D): tf.Scalar {
  return tf.mean(tf.square(tf.sub(drawn, target)));
}

/**
 * 1 - mean structural similarity (Wang, Bovik, Sheikh and Simoncelli 2004): Gaussian window 11, sigma 1.5, population
 * covariance, on values moved to [0, 1]. Every channel is compared by itself, so that colour counts; on grey images
 * this is exactly scikit-image's mean, which also leaves out the border where the window does not fit.
 *
 * Sides must be at least 11.
 */
export function ssimLoss(drawn: tf.Tensor4D, target: tf.Tensor4D): tf.Scalar {
  const x = planes(drawn);
  const y = planes(target);
  const moments = smoothWithin(tf.concat([x, y, tf.square(x), tf.square(y), tf.mul(x, y)], 0), WINDOW);
  const count = x.shape[0];
  const moment = (index: number): tf.Tensor3D => tf.slice(moments, [index * count, 0, 0], [count, -1, -1]);
  const [meanX, meanY] = [moment(0), moment(1)];
  const productOfMeans = tf.mul(meanX, meanY);
  const squaresOfMeans = tf.add(tf.square(meanX), tf.square(meanY));
  const covariance = tf.sub(moment(4), productOfMeans);
  const variances = tf.sub(tf.add(moment(2), moment(3)), squaresOfMeans);
  const similarity = tf.div(
    tf.mul(tf.add(tf.mul(productOfMeans, 2), LUMINANCE_CONSTANT), tf.add(tf.mul(covariance, 2), CONTRAST_CONSTANT)),
    tf.mul(tf.add(squaresOfMeans, LUMINANCE_CONSTANT), tf.add(variances, CONTRAST_CONSTANT)),
  );
  return tf.sub(1, tf.mean(similarity));
}

/**
 * Squared distance of two images' features `[n, height, width, features]`, as a share of the target features' mean
 * square: 0 for the same features, 1 for none, whatever the encoder's scale.
 */
export function featureLoss(drawn: tf.Tensor4D, target: tf.Tensor4D): tf.Scalar {
  const distance = tf.mean(tf.square(tf.sub(drawn, target)));
  return tf.div(distance, tf.add(tf.mean(tf.square(target)), 1e-6));
}

/** `[n, height, width, channels]` in [-1, 1] to `[n * channels, height, width]` in [0, 1]. */
function planes(images: tf.Tensor4D): tf.Tensor3D {
  const [count, height, width, channels] = images.shape;
  const unit = tf.mul(tf.add(images, 1), 0.5);
  const apart = channels === 1 ? unit : tf.transpose(unit, [0, 3, 1, 2]);
  return tf.reshape(apart, [count * channels, height, width]);
}
