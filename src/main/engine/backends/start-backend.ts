/** Starts the backend that trains: libtensorflow where it is installed, WebAssembly everywhere else. */
import * as tf from '@tensorflow/tfjs';
import { CortextError } from '../../../shared/errors.ts';
import type { BackendChoice, BackendName } from '../../../shared/experiment.ts';
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
 * `auto` takes `tensorflow` when it is installed and loads, else `wasm`. A process has one engine: asking again for the
 * same (or for `auto`) gives the one that runs.
 *
 * @throws CortextError `ENGINE_BACKEND_UNAVAILABLE` when the backend that was named does not start
 */
export async function startBackend(choice: BackendChoice): Promise<Backend> {
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
  const backend = await start(choice);
  running = { backend };
  return backend;
}

async function start(choice: BackendChoice): Promise<Backend> {
  switch (choice) {
    case 'wasm':
      return activated(await startWasm());
    case 'webgpu':
      return activated(await startWebGpu());
    case 'tensorflow':
      return activated(startTensorFlow());
    case 'auto':
      try {
        return await activated(startTensorFlow());
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        return { ...(await activated(await startWasm())), warning: reason };
      }
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
