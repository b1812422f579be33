/** Gradient of nearest-neighbour enlargement by whole factors: the sum over every block. */
import * as tf from '@tensorflow/tfjs';
import { tensorInput, type KernelCall } from './kernel-input.ts';

/**
 * As average pooling times the block's size, which runs on a SIMD kernel.
 *
 * @param plain - the package's kernel, for factors that are not whole and for aligned corners
 */
export function resizeNearestNeighborGrad(plain: tf.KernelFunc): tf.KernelFunc {
  return (call: KernelCall) => {
    const images = tensorInput<tf.Tensor4D>(call, 'images');
    const dy = tensorInput<tf.Tensor4D>(call, 'dy');
    const { alignCorners } = call.attrs as unknown as { alignCorners: boolean };
    const down = dy.shape[1] / images.shape[1];
    const across = dy.shape[2] / images.shape[2];
    if (alignCorners || !Number.isInteger(down) || !Number.isInteger(across)) return plain(call);
    if (down * across === 1) return tf.clone(dy);
    return tf.tidy(() => tf.mul(tf.avgPool(dy, [down, across], [down, across], 'valid'), down * across));
  };
}
