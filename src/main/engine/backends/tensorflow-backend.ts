/** The backend `tensorflow`: TensorFlow.js on libtensorflow, through the addon in the engine cache. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { CortextError, toCortextError } from '../../../shared/errors.ts';
import { defaultGpu, type GpuConfig } from '../../../shared/experiment.ts';
import { installationFolder, type LibraryKind } from '../install/cache-folder.ts';
import { ADDON_FILE, QUIET_FILE } from '../install/manifest.ts';
import { tfjsNodeFolder } from '../install/addon-source.ts';
import { trustedInstallation } from '../install/trust.ts';
import { cudaEnvironment, cudaProblem, describeGpu, type GpuProblem } from './cuda.ts';
import { processorName } from './device.ts';
import { nvidiaReport } from './nvidia.ts';
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
 * @param gpu - takes effect on the first start in a process: NVIDIA's libraries read their settings once
 * @throws CortextError `ENGINE_BACKEND_UNAVAILABLE` when it is not installed, damaged, or does not load, or when a GPU was
 *   asked for by its index and cannot be used
 */
export async function startTensorFlow(gpu: GpuConfig = defaultGpu, cacheFolder?: string): Promise<Backend> {
  const { folder, kind, broken } = await chooseBuild(cacheFolder);
  if (kind === 'cpu' && gpu.index !== null) {
    if (broken !== null) throw broken;
    throw new CortextError(
      'ENGINE_BACKEND_UNAVAILABLE',
      `GPU ${gpu.index} was asked for, but only the processor's build of TensorFlow is installed.`,
      { hint: 'Run: npm run cortext -- engine install --gpu' },
    );
  }
  const nvidia = kind === 'cuda' ? prepareGpu(gpu) : null;
  const binding = loadQuietly(folder);
  restoreRemovedUtilities();
  const dist = join(tfjsNodeFolder(), 'dist');
  require(join(dist, 'register_all_kernels.js'));
  // The package has no types for its inner files; these are the ones it declares for the class.
  const { NodeJSKernelBackend } = require(join(dist, 'nodejs_kernel_backend.js')) as KernelBackendModule;
  if (tf.findBackendFactory('tensorflow') == null) {
    tf.registerBackend('tensorflow', () => new NodeJSKernelBackend(binding, '@tensorflow/tfjs-node-gpu'), 3);
  }
  const isGpu = binding.isUsingGpuDevice();
  const warning = nvidia === null ? broken?.message : isGpu ? undefined : onProcessor(nvidia, gpu);
  return {
    name: 'tensorflow',
    device: isGpu && nvidia !== null ? nvidia.device : processorName(),
    version: binding.TF_Version,
    isGpu,
    binding,
    ...(warning === undefined ? {} : { warning }),
  };
}

interface PreparedGpu {
  /** The GPU that will train, in words. */
  readonly device: string;
  readonly problem: GpuProblem | null;
}

/** Sets the variables that TensorFlow and NVIDIA's libraries read when they are loaded. */
function prepareGpu(gpu: GpuConfig): PreparedGpu {
  const report = nvidiaReport();
  const problem = cudaProblem(report);
  const settings = cudaEnvironment(gpu, process.env.CUDA_VISIBLE_DEVICES);
  for (const [name, value] of Object.entries(settings)) {
    // The GPU's choice builds on the user's; everything else that the user has set stays.
    if (name === 'CUDA_VISIBLE_DEVICES') process.env[name] = value;
    else process.env[name] ??= value;
  }
  if (problem?.hopeless) process.env.CUDA_VISIBLE_DEVICES = '-1';
  return { device: describeGpu(report, gpu, process.env.CUDA_VISIBLE_DEVICES), problem };
}

/**
 * Why the CUDA build runs on the processor.
 *
 * @throws CortextError `ENGINE_BACKEND_UNAVAILABLE` when a GPU was asked for by its index: nobody waits a week by mistake
 */
function onProcessor({ problem }: PreparedGpu, gpu: GpuConfig): string {
  const { message, hint }: Pick<GpuProblem, 'message' | 'hint'> = problem ?? {
    message: 'TensorFlow found no GPU that it can use.',
    hint: 'Run with TF_CPP_MIN_LOG_LEVEL=0 to see its own words.',
  };
  if (gpu.index !== null) {
    throw new CortextError('ENGINE_BACKEND_UNAVAILABLE', `GPU ${gpu.index} cannot be used. ${message}`, { hint });
  }
  return `The CUDA build of TensorFlow runs on the processor. ${message} ${hint}`;
}

/** The package's kernels call two functions that Node has removed, or that warn about their removal. */
function restoreRemovedUtilities(): void {
  const util = require('node:util') as Record<string, unknown>;
  util.isNullOrUndefined = (value: unknown) => value === null || value === undefined;
  util.isArray = Array.isArray;
}

interface Build {
  readonly folder: string;
  readonly kind: LibraryKind;
  /** Why the build that would have come first is not the one. */
  readonly broken: CortextError | null;
}

/** A CUDA build that is broken does not keep the processor's from working. */
async function chooseBuild(cacheFolder?: string): Promise<Build> {
  let broken: CortextError | null = null;
  for (const kind of ['cuda', 'cpu'] as const) {
    try {
      const found = await trustedInstallation(kind, cacheFolder);
      if (found !== null) return { folder: found.folder, kind, broken };
    } catch (error) {
      broken ??= toCortextError(error);
    }
  }
  if (broken !== null) throw broken;
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
