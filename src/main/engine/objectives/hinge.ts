/** Adversarial hinge losses of matching-aware discriminators (Lim and Ye 2017; Reed et al. 2016; DF-GAN). */
import * as tf from '@tensorflow/tfjs';
import { relu } from '../networks/layers.ts';

export interface DiscriminatorLogits {
  /** `[n]`: real images with their own sentence. */
  readonly real: tf.Tensor1D;
  /** `[n]`: drawn images with the sentence they were drawn from. */
  readonly fake: tf.Tensor1D;
  /** `[n]`: real images with another image's sentence. */
  readonly wrong: tf.Tensor1D;
}

export interface DiscriminatorHinge {
  readonly total: tf.Scalar;
  readonly real: tf.Scalar;
  readonly fake: tf.Scalar;
  readonly wrong: tf.Scalar;
}

const FAKE_WEIGHT = 0.5;

/**
 * Real pairs should score above 1, drawn and mismatched pairs below -1.
 *
 * The two kinds of negatives have the weights 0.5 and `mismatchedWeight`, scaled to sum to 1, so that real pairs and
 * negatives stay in balance: 0.5 gives `real + (fake + wrong) / 2` as published, 0 gives `real + fake`.
 */
export function discriminatorHinge(logits: DiscriminatorLogits, mismatchedWeight: number): DiscriminatorHinge {
  const real = meanHinge(tf.sub(1, logits.real));
  const fake = meanHinge(tf.add(1, logits.fake));
  const wrong = meanHinge(tf.add(1, logits.wrong));
  const scale = 1 / (FAKE_WEIGHT + mismatchedWeight);
  const negatives = tf.add(tf.mul(fake, FAKE_WEIGHT * scale), tf.mul(wrong, mismatchedWeight * scale));
  return { total: tf.add(real, negatives), real, fake, wrong };
}

/** The generator raises the logits `[n]` of what it draws, without bound. */
export function generatorHinge(fake: tf.Tensor1D): tf.Scalar {
  return tf.neg(tf.mean(fake));
}

function meanHinge(margins: tf.Tensor): tf.Scalar {
  return tf.mean(relu(margins));
}
