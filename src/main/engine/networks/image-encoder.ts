/**
 * A small convolutional image encoder for the feature loss, trained on nothing but the training images.
 *
 * As a denoising autoencoder (Vincent et al. 2008) it needs no labels and no network from elsewhere; its mid-layer
 * features are what End2End (Shen, Dwivedi, Majima, Horikawa and Kamitani 2019) took from an ImageNet classifier.
 */
import * as tf from '@tensorflow/tfjs';
import { convolution, leakyRelu, nearestUpsample2x, successive } from './layers.ts';
import type { ParameterSpec, Weights } from './parameters.ts';

export interface ImageEncoderOptions {
  /** A power of two, 32 or more. */
  readonly imageSize: number;
  readonly imageChannels: 1 | 3;
  /** Width of the first layer; the features have four times as many channels. */
  readonly channels?: number;
}

export interface ImageEncoder {
  readonly parameters: readonly ParameterSpec[];
  /**
   * @param images - `[n, size, size, channels]` in [-1, 1]
   * @returns `[n, side, side, 4 channels]`, where side is a quarter of the image's up to 64 px and an eighth above
   */
  features(weights: Weights, images: tf.Tensor4D): tf.Tensor4D;
  /** @returns the image without its noise, in [-1, 1] */
  reconstruct(weights: Weights, noisy: tf.Tensor4D): tf.Tensor4D;
}

export function imageEncoder({ imageSize, imageChannels, channels = 16 }: ImageEncoderOptions): ImageEncoder {
  // Deeper for large images, so that a feature sees a similar share of the picture.
  const widths = imageSize <= 64 ? [1, 2, 4] : [1, 2, 4, 4];
  const halvings = successive(widths.map((width) => width * channels));
  const deepest = 4 * channels;
  const encoding = [
    convolution('encoder0', { kernel: 3, inputs: imageChannels, outputs: channels }),
    ...halvings.map((halving, i) => convolution(`encoder${i + 1}`, { kernel: 4, stride: 2, ...halving })),
  ];
  // Fewer channels at half the side: copying pixels is no way out.
  const bottleneck = convolution('bottleneck', { kernel: 4, stride: 2, inputs: deepest, outputs: 2 * channels });
  const decoding = successive([2, ...widths.toReversed()].map((width) => width * channels)).map((doubling, i) =>
    convolution(`decoder${i}`, { kernel: 3, ...doubling }),
  );
  const imageLayer = convolution('imageLayer', { kernel: 3, inputs: channels, outputs: imageChannels });
  const features = (weights: Weights, images: tf.Tensor4D): tf.Tensor4D =>
    encoding.reduce((maps, layer) => leakyRelu(layer.apply(weights, maps)), images);
  return {
    parameters: [...encoding, bottleneck, ...decoding, imageLayer].flatMap((layer) => layer.parameters),
    features,
    reconstruct(weights, noisy) {
      const code = leakyRelu(bottleneck.apply(weights, features(weights, noisy)));
      const decoded = decoding.reduce((maps, layer) => leakyRelu(layer.apply(weights, nearestUpsample2x(maps))), code);
      return tf.tanh(imageLayer.apply(weights, decoded));
    },
  };
}
