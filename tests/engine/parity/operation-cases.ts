/** The operations that networks, objectives and optimisers use, on small shapes, each with its inputs. */
import * as tf from '@tensorflow/tfjs';

export interface OperationCase {
  readonly name: string;
  /** Shapes of the inputs; filled with normal numbers, or with positive ones where a function needs that. */
  readonly shapes: readonly (readonly number[])[];
  readonly positive?: boolean;
  /** TensorFlow.js has no gradient of it, or none for these shapes. */
  readonly forwardOnly?: boolean;
  /** The same by other operations, where the plain JavaScript backend itself is wrong. */
  readonly reference?: (...inputs: tf.Tensor[]) => tf.Tensor;
  /** TensorFlow's convolution knows no padding by number. */
  readonly notOnTensorFlow?: boolean;
  readonly run: (...inputs: tf.Tensor[]) => tf.Tensor;
}

// The cases state the shapes, so narrowing a tensor's rank by assertion is safe here.
const image = (x: tf.Tensor | undefined) => x as tf.Tensor4D;

function convolution(
  name: string,
  x: number[],
  filter: number[],
  strides: number,
  pad: 'same' | 'valid' | number,
): OperationCase {
  return {
    name: `conv2d ${name}`,
    shapes: [x, filter],
    notOnTensorFlow: typeof pad === 'number',
    run: (a, b) => tf.conv2d(image(a), image(b), strides, pad),
  };
}

/** Enlarges by repeating. The plain JavaScript backend's gradient of `resizeNearestNeighbor` is wrong at the borders. */
function enlarge(x: tf.Tensor, down: number, across: number): tf.Tensor {
  const [batch = 0, height = 0, width = 0, channels = 0] = x.shape;
  const repeated = tf.mul(tf.reshape(x, [batch * height, 1, width, 1, channels]), tf.ones([1, down, 1, across, 1]));
  return tf.reshape(repeated, [batch, height * down, width * across, channels]);
}

function depthwise(name: string, x: number[], filter: number[], strides: number, pad: 'same' | 'valid'): OperationCase {
  return {
    name: `depthwiseConv2d ${name}`,
    shapes: [x, filter],
    run: (a, b) => tf.depthwiseConv2d(image(a), image(b), strides, pad),
  };
}

const unary = (name: string, run: (x: tf.Tensor) => tf.Tensor, positive = false): OperationCase => ({
  name,
  shapes: [[2, 3, 5]],
  positive,
  run: (x) => run(x),
});

const binary = (name: string, run: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor, positive = false): OperationCase => ({
  name: `${name}, broadcast`,
  shapes: [
    [2, 4, 4, 3],
    [2, 1, 1, 3],
  ],
  positive,
  run: (a, b) => run(a, b),
});

/** TensorFlow.js has no gradient of these for a broadcast input. */
const sameShape = (name: string, run: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): OperationCase => ({
  name,
  shapes: [
    [3, 4],
    [3, 4],
  ],
  run: (a, b) => run(a, b),
});

function product(
  transposeA: boolean,
  transposeB: boolean,
  batchA: number[],
  batchB: number[],
  size = 5,
): OperationCase {
  return {
    name: `matMul ${[...batchA, transposeA ? 'T' : '-'].join(' ')} x ${[...batchB, transposeB ? 'T' : '-'].join(' ')} of ${size}`,
    shapes: [
      [...batchA, ...(transposeA ? [size + 2, 4] : [4, size + 2])],
      [...batchB, ...(transposeB ? [size, size + 2] : [size + 2, size])],
    ],
    forwardOnly: batchA[0] !== batchB[0],
    run: (a, b) => tf.matMul(a, b, transposeA, transposeB),
  };
}

/** A penalty on the gradient with respect to the input: its own gradients are of second order. */
function gradientPenalty(...weights: tf.Tensor[]): tf.Tensor {
  // Greater has no gradient, so the mask is saved: what the networks' own layers do.
  const leaky = tf.customGrad((x, save) => {
    const input = x as tf.Tensor;
    const mask = tf.add(tf.mul(tf.step(input), 0.8), 0.2);
    (save as tf.GradSaveFunc)([mask]);
    return { value: tf.mul(input, mask), gradFunc: (dy, [saved]) => tf.mul(dy, saved) };
  });
  const [first, second, last] = weights.map((weight) => image(tf.mul(weight, 0.3)));
  const score = (input: tf.Tensor) => {
    let hidden = leaky(tf.conv2d(image(input), first, 1, 'same'));
    hidden = leaky(tf.conv2d(image(hidden), second, 2, 'same'));
    return tf.sum(tf.conv2d(image(hidden), last, 1, 'valid'));
  };
  const x = tf.sin(tf.range(0, 2 * 8 * 8 * 3)).reshape([2, 8, 8, 3]);
  const norm = tf.sqrt(tf.sum(tf.square(tf.reshape(tf.grad(score)(x), [2, -1])), 1));
  return tf.mean(tf.pow(norm, 6));
}

