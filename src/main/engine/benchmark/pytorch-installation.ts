/** PyTorch for comparison, in the engine's cache. */
import { fileURLToPath } from 'node:url';
import { installPythonPackages, pythonCommand, type PythonPackages } from '../install/python-packages.ts';
import type { VariantProgram } from './variant-process.ts';

export const PYTORCH_VERSION = '2.13.0';

export type PyTorch = PythonPackages;

/**
 * Installs PyTorch with pip, or finds it; pip's own settings decide which build it is.
 *
 * @param onInstall - told before a download begins
 * @throws CortextError `ENGINE_INSTALL_FAILED` when there is no Python or pip fails, `CANCELLED`
 */
export function installPyTorch(onInstall: (text: string) => void, signal?: AbortSignal): Promise<PyTorch> {
  return installPythonPackages(`pytorch-${PYTORCH_VERSION}`, [`torch==${PYTORCH_VERSION}`, 'numpy'], {
    signal,
    onInstall,
    hint: "Set pip's own PIP_INDEX_URL or PIP_FIND_LINKS to where its processor build is, and run the benchmark again.",
  });
}

/** A run of our PyTorch script. */
export function pytorchProgram(pytorch: PyTorch, args: readonly string[]): VariantProgram {
  return pythonCommand(pytorch, [
    fileURLToPath(new URL('../../../../bench/pytorch_dfgan_step.py', import.meta.url)),
    ...args,
  ]);
}
