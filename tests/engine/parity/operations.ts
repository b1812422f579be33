/** Runs the operation cases as steps of a runtime. */
import * as tf from '@tensorflow/tfjs';
import type { FeedSpec, StepRuntime } from '../../../src/main/engine/runtime/step-runtime.ts';
import { sizeOf } from '../../../src/main/engine/runtime/variable-store.ts';
import { Random } from '../../../src/shared/random.ts';
import type { OperationCase } from './operation-cases.ts';

/** The operation's value, and its gradient with respect to every input for an arbitrary direction. */
function evaluate(operation: OperationCase, run: OperationCase['run'], inputs: tf.Tensor[]): Record<string, tf.Tensor> {
  const value = run(...inputs);
  if (operation.forwardOnly) return { value };
  const direction = tf.tensor(
    Float32Array.from({ length: value.size }, (_, i) => Math.sin(1 + i)),
    value.shape,
  );
  const gradients = tf.grads((...x: tf.Tensor[]) => tf.sum(tf.mul(run(...x), direction)))(inputs);
  return { value, ...Object.fromEntries(gradients.map((gradient, i) => [`gradient ${i}`, gradient])) };
}

/** Numbers for each input, the same on every backend. */
function inputsOf({ shapes, positive, name }: OperationCase): Float32Array[] {
  const random = new Random(7, name);
  return shapes.map((shape) =>
    random.normals(sizeOf(shape)).map((value) => (positive ? Math.abs(value) + 0.3 : value)),
  );
}

export async function onRuntime(runtime: StepRuntime, operation: OperationCase): Promise<Record<string, Float32Array>> {
  const feeds: FeedSpec = Object.fromEntries(
    operation.shapes.map((shape, i) => [`x${i}`, { shape, dtype: 'float32' }]),
  );
  const step = runtime.compile('step', feeds, (fed) => evaluate(operation, operation.run, Object.values(fed)));
  const values = await step.run(Object.fromEntries(inputsOf(operation).map((values, i) => [`x${i}`, values])));
  step.dispose();
  return values;
}

/** On TensorFlow.js' plain JavaScript backend, which must be the current one. */
export function onPlainJavaScript(operation: OperationCase): Record<string, Float32Array> {
  return tf.tidy(() => {
    const inputs = inputsOf(operation).map((values, i) => tf.tensor(values, [...operation.shapes[i]]));
    const results = evaluate(operation, operation.reference ?? operation.run, inputs);
    return Object.fromEntries(
      Object.entries(results).map(([name, tensor]) => [name, Float32Array.from(tensor.dataSync())]),
    );
  });
}