export const operationCases: readonly OperationCase[] = [
  convolution('3x3, same', [2, 6, 6, 3], [3, 3, 3, 4], 1, 'same'),
  convolution('3x3, same, stride 2 on an odd size', [2, 7, 5, 3], [3, 3, 3, 4], 2, 'same'),
  convolution('4x4, stride 2 (the discriminator)', [2, 8, 8, 3], [4, 4, 3, 5], 2, 'same'),
  convolution('4x4, valid, whole picture (the last layer)', [3, 4, 4, 6], [4, 4, 6, 1], 1, 'valid'),
  convolution('1x1 (the shortcut)', [2, 5, 5, 4], [1, 1, 4, 6], 1, 'same'),
  convolution('1x1, stride 2', [2, 5, 5, 4], [1, 1, 4, 6], 2, 'valid'),
  convolution('3x3, valid, stride 2 that leaves a row over', [2, 8, 8, 2], [3, 3, 2, 3], 2, 'valid'),
  convolution('2x5, stride 2', [2, 9, 8, 2], [2, 5, 2, 3], 2, 'same'),
  convolution('3x3, padding larger than needed', [1, 4, 4, 2], [3, 3, 2, 2], 1, 3),
  {
    name: 'conv2dTranspose 4x4, stride 2',
    shapes: [
      [2, 4, 4, 5],
      [4, 4, 3, 5],
    ],
    run: (a, b) => tf.conv2dTranspose(image(a), image(b), [2, 8, 8, 3], 2, 'same'),
  },
  depthwise('5x5, valid (the window of SSIM)', [2, 9, 9, 3], [5, 5, 3, 1], 1, 'valid'),
  depthwise('3x3, same, multiplier 2', [2, 6, 5, 3], [3, 3, 3, 2], 1, 'same'),
  depthwise('3x3, same, stride 2', [2, 7, 6, 2], [3, 3, 2, 1], 2, 'same'),
  depthwise('3x3, valid, stride 2, multiplier 2', [2, 8, 8, 2], [3, 3, 2, 2], 2, 'valid'),
  ...[false, true].flatMap((a) => [false, true].map((b) => product(a, b, [], []))),
  ...[false, true].flatMap((a) => [false, true].map((b) => product(a, b, [3], [3]))),
  product(false, false, [3], [1]),
  product(true, true, [1], [3]),
  product(false, true, [2], [2], 128),
  {
    name: 'gather of rows',
    shapes: [[5, 2, 3]],
    run: (x) => tf.gather(x, tf.tensor1d([4, 0, 0, 2], 'int32')),
  },
  {
    name: 'gather of columns',
    shapes: [[3, 5]],
    run: (x) => tf.gather(x, tf.tensor1d([4, 1, 1], 'int32'), 1),
  },
  { name: 'tile of pixels', shapes: [[2, 1, 1, 3]], run: (x) => tf.tile(x, [1, 4, 5, 1]) },
  { name: 'tile of everything', shapes: [[2, 3, 2]], run: (x) => tf.tile(x, [3, 1, 4]) },
  { name: 'tile of one number', shapes: [[1]], run: (x) => tf.tile(x, [7]) },
  {
    name: 'broadcastTo',
    shapes: [[3, 1, 2]],
    run: (x) => tf.broadcastTo(x, [3, 4, 2]),
  },
  {
    name: 'resizeNearestNeighbor by 2',
    shapes: [[2, 3, 4, 3]],
    run: (x) => tf.image.resizeNearestNeighbor(image(x), [6, 8]),
    reference: (x) => enlarge(x, 2, 2),
  },
  {
    name: 'resizeNearestNeighbor by 3 and 1',
    shapes: [[2, 3, 4, 2]],
    run: (x) => tf.image.resizeNearestNeighbor(image(x), [9, 4]),
    reference: (x) => enlarge(x, 3, 1),
  },
  {
    name: 'resizeNearestNeighbor by a broken factor',
    shapes: [[1, 4, 4, 2]],
    run: (x) => tf.image.resizeNearestNeighbor(image(x), [6, 7]),
  },
  { name: 'resizeBilinear', shapes: [[2, 4, 4, 3]], run: (x) => tf.image.resizeBilinear(image(x), [8, 8]) },
  { name: 'avgPool', shapes: [[2, 4, 4, 3]], run: (x) => tf.avgPool(image(x), 2, 2, 'valid') },
  {
    name: 'mean of blocks (average pooling)',
    shapes: [[2, 4, 4, 3]],
    run: (x) => tf.mean(tf.reshape(x, [2, 2, 2, 2, 2, 3]), [2, 4]),
  },
  unary('relu', tf.relu),
  unary('leakyRelu', (x) => tf.leakyRelu(x, 0.2)),
  unary('tanh', tf.tanh),
  unary('sigmoid', tf.sigmoid),
  unary('softplus', tf.softplus),
  unary('exp', tf.exp),
  unary('log', tf.log, true),
  unary('sqrt', tf.sqrt, true),
  unary('rsqrt', tf.rsqrt, true),
  unary('reciprocal', tf.reciprocal, true),
  unary('square', tf.square),
  unary('abs', tf.abs),
  unary('neg', tf.neg),
  unary('pow 6', (x) => tf.pow(x, 6), true),
  unary('clipByValue', (x) => tf.clipByValue(x, -0.5, 0.7)),
  unary('softmax', (x) => tf.softmax(x)),
  unary('logSoftmax', (x) => tf.logSoftmax(x)),
  unary('cumsum', (x) => tf.cumsum(x, 2)),
  unary('sum of all', (x) => tf.sum(x)),
  unary('sum over the middle', (x) => tf.sum(x, 1, true)),
  unary('mean over two axes', (x) => tf.mean(x, [0, 2])),
  unary('max', (x) => tf.max(x, 2)),
  unary('min', (x) => tf.min(x, 2)),
  unary('prod', (x) => tf.prod(x, 2), true),
  unary('variance', (x) => tf.moments(x, [0, 1]).variance),
  unary('norm', (x) => tf.norm(x)),
  unary('transpose', (x) => tf.transpose(x, [2, 0, 1])),
  unary('reverse', (x) => tf.reverse(x, [1, 2])),
  unary('slice', (x) => tf.slice(x, [0, 1, 1], [2, 2, 3])),
  { ...unary('stridedSlice', (x) => tf.stridedSlice(x, [0, 0, 1], [2, 3, 5], [1, 2, 2])), forwardOnly: true },
  unary('pad', (x) =>
    tf.pad(x, [
      [0, 1],
      [2, 0],
      [1, 1],
    ]),
  ),
  {
    name: 'mirrorPad',
    shapes: [[2, 4, 4, 2]],
    run: (x) =>
      tf.mirrorPad(
        image(x),
        [
          [0, 0],
          [1, 1],
          [1, 1],
          [0, 0],
        ],
        'reflect',
      ),
  },
  unary('split and unstack', (x) => {
    const [first, second] = tf.split(x, [2, 3], 2);
    return tf.add(tf.sum(first, 2), tf.mean(second, 2));
  }),
  unary('expandDims and squeeze', (x) => tf.squeeze(tf.expandDims(x, 0), [0])),
  { ...unary('cast of a comparison', (x) => tf.cast(tf.greater(x, 0), 'float32')), forwardOnly: true },
  unary('sign', tf.sign),
  unary('step', (x) => tf.step(x, 0.2)),
  binary('add', tf.add),
  binary('sub', tf.sub),
  binary('mul', tf.mul),
  binary('div', tf.div, true),
  sameShape('maximum', tf.maximum),
  sameShape('minimum', tf.minimum),
  sameShape('squaredDifference', tf.squaredDifference),
  binary('pow', tf.pow, true),
  binary('where', (a, b) => {
    const mask = tf.cast(tf.reshape(tf.range(0, 96).mod(2), [2, 4, 4, 3]), 'bool');
    return tf.where(mask, tf.add(a, 1), tf.mul(tf.onesLike(a), b));
  }),
  {
    name: 'concat of channels',
    shapes: [
      [2, 3, 3, 2],
      [2, 3, 3, 4],
    ],
    run: (a, b) => tf.concat([a, b], -1),
  },
  {
    name: 'stack',
    shapes: [
      [2, 3],
      [2, 3],
    ],
    run: (a, b) => tf.stack([a, b], 1),
  },
  {
    name: 'batchNorm',
    shapes: [[4, 3, 3, 2], [2], [2]],
    run: (x, scale, offset) => {
      const { mean, variance } = tf.moments(x, [0, 1, 2]);
      const vectors = [mean, variance, offset, scale] as tf.Tensor1D[];
      return tf.batchNorm(image(x), ...(vectors as [tf.Tensor1D, tf.Tensor1D, tf.Tensor1D, tf.Tensor1D]));
    },
  },
  {
    name: 'a gradient penalty (as in MA-GP)',
    shapes: [
      [3, 3, 3, 4],
      [4, 4, 4, 6],
      [4, 4, 6, 1],
    ],
    run: gradientPenalty,
  },
];
