/** Mixed precision against float32: the same step, the same values. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend, type Backend } from '../../../src/main/engine/backends/start-backend.ts';
import { createPublishedStep, type StepLosses } from '../../../src/main/engine/benchmark/published-step.ts';
import { findInstallation } from '../../../src/main/engine/install/manifest.ts';
import { ssimLoss } from '../../../src/main/engine/objectives/reconstruction-losses.ts';
import { createRuntime } from '../../../src/main/engine/runtime/create-runtime.ts';
import type { Precision } from '../../../src/shared/experiment.ts';
import { Random } from '../../../src/shared/random.ts';

describe.skipIf(findInstallation('cpu') === null)('mixed precision', () => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await startBackend('tensorflow');
  });

  async function publishedLosses(precision: Precision): Promise<StepLosses> {
    const runtime = createRuntime(backend, { mode: 'compiled', precision });
    try {
      const step = createPublishedStep(runtime, { imageSize: 32, batch: 4, channels: 16 });
      return await step.run(step.values);
    } finally {
      runtime.dispose();
    }
  }

  it('gives the losses of float32 to the digits that bfloat16 has, through gradients of gradients', async () => {
    const [float32, mixed] = [await publishedLosses('float32'), await publishedLosses('mixed')];
    for (const name of ['real', 'wrong', 'fake', 'penalty'] as const) {
      expect(Math.abs(mixed[name] / float32[name] - 1), name).toBeLessThan(0.03);
    }
    // Otherwise nothing was computed in another precision.
    expect(mixed).not.toEqual(float32);
  });

  it('convolves in bfloat16 and gives float32 to what follows', async () => {
    const runtime = createRuntime(backend, { mode: 'compiled', precision: 'mixed' });
    const random = new Random(1);
    const filter = random.normals(32 * 64);
    runtime.variables.create('filter', [1, 1, 32, 64], filter);
    const images = random.normals(4 * 32 * 32 * 32);
    const step = runtime.compile('convolve', { images: { shape: [4, 32, 32, 32], dtype: 'float32' } }, (fed) => ({
      // The filter has four axes.
      maps: tf.conv2d(fed.images as tf.Tensor4D, runtime.variables.get('filter') as tf.Tensor as tf.Tensor4D, 1, 'same'),
      sum: tf.sum(tf.square(fed.images)),
    }));
    const { maps, sum } = await step.run({ images });
    runtime.dispose();
    expect(maps.every((value) => value === roundToBfloat16(value))).toBe(true);
    let expected = 0;
    for (let i = 0; i < 32; i++) expected += roundToBfloat16(images[i]) * roundToBfloat16(filter[i * 64]);
    expect(Math.abs(maps[0] - expected)).toBeLessThan(Math.abs(expected) / 128);
    // A statistic, in float32: bfloat16 could not tell it from its neighbours hundreds away.
    const exact = images.reduce((total, value) => total + value * value, 0);
    expect(Math.abs(sum[0] - exact)).toBeLessThan(exact * 1e-5);
  });

  it('gives the SSIM of float32, whose variances are small differences of large moments', async () => {
    const random = new Random(1);
    // Nearly flat pictures, as a generator draws at its start.
    const images = random.normals(16 * 32 * 32 * 3).map((value) => 0.01 * value);
    const loss = async (precision: Precision): Promise<number> => {
      const runtime = createRuntime(backend, { mode: 'compiled', precision });
      const feeds = { images: { shape: [16, 32, 32, 3], dtype: 'float32' } } as const;
      const step = runtime.compile('ssim', feeds, ({ images: fed }) => ({
        loss: ssimLoss(fed as tf.Tensor4D, tf.mul(fed as tf.Tensor4D, 0.5)),
      }));
      const { loss: value } = await step.run({ images });
      runtime.dispose();
      return value[0];
    };
    expect(await loss('mixed')).toBeCloseTo(await loss('float32'), 5);
  });

  it('keeps weights in float32: updates far below the digits of bfloat16 add up', async () => {
    const runtime = createRuntime(backend, { mode: 'compiled', precision: 'mixed' });
    runtime.variables.createFilled('weight', [1, 1, 64, 64], 1);
    const adam = runtime.adam({ name: 'all', parameters: ['weight'], beta1: 0, beta2: 0.9 });
    const step = runtime.compile('descend', { x: { shape: [4, 32, 32, 64], dtype: 'float32' } }, ({ x }) => {
      const { value, gradients } = runtime.gradients(
        () => tf.mean(tf.conv2d(x as tf.Tensor4D, runtime.variables.get('weight') as tf.Tensor as tf.Tensor4D, 1, 'same')),
        ['weight'],
      );
      // Next to 1, bfloat16 has only 1 - 1/256.
      adam.apply(gradients, 1e-4);
      return { value };
    });
    const x = new Float32Array(4 * 32 * 32 * 64).fill(1);
    for (let i = 0; i < 10; i++) await step.run({ x });
    const { values } = await runtime.variables.read('weight');
    runtime.dispose();
    expect(values[0]).toBeGreaterThan(0.9985);
    expect(values[0]).toBeLessThan(0.9995);
  });

  it('is refused where steps are not compiled', () => {
    expect(() => createRuntime(backend, { mode: 'eager', precision: 'mixed' })).toThrow(/needs compiled steps/);
  });
});

/** To the nearest number with eight significant bits, ties to even. */
function roundToBfloat16(value: number): number {
  const bits = new Uint32Array(Float32Array.of(value).buffer)[0];
  const rounded = (bits + 0x7fff + ((bits >>> 16) & 1)) & 0xffff0000;
  return new Float32Array(Uint32Array.of(rounded).buffer)[0];
}
