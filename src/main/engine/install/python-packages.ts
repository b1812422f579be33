/** Python packages for comparison, in the engine's cache: a Python of the user's, the packages in a folder of ours. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CortextError, toCortextError } from '../../../shared/errors.ts';
import { engineCacheFolder } from './cache-folder.ts';
import { lastLines, runCommand } from './run-command.ts';
import { findPython, type Python } from './toolchain.ts';

export interface PythonPackages {
  /** The Python that they were installed for. */
  readonly python: string;
  /** They are found there, and nowhere else but in Python itself. */
  readonly folder: string;
  /** Seconds that installing took; null when they were there already. */
  readonly seconds: number | null;
}

export interface PackageOptions {
  readonly signal?: AbortSignal;
  /** Told before a download begins. */
  readonly onInstall?: (text: string) => void;
  /** What helps when pip fails. */
  readonly hint?: string;
}

const MIRROR_HINT =
  "Set pip's own PIP_INDEX_URL or PIP_PROXY to your laboratory's mirror or proxy, and run the benchmark again.";

/**
 * Installs packages with pip into a folder of the cache, or finds them there.
 *
 * pip's own settings decide where they come from. The folder is renamed into place at the end, so a killed installation
 * leaves nothing that looks whole.
 *
 * @param name - of the folder, with the version: `nilearn-0.14.1`
 * @param requirements - as pip takes them
 * @throws CortextError `ENGINE_INSTALL_FAILED` when there is no Python or pip fails, `CANCELLED`
 */
export async function installPythonPackages(
  name: string,
  requirements: readonly string[],
  { signal, onInstall, hint = MIRROR_HINT }: PackageOptions = {},
): Promise<PythonPackages> {
  const python = await anyPython(signal);
  const key = `${name}-python${python.version}-${process.platform}-${process.arch}`;
  const folder = join(engineCacheFolder(), 'bench', key);
  const packages = { python: python.command, folder };
  if (existsSync(folder)) return { ...packages, seconds: null };
  const started = performance.now();
  onInstall?.(`Installing ${requirements.join(', ')} with pip into ${folder}, once ...`);
  mkdirSync(dirname(folder), { recursive: true });
  const staging = join(dirname(folder), `.${key}-${randomBytes(4).toString('hex')}`);
  try {
    const options = ['--only-binary=:all:', '--disable-pip-version-check', '--progress-bar', 'off'];
    const args = ['-m', 'pip', 'install', ...options, '--target', staging, ...requirements];
    const result = await runCommand(python.command, args, { signal });
    if (result.status !== 0) {
      throw new CortextError('ENGINE_INSTALL_FAILED', `pip could not install ${requirements.join(', ')}.`, {
        hint,
        details: { pip: lastLines(result) },
      });
    }
    putInPlace(staging, folder);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
  return { ...packages, seconds: (performance.now() - started) / 1000 };
}

function putInPlace(staging: string, folder: string): void {
  try {
    renameSync(staging, folder);
  } catch (error) {
    // Another benchmark was faster.
    if (!existsSync(folder)) throw error;
  }
}

async function anyPython(signal: AbortSignal | undefined): Promise<Python> {
  try {
    return await findPython(signal);
  } catch (error) {
    if (toCortextError(error).code === 'CANCELLED') throw error;
    throw new CortextError('ENGINE_INSTALL_FAILED', 'No Python 3.9 or newer with pip was found.', {
      hint: 'Install one, or name one in CORTEXT_PYTHON.',
      cause: error,
    });
  }
}

/** Without the user's own packages, which could be other versions. */
export function pythonCommand({ python, folder }: PythonPackages, args: readonly string[]) {
  return {
    command: python,
    args: ['-s', ...args],
    environment: { ...process.env, PYTHONPATH: folder, PYTHONDONTWRITEBYTECODE: '1' },
  };
}
