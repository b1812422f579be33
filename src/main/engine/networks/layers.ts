/**
 * Layers of all networks.
 *
 * The gradient penalty needs gradients of gradients, and TensorFlow.js has none for the comparison in its ReLU, for
 * average pooling or for nearest-neighbour resizing. The versions here are differentiable any number of times, on every
 * backend. Images are NHWC.
 */
import * as tf from '@tensorflow/tfjs';
import {
  constant,
  type Initialiser,
  parameter,
  type ParameterSpec,
  uniformByFanIn,
  type Weights,
} from './parameters.ts';

/** A function of an input with weights of its own. */
export interface Layer<Input, Output> {
  readonly parameters: readonly ParameterSpec[];
  apply(weights: Weights, input: Input): Output;
}

export interface LinearOptions {
  readonly inputs: number;
  readonly outputs: number;
  readonly weight?: Initialiser;
  readonly bias?: Initialiser;
}

/** `[n, inputs]` to `[n, outputs]`. Weight `[inputs, outputs]`, bias `[outputs]`. */
export function linear(name: string, options: LinearOptions): Layer<tf.Tensor2D, tf.Tensor2D> {
  const { inputs, outputs, weight = uniformByFanIn(inputs), bias = uniformByFanIn(inputs) } = options;
  return {
    parameters: [parameter(`${name}.weight`, [inputs, outputs], weight), parameter(`${name}.bias`, [outputs], bias)],
    // One pass instead of two where the backend can start its sums with the bias.
    apply: (weights, input) =>
      tf.fused.matMul({
        a: input,
        b: weights(`${name}.weight`),
        bias: weights(`${name}.bias`),
        // Two matrices give a matrix.
      }) as tf.Tensor2D,
  };
}

export interface ConvolutionOptions {
  /** Side of the square kernel. */
  readonly kernel: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly stride?: 1 | 2;
  /**
   * `same` is a padding of 1 for kernel 3 with stride 1, and for kernel 4 with stride 2 on even sides, where
   * TensorFlow's rule splits its two rows evenly just as an explicit padding of 1 does.
   */
  readonly padding?: 'same' | 'valid';
  readonly weight?: Initialiser;
  /** `none` leaves the bias out. */
  readonly bias?: Initialiser | 'none';
}

/** `[n, height, width, inputs]` to `[n, height', width', outputs]`. Weight `[kernel, kernel, inputs, outputs]`. */
export function convolution(name: string, options: ConvolutionOptions): Layer<tf.Tensor4D, tf.Tensor4D> {
  const { kernel, inputs, outputs, stride = 1, padding = 'same' } = options;
  const fanIn = kernel * kernel * inputs;
  const { weight = uniformByFanIn(fanIn), bias = uniformByFanIn(fanIn) } = options;
  return {
    parameters: [
      parameter(`${name}.weight`, [kernel, kernel, inputs, outputs], weight),
      ...(bias === 'none' ? [] : [parameter(`${name}.bias`, [outputs], bias)]),
    ],
    apply(weights, input) {
      // The shape is stated above.
      const filter = weights(`${name}.weight`) as tf.Tensor4D;
      const convolved = tf.conv2d(input, filter, stride, padding);
      return bias === 'none' ? convolved : tf.add(convolved, weights(`${name}.bias`));
    },
  };
}

/**
 * A 3 x 3 convolution of the image at twice its side, every pixel of it 2 x 2: `[n, height, width, inputs]` to
 * `[n, 2 height, 2 width, outputs]`. Weight `[3, 3, inputs, outputs]`, bias `[outputs]`.
 *
 * Repeating pixels and convolving are both linear; together they are one transposed convolution with a 4 x 4 kernel and
 * stride 2. It gives the same numbers with four products per output in place of nine, and the large image is never made.
 */
export function upsamplingConvolution(
  name: string,
  { inputs, outputs }: Pick<ConvolutionOptions, 'inputs' | 'outputs'>,
): Layer<tf.Tensor4D, tf.Tensor4D> {
  const plain = convolution(name, { kernel: 3, inputs, outputs });
  return {
    parameters: plain.parameters,
    apply(weights, input) {
      const [batch, height, width] = input.shape;
      const taps = tf.matMul(repeatedTaps(), tf.reshape(weights(`${name}.weight`), [9, inputs * outputs]));
      const kernel: tf.Tensor4D = tf.transpose(tf.reshape(taps, [4, 4, inputs, outputs]), [0, 1, 3, 2]);
      const convolved = tf.conv2dTranspose(input, kernel, [batch, 2 * height, 2 * width, outputs], 2, 'same');
      return tf.add(convolved, weights(`${name}.bias`));
    },
  };
}

