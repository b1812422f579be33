import { beforeAll, expect, it } from 'vitest';
import { type Backend, startBackend } from '../../../src/main/engine/backends/start-backend.ts';
import { createRuntime } from '../../../src/main/engine/runtime/create-runtime.ts';
import { describeRuntime } from './runtime-behaviour.ts';

let backend: Backend;

beforeAll(async () => {
  backend = await startBackend('wasm');
});

it('runs eagerly where steps cannot be compiled, and says so when asked for more', () => {
  const runtime = createRuntime(backend);
  expect(runtime.mode).toBe('eager');
  runtime.dispose();
  expect(() => createRuntime(backend, { mode: 'compiled' })).toThrow(
    expect.objectContaining({ code: 'ENGINE_BACKEND_UNAVAILABLE' }),
  );
});

describeRuntime('eager on wasm', () => createRuntime(backend));
