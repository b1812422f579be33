/** Sums of rows by group: the gradient of `tf.gather`. */
import type * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { tensorInput, type KernelCall } from './kernel-input.ts';

/** `x` `[rows, ...]` and `segmentIds` `[rows]` to `[numSegments, ...]`; ids outside the range are left out. */
export function unsortedSegmentSum(call: KernelCall): tf.TensorInfo {
  const x = tensorInput<tf.Tensor>(call, 'x');
  const segmentIds = tensorInput<tf.Tensor>(call, 'segmentIds');
  const { numSegments } = call.attrs as unknown as { numSegments: number };
  // The registry passes the backend that the kernel was registered for.
  const backend = call.backend as BackendWasm;
  const rest = x.shape.slice(segmentIds.rank);
  const output = backend.makeOutput([numSegments, ...rest], x.dtype);
  // Views of the heap are made after the allocation, which may have moved it.
  const values = backend.typedArrayFromHeap(x);
  const ids = backend.typedArrayFromHeap(segmentIds);
  const sums = backend.typedArrayFromHeap(output).fill(0);
  const width = rest.reduce((product, length) => product * length, 1);
  for (let row = 0; row < ids.length; row += 1) {
    const segment = ids[row] ?? -1;
    if (segment < 0 || segment >= numSegments) continue;
    for (let i = 0, from = row * width, to = segment * width; i < width; i += 1, from += 1, to += 1) {
      sums[to] = (sums[to] ?? 0) + (values[from] ?? 0);
    }
  }
  return output;
}
