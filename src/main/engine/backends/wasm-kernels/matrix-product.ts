/** A matrix product that transposes first: the package's own transposed and batched products are plain loops. */
import * as tf from '@tensorflow/tfjs';
import { tensorInput, type KernelCall } from './kernel-input.ts';

/** Multiplications below which splitting a batch into single products costs more than the loops. */
const WORTH_SPLITTING = 1 << 15;

/**
 * @param plain - the package's kernel, fast for one untransposed pair of matrices
 * @returns a kernel for `[batch, rows, inner] x [batch, inner, columns]`, either factor transposed, batches broadcast
 */
export function fastMatrixProduct(plain: tf.KernelFunc): tf.KernelFunc {
  return (call: KernelCall) => {
    const { transposeA, transposeB } = call.attrs as unknown as { transposeA: boolean; transposeB: boolean };
    const a = tensorInput<tf.Tensor>(call, 'a');
    const b = tensorInput<tf.Tensor>(call, 'b');
    const batched = a.rank === 3 && b.rank === 3 && Math.max(a.shape[0] ?? 1, b.shape[0] ?? 1) > 1;
    if (!transposeA && !transposeB && !batched) return plain(call);
    return tf.tidy(() => {
      const left = transposeA ? transposeLast(a) : a;
      const right = transposeB ? transposeLast(b) : b;
      const whole = (x: tf.Tensor, y: tf.Tensor) => {
        const attrs = { ...call.attrs, transposeA: false, transposeB: false };
        return tf.engine().makeTensorFromTensorInfo(single(plain({ ...call, inputs: { a: x, b: y }, attrs })));
      };
      if (!batched) return whole(left, right);
      return batchProduct(left as tf.Tensor3D, right as tf.Tensor3D, whole);
    });
  };
}

function single(output: tf.TensorInfo | tf.TensorInfo[]): tf.TensorInfo {
  // A kernel may give several outputs; a product gives one.
  return Array.isArray(output) ? output[0] : output;
}

function transposeLast(x: tf.Tensor): tf.Tensor {
  return tf.transpose(x, x.rank === 3 ? [0, 2, 1] : [1, 0]);
}

function batchProduct(a: tf.Tensor3D, b: tf.Tensor3D, product: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): tf.Tensor {
  const [batchA, rows, inner] = a.shape;
  const [batchB, , columns] = b.shape;
  if (batchB === 1) {
    const stacked = product(tf.reshape(a, [1, batchA * rows, inner]), b);
    return tf.reshape(stacked, [batchA, rows, columns]);
  }
  if (rows * inner * columns < WORTH_SPLITTING) return product(a, b);
  const pieces = Array.from({ length: batchB }, (_, i) =>
    tf.tidy(() =>
      product(tf.slice(a, [batchA === 1 ? 0 : i, 0, 0], [1, rows, inner]), tf.slice(b, [i, 0, 0], [1, inner, columns])),
    ),
  );
  return tf.concat(pieces, 0);
}
