/** Mixed precision against float32: the same step, the same values. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend, type Backend } from '../../../src/main/engine/backends/start-backend.ts';
import { createPublishedStep, type StepLosses } from '../../../src/main/engine/benchmark/published-step.ts';
import { findInstallation } from '../../../src/main/engine/install/manifest.ts';
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

  it('multiplies large matrices in bfloat16 and gives float32 to what follows', async () => {
    const runtime = createRuntime(backend, { mode: 'compiled', precision: 'mixed' });
    const random = new Random(1);
    const a = random.normals(256 * 256);
    const step = runtime.compile('product', { a: { shape: [256, 256], dtype: 'float32' } }, ({ a: fed }) => ({
      product: tf.matMul(fed as tf.Tensor2D, fed as tf.Tensor2D),
      sum: tf.sum(tf.square(fed)),
    }));
    const { product, sum } = await step.run({ a });
    runtime.dispose();
    const rounded = a.map(roundToBfloat16);
    let expected = 0;
    for (let k = 0; k < 256; k++) expected += rounded[k] * rounded[k * 256];
    expect(product[0]).toBe(roundToBfloat16(product[0]));
    expect(Math.abs(product[0] - expected)).toBeLessThan(Math.abs(expected) / 128);
    // A statistic, in float32: bfloat16 could not tell it from its neighbours 256 away.
    const exact = a.reduce((total, value) => total + value * value, 0);
    expect(Math.abs(sum[0] - exact)).toBeLessThan(exact * 1e-5);
  });

  it('keeps weights in float32: updates far below the digits of bfloat16 add up', async () => {
    const runtime = createRuntime(backend, { mode: 'compiled', precision: 'mixed' });
    runtime.variables.createFilled('weight', [256, 256], 1);
    const adam = runtime.adam({ name: 'all', parameters: ['weight'], beta1: 0, beta2: 0.9 });
    const step = runtime.compile('descend', { x: { shape: [256, 256], dtype: 'float32' } }, ({ x }) => {
      const { value, gradients } = runtime.gradients(
        () => tf.mean(tf.matMul(x as tf.Tensor2D, runtime.variables.get('weight') as tf.Tensor as tf.Tensor2D)),
        ['weight'],
      );
      // Next to 1, bfloat16 has only 1 - 1/256.
      adam.apply(gradients, 1e-4);
      return { value };
    });
    const x = new Float32Array(256 * 256).fill(1);
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
