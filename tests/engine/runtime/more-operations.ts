/** Operations of the native backend that no network here uses: the recorder knows none of them by name. */
import * as tf from '@tensorflow/tfjs';
import type { OperationCase } from '../parity/operation-cases.ts';

function one(name: string, shape: readonly number[], run: (x: tf.Tensor) => tf.Tensor): OperationCase {
  return { name, shapes: [shape], forwardOnly: true, run: (x) => tf.cast(run(x), 'float32') };
}

const indices = (...values: number[]) => tf.tensor1d(values, 'int32');
const positive = (x: tf.Tensor) => tf.greater(x, 0);
// The shapes are stated beside each use, so narrowing a tensor's rank by assertion is safe here.
const as4D = (x: tf.Tensor) => x as tf.Tensor4D;
const as5D = (x: tf.Tensor) => x as tf.Tensor5D;

export const moreOperations: readonly OperationCase[] = [
  one('all and any', [3, 4], (x) => tf.logicalOr(tf.all(positive(x), 1), tf.any(positive(x), 1))),
  one('logicalAnd, logicalNot and logicalXor', [3, 4], (x) =>
    tf.logicalXor(tf.logicalAnd(positive(x), tf.less(x, 1)), tf.logicalNot(positive(x))),
  ),
  one('argMax and argMin', [3, 4], (x) => tf.sub(tf.argMax(x, 1), tf.argMin(x, 1))),
  one('comparisons', [3, 4], (x) =>
    tf.addN(
      [tf.equal(x, x), tf.notEqual(x, 0), tf.lessEqual(x, 0.1), tf.greaterEqual(x, 0.1)].map((y) =>
        tf.cast(y, 'int32'),
      ),
    ),
  ),
  one('isNaN, isInf and isFinite', [3, 4], (x) =>
    tf.logicalOr(tf.isFinite(x), tf.logicalAnd(tf.isNaN(tf.log(x)), tf.isInf(tf.div(x, 0)))),
  ),
  one('trigonometry', [3, 4], (x) =>
    tf.addN([tf.sin, tf.cos, tf.tan, tf.atan, tf.sinh, tf.cosh, tf.asinh].map((f) => f(x))),
  ),
  one('inverse trigonometry', [3, 4], (x) =>
    tf.addN([tf.asin, tf.acos, tf.atanh].map((f) => f(tf.mul(0.9, tf.tanh(x))))),
  ),
  one('rounding', [3, 4], (x) => tf.addN([tf.floor(x), tf.ceil(x), tf.round(x), tf.sign(x)])),
  one('activations', [3, 4], (x) => tf.addN([tf.elu(x), tf.selu(x), tf.relu6(x), tf.erf(x), tf.expm1(x)])),
  one('prelu', [3, 4], (x) => tf.prelu(x, tf.tensor1d([0.1, 0.2, 0.3, 0.4]))),
  one('log1p and atan2', [3, 4], (x) => tf.atan2(tf.log1p(tf.abs(x)), x)),
  one('floorDiv and mod', [3, 4], (x) => tf.add(tf.mod(x, 0.3), tf.floorDiv(x, tf.scalar(0.3)))),
  one('topk', [3, 5], (x) => tf.topk(x, 2).values),
  one('indices of topk', [3, 5], (x) => tf.topk(x, 2).indices),
  one('oneHot of fed numbers', [4], (x) => tf.oneHot(tf.cast(tf.abs(x), 'int32'), 3)),
  one('gatherND', [3, 4], (x) => tf.gatherND(x, tf.tensor2d([0, 1, 2, 3], [2, 2], 'int32'))),
  one('scatterND', [2], (x) => tf.scatterND(tf.tensor2d([4, 1], [2, 1], 'int32'), x, [6])),
  one('tensorScatterUpdate', [6], (x) =>
    tf.tensorScatterUpdate(x, tf.tensor2d([4, 1], [2, 1], 'int32'), tf.tensor1d([9, 8])),
  ),
  one('sparseToDense', [2], (x) => tf.sparseToDense(indices(1, 4), x, [6], 0)),
  one('unsortedSegmentSum', [4, 2], (x) => tf.unsortedSegmentSum(x, indices(0, 1, 0, 2), 3)),
  one('bincount', [5], (x) => tf.bincount(tf.cast(tf.abs(x), 'int32') as tf.Tensor1D, tf.ones<tf.Rank.R1>([5]), 4)),
  one('cumprod', [3, 4], (x) => tf.cumprod(x, 1)),
  one('einsum', [3, 4], (x) => tf.einsum('ij,kj->ik', x, x)),
  one('spaceToBatchND and batchToSpaceND', [1, 4, 4, 2], (x) => {
    const batches = tf.spaceToBatchND(
      x,
      [2, 2],
      [
        [0, 0],
        [0, 0],
      ],
    );
    return tf.batchToSpaceND(
      tf.square(batches),
      [2, 2],
      [
        [0, 0],
        [0, 0],
      ],
    );
  }),
  one('depthToSpace', [1, 2, 2, 8], (x) => tf.depthToSpace(as4D(x), 2)),
  one('cropAndResize', [1, 6, 6, 2], (x) =>
    tf.image.cropAndResize(as4D(x), tf.tensor2d([[0.1, 0.1, 0.9, 0.8]]), indices(0), [3, 3]),
  ),
  one('flipLeftRight', [1, 4, 4, 2], (x) => tf.image.flipLeftRight(as4D(x))),
  one('dilation2d', [1, 6, 6, 2], (x) => tf.dilation2d(as4D(x), tf.ones<tf.Rank.R3>([2, 2, 2]), 1, 'same')),
  one('maxPool', [1, 6, 6, 2], (x) => tf.maxPool(as4D(x), 2, 2, 'valid')),
  one('localResponseNormalization', [1, 4, 4, 6], (x) => tf.localResponseNormalization(as4D(x), 2)),
  one('conv3d, maxPool3d and avgPool3d', [1, 4, 4, 4, 2], (x) => {
    const filter = tf.ones<tf.Rank.R5>([2, 2, 2, 2, 3]);
    const maps = tf.conv3d(as5D(x), filter, 1, 'same');
    return tf.add(tf.maxPool3d(maps, 2, 2, 'valid'), tf.avgPool3d(maps, 2, 2, 'valid'));
  }),
  one('fft of real numbers', [2, 8], (x) => tf.abs(tf.spectral.rfft(x))),
  one('real and imaginary parts', [3], (x) => {
    const complex = tf.complex(x, tf.square(x));
    return tf.add(tf.real(complex), tf.imag(complex));
  }),
  one('diag and eye', [3], (x) => tf.add(tf.diag(x), tf.eye(3))),
  one('linspace and range', [4], (x) => tf.add(tf.mul(x, tf.linspace(0, 1, 4)), tf.range(0, 4))),
  one('broadcastTo and onesLike', [1, 3], (x) => tf.add(tf.broadcastTo(x, [4, 3]), tf.onesLike(x))),
  one('unstack', [3, 2], (x) => tf.addN(tf.unstack(x).map((row, i) => tf.mul(row, i + 1)))),
  {
    name: 'fused.matMul with a bias',
    shapes: [[3, 4], [4, 2], [2]],
    run: (a, b, bias) => tf.fused.matMul({ a, b, bias }),
  },
  {
    name: 'fused.conv2d with a bias and an activation',
    shapes: [[1, 4, 4, 2], [3, 3, 2, 3], [3]],
    run: (x, filter, bias) =>
      tf.fused.conv2d({ x: as4D(x), filter: as4D(filter), strides: 1, pad: 'same', bias, activation: 'relu' }),
  },
  {
    name: 'conv3d gradient',
    shapes: [
      [1, 4, 4, 4, 2],
      [2, 2, 2, 2, 3],
    ],
    run: (x, filter) => tf.conv3d(as5D(x), as5D(filter), 1, 'same'),
  },
  { name: 'maxPool gradient', shapes: [[1, 6, 6, 2]], run: (x) => tf.maxPool(as4D(x), 2, 2, 'valid') },
  { name: 'elu gradient', shapes: [[3, 4]], run: (x) => tf.elu(x) },
  one('acosh', [3, 4], (x) => tf.acosh(tf.add(1, tf.abs(x)))),
  one('broadcastArgs', [4], (x) =>
    tf.mul(x, tf.cast(tf.broadcastArgs(indices(3, 1, 1, 2), indices(1, 5, 1, 2)), 'float32')),
  ),
  one('inverse fft', [2, 8], (x) => tf.abs(tf.ifft(tf.complex(x, tf.neg(x))))),
  one('staticRegexReplace', [2], (x) => {
    const words = tf.string.staticRegexReplace(tf.tensor1d(['red disc', 'green']), ' ', '_');
    return tf.where(tf.equal(words, tf.tensor1d(['red_disc', 'red'])), x, 0);
  }),
  {
    name: 'maxPool3d and avgPool3d gradients',
    shapes: [[1, 4, 4, 4, 2]],
    run: (x) => tf.add(tf.maxPool3d(as5D(x), 2, 2, 'valid'), tf.avgPool3d(as5D(x), 2, 2, 'valid')),
  },
  {
    name: 'dilation2d gradients',
    shapes: [
      [1, 6, 6, 2],
      [2, 2, 2],
    ],
    run: (x, filter) => tf.dilation2d(as4D(x), filter as tf.Tensor3D, 1, 'same'),
  },
  {
    name: 'localResponseNormalization gradient',
    shapes: [[1, 4, 4, 6]],
    run: (x) => tf.localResponseNormalization(as4D(x), 2),
  },
  {
    name: 'fused.depthwiseConv2d with a bias and an activation',
    shapes: [[1, 6, 6, 2], [3, 3, 2, 2], [4]],
    forwardOnly: true,
    run: (x, filter, bias) =>
      tf.fused.depthwiseConv2d({ x: as4D(x), filter: as4D(filter), strides: 1, pad: 'same', bias, activation: 'relu' }),
  },
];