/** `[16, 9]`: which of the nine weights meet a pixel, seen from each of the 4 x 4 outputs that it reaches. */
function repeatedTaps(): tf.Tensor2D {
  const along = [[2], [1, 2], [0, 1], [0]];
  return tf.tensor2d(
    along.flatMap((rows) =>
      along.map((columns) =>
        Array.from({ length: 9 }, (_, tap) => Number(rows.includes(Math.floor(tap / 3)) && columns.includes(tap % 3))),
      ),
    ),
  );
}

/** max(x, 0). */
export function relu<T extends tf.Tensor>(input: T): T {
  return rectify(input, 0);
}

/** max(x, slope x); 0.2 in all networks here. As in PyTorch, the gradient at 0 is the slope. */
export function leakyRelu<T extends tf.Tensor>(input: T, slope = 0.2): T {
  return rectify(input, slope);
}

/** Turns all but the smallest positive numbers into more than 1. */
const STEEP = 1e30;

function rectify<T extends tf.Tensor>(input: T, slope: number): T {
  return differentiable(input, (x, save) => {
    // 1 where x is positive, the slope elsewhere. Clipping and multiplying is as fast as comparing on `tensorflow` and
    // several times faster on `wasm`, whose comparisons, choices and LeakyReLU are plain loops.
    const slopes = tf.clipByValue(tf.mul(x, STEEP), slope, 1);
    save([slopes]);
    return { value: tf.mul<T>(x, slopes), gradFunc: (gradient, [saved]) => tf.mul(gradient, saved) };
  });
}

/** Means of 2 x 2 pixels: `[n, height, width, c]` to `[n, height / 2, width / 2, c]`. */
export function averagePool2x2(images: tf.Tensor4D): tf.Tensor4D {
  return differentiable(images, (x) => ({
    value: tf.avgPool(x, 2, 2, 'valid'),
    gradFunc: (gradient) => tf.mul(nearestUpsample2x(gradient), 0.25),
  }));
}

/** Every pixel becomes 2 x 2: `[n, height, width, c]` to `[n, 2 height, 2 width, c]`. */
export function nearestUpsample2x(images: tf.Tensor4D): tf.Tensor4D {
  const [, height, width] = images.shape;
  return differentiable(images, (x) => ({
    value: tf.image.resizeNearestNeighbor(x, [2 * height, 2 * width]),
    // The sum of 2 x 2 pixels is four times their mean, whose gradient is this operation again.
    gradFunc: (gradient) => tf.mul(averagePool2x2(gradient), 4),
  }));
}

/** An operation whose gradient is given, and is differentiable itself when it is made of differentiable operations. */
function differentiable<T extends tf.Tensor>(
  input: T,
  forward: (x: T, save: tf.GradSaveFunc) => { value: T; gradFunc: (gradient: T, saved: tf.Tensor[]) => T },
): T {
  // TensorFlow.js passes the inputs and then `save`, but types every argument as either.
  return tf.customGrad<T>((x, save) => forward(x as T, save as tf.GradSaveFunc))(input);
}

/** Zero mean and unit variance along the last axis, then a learned scale (Ba, Kiros and Hinton 2016). */
export function layerNorm(name: string, features: number): Layer<tf.Tensor2D, tf.Tensor2D> {
  return {
    parameters: [parameter(`${name}.scale`, [features], constant(1))],
    apply(weights, input) {
      const centred = tf.sub(input, tf.mean(input, -1, true));
      const variance = tf.mean(tf.square(centred), -1, true);
      return tf.mul(tf.mul(centred, tf.rsqrt(tf.add(variance, 1e-5))), weights(`${name}.scale`));
    },
  };
}

/** Input and output channels of successive blocks. */
export function successive(channels: readonly number[]): { inputs: number; outputs: number }[] {
  return channels.slice(1).map((outputs, i) => ({ inputs: channels[i], outputs }));
}
