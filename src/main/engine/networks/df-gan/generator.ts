/**
 * The generator of DF-GAN: Tao, Tang, Wu, Jing, Bao and Xu, "DF-GAN: A Simple and Effective Baseline for Text-to-Image
 * Synthesis", CVPR 2022. The sentence of the brain takes the place of the sentence of words.
 */
import * as tf from '@tensorflow/tfjs';
import { convolution, type Layer, leakyRelu, linear, nearestUpsample2x, relu, successive, upsamplingConvolution } from '../layers.ts';
import { constant, normal, type ParameterSpec, uniformByFanIn, type Weights } from '../parameters.ts';
import { channelsByScale, type ImageSize, SMALLEST_MAP, WIDEST } from './channels.ts';

export interface GeneratorOptions {
  readonly imageSize: ImageSize;
  /** Base width: the widest maps have eight times as many channels. */
  readonly channels: number;
  readonly imageChannels: 1 | 3;
  readonly noise: number;
  /** Length of the sentence. */
  readonly condition: number;
  /**
   * Standard deviation of the image layer's initial weights, 0.02 by default; null for PyTorch's, as published. Small
   * weights start images at mid-grey: larger ones drive tanh into saturation on dark images, and training stops.
   */
  readonly imageLayerDeviation?: number | null;
}

export interface Generator {
  readonly parameters: readonly ParameterSpec[];
  /**
   * @param noise - `[n, noise]`, standard normal
   * @param sentence - `[n, condition]`
   * @returns images `[n, size, size, channels]` in [-1, 1]
   */
  generate(weights: Weights, noise: tf.Tensor2D, sentence: tf.Tensor2D): tf.Tensor4D;
}

export function dfGanGenerator(options: GeneratorOptions): Generator {
  const { imageSize, channels, imageChannels, noise, condition, imageLayerDeviation = 0.02 } = options;
  const widths = channelsByScale(imageSize, channels).reverse();
  const deepest = WIDEST * channels;
  const noiseLayer = linear('noiseLayer', { inputs: noise, outputs: SMALLEST_MAP ** 2 * deepest });
  const blocks = successive(widths).map(({ inputs, outputs }, i) =>
    generatorBlock(`block${i}`, { inputs, outputs, condition: noise + condition }),
  );
  const last = widths[widths.length - 1];
  const imageLayer = convolution('imageLayer', {
    kernel: 3,
    inputs: last,
    outputs: imageChannels,
    ...(imageLayerDeviation === null ? {} : { weight: normal(imageLayerDeviation), bias: constant(0) }),
  });
  return {
    parameters: [noiseLayer, ...blocks, imageLayer].flatMap((layer) => layer.parameters),
    generate(weights, noiseValues, sentence) {
      const modulation = tf.concat([noiseValues, sentence], 1);
      let maps: tf.Tensor4D = tf.reshape(noiseLayer.apply(weights, noiseValues), [
        -1,
        SMALLEST_MAP,
        SMALLEST_MAP,
        deepest,
      ]);
      for (const block of blocks) maps = block.apply(weights, { maps, modulation });
      return tf.tanh(imageLayer.apply(weights, leakyRelu(maps)));
    },
  };
}

interface Modulated {
  /** `[n, height, width, channels]` */
  readonly maps: tf.Tensor4D;
  /** Noise and sentence side by side, `[n, noise + condition]`. */
  readonly modulation: tf.Tensor2D;
}

interface BlockOptions {
  readonly inputs: number;
  readonly outputs: number;
  readonly condition: number;
}

/**
 * UPBlock: doubles the side. Published as upsample, fuse, convolve, fuse, convolve, plus a 1 x 1 shortcut from the
 * upsampled maps. The first fusion and the shortcut treat every pixel alike, so here they run before upsampling: the
 * same numbers for a quarter of the work. The first convolution takes upsampling in.
 */
function generatorBlock(name: string, { inputs, outputs, condition }: BlockOptions): Layer<Modulated, tf.Tensor4D> {
  const firstFusion = fusion(`${name}.firstFusion`, inputs, condition);
  const firstConvolution = upsamplingConvolution(`${name}.firstConvolution`, { inputs, outputs });
  const secondFusion = fusion(`${name}.secondFusion`, outputs, condition);
  const secondConvolution = convolution(`${name}.secondConvolution`, { kernel: 3, inputs: outputs, outputs });
  const shortcut = inputs === outputs ? null : convolution(`${name}.shortcut`, { kernel: 1, inputs, outputs });
  return {
    parameters: [
      firstFusion,
      firstConvolution,
      secondFusion,
      secondConvolution,
      ...(shortcut ? [shortcut] : []),
    ].flatMap((layer) => layer.parameters),
    apply(weights, { maps, modulation }) {
      const convolved = firstConvolution.apply(weights, firstFusion.apply(weights, { maps, modulation }));
      const residual = secondConvolution.apply(weights, secondFusion.apply(weights, { maps: convolved, modulation }));
      return tf.add(nearestUpsample2x(shortcut ? shortcut.apply(weights, maps) : maps), residual);
    },
  };
}

/** DFBlock: two affine transformations that the condition predicts, each followed by LeakyReLU. */
function fusion(name: string, channels: number, condition: number): Layer<Modulated, tf.Tensor4D> {
  const affines = ['firstAffine', 'secondAffine'].map((affine) =>
    conditionalAffine(`${name}.${affine}`, channels, condition),
  );
  return {
    parameters: affines.flatMap((affine) => affine.parameters),
    apply: (weights, { maps, modulation }) =>
      affines.reduce((x, affine) => leakyRelu(affine.apply(weights, { maps: x, modulation })), maps),
  };
}

/** `gamma(condition) x + beta(condition)`, per channel. Starts as the identity. */
function conditionalAffine(name: string, channels: number, condition: number): Layer<Modulated, tf.Tensor4D> {
  const gamma = perceptron(`${name}.gamma`, channels, condition, 1);
  const beta = perceptron(`${name}.beta`, channels, condition, 0);
  const perChannel = (values: tf.Tensor2D): tf.Tensor4D => tf.reshape(values, [-1, 1, 1, channels]);
  return {
    parameters: [...gamma.parameters, ...beta.parameters],
    apply: (weights, { maps, modulation }) =>
      tf.add(tf.mul(maps, perChannel(gamma.apply(weights, modulation))), perChannel(beta.apply(weights, modulation))),
  };
}

function perceptron(
  name: string,
  channels: number,
  condition: number,
  initial: number,
): Layer<tf.Tensor2D, tf.Tensor2D> {
  const hidden = linear(`${name}.hidden`, { inputs: condition, outputs: channels, weight: uniformByFanIn(condition) });
  const output = linear(`${name}.output`, {
    inputs: channels,
    outputs: channels,
    weight: constant(0),
    bias: constant(initial),
  });
  return {
    parameters: [...hidden.parameters, ...output.parameters],
    apply: (weights, input) => output.apply(weights, relu(hidden.apply(weights, input))),
  };
}
