/**
 * The discriminator of DF-GAN (Tao et al., CVPR 2022): image features, and one logit for the pair of image and sentence.
 */
import * as tf from '@tensorflow/tfjs';
import { averagePool2x2, convolution, type Layer, leakyRelu, successive } from '../layers.ts';
import { constant, parameter, type ParameterSpec, type Weights } from '../parameters.ts';
import { channelsByScale, type ImageSize, SMALLEST_MAP, WIDEST } from './channels.ts';

export interface DiscriminatorOptions {
  readonly imageSize: ImageSize;
  /** Base width: the 4 x 4 features have eight times as many channels. */
  readonly channels: number;
  readonly imageChannels: 1 | 3;
  /** Length of the sentence. */
  readonly condition: number;
}

export interface Discriminator {
  readonly parameters: readonly ParameterSpec[];
  /** @returns `[n, 4, 4, 8 channels]` from images `[n, size, size, channels]` in [-1, 1] */
  features(weights: Weights, images: tf.Tensor4D): tf.Tensor4D;
  /** @returns `[n]`: above 0 for real images that match their sentence `[n, condition]` */
  logits(weights: Weights, features: tf.Tensor4D, sentence: tf.Tensor2D): tf.Tensor1D;
}

export function dfGanDiscriminator(options: DiscriminatorOptions): Discriminator {
  const { imageSize, channels, imageChannels, condition } = options;
  const deepest = WIDEST * channels;
  const imageLayer = convolution('imageLayer', { kernel: 3, inputs: imageChannels, outputs: channels });
  const blocks = successive(channelsByScale(imageSize, channels)).map(({ inputs, outputs }, i) =>
    discriminatorBlock(`block${i}`, inputs, outputs),
  );
  const joint = convolution('head.joint', {
    kernel: 3,
    inputs: deepest + condition,
    outputs: 2 * channels,
    bias: 'none',
  });
  const logit = convolution('head.logit', {
    kernel: SMALLEST_MAP,
    inputs: 2 * channels,
    outputs: 1,
    padding: 'valid',
    bias: 'none',
  });
  return {
    parameters: [imageLayer, ...blocks, joint, logit].flatMap((layer) => layer.parameters),
    features: (weights, images) =>
      blocks.reduce((maps, block) => block.apply(weights, maps), imageLayer.apply(weights, images)),
    logits(weights, features, sentence) {
      // A sum with zeros repeats the sentence at every place: its gradient is one sum, that of tiling is sixteen slices.
      const everywhere: tf.Tensor4D = tf.add(
        tf.zeros<tf.Rank.R4>([1, SMALLEST_MAP, SMALLEST_MAP, 1]),
        tf.reshape(sentence, [-1, 1, 1, condition]),
      );
      const joined = tf.concat([features, everywhere], 3);
      return tf.reshape(logit.apply(weights, leakyRelu(joint.apply(weights, joined))), [-1]);
    },
  };
}

/**
 * DownBlock: halves the side. A learned share, 0 at first, of two convolutions is added to the pooled shortcut. The
 * shortcut's 1 x 1 convolution and the pooling are both linear and can change places: pooling first is a quarter of the
 * work.
 */
function discriminatorBlock(name: string, inputs: number, outputs: number): Layer<tf.Tensor4D, tf.Tensor4D> {
  const down = convolution(`${name}.downConvolution`, { kernel: 4, inputs, outputs, stride: 2, bias: 'none' });
  const second = convolution(`${name}.secondConvolution`, { kernel: 3, inputs: outputs, outputs, bias: 'none' });
  const shortcut = inputs === outputs ? null : convolution(`${name}.shortcut`, { kernel: 1, inputs, outputs });
  const share = parameter(`${name}.residualShare`, [1], constant(0));
  return {
    parameters: [...down.parameters, ...second.parameters, ...(shortcut ? shortcut.parameters : []), share],
    apply(weights, maps) {
      const residual = leakyRelu(second.apply(weights, leakyRelu(down.apply(weights, maps))));
      const pooled = averagePool2x2(maps);
      return tf.add(shortcut ? shortcut.apply(weights, pooled) : pooled, tf.mul(weights(share.name), residual));
    },
  };
}
