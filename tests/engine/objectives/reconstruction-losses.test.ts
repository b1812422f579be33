import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../src/main/engine/backends/start-backend.ts';
import { featureLoss, pixelLoss, ssimLoss } from '../../../src/main/engine/objectives/reconstruction-losses.ts';
import { normalTensor } from '../../support/initial-weights.ts';
import { readNpy } from '../../support/npz.ts';
import { hasShared, sharedAbsent, sharedPath } from '../../support/shared-data.ts';

beforeAll(async () => {
  await startBackend('wasm');
});

const value = (scalar: tf.Tensor): number => scalar.dataSync()[0];
const images = (name: string, shape: [number, number, number, number]): tf.Tensor4D =>
  tf.tanh(normalTensor<tf.Rank.R4>(shape, name));

/** Mean SSIM by its definition, window by window, every channel by itself, in double precision. */
function plainSsim(a: tf.Tensor4D, b: tf.Tensor4D): number {
  const [count, height, width, channels] = a.shape;
  const [first, second] = [a.dataSync(), b.dataSync()];
  const gauss = Array.from({ length: 11 }, (_, i) => Math.exp(-((i - 5) ** 2) / 4.5));
  const sum = gauss.reduce((total, g) => total + g, 0);
  let [total, windows] = [0, 0];
  for (let n = 0; n < count; n++) {
    for (let c = 0; c < channels; c++) {
      for (let top = 0; top + 11 <= height; top++) {
        for (let left = 0; left + 11 <= width; left++) {
          let [x, y, xx, yy, xy] = [0, 0, 0, 0, 0];
          for (let i = 0; i < 121; i++) {
            const [row, column] = [Math.floor(i / 11), i % 11];
            const weight = (gauss[row] * gauss[column]) / sum ** 2;
            const at = ((n * height + top + row) * width + left + column) * channels + c;
            const [u, v] = [(first[at] + 1) / 2, (second[at] + 1) / 2];
            x += weight * u;
            y += weight * v;
            xx += weight * u * u;
            yy += weight * v * v;
            xy += weight * u * v;
          }
          const structure = (2 * (xy - x * y) + 0.0009) / (xx - x * x + yy - y * y + 0.0009);
          total += (structure * (2 * x * y + 0.0001)) / (x * x + y * y + 0.0001);
          windows += 1;
        }
      }
    }
  }
  return total / windows;
}

describe('reconstruction losses', () => {
  it('measure squared pixel differences in [-1, 1]', () => {
    const black = tf.fill<tf.Rank.R4>([1, 2, 2, 1], -1);
    expect(value(pixelLoss(black, tf.neg(black)))).toBe(4);
  });

  it('measure features as a share of the target, whatever the scale of the encoder', () => {
    const target = normalTensor<tf.Rank.R4>([2, 4, 4, 8], 'target');
    expect(value(featureLoss(target, target))).toBe(0);
    expect(value(featureLoss(tf.zerosLike(target), target))).toBeCloseTo(1, 4);
    expect(value(featureLoss(tf.mul(target, 50), tf.mul(target, 100)))).toBeCloseTo(0.25, 4);
  });

  it.skipIf(!hasShared)(`follow scikit-image's SSIM on grey images${hasShared ? '' : ` (${sharedAbsent})`}`, () => {
    // The file's layout is stated in its own `made_with` entry.
    const { ssim } = JSON.parse(readFileSync(sharedPath('oracles', 'metrics.json'), 'utf8')) as { ssim: number[] };
    const grey = (file: string): tf.Tensor4D => {
      const { shape, values } = readNpy(sharedPath('oracles', file));
      const colour = tf.tensor(values, [...shape]);
      const luminance = tf.sum(tf.mul(colour, [0.2125, 0.7154, 0.0721]), 3, true);
      return tf.sub(tf.mul(luminance, 2), 1);
    };
    const [stimuli, reconstructions] = [grey('metrics_stimuli.npy'), grey('metrics_reconstructions.npy')];
    const one = (all: tf.Tensor4D, index: number): tf.Tensor4D => tf.slice(all, [index, 0, 0, 0], [1, -1, -1, -1]);
    for (const [index, expected] of ssim.entries()) {
      const loss = value(ssimLoss(one(reconstructions, index), one(stimuli, index)));
      expect(Math.abs(1 - loss - expected), `image ${index}`).toBeLessThan(1e-4);
    }
  });

  it('take the SSIM of every colour channel and of oblong images by its definition', () => {
    const drawn = images('drawn', [2, 13, 16, 3]);
    const target: tf.Tensor4D = tf.add(tf.mul(drawn, 0.6), tf.mul(images('other', [2, 13, 16, 3]), 0.4));
    expect(Math.abs(1 - value(ssimLoss(drawn, target)) - plainSsim(drawn, target))).toBeLessThan(1e-4);
    expect(Math.abs(value(ssimLoss(target, target)))).toBeLessThan(1e-4);
  });

  it('lead the drawn image to its target by the gradient of SSIM', () => {
    const target = images('target', [1, 32, 32, 3]);
    const drawn = images('start', [1, 32, 32, 3]);
    const { value: before, grad } = tf.valueAndGrad((x) => ssimLoss(x as tf.Tensor4D, target))(drawn);
    const slope = value(tf.sum(tf.square(grad)));
    const step = 0.5;
    const along = (sign: number): number => value(ssimLoss(tf.add(drawn, tf.mul(grad, sign * step)), target));
    expect(along(-1)).toBeLessThan(value(before));
    expect(Math.abs((along(1) - along(-1)) / (2 * step) / slope - 1)).toBeLessThan(0.02);
  });
});
