/** Rows by index, copied whole: the package's own kernel computes an index per element, many times slower. */
import { util, type KernelFunc, type Tensor } from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { CortextError } from '../../../../shared/errors.ts';
import { tensorInput, type KernelCall } from './kernel-input.ts';

/** @param plain - the package's kernel, for other axes, batches and types */
export function gather(plain: KernelFunc): KernelFunc {
  return (call: KernelCall) => {
    const x = tensorInput<Tensor>(call, 'x');
    const indices = tensorInput<Tensor>(call, 'indices');
    const { axis, batchDims } = call.attrs as unknown as { axis: number; batchDims: number };
    if (axis !== 0 || batchDims !== 0 || (x.dtype !== 'float32' && x.dtype !== 'int32')) return plain(call);
    // The registry passes the backend that the kernel was registered for.
    const backend = call.backend as BackendWasm;
    const row = x.shape.slice(1);
    const output = backend.makeOutput([...indices.shape, ...row], x.dtype);
    // Views of the heap are made after the allocation, which may have moved it.
    const values = backend.typedArrayFromHeap(x);
    const wanted = backend.typedArrayFromHeap(indices);
    const target = backend.typedArrayFromHeap(output);
    const width = util.sizeFromShape(row);
    const rows = x.shape[0] ?? 0;
    for (let i = 0; i < wanted.length; i += 1) {
      const index = wanted[i] ?? -1;
      if (index < 0 || index >= rows) {
        throw new CortextError('INTERNAL', `gather: index ${index} is outside the ${rows} rows.`);
      }
      target.set(values.subarray(index * width, (index + 1) * width), i * width);
    }
    return output;
  };
}
