/** The matching-aware gradient penalty of DF-GAN (Tao et al., CVPR 2022). */
import * as tf from '@tensorflow/tfjs';

export interface GradientPenaltyOptions {
  /** 2 as published. */
  readonly weight: number;
  /** Power of the gradient's length; 6 as published. */
  readonly power: number;
}

/**
 * `weight * mean(length ** power)`, where `length` is that of each sample's gradient of the score with respect to image
 * and sentence together. It flattens the discriminator around real images with their own sentence.
 *
 * A gradient of this is a second-order gradient: `score` must use operations that have them (see `layers.ts`).
 *
 * @param score - the discriminator's logit of each pair, `[n]`
 * @param images - real images `[n, height, width, channels]`
 * @param sentence - their own sentences `[n, condition]`
 */
export function matchingAwareGradientPenalty(
  score: (images: tf.Tensor4D, sentence: tf.Tensor2D) => tf.Tensor1D,
  images: tf.Tensor4D,
  sentence: tf.Tensor2D,
  { weight, power }: GradientPenaltyOptions,
): tf.Scalar {
  // A sample's logit depends on that sample alone, so the gradient of the sum holds the gradient of each.
  const gradientsOf = tf.grads((x, s) => tf.sum(score(x as tf.Tensor4D, s as tf.Tensor2D)));
  const [byImage, bySentence] = gradientsOf([images, sentence]);
  const squaredLength = tf.add(squaredNorm(byImage), squaredNorm(bySentence));
  // Below the power 2 the derivative at length 0 is infinite; the addend is far below what matters.
  const powered = power === 2 ? squaredLength : tf.pow(tf.add(squaredLength, 1e-12), power / 2);
  return tf.mul(tf.mean(powered), weight);
}

/** `[n, ...]` to `[n]`. */
function squaredNorm(gradient: tf.Tensor): tf.Tensor1D {
  return tf.sum(tf.square(tf.reshape(gradient, [gradient.shape[0], -1])), 1);
}
