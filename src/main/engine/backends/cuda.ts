/**
 * What the CUDA build asks of the computer, and the settings that NVIDIA's libraries read when they are loaded.
 *
 * None of it was ever run on a computer with a GPU.
 */
import { CortextError } from '../../../shared/errors.ts';
import type { GpuConfig } from '../../../shared/experiment.ts';
import { type PinnedBuild, pinnedLibraries } from '../install/pinned-wheels.ts';
import type { NvidiaGpu, NvidiaReport } from './nvidia.ts';

export interface GpuProblem {
  readonly message: string;
  readonly hint: string;
  /** CUDA would start and fail later; otherwise it may still find a GPU that this computer does not tell of. */
  readonly hopeless: boolean;
}

const DRIVER = "Install NVIDIA's driver (Ubuntu: sudo ubuntu-drivers install; Debian: sudo apt install nvidia-driver)";

/** What TensorFlow's CUDA build was compiled for. */
export function cudaNeeds(): NonNullable<PinnedBuild['cuda']> {
  const needs = pinnedLibraries().builds['linux-x64-cuda']?.cuda;
  if (needs === undefined) throw new CortextError('INTERNAL', 'The CUDA build does not say what it needs.');
  return needs;
}

/** Why the CUDA build cannot use a GPU here; null when nothing speaks against it. */
export function cudaProblem({ driver, gpus, problem }: NvidiaReport): GpuProblem | null {
  const needs = cudaNeeds();
  if (problem !== null) {
    return { message: `${problem}.`, hint: `${DRIVER}, or restart after an update of it.`, hopeless: false };
  }
  if (driver === null) {
    return { message: 'There is no NVIDIA driver.', hint: `${DRIVER} and restart.`, hopeless: false };
  }
  if (compareVersions(driver, needs.driver) < 0) {
    return {
      message: `The NVIDIA driver ${driver} is too old: CUDA ${needs.version} needs ${needs.driver} or newer.`,
      hint: `${DRIVER} and restart.`,
      hopeless: true,
    };
  }
  const told = gpus.filter(({ computeCapability }) => computeCapability !== null);
  if (told.length > 0 && told.length === gpus.length && !told.some((gpu) => isCapable(gpu, needs.computeCapability))) {
    const list = told.map(({ name, computeCapability }) => `${name} has ${computeCapability ?? ''}`).join(', ');
    return {
      message: `No GPU here is new enough: TensorFlow needs compute capability ${needs.computeCapability}; ${list}.`,
      hint: 'Training runs on the processor; WebGPU (--backend webgpu) may still use this GPU.',
      hopeless: true,
    };
  }
  return null;
}

function isCapable({ computeCapability }: NvidiaGpu, needed: string): boolean {
  return computeCapability !== null && compareVersions(computeCapability, needed) >= 0;
}

/** Negative when `a` is older than `b`; numbers between dots are compared as numbers. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/**
 * The variables that choose and configure GPUs. They must be set before the addon is loaded, and what the user has set
 * stays: a cluster's scheduler hands out GPUs by `CUDA_VISIBLE_DEVICES`, and `index` then counts among those.
 *
 * @param visible - the present `CUDA_VISIBLE_DEVICES`
 * @throws CortextError `ENGINE_BACKEND_UNAVAILABLE` when there is no GPU of that index among them
 */
export function cudaEnvironment(gpu: GpuConfig, visible: string | undefined): Record<string, string> {
  return {
    // Without it, indexes go by speed and not as nvidia-smi shows them.
    CUDA_DEVICE_ORDER: 'PCI_BUS_ID',
    // Or TensorFlow takes all of the GPU's memory at once, also from experiments that run beside this one.
    TF_FORCE_GPU_ALLOW_GROWTH: 'true',
    ...(gpu.index === null ? {} : { CUDA_VISIBLE_DEVICES: chosen(gpu.index, visible) }),
    // Read by cuBLAS and cuDNN: float32 products stay float32 on tensor cores too.
    ...(gpu.tf32 ? {} : { NVIDIA_TF32_OVERRIDE: '0' }),
  };
}

function chosen(index: number, visible: string | undefined): string {
  if (visible === undefined) return String(index);
  const device = visible.split(',').filter((name) => name.trim() !== '')[index];
  if (device !== undefined) return device.trim();
  throw new CortextError(
    'ENGINE_BACKEND_UNAVAILABLE',
    `There is no GPU ${index} among those of CUDA_VISIBLE_DEVICES.`,
    {
      hint: `It is set to "${visible}", by you or the cluster; --device counts among those, from 0.`,
    },
  );
}

/** For the experiment's record, e.g. `NVIDIA L4 (GPU 1, compute capability 8.9, no TF32)`. */
export function describeGpu({ gpus }: NvidiaReport, gpu: GpuConfig, visible: string | undefined): string {
  const name = visible?.split(',')[0]?.trim();
  const index = name === undefined || name === '' ? 0 : Number(name);
  // A scheduler may name GPUs by their UUIDs, which are in no list here.
  const found = gpus.find((one) => one.index === index);
  const facts = [
    ...(found === undefined ? [] : [`GPU ${found.index}`]),
    ...(found?.computeCapability == null ? [] : [`compute capability ${found.computeCapability}`]),
    gpu.tf32 ? 'TF32 where it has it' : 'no TF32',
  ];
  return `${found?.name ?? 'NVIDIA GPU'} (${facts.join(', ')})`;
}
