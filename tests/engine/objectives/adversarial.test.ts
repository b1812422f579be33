import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../src/main/engine/backends/start-backend.ts';
import { dfGanDiscriminator } from '../../../src/main/engine/networks/df-gan/discriminator.ts';
import { matchingAwareGradientPenalty } from '../../../src/main/engine/objectives/gradient-penalty.ts';
import { discriminatorHinge, generatorHinge } from '../../../src/main/engine/objectives/hinge.ts';
import type { ParameterSpec } from '../../../src/main/engine/networks/parameters.ts';
import { Random } from '../../../src/shared/random.ts';
import { normalTensor } from '../../support/initial-weights.ts';

beforeAll(async () => {
  await startBackend('wasm');
});

const value = (scalar: tf.Tensor): number => scalar.dataSync()[0];

describe('hinge losses', () => {
  const logits = () => ({
    real: tf.tensor1d([2, 0.5, -1]),
    fake: tf.tensor1d([-2, -0.5, 1]),
    wrong: tf.tensor1d([-3, -3, 0]),
  });

  it('ask for real pairs above 1 and the others below -1', () => {
    const hinge = discriminatorHinge(logits(), 0.5);
    expect(value(hinge.real)).toBeCloseTo((0 + 0.5 + 2) / 3, 5);
    expect(value(hinge.fake)).toBeCloseTo((0 + 0.5 + 2) / 3, 5);
    expect(value(hinge.wrong)).toBeCloseTo(1 / 3, 5);
    expect(value(hinge.total)).toBeCloseTo(2.5 / 3 + (2.5 / 3 + 1 / 3) / 2, 5);
  });

  it('keep real pairs and negatives in balance for every weight of wrong pairs', () => {
    expect(value(discriminatorHinge(logits(), 0).total)).toBeCloseTo(2.5 / 3 + 2.5 / 3, 5);
    expect(value(discriminatorHinge(logits(), 1).total)).toBeCloseTo(2.5 / 3 + (2.5 / 3 + 2 / 3) / 3, 5);
  });

  it('reward the generator without bound', () => {
    expect(value(generatorHinge(tf.tensor1d([3, 5])))).toBe(-4);
  });
});

describe('matching-aware gradient penalty', () => {
  it.each([2, 4, 6])('is the weighted mean of the gradient length to the power %i', (power) => {
    // The gradient of sample i is (3, 4 s_i) by the image's two pixels and 4 x_i by the sentence.
    const images = tf.tensor4d([9, 1, 9, 2], [2, 1, 2, 1]);
    const sentence = tf.tensor2d([0.5, -1], [2, 1]);
    const score = (x: tf.Tensor4D, s: tf.Tensor2D): tf.Tensor1D => {
      const [first, second] = tf.split(tf.reshape(x, [2, 2]), 2, 1);
      return tf.reshape(tf.add(tf.mul(first, 3), tf.mul(4, tf.mul(second, s))), [2]);
    };
    const lengths = [Math.hypot(3, 2, 4), Math.hypot(3, -4, 8)];
    const expected = 2 * ((lengths[0] ** power + lengths[1] ** power) / 2);
    const penalty = value(matchingAwareGradientPenalty(score, images, sentence, { weight: 2, power }));
    expect(Math.abs(penalty / expected - 1)).toBeLessThan(1e-5);
  });

  it('has the gradient that finite differences of DF-GAN weights show', () => {
    const discriminator = dfGanDiscriminator({ imageSize: 32, channels: 2, imageChannels: 1, condition: 4 });
    const variables = new Map(discriminator.parameters.map((spec) => [spec.name, tf.variable(steadyWeight(spec))]));
    const variable = (name: string): tf.Variable => variables.get(name) ?? expect.fail(`No weight ${name}`);
    const images = tf.abs(normalTensor<tf.Rank.R4>([3, 32, 32, 1], 'images'));
    const sentence = normalTensor<tf.Rank.R2>([3, 4], 'sentence', 0.1);
    const penalty = (): tf.Scalar =>
      matchingAwareGradientPenalty(
        (x, s) => discriminator.logits(variable, discriminator.features(variable, x), s),
        images,
        sentence,
        { weight: 2, power: 6 },
      );
    const { grads } = tf.variableGrads(penalty, [...variables.values()]);
    for (const name of [
      'imageLayer.weight',
      'block0.downConvolution.weight',
      'block1.residualShare',
      'block1.secondConvolution.weight',
      'block2.shortcut.weight',
      'head.joint.weight',
      'head.logit.weight',
    ]) {
      const weight = variable(name);
      const before = weight.dataSync().slice();
      const gradient = grads[weight.name].dataSync();
      const length = Math.hypot(...gradient);
      const step = 0.01 * Math.hypot(...before);
      const along = (distance: number): number => {
        const moved = Float32Array.from(before, (number, i) => number + (distance * gradient[i]) / length);
        weight.assign(tf.tensor(moved, weight.shape));
        return value(penalty());
      };
      const difference = (along(step) - along(-step)) / (2 * step);
      along(0);
      expect(Math.abs(difference / length - 1), name).toBeLessThan(0.01);
    }
  });
});

/**
 * Weights with one sign per channel, so that on positive images every unit stays on its side of LeakyReLU: the penalty
 * jumps where a unit changes sides, and finite differences would show the jumps.
 */
function steadyWeight({ name, shape }: ParameterSpec): tf.Tensor {
  const random = new Random(1, name);
  const [inputs, outputs] = shape.slice(-2);
  const size = shape.reduce((product, length) => product * length, 1);
  const sign = (channel: number): number => (channel % 2 === 0 ? 1 : -1);
  const signs = (index: number): number => {
    if (/downConvolution|joint/.test(name)) return sign(index % outputs);
    if (/secondConvolution|logit/.test(name)) return sign(index % outputs) * sign(Math.floor(index / outputs) % inputs);
    return 1;
  };
  const scale = shape.length === 4 ? outputs / size : 0.3;
  return tf.tensor(
    Float32Array.from({ length: size }, (_, i) => signs(i) * scale * (0.5 + random.uniform())),
    [...shape],
  );
}
