import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../src/main/engine/backends/start-backend.ts';
import { conditionEncoder } from '../../../src/main/engine/networks/condition/condition-encoder.ts';
import { initialWeights, normalTensor } from '../../support/initial-weights.ts';

const voxelsPerRegion = [30, 7, 12];

function responses(): tf.Tensor2D[] {
  return voxelsPerRegion.map((voxels, r) => normalTensor<tf.Rank.R2>([5, voxels], `region ${r}`));
}

beforeAll(async () => {
  await startBackend('wasm');
});

describe('condition encoder', () => {
  it.each(['linear', 'attention'] as const)('gives every weight a gradient with a %s sentence', (sentence) => {
    const encoder = conditionEncoder({ voxelsPerRegion, embedding: 8, sentence });
    const { weights, variables } = initialWeights(encoder.parameters);
    const wanted = normalTensor<tf.Rank.R2>([5, 8], 'wanted');
    const { grads } = tf.variableGrads(
      () => tf.losses.meanSquaredError(wanted, encoder.encode(weights, responses()).sentence),
      [...variables.values()],
    );
    const still = [...variables].filter(([, { name }]) => !(tf.max(tf.abs(grads[name])).dataSync()[0] > 0));
    expect(still.map(([name]) => name)).toEqual([]);
  });

  it('makes one word per region, which no other region changes', () => {
    const encoder = conditionEncoder({ voxelsPerRegion, embedding: 8, sentence: 'attention' });
    const { weights } = initialWeights(encoder.parameters);
    const words = (input: tf.Tensor2D[]): number[][][] => {
      const made = encoder.encode(weights, input).words;
      expect(made?.shape).toEqual([5, 3, 8]);
      return made?.arraySync() ?? [];
    };
    const [first, second, third] = responses();
    const before = words([first, second, third]);
    const after = words([first, tf.mul(tf.neg(second), 2), third]);
    for (const [sample, regions] of after.entries()) {
      expect(regions[0]).toEqual(before[sample][0]);
      expect(regions[1]).not.toEqual(before[sample][1]);
      expect(regions[2]).toEqual(before[sample][2]);
    }
  });

  it('says the same of a response and of a stronger one: averages of many trials are multiplied', () => {
    const encoder = conditionEncoder({ voxelsPerRegion, embedding: 8, sentence: 'linear' });
    const { weights } = initialWeights(encoder.parameters);
    const input = responses();
    const once = encoder.encode(weights, input).sentence;
    const stronger = encoder.encode(weights, input.map((region) => tf.mul(region, 5))).sentence;
    expect(tf.max(tf.abs(tf.sub(once, stronger))).dataSync()[0]).toBeLessThan(1e-3);
  });

  it('starts with a linear sentence of about unit variance for z-scored voxels', () => {
    const encoder = conditionEncoder({ voxelsPerRegion: [400, 600], embedding: 64, sentence: 'linear' });
    const { weights } = initialWeights(encoder.parameters);
    const input = [400, 600].map((voxels) => normalTensor<tf.Rank.R2>([32, voxels], `${voxels} voxels`));
    const { sentence, words } = encoder.encode(weights, input);
    expect(sentence.shape).toEqual([32, 64]);
    expect(words).toBeNull();
    expect(tf.moments(sentence).variance.dataSync()[0]).toBeCloseTo(1, 0.5);
  });

  it('makes words beside a linear sentence for networks that read them', () => {
    const encoder = conditionEncoder({ voxelsPerRegion, embedding: 8, sentence: 'linear', words: true });
    const { weights } = initialWeights(encoder.parameters);
    expect(encoder.encode(weights, responses()).words?.shape).toEqual([5, 3, 8]);
  });

  it('reads a single region too', () => {
    for (const sentence of ['linear', 'attention'] as const) {
      const encoder = conditionEncoder({ voxelsPerRegion: [30], embedding: 6, sentence });
      const { weights } = initialWeights(encoder.parameters);
      expect(encoder.encode(weights, [responses()[0]]).sentence.shape).toEqual([5, 6]);
    }
  });
});
