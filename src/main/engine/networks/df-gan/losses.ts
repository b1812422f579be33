/** DF-GAN's two losses (Tao et al., CVPR 2022), put together from networks and objectives. */
import * as tf from '@tensorflow/tfjs';
import { matchingAwareGradientPenalty } from '../../objectives/gradient-penalty.ts';
import { type DiscriminatorHinge, discriminatorHinge, generatorHinge } from '../../objectives/hinge.ts';
import type { Weights } from '../parameters.ts';
import type { Discriminator } from './discriminator.ts';

export interface DiscriminatorLossInputs {
  /** Real images `[n, size, size, channels]` in [-1, 1]. */
  readonly images: tf.Tensor4D;
  /** Their sentences `[n, condition]`; taken as given, no gradient reaches the condition encoder. */
  readonly sentence: tf.Tensor2D;
  /** Drawn images, taken as given. */
  readonly fake: tf.Tensor4D;
  /** The sentences they were drawn from; `sentence` by default. */
  readonly fakeSentence?: tf.Tensor2D;
  /** For every image the index of a sentence that is not its own, int32 `[n]`. */
  readonly wrongOrder: tf.Tensor1D;
}

export interface DiscriminatorLossOptions {
  /** Weight of wrong pairs; 0.5 as published. */
  readonly mismatched: number;
  /** Weight of the gradient penalty; 2 as published, 0 leaves it out. */
  readonly gradientPenalty: number;
  /** 6 as published. */
  readonly gradientPenaltyPower: number;
}

export interface DiscriminatorLoss {
  readonly total: tf.Scalar;
  readonly real: tf.Scalar;
  readonly fake: tf.Scalar;
  readonly wrong: tf.Scalar;
  /** With its weight; 0 when it is left out. */
  readonly penalty: tf.Scalar;
}

export const publishedDiscriminatorLoss: DiscriminatorLossOptions = {
  mismatched: 0.5,
  gradientPenalty: 2,
  gradientPenaltyPower: 6,
};

/**
 * Hinge over real, drawn and wrong pairs, plus the matching-aware gradient penalty.
 *
 * The published code pairs sentence i with the features of image i + 1; that is `wrongOrder[i] = i - 1` here.
 */
export function discriminatorLoss(
  discriminator: Discriminator,
  weights: Weights,
  inputs: DiscriminatorLossInputs,
  options: DiscriminatorLossOptions = publishedDiscriminatorLoss,
): DiscriminatorLoss {
  const { images, sentence, fake, fakeSentence = sentence, wrongOrder } = inputs;
  const judge = (x: tf.Tensor4D, s: tf.Tensor2D): Judgement => {
    const features = discriminator.features(weights, x);
    return { features, logits: discriminator.logits(weights, features, s) };
  };
  const hingeOf = ({ features, logits }: Judgement): DiscriminatorHinge =>
    discriminatorHinge(
      {
        real: logits,
        fake: judge(fake, fakeSentence).logits,
        wrong: discriminator.logits(weights, features, tf.gather(sentence, wrongOrder)),
      },
      options.mismatched,
    );
  if (options.gradientPenalty === 0) return { ...hingeOf(judge(images, sentence)), penalty: tf.scalar(0) };
  // As published, penalty and hinge judge the real images once. The penalty's scope disposes of all but what is kept.
  const judged: Judgement[] = [];
  const score = (x: tf.Tensor4D, s: tf.Tensor2D): tf.Tensor1D => {
    const { features, logits } = judge(x, s);
    judged.push({ features: tf.keep(tf.clone(features)), logits: tf.keep(tf.clone(logits)) });
    return logits;
  };
  const penalty = matchingAwareGradientPenalty(score, images, sentence, {
    weight: options.gradientPenalty,
    power: options.gradientPenaltyPower,
  });
  // The penalty has called it, once.
  const [{ features, logits }] = judged;
  const hinge = hingeOf({ features, logits });
  tf.dispose([features, logits]);
  return { ...hinge, penalty, total: tf.add(hinge.total, penalty) };
}

interface Judgement {
  readonly features: tf.Tensor4D;
  readonly logits: tf.Tensor1D;
}

/** The adversarial part of the generator's loss: minus the mean logit of drawn images `[n, size, size, channels]`. */
export function adversarialLoss(
  discriminator: Discriminator,
  weights: Weights,
  fake: tf.Tensor4D,
  sentence: tf.Tensor2D,
): tf.Scalar {
  return generatorHinge(discriminator.logits(weights, discriminator.features(weights, fake), sentence));
}
