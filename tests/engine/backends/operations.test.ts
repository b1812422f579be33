import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { activate, startBackend } from '../../../src/main/engine/backends/start-backend.ts';
import { startWasm } from '../../../src/main/engine/backends/wasm-backend.ts';
import { findInstallation } from '../../../src/main/engine/install/manifest.ts';
import { Random } from '../../../src/shared/random.ts';
import { operationCases, type OperationCase } from './operation-cases.ts';

const installed = findInstallation('cpu') !== null;

/** Numbers for each input, the same on every backend. */
function inputsOf({ shapes, positive, name }: OperationCase): Float32Array[] {
  const random = new Random(name.length * 131 + name.charCodeAt(0));
  return shapes.map((shape) =>
    Float32Array.from({ length: tf.util.sizeFromShape([...shape]) }, () => {
      const value = random.normal();
      return positive ? Math.abs(value) + 0.3 : value;
    }),
  );
}

/** The operation's value, and its gradient with respect to every input for an arbitrary direction. */
function evaluate(operation: OperationCase, run = operation.run): number[][] {
  return tf.tidy(() => {
    const inputs = inputsOf(operation).map((values, i) => tf.tensor(values, [...(operation.shapes[i] ?? [])]));
    const value = run(...inputs);
    if (operation.forwardOnly) return [Array.from(value.dataSync())];
    const direction = tf.tensor(
      Float32Array.from({ length: value.size }, (_, i) => Math.sin(1 + i)),
      value.shape,
    );
    const gradients = tf.grads((...x: tf.Tensor[]) => tf.sum(tf.mul(run(...x), direction)))(inputs);
    return [value, ...gradients].map((tensor) => Array.from(tensor.dataSync()));
  });
}

/** Gradient, with respect to the weights, of a penalty on the gradient with respect to the input (as in MA-GP). */
function penaltyGradients(): number[][] {
  return tf.tidy(() => {
    const random = new Random(5);
    const normal = (shape: number[]) =>
      tf.tensor(
        Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => random.normal() * 0.3),
        shape,
      );
    // Greater has no gradient, so the mask is saved: what the networks' own layers do.
    const leaky = tf.customGrad((x, save) => {
      const input = x as tf.Tensor;
      const mask = tf.add(tf.mul(tf.step(input), 0.8), 0.2);
      (save as tf.GradSaveFunc)([mask]);
      return { value: tf.mul(input, mask), gradFunc: (dy, [saved]) => tf.mul(dy, saved) };
    });
    const x = normal([2, 8, 8, 3]);
    const weights = [normal([3, 3, 3, 4]), normal([4, 4, 4, 6]), normal([4, 4, 6, 1])];
    const score = (input: tf.Tensor, [first, second, last]: tf.Tensor[]) => {
      let hidden = leaky(tf.conv2d(input as tf.Tensor4D, first as tf.Tensor4D, 1, 'same'));
      hidden = leaky(tf.conv2d(hidden as tf.Tensor4D, second as tf.Tensor4D, 2, 'same'));
      return tf.sum(tf.conv2d(hidden as tf.Tensor4D, last as tf.Tensor4D, 1, 'valid'));
    };
    const penalty = (...w: tf.Tensor[]) => {
      const gradient = tf.grad((input: tf.Tensor) => score(input, w))(x);
      const norm = tf.sqrt(tf.sum(tf.square(tf.reshape(gradient, [2, -1])), 1));
      return tf.mean(tf.pow(norm, 6)).asScalar();
    };
    return tf
      .grads(penalty)(weights)
      .map((tensor) => Array.from(tensor.dataSync()));
  });
}

/** Weights after three steps of Adam on a least-squares problem. */
function adamSteps(): number[] {
  return tf.tidy(() => {
    const weights = tf.variable(tf.tensor2d([0.5, -0.2, 0.1, 0.9, 0.3, -0.7], [3, 2]));
    const x = tf.tensor2d([1, 2, 3, -1, 0.5, 2, 0.3, 0.1, -2, 1, 1, 1], [4, 3]);
    const optimiser = tf.train.adam(0.01, 0.5, 0.9);
    for (let step = 0; step < 3; step += 1) {
      optimiser.minimize(() => tf.mean(tf.square(tf.sub(tf.matMul(x, weights), 1))).asScalar(), false, [weights]);
    }
    const values = Array.from(weights.dataSync());
    optimiser.dispose();
    weights.dispose();
    return values;
  });
}

function largestDifference(actual: number[], expected: number[]): number {
  expect(actual.length).toBe(expected.length);
  const scale = Math.max(1, ...expected.map(Math.abs));
  return Math.max(0, ...actual.map((value, i) => Math.abs(value - (expected[i] ?? NaN)) / scale));
}

async function on<T>(backend: string, work: () => T): Promise<T> {
  await activate(backend);
  const tensors = tf.memory().numTensors;
  const result = work();
  // A kernel that leaks a tensor per step ends a long training by running out of memory.
  expect(tf.memory().numTensors, `tensors left behind on ${backend}`).toBe(tensors);
  return result;
}

beforeAll(async () => {
  if (installed) await startBackend('tensorflow');
  await startWasm();
});

afterAll(async () => {
  await activate('cpu');
});

describe.each(['wasm', 'tensorflow'])('on %s', (backend) => {
  const run = it.skipIf(backend === 'tensorflow' && !installed);

  const cases = operationCases.filter(({ wasmOnly }) => backend === 'wasm' || !wasmOnly);
  run.each(cases.map((operation) => [operation.name, operation] as const))(
    'computes %s and its gradient as the plain JavaScript backend does',
    async (_name, operation) => {
      const expected = await on('cpu', () => evaluate(operation, operation.reference ?? operation.run));
      const actual = await on(backend, () => evaluate(operation));
      expect(actual.length).toBe(expected.length);
      for (const [i, values] of expected.entries()) {
        expect(values.every(Number.isFinite)).toBe(true);
        expect(largestDifference(actual[i] ?? [], values), i === 0 ? 'value' : `gradient ${i}`).toBeLessThan(2e-5);
      }
    },
  );

  run('computes the gradient of a gradient penalty', async () => {
    const expected = await on('cpu', penaltyGradients);
    const actual = await on(backend, penaltyGradients);
    for (const [i, values] of expected.entries()) {
      expect(Math.max(...values.map(Math.abs))).toBeGreaterThan(0);
      expect(largestDifference(actual[i] ?? [], values)).toBeLessThan(2e-5);
    }
  });

  run('takes the same steps with Adam', async () => {
    const expected = await on('cpu', adamSteps);
    expect(largestDifference(await on(backend, adamSteps), expected)).toBeLessThan(1e-5);
  });
});

it('sums rows by group on wasm and leaves out groups that do not exist', async () => {
  await activate('wasm');
  const x = tf.tensor2d([1, 2, 3, 4, 5, 6, 7, 8], [4, 2]);
  const sums = tf.unsortedSegmentSum(x, tf.tensor1d([2, 0, 2, 3], 'int32'), 3);
  expect(Array.from(sums.dataSync())).toEqual([3, 4, 0, 0, 6, 8]);
});
