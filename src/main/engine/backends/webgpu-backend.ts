/** The backend `webgpu`: GPUs of every maker, through Dawn and the graphics driver (Vulkan, Metal or Direct3D). */
import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { CortextError } from '../../../shared/errors.ts';
import type { Backend } from './start-backend.ts';
import { adapterName, describeAdapter, findAdapter } from './webgpu-adapter.ts';

const require = createRequire(import.meta.url);

/**
 * Starts the GPU's device and registers the backend.
 *
 * @throws CortextError `ENGINE_BACKEND_UNAVAILABLE` when there is no GPU, only a software adapter, or its driver crashes
 */
export async function startWebGpu(): Promise<Backend> {
  await findAdapter();
  // Dawn and 200 kernels: loaded only where there is a GPU. The kernels first, or they would find it and register a backend
  // with a device of their own, whose failures nobody sees.
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
  const { openGpu, requestDevice } = await import('./webgpu-device.ts');
  const adapter = await openGpu().requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) throw new CortextError('ENGINE_BACKEND_UNAVAILABLE', 'The GPU has gone since it was found.');
  const device = await requestDevice(adapter);
  if (tf.findBackendFactory('webgpu') == null) {
    tf.registerBackend('webgpu', () => new WebGPUBackend(device, adapter.info));
  }
  const description = describeAdapter(adapter.info);
  return {
    name: 'webgpu',
    device: adapterName(description),
    version: dawnVersion(),
    isGpu: !description.software,
    failure: watch(device),
  };
}

/** Errors of a GPU come when they come, and to nobody who waits for them: the first is kept. */
function watch(device: GPUDevice): () => CortextError | null {
  let failure: CortextError | null = null;
  device.addEventListener('uncapturederror', ({ error }) => {
    failure ??=
      error instanceof GPUOutOfMemoryError
        ? new CortextError('ENGINE_OUT_OF_MEMORY', `The GPU has not enough memory: ${firstLine(error.message)}.`, {
            hint: 'Choose a smaller batch, fewer channels or smaller images.',
          })
        : new CortextError('INTERNAL', `The GPU refused an operation: ${firstLine(error.message)}.`, {
            hint: 'Train on another backend meanwhile, and report the text above.',
          });
  });
  void device.lost.then(({ message }) => {
    failure ??= new CortextError('ENGINE_CRASHED', `The GPU stopped answering: ${firstLine(message)}.`, {
      hint: 'Its driver was reset, updated or out of memory. Resume the experiment from its last checkpoint.',
    });
  });
  return () => failure;
}

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? '').replace(/\.$/, '');
}

function dawnVersion(): string {
  return z.object({ version: z.string() }).parse(require('webgpu/package.json')).version;
}
