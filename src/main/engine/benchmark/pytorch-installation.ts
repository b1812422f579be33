/** PyTorch for comparison, in the engine's cache: a Python of the user's, the packages in a folder of ours. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { CortextError } from '../../../shared/errors.ts';
import { engineCacheFolder } from '../install/cache-folder.ts';
import { lastLines, runCommand } from '../install/run-command.ts';
import { findPython } from '../install/toolchain.ts';
import type { VariantProgram } from './variant-process.ts';

export const PYTORCH_VERSION = '2.13.0';

export interface PyTorch {
  /** Packages are found there, and nowhere else but in Python itself. */
  readonly folder: string;
  readonly python: string;
  /** Seconds that installing took; null when it was there already. */
  readonly seconds: number | null;
}

/**
 * Installs PyTorch with pip into the cache, or finds it there.
 *
 * pip's own settings decide where it comes from and which build it is. The folder is renamed into place at the end, so
 * a killed installation leaves nothing that looks whole.
 *
 * @param onInstall - told before a download begins
 * @throws CortextError `ENGINE_INSTALL_FAILED` when there is no Python or pip fails, `CANCELLED`
 */
export async function installPyTorch(onInstall: (text: string) => void, signal?: AbortSignal): Promise<PyTorch> {
  const python = await findPython(signal);
  const parent = join(engineCacheFolder(), 'bench');
  const name = `pytorch-${PYTORCH_VERSION}-python${python.version}-${process.platform}-${process.arch}`;
  const folder = join(parent, name);
  const found = { folder, python: python.command };
  if (existsSync(folder)) return { ...found, seconds: null };
  onInstall(`Installing PyTorch ${PYTORCH_VERSION} with pip into ${folder}, once ...`);
  mkdirSync(parent, { recursive: true });
  const staging = join(parent, `.${name}-${randomBytes(4).toString('hex')}`);
  const started = performance.now();
  try {
    const packages = [`torch==${PYTORCH_VERSION}`, 'numpy'];
    const options = ['--only-binary=:all:', '--disable-pip-version-check', '--progress-bar', 'off'];
    const result = await runCommand(
      python.command,
      ['-m', 'pip', 'install', ...options, '--target', staging, ...packages],
      { signal },
    );
    if (result.status !== 0) {
      throw new CortextError('ENGINE_INSTALL_FAILED', `pip could not install PyTorch ${PYTORCH_VERSION}.`, {
        hint: "Set pip's own PIP_INDEX_URL or PIP_FIND_LINKS to where its processor build is, and run the benchmark again.",
        details: { pip: lastLines(result) },
      });
    }
    putInPlace(staging, folder);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
  return { ...found, seconds: (performance.now() - started) / 1000 };
}

function putInPlace(staging: string, folder: string): void {
  try {
    renameSync(staging, folder);
  } catch (error) {
    // Another benchmark was faster.
    if (!existsSync(folder) || readdirSync(folder).length === 0) throw error;
  }
}

/** A run of our PyTorch script. */
export function pytorchProgram({ python, folder }: PyTorch, args: readonly string[]): VariantProgram {
  const script = fileURLToPath(new URL('../../../../bench/pytorch_dfgan_step.py', import.meta.url));
  return {
    command: python,
    // Without the user's own packages, which could be another PyTorch.
    args: ['-s', script, ...args],
    environment: { PYTHONPATH: folder, PYTHONDONTWRITEBYTECODE: '1' },
  };
}
