import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { activate, startBackend } from '../../../src/main/engine/backends/start-backend.ts';
import { startTensorFlow } from '../../../src/main/engine/backends/tensorflow-backend.ts';
import { installationFolder } from '../../../src/main/engine/install/cache-folder.ts';
import { defaultGpu } from '../../../src/shared/experiment.ts';
import { writeFakeInstallation } from '../install/fake-installation.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cortext-backend-'));
  vi.stubEnv('CORTEXT_CACHE', join(folder, 'empty'));
});

afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

describe('startBackend', () => {
  it('says what to run when the native engine was asked for and is not installed', async () => {
    await expect(startBackend('tensorflow')).rejects.toMatchObject({
      code: 'ENGINE_BACKEND_UNAVAILABLE',
      hint: 'Run: npm run cortext -- engine install',
    });
  });

  it('refuses a GPU by its index where the backend cannot choose one', async () => {
    await expect(startBackend('wasm', { ...defaultGpu, index: 1 })).rejects.toThrow(/GPU 1 was asked for, and wasm/);
  });

  it('names the file when the addon in the cache is damaged', async () => {
    const cache = join(folder, 'truncated');
    const target = writeFakeInstallation(cache, { 'addon/tfjs_binding.node': 'x'.repeat(100) });
    writeFileSync(join(target, 'addon/tfjs_binding.node'), 'x'.repeat(50));
    await expect(startTensorFlow(defaultGpu, cache)).rejects.toThrow(/tfjs_binding\.node has 50 bytes instead of 100/);
  });

  it('tells an addon that does not load from one that is missing', async () => {
    const cache = join(folder, 'junk');
    writeFakeInstallation(cache, { 'addon/tfjs_binding.node': 'not an addon', 'addon/quiet.node': 'neither' });
    await expect(startTensorFlow(defaultGpu, cache)).rejects.toThrow(/The native engine does not load/);
  });

  it('refuses a backend that TensorFlow.js would silently replace by another', async () => {
    tf.registerBackend('broken', () => {
      throw new Error('no such device');
    });
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    await expect(activate('broken')).rejects.toMatchObject({ code: 'ENGINE_BACKEND_UNAVAILABLE' });
    await expect(activate('never-registered')).rejects.toMatchObject({ code: 'ENGINE_BACKEND_UNAVAILABLE' });
    vi.restoreAllMocks();
  });

  it('takes WASM by itself where there is no native engine, says why, and computes on it', async () => {
    const cache = join(folder, 'damaged');
    vi.stubEnv('CORTEXT_CACHE', cache);
    mkdirSync(installationFolder('cpu'), { recursive: true });
    const backend = await startBackend('auto');
    expect(backend.name).toBe('wasm');
    expect(backend.warning).toMatch(/damaged: .*manifest\.json is missing/);
    expect(tf.getBackend()).toBe('wasm');
    expect(Array.from(tf.matMul(tf.tensor2d([[1, 2]]), tf.tensor2d([[3], [4]])).dataSync())).toEqual([11]);
  });

  it('keeps one engine per process', async () => {
    expect((await startBackend('auto')).name).toBe('wasm');
    expect((await startBackend('wasm')).name).toBe('wasm');
    await expect(startBackend('tensorflow')).rejects.toMatchObject({ code: 'ENGINE_BACKEND_UNAVAILABLE' });
  });
});
