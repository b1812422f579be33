/** The backend `tensorflow`: TensorFlow.js on libtensorflow, through the addon in the engine cache. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { CortextError } from '../../../shared/errors.ts';
import { installationFolder, type LibraryKind } from '../install/cache-folder.ts';
import { ADDON_FILE, findInstallation, QUIET_FILE } from '../install/manifest.ts';
import { tfjsNodeFolder } from '../install/addon-source.ts';
import { gpuName, processorName } from './device.ts';
import type { Backend } from './start-backend.ts';

/** What an operation of the addon gives back: an id to fetch or delete the tensor by, its shape and its dtype's number. */
export interface BindingTensor {
  readonly id: number;
  readonly shape: number[];
  readonly dtype: number;
}

/** An attribute of an operation; `type` is one of the addon's `TF_ATTR_*`. */
export interface BindingAttribute {
  name: string;
  type: number;
  value: unknown;
}

/** The addon's own interface (`tfjs_binding.cc`): eager operations and SavedModels. */
export interface TensorFlowBinding {
  createTensor(shape: number[], dtype: number, values: ArrayBufferView | string[]): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array;
  executeOp(name: string, attributes: BindingAttribute[], inputs: number[], outputs: number): BindingTensor[];
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(id: number): void;
  runSavedModel(id: number, inputs: number[], inputNames: string, outputNames: string): BindingTensor[];
  getNumOfSavedModels(): number;
  getNumOfTensors(): number;
  isUsingGpuDevice(): boolean;
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_INT64: number;
  readonly TF_BOOL: number;
  readonly TF_COMPLEX64: number;
  readonly TF_STRING: number;
  readonly TF_RESOURCE: number;
  readonly TF_UINT8: number;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_SHAPE: number;
  readonly TF_ATTR_RESOURCE: number;
  readonly TF_Version: string;
}

interface KernelBackendModule {
  readonly NodeJSKernelBackend: new (binding: TensorFlowBinding, packageName: string) => tf.KernelBackend;
}

const require = createRequire(import.meta.url);

/**
 * Loads the addon and registers the backend; the CUDA build comes first where it is installed.
 *
 * The package's own entry is never loaded: it looks for a prebuilt addon, which is not downloaded here, and throws.
 *
 * @throws CortextError `ENGINE_BACKEND_UNAVAILABLE` when it is not installed, damaged, or does not load
 */
export function startTensorFlow(cacheFolder?: string): Backend {
  const { binding, kind } = loadAddon(cacheFolder);
  restoreRemovedUtilities();
  const dist = join(tfjsNodeFolder(), 'dist');
  require(join(dist, 'register_all_kernels.js'));
  // The package has no types for its inner files; these are the ones it declares for the class.
  const { NodeJSKernelBackend } = require(join(dist, 'nodejs_kernel_backend.js')) as KernelBackendModule;
  if (tf.findBackendFactory('tensorflow') == null) {
    tf.registerBackend('tensorflow', () => new NodeJSKernelBackend(binding, '@tensorflow/tfjs-node-gpu'), 3);
  }
  const isGpu = binding.isUsingGpuDevice();
  return {
    name: 'tensorflow',
    device: isGpu ? gpuName() : processorName(),
    version: binding.TF_Version,
    isGpu,
    binding,
    ...(kind === 'cuda' && !isGpu
      ? {
          warning:
            'The CUDA build is installed, but TensorFlow found no GPU that it can use: it runs on the processor.',
        }
      : {}),
  };
}

/** The package's kernels call two functions that Node has removed, or that warn about their removal. */
function restoreRemovedUtilities(): void {
  const util = require('node:util') as Record<string, unknown>;
  util.isNullOrUndefined = (value: unknown) => value === null || value === undefined;
  util.isArray = Array.isArray;
}

function loadAddon(cacheFolder?: string): { binding: TensorFlowBinding; kind: LibraryKind } {
  let failure: unknown;
  for (const kind of ['cuda', 'cpu'] as const) {
    try {
      const found = findInstallation(kind, cacheFolder);
      if (found === null) continue;
      return { binding: loadQuietly(found.folder), kind };
    } catch (error) {
      // A broken CUDA build does not keep the processor's from working.
      failure ??= error;
    }
  }
  if (failure instanceof CortextError) throw failure;
  if (failure !== undefined) {
    throw new CortextError(
      'ENGINE_BACKEND_UNAVAILABLE',
      `The native engine does not load: ${failure instanceof Error ? failure.message : 'unknown reason'}`,
      { hint: 'Run: npm run cortext -- engine install --force', cause: failure },
    );
  }
  throw new CortextError(
    'ENGINE_BACKEND_UNAVAILABLE',
    `The native engine is not installed (looked in ${installationFolder('cpu', cacheFolder)}).`,
    { hint: 'Run: npm run cortext -- engine install' },
  );
}

/** `TF_CPP_MIN_LOG_LEVEL` set by the user to 0 shows TensorFlow's log, also that of its start. */
function loadQuietly(folder: string): TensorFlowBinding {
  const level = (process.env.TF_CPP_MIN_LOG_LEVEL ??= '2');
  // The addons are native code: their interfaces are known only to the sources they were compiled from.
  const load = () => require(join(folder, ADDON_FILE)) as TensorFlowBinding;
  if (Number(level) < 2) return load();
  const quiet = require(join(folder, QUIET_FILE)) as { silence(): void; restore(): void };
  quiet.silence();
  try {
    return load();
  } finally {
    quiet.restore();
  }
}
