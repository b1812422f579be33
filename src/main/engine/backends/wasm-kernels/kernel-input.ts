import type * as tf from '@tensorflow/tfjs';

export type KernelCall = Parameters<tf.KernelFunc>[0];

/** An input of a kernel as the tensor that it is: the engine passes tensors where the type says `TensorInfo`. */
export function tensorInput<T extends tf.Tensor>(call: KernelCall, name: string): T {
  return call.inputs[name] as T;
}
