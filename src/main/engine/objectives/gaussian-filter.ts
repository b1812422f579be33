/** Gaussian smoothing as matrix products, which every backend does fast, forward and backward. */
import * as tf from '@tensorflow/tfjs';

/** Weights of a normalised Gaussian window of odd length. */
export function gaussianWindow(length: number, sigma: number): number[] {
  const centre = (length - 1) / 2;
  const heights = Array.from({ length }, (_, i) => Math.exp(-((i - centre) ** 2) / (2 * sigma ** 2)));
  const sum = heights.reduce((total, height) => total + height, 0);
  return heights.map((height) => height / sum);
}

/** `[length, length - window + 1]`: multiplying a row by it slides the window along the row where it fits entirely. */
export function slidingWindowMatrix(length: number, window: readonly number[]): tf.Tensor2D {
  const places = length - window.length + 1;
  const values = new Float32Array(length * places);
  for (let place = 0; place < places; place++) {
    for (let i = 0; i < window.length; i++) values[(place + i) * places + place] = window[i];
  }
  return tf.tensor2d(values, [length, places]);
}

/** Smooths planes `[n, height, width]` to `[n, width', height']`: transposed, only where the window fits entirely. */
export function smoothWithin(planes: tf.Tensor3D, window: readonly number[]): tf.Tensor3D {
  const [count, height, width] = planes.shape;
  const byWidth = slidingWindowMatrix(width, window);
  const byHeight = slidingWindowMatrix(height, window);
  const rows = tf.matMul(tf.reshape(planes, [count * height, width]), byWidth);
  const turned = tf.transpose(tf.reshape(rows, [count, height, byWidth.shape[1]]), [0, 2, 1]);
  const columns = tf.matMul(tf.reshape(turned, [count * byWidth.shape[1], height]), byHeight);
  return tf.reshape(columns, [count, byWidth.shape[1], byHeight.shape[1]]);
}
