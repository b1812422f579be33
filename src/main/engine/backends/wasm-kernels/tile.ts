/** Repetition along axes, as in every broadcast of one value per channel to a picture. */
import type * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { tensorInput, type KernelCall } from './kernel-input.ts';

/**
 * Copies whole blocks; the package's own kernel computes an index per element, ten times slower.
 *
 * @param plain - the package's kernel, for types other than float32 and int32
 */
export function tile(plain: tf.KernelFunc): tf.KernelFunc {
  return (call: KernelCall) => {
    const x = tensorInput<tf.Tensor>(call, 'x');
    const { reps } = call.attrs as unknown as { reps: number[] };
    if (x.dtype !== 'float32' && x.dtype !== 'int32') return plain(call);
    // The registry passes the backend that the kernel was registered for.
    const backend = call.backend as BackendWasm;
    const shape = x.shape.map((length, axis) => length * (reps[axis] ?? 1));
    const output = backend.makeOutput(shape, x.dtype);
    // Views of the heap are made after the allocation, which may have moved it.
    const source = backend.typedArrayFromHeap(x);
    const target = backend.typedArrayFromHeap(output);
    repeat(source, target, x.shape, reps);
    return output;
  };
}

type Values = Float32Array | Int32Array | Uint8Array | Uint8ClampedArray;

/** Fills `target` from `source`, axis by axis from the last: each pass repeats the blocks that the last one made. */
function repeat(source: Values, target: Values, shape: readonly number[], reps: readonly number[]): void {
  if (target.length === 0) return;
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, length) => product * length, 1));
  const targetStrides = shape.map((_, axis) =>
    shape.slice(axis + 1).reduce((product, length, i) => product * length * (reps[axis + 1 + i] ?? 1), 1),
  );
  const fill = (axis: number, from: number, to: number): void => {
    if (axis === shape.length) {
      target[to] = source[from] ?? 0;
      return;
    }
    const length = shape[axis] ?? 1;
    const stride = strides[axis] ?? 1;
    const targetStride = targetStrides[axis] ?? 1;
    if (stride === targetStride) {
      // Nothing is repeated further in: one copy takes all of it.
      target.set(source.subarray(from, from + length * stride), to);
    } else {
      for (let i = 0; i < length; i += 1) fill(axis + 1, from + i * stride, to + i * targetStride);
    }
    const block = length * targetStride;
    const total = block * (reps[axis] ?? 1);
    for (let done = block; done < total;) {
      const size = Math.min(done, total - done);
      target.copyWithin(to + done, to, to + size);
      done += size;
    }
  };
  fill(0, 0, 0);
}
