/** The backend `wasm`: needs nothing but npm packages, computes on one core. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setWasmPaths, version_wasm } from '@tensorflow/tfjs-backend-wasm';
import { processorName } from './device.ts';
import type { Backend } from './start-backend.ts';
import { registerWasmKernels } from './wasm-kernels/register.ts';

const require = createRequire(import.meta.url);

/** Registers the backend, with the kernels that the package lacks or that are slow in it. */
export function startWasm(): Promise<Backend> {
  const folder = dirname(require.resolve('@tensorflow/tfjs-backend-wasm'));
  // Without it the package looks beside the program that was started.
  setWasmPaths(`${join(folder)}/`);
  registerWasmKernels();
  return Promise.resolve({ name: 'wasm', device: processorName(1), version: version_wasm, isGpu: false });
}
