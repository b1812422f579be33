import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../src/main/engine/backends/start-backend.ts';
import { dfGanDiscriminator } from '../../../src/main/engine/networks/df-gan/discriminator.ts';
import { dfGanGenerator } from '../../../src/main/engine/networks/df-gan/generator.ts';
import { countParameters } from '../../../src/main/engine/networks/parameters.ts';
import { Random } from '../../../src/shared/random.ts';
import { initialWeights, normalTensor } from '../../support/initial-weights.ts';

const published = { imageSize: 64, channels: 32, imageChannels: 3, condition: 256, noise: 100 } as const;

beforeAll(async () => {
  await startBackend('wasm');
});

describe('DF-GAN', () => {
  it('has the published number of parameters at 64 px', () => {
    // 4.87 and 3.44 million.
    expect(countParameters(dfGanGenerator(published).parameters)).toBe(4_868_867);
    expect(countParameters(dfGanDiscriminator(published).parameters)).toBe(3_440_964);
  });

  const sizes = ([32, 64, 128, 256] as const).flatMap((size) => ([1, 3] as const).map((channels) => [size, channels]));
  it.each(sizes as [32 | 64 | 128 | 256, 1 | 3][])(
    'draws and judges images of %i px with %i channels',
    (size, channels) => {
      const options = { imageSize: size, channels: 2, imageChannels: channels, noise: 6, condition: 8 };
      const generator = dfGanGenerator(options);
      const discriminator = dfGanDiscriminator(options);
      const drawing = initialWeights(generator.parameters);
      const judging = initialWeights(discriminator.parameters);
      const sentence = normalTensor<tf.Rank.R2>([2, 8], 'sentence');
      const images = generator.generate(drawing.weights, normalTensor<tf.Rank.R2>([2, 6], 'noise'), sentence);
      expect(images.shape).toEqual([2, size, size, channels]);
      const features = discriminator.features(judging.weights, images);
      expect(features.shape).toEqual([2, 4, 4, 16]);
      expect(discriminator.logits(judging.weights, features, sentence).shape).toEqual([2]);
    },
  );

  it('starts with images near mid-grey that no tanh has saturated', () => {
    const options = { ...published, imageSize: 32, channels: 8 } as const;
    const generator = dfGanGenerator(options);
    const { weights } = initialWeights(generator.parameters);
    const images = generator.generate(
      weights,
      normalTensor<tf.Rank.R2>([4, 100], 'noise'),
      normalTensor<tf.Rank.R2>([4, 256], 'sentence'),
    );
    const furthest = tf.max(tf.abs(images)).dataSync()[0];
    expect(furthest).toBeLessThan(0.5);
    expect(furthest).toBeGreaterThan(0);
  });

  it('gives every weight of both networks a gradient', () => {
    const options = { imageSize: 32, channels: 2, imageChannels: 1, noise: 6, condition: 8 } as const;
    const generator = dfGanGenerator(options);
    const discriminator = dfGanDiscriminator(options);
    const drawing = initialWeights(generator.parameters, 1, 0.1);
    const judging = initialWeights(discriminator.parameters, 1, 0.1);
    const noise = normalTensor<tf.Rank.R2>([2, 6], 'noise');
    const sentence = normalTensor<tf.Rank.R2>([2, 8], 'sentence');
    const variables = [...drawing.variables.values(), ...judging.variables.values()];
    const { grads } = tf.variableGrads(() => {
      const images = generator.generate(drawing.weights, noise, sentence);
      const features = discriminator.features(judging.weights, images);
      return tf.sum(discriminator.logits(judging.weights, features, sentence));
    }, variables);
    const still = variables.filter((variable) => !(tf.max(tf.abs(grads[variable.name])).dataSync()[0] > 0));
    expect(still.map((variable) => variable.shape)).toEqual([]);
  });

  it('starts from the same weights for the same seed and from others for another', () => {
    const [first] = dfGanGenerator({ ...published, channels: 4 }).parameters;
    const values = (seed: number): Float32Array => first.initialise(new Random(seed, first.name));
    expect(values(1)).toEqual(values(1));
    expect(values(1)).not.toEqual(values(2));
  });
});
