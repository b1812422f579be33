import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Backend, startBackend } from '../../../src/main/engine/backends/start-backend.ts';
import { createRuntime } from '../../../src/main/engine/runtime/create-runtime.ts';
import { hasTestGpu, testGpuAbsent, useTestGpu } from '../../support/test-gpu.ts';
import { describeRuntime } from './runtime-behaviour.ts';

describe.skipIf(!hasTestGpu)(hasTestGpu ? 'on webgpu' : `on webgpu (${testGpuAbsent})`, () => {
  let backend: Backend;

  beforeAll(async () => {
    useTestGpu();
    backend = await startBackend('webgpu');
  });

  describeRuntime('eager on webgpu', () => createRuntime(backend), 10);

  // The last one: a device that failed stays so.
  it('fails the step whose operation the GPU refused, although nobody waited for the refusal', async () => {
    const runtime = createRuntime(backend);
    const step = runtime.compile('step', { x: { shape: [256], dtype: 'float32' } }, ({ x }) => ({ x: tf.square(x) }));
    // Smaller arrays are computed with in JavaScript.
    const x = new Float32Array(256).fill(3);
    expect((await step.run({ x })).x[255]).toBe(9);
    const { device } = tf.backend() as unknown as { device: GPUDevice };
    device.createBuffer({ size: 2 ** 50, usage: GPUBufferUsage.STORAGE });
    await expect(step.run({ x })).rejects.toMatchObject({
      code: 'INTERNAL',
      message: expect.stringMatching(/GPU refused .*exceeds the max buffer size/) as string,
    });
    runtime.dispose();
  });
});
