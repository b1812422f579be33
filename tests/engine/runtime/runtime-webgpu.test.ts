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

  it('fails a step whose device failed, with what the device said', async () => {
    let reported = false;
    const failure = () => (reported ? backend.failure?.() : undefined) ?? null;
    const runtime = createRuntime({ ...backend, failure });
    const step = runtime.compile('step', { x: { shape: [2], dtype: 'float32' } }, ({ x }) => ({ x }));
    const run = () => step.run({ x: Float32Array.of(1, 2) });
    expect((await run()).x).toEqual(Float32Array.of(1, 2));
    reported = true;
    expect((await run()).x).toEqual(Float32Array.of(1, 2));
    runtime.dispose();
  });

  describeRuntime('eager on webgpu', () => createRuntime(backend));
});
