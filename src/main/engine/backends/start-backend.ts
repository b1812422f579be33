/** Starts the backend that trains: libtensorflow, a GPU through WebGPU, or WebAssembly, which is everywhere. */
import * as tf from '@tensorflow/tfjs';
import { CortextError, toCortextError } from '../../../shared/errors.ts';
import { type BackendChoice, type BackendName, defaultGpu, type GpuConfig } from '../../../shared/experiment.ts';
import { preferenceOrder } from './measured-speeds.ts';
import { startTensorFlow, type TensorFlowBinding } from './tensorflow-backend.ts';
import { startWasm } from './wasm-backend.ts';
import { startWebGpu } from './webgpu-backend.ts';

export interface Backend {
  readonly name: BackendName;
  /** What computes, for people: the processor's model and cores, or the GPU's name. */
  readonly device: string;
  /** Version of the library behind it: libtensorflow's or the WebAssembly package's. */
  readonly version: string;
  readonly isGpu: boolean;
  /** The addon, for the graph recorder; only with `tensorflow`. */
  readonly binding?: TensorFlowBinding;
  /** Why `auto` did not take the faster backend, for the experiment's log. */
  readonly warning?: string;
  /** What went wrong on the device and was reported to no operation; only where that can be. */
  readonly failure?: () => CortextError | null;
}

let running: { backend: Backend } | undefined;

/**
 * Starts a backend and makes it TensorFlow.js' own for the rest of this process.
 *
 * `auto` takes `tensorflow` when it is installed and loads, else `webgpu` where there is a GPU, else `wasm`; `webgpu` comes
 * first where the doctor measured that it is faster. A process has one engine: asking again for the same (or for `auto`)
 * gives the one that runs.
 *
 * @param gpu - which of NVIDIA's GPUs, and how exactly; one that is named is taken or nothing is
 * @param begunWith - the backend of an experiment that goes on, which `auto` takes again
 * @throws CortextError `ENGINE_BACKEND_UNAVAILABLE` when the backend, or the GPU, that was named does not start
 */
export async function startBackend(
  choice: BackendChoice,
  gpu: GpuConfig = defaultGpu,
  begunWith: BackendName | null = null,
): Promise<Backend> {
  if (running !== undefined) {
    const { backend } = running;
    if (choice !== 'auto' && choice !== backend.name) {
      throw new CortextError(
        'ENGINE_BACKEND_UNAVAILABLE',
        `This process already runs on ${backend.name}; ${choice} needs a process of its own.`,
      );
    }
    await activate(backend.name);
    return backend;
  }
  if (gpu.index !== null && choice !== 'auto' && choice !== 'tensorflow') {
    throw new CortextError('ENGINE_BACKEND_UNAVAILABLE', `GPU ${gpu.index} was asked for, and ${choice} cannot choose one.`, {
      hint: 'Leave the device out, or train on tensorflow.',
    });
  }
  const backend =
    choice === 'auto' && gpu.index === null
      ? await startFirst(preferenceOrder(begunWith), gpu)
      : await start(choice === 'auto' ? 'tensorflow' : choice, gpu);
  running = { backend };
  return backend;
}

async function start(name: BackendName, gpu: GpuConfig): Promise<Backend> {
  switch (name) {
    case 'wasm':
      return activated(await startWasm());
    case 'webgpu':
      return activated(await startWebGpu());
    case 'tensorflow':
      return activated(await startTensorFlow(gpu));
  }
}

/** The first that starts; what kept the one before it from starting is the warning. */
async function startFirst([name, ...others]: readonly BackendName[], gpu: GpuConfig): Promise<Backend> {
  try {
    return await start(name, gpu);
  } catch (error) {
    if (others.length === 0) throw error;
    const { message, hint } = toCortextError(error);
    const backend = await startFirst(others, gpu);
    return {
      ...backend,
      warning: `Training runs on ${backend.name}. ${message}${hint === undefined ? '' : ` ${hint}`}`,
    };
  }
}

async function activated(backend: Backend): Promise<Backend> {
  await activate(backend.name);
  return backend;
}

/**
 * Makes a registered backend the current one and makes sure that it is: `setBackend` does not throw when a backend fails
 * to start, it returns false, and later operations silently run on another.
 *
 * @throws CortextError `ENGINE_BACKEND_UNAVAILABLE`
 */
export async function activate(name: string): Promise<void> {
  let accepted = false;
  let cause: unknown;
  try {
    accepted = await tf.setBackend(name);
    if (accepted) await tf.ready();
  } catch (error) {
    cause = error;
  }
  // Asking for the current backend starts one where none runs, so it is asked only after a success.
  if (accepted && tf.getBackend() === name) return;
  throw new CortextError(
    'ENGINE_BACKEND_UNAVAILABLE',
    `TensorFlow.js could not start its backend ${name}; it would compute on another one without saying so.`,
    { hint: 'Run: npm run cortext -- doctor', cause },
  );
}
