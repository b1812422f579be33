/** NVIDIA's libraries for the CUDA build, from the wheels that TensorFlow's `and-cuda` extra names. */
import { rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { sha256OfFile } from '../../files/hash.ts';
import type { PinnedWheel } from './pinned-wheels.ts';
import type { Python } from './toolchain.ts';
import { downloadWheel, extractFromWheel, readFromWheel, requirementsOfExtra } from './wheels.ts';

export interface CudaOptions {
  readonly python: Python;
  /** The TensorFlow wheel; its METADATA names the others. */
  readonly wheelPath: string;
  readonly wheel: PinnedWheel;
  /** Where wheels are kept for a moment. */
  readonly downloads: string;
  /** The installation's folder: libraries go to `nvidia/<name>/lib/` in it. */
  readonly target: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Puts `nvidia/` beside `tensorflow/`, as pip would in site-packages: libtensorflow's own RUNPATH is
 * `$ORIGIN/../nvidia/<name>/lib`, so the loader finds them with no environment variable.
 *
 * Never run on a computer with a GPU; see `installTensorFlow`.
 *
 * @returns the wheels, with their hashes for the manifest (pip has checked them against the package index's)
 */
export async function downloadCudaLibraries(options: CudaOptions): Promise<{ file: string; sha256: string }[]> {
  const { python, wheelPath, wheel, downloads, target, signal } = options;
  const requirements = requirementsOfExtra(
    await readFromWheel(python, wheelPath, '.dist-info/METADATA', signal),
    'and-cuda',
  );
  const wheels = [];
  for (const requirement of requirements) {
    const path = await downloadWheel(python, requirement, wheel, downloads, signal);
    wheels.push({ file: basename(path), sha256: await sha256OfFile(path, signal) });
    // The compiler wheel brings ptxas and libdevice, which XLA looks for beside the libraries.
    await extractFromWheel(python, path, [{ from: 'nvidia/', to: `${join(target, 'nvidia')}/` }], signal);
    // One wheel at a time on the disk: together they are some gigabytes.
    rmSync(path, { force: true });
  }
  return wheels;
}
