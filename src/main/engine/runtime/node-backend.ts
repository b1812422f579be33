/** The inside of TensorFlow.js' native backend, as far as recording needs it. */
import * as tf from '@tensorflow/tfjs';
import { CortextError } from '../../../shared/errors.ts';
import type { BindingTensor, TensorFlowBinding } from '../backends/tensorflow-backend.ts';

export interface NodeBackend {
  /** Kernels look it up at every operation, so that replacing it redirects them all. */
  binding: TensorFlowBinding;
  /** Ids in the addon by TensorFlow.js' key of a tensor's data; negative while they are not uploaded. */
  readonly tensorMap: { has(dataId: object): boolean; get(dataId: object): { readonly id: number } };
  /** Registers a tensor of the addon as one of TensorFlow.js, in the current scope. */
  createOutputTensor(tensor: BindingTensor): tf.Tensor;
  /** Ids in the addon; uploads what was not uploaded yet. */
  getInputTensorIds(tensors: readonly tf.Tensor[]): number[];
  /** Takes the values of a new tensor; they are uploaded with the first operation that uses them. */
  write(values: unknown, shape: number[], dtype: string): object;
}

/** @throws CortextError `INTERNAL` when TensorFlow.js currently runs on another backend */
export function nodeBackend(): NodeBackend {
  if (tf.getBackend() !== 'tensorflow') {
    throw new CortextError('INTERNAL', `TensorFlow.js runs on ${tf.getBackend()}, not on the backend of this runtime.`);
  }
  // The package does not export the type of its backend; this is the part that is used here.
  return tf.backend() as unknown as NodeBackend;
}

/** The addon's id of a tensor. */
export function tensorId(backend: NodeBackend, tensor: tf.Tensor): number {
  return backend.getInputTensorIds([tensor])[0];
}

/** A second id for a tensor of the addon; both share its memory. */
export function shareTensor(binding: TensorFlowBinding, id: number): BindingTensor {
  return binding.executeOp('Identity', [], [id], 1)[0];
}
