/** The wheels that hold libtensorflow, with their hashes: read from `resources/engine/libtensorflow.json`. */
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { CortextError } from '../../../shared/errors.ts';
import { readJson } from '../../files/atomic.ts';
import type { LibraryKind } from './cache-folder.ts';

const wheelSchema = z.object({
  /** CPython that the wheel is tagged for; its C++ library does not depend on it. */
  python: z.string().regex(/^3\.\d+$/),
  platform: z.string(),
  file: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type PinnedWheel = z.infer<typeof wheelSchema>;

const buildSchema = z.object({
  package: z.string(),
  /** File names inside the wheel's `tensorflow/` folder. */
  libraries: z.array(z.string()).min(1),
  wheels: z.array(wheelSchema).min(1),
  /** Of a CUDA build: what it was compiled for, and so what it asks of driver and GPU. */
  cuda: z
    .object({
      version: z.string(),
      /** The oldest driver that runs any CUDA of the same major version. */
      driver: z.string(),
      computeCapability: z.string(),
    })
    .optional(),
});
export type PinnedBuild = z.infer<typeof buildSchema>;

const pinnedSchema = z.object({ tensorflow: z.string(), builds: z.record(z.string(), buildSchema) });
export type PinnedLibraries = z.infer<typeof pinnedSchema>;

let cached: PinnedLibraries | undefined;

export function pinnedLibraries(): PinnedLibraries {
  const path = fileURLToPath(new URL('../../../../resources/engine/libtensorflow.json', import.meta.url));
  cached ??= readJson(path, pinnedSchema, 'INTERNAL');
  return cached;
}

/**
 * The build for this computer.
 *
 * @throws CortextError `ENGINE_INSTALL_FAILED` where no wheel with a C++ library exists (Windows, Intel Macs)
 */
export function pinnedBuild(
  kind: LibraryKind,
  platform: string = process.platform,
  architecture: string = process.arch,
): PinnedBuild {
  const build = pinnedLibraries().builds[`${platform}-${architecture}-${kind}`];
  if (build !== undefined) return build;
  const what = kind === 'cuda' ? 'CUDA build of libtensorflow' : 'libtensorflow';
  throw new CortextError(
    'ENGINE_INSTALL_FAILED',
    `TensorFlow ${pinnedLibraries().tensorflow} publishes no ${what} for ${platform} on ${architecture}.`,
    {
      hint:
        platform === 'win32'
          ? 'Use Cortext inside WSL 2 (wsl --install -d Debian) for the native engine. Training works here on WASM, slower.'
          : 'Training works here on WASM, slower. The native engine needs Linux (x64, arm64) or a Mac with Apple silicon; CUDA needs Linux x64.',
    },
  );
}
