import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../src/main/engine/backends/start-backend.ts';
import { imageEncoder } from '../../../src/main/engine/networks/image-encoder.ts';
import { pixelLoss } from '../../../src/main/engine/objectives/reconstruction-losses.ts';
import { initialWeights, normalTensor } from '../../support/initial-weights.ts';

beforeAll(async () => {
  await startBackend('wasm');
});

describe('image encoder', () => {
  it.each([
    [32, 8],
    [64, 16],
    [128, 16],
    [256, 32],
  ] as const)('describes %i px images by maps of %i px and gives them back whole', (imageSize, side) => {
    const encoder = imageEncoder({ imageSize, imageChannels: 3, channels: 2 });
    const { weights } = initialWeights(encoder.parameters);
    const images = tf.zeros<tf.Rank.R4>([2, imageSize, imageSize, 3]);
    expect(encoder.features(weights, images).shape).toEqual([2, side, side, 8]);
    expect(encoder.reconstruct(weights, images).shape).toEqual(images.shape);
  });

  it('learns to take noise out of images', () => {
    const encoder = imageEncoder({ imageSize: 32, imageChannels: 1, channels: 4 });
    const { weights, variables } = initialWeights(encoder.parameters);
    // Four images, each bright in another quarter.
    const quarters = tf.reshape<tf.Rank.R4>(tf.eye(4), [4, 2, 2, 1]);
    const clean: tf.Tensor4D = tf.sub(tf.mul(tf.image.resizeNearestNeighbor(quarters, [32, 32]), 1.6), 0.8);
    const noisy: tf.Tensor4D = tf.add(clean, normalTensor<tf.Rank.R4>([4, 32, 32, 1], 'noise', 0.5));
    const error = (): tf.Scalar => pixelLoss(encoder.reconstruct(weights, noisy), clean);
    const adam = tf.train.adam(5e-3);
    for (let step = 0; step < 60; step++) adam.minimize(error, false, [...variables.values()]);
    // The noise's own mean square is 0.25, the best flat image's error 0.48.
    expect(error().dataSync()[0]).toBeLessThan(0.1);
  });
});
