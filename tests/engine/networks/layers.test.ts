import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../src/main/engine/backends/start-backend.ts';
import {
  averagePool2x2,
  convolution,
  layerNorm,
  leakyRelu,
  linear,
  nearestUpsample2x,
  relu,
} from '../../../src/main/engine/networks/layers.ts';
import { initialWeights, normalTensor } from '../../support/initial-weights.ts';

beforeAll(async () => {
  await startBackend('wasm');
});

/** Of `sum(weighting * f(x))` and of half the squared length of its gradient, both with respect to x. */
function derivatives(f: (x: tf.Tensor4D) => tf.Tensor, x: tf.Tensor4D): { first: number[]; second: number[] } {
  const score = (input: tf.Tensor): tf.Scalar => {
    const output = f(input as tf.Tensor4D);
    const weighting = tf.tensor(
      Float32Array.from({ length: output.size }, (_, i) => Math.sin(i + 1)),
      output.shape,
    );
    // Squared, so that even a linear layer has a second derivative.
    return tf.sum(tf.mul(weighting, tf.square(output)));
  };
  const gradient = tf.grad(score);
  const halfSquaredLength = (input: tf.Tensor): tf.Scalar => tf.mul(tf.sum(tf.square(gradient(input))), 0.5);
  return { first: [...gradient(x).dataSync()], second: [...tf.grad(halfSquaredLength)(x).dataSync()] };
}

/** The same by central differences of a plain function. */
function differences(f: (x: Float64Array) => Float64Array, x: Float64Array): { first: number[]; second: number[] } {
  const score = (input: Float64Array): number =>
    f(input).reduce((total, value, i) => total + Math.sin(i + 1) * value ** 2, 0);
  const derivative = (of: (input: Float64Array) => number, step: number) => (input: Float64Array) =>
    Float64Array.from(input, (value, i) => of(input.with(i, value + step)) - of(input.with(i, value - step))).map(
      (difference) => difference / (2 * step),
    );
  const gradient = derivative(score, 1e-5);
  const halfSquaredLength = (input: Float64Array): number => gradient(input).reduce((sum, g) => sum + g ** 2 / 2, 0);
  return { first: [...gradient(x)], second: [...derivative(halfSquaredLength, 1e-4)(x)] };
}

const [height, width, channels] = [4, 6, 2];
const at = (row: number, column: number, channel: number, columns = width): number =>
  (row * columns + column) * channels + channel;

function pooled(x: Float64Array): Float64Array {
  const result = new Float64Array(x.length / 4);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      for (let channel = 0; channel < channels; channel++) {
        result[at(row >> 1, column >> 1, channel, width / 2)] += x[at(row, column, channel)] / 4;
      }
    }
  }
  return result;
}

function upsampled(x: Float64Array): Float64Array {
  const result = new Float64Array(x.length * 4);
  for (let row = 0; row < 2 * height; row++) {
    for (let column = 0; column < 2 * width; column++) {
      for (let channel = 0; channel < channels; channel++) {
        result[at(row, column, channel, 2 * width)] = x[at(row >> 1, column >> 1, channel)];
      }
    }
  }
  return result;
}

describe('layers', () => {
  const cases: [string, (x: tf.Tensor4D) => tf.Tensor, (x: Float64Array) => Float64Array][] = [
    ['average pooling', averagePool2x2, pooled],
    ['nearest-neighbour upsampling', nearestUpsample2x, upsampled],
    ['LeakyReLU', (x) => leakyRelu(x), (x) => x.map((value) => Math.max(value, 0.2 * value))],
    ['ReLU', (x) => relu(x), (x) => x.map((value) => Math.max(value, 0))],
  ];

  it.each(cases)('%s has the right values, gradient and gradient of the gradient', (_, layer, plain) => {
    const x = normalTensor<tf.Rank.R4>([1, height, width, channels], 'layers');
    const input = Float64Array.from(x.dataSync());
    expectClose([...layer(x).dataSync()], [...plain(input)], 1e-6);
    const actual = derivatives(layer, x);
    const expected = differences(plain, input);
    expectClose(actual.first, expected.first, 1e-4);
    expectClose(actual.second, expected.second, 1e-3);
  });

  it('has gradients of gradients through linear layers and strided convolutions, for their weights too', () => {
    const dense = linear('dense', { inputs: 4 * 2, outputs: 3 });
    const strided = convolution('strided', { kernel: 4, inputs: 2, outputs: 2, stride: 2 });
    const { weights, variables } = initialWeights([...dense.parameters, ...strided.parameters]);
    const x = normalTensor<tf.Rank.R4>([2, 4, 4, 2], 'convolved');
    const penalty = (): tf.Scalar => {
      const gradient = tf.grad((input) => {
        const maps = leakyRelu(strided.apply(weights, input as tf.Tensor4D));
        return tf.sum(tf.square(dense.apply(weights, tf.reshape(maps, [2, 8]))));
      });
      return tf.sum(tf.square(gradient(x)));
    };
    const { grads } = tf.variableGrads(penalty, [...variables.values()]);
    for (const variable of variables.values()) {
      const before = variable.dataSync();
      const direction = grads[variable.name].dataSync();
      const length = Math.hypot(...direction);
      const along = (step: number): number => {
        const moved = Float32Array.from(before, (value, i) => value + (step * direction[i]) / length);
        variable.assign(tf.tensor(moved, variable.shape));
        return penalty().dataSync()[0];
      };
      const difference = (along(1e-3) - along(-1e-3)) / 2e-3;
      along(0);
      expect(Math.abs(difference / length - 1), variable.shape.join()).toBeLessThan(0.01);
    }
  });

  it('normalises each row to zero mean and unit variance whatever its scale', () => {
    const norm = layerNorm('norm', 64);
    const { weights } = initialWeights(norm.parameters);
    const rows = tf.mul(normalTensor<tf.Rank.R2>([2, 64], 'rows'), [[30], [0.3]]);
    const { mean, variance } = tf.moments(norm.apply(weights, rows as tf.Tensor2D), 1);
    expectClose([...mean.dataSync()], [0, 0], 1e-5);
    expectClose([...variance.dataSync()], [1, 1], 1e-3);
  });
});

function expectClose(actual: readonly number[], expected: readonly number[], tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  const scale = Math.max(1, ...expected.map(Math.abs));
  const worst = Math.max(...actual.map((value, i) => Math.abs(value - expected[i]))) / scale;
  expect(worst).toBeLessThan(tolerance);
}
