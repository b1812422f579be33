/** What was installed: written last, so a folder without it was never finished. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { CortextError } from '../../../shared/errors.ts';
import { readJson } from '../../files/atomic.ts';
import { sha256, sha256OfFile } from '../../files/hash.ts';
import { installationFolder, type LibraryKind } from './cache-folder.ts';

export const MANIFEST_FILE = 'manifest.json';
export const ADDON_FILE = 'addon/tfjs_binding.node';
export const QUIET_FILE = 'addon/quiet.node';

export const manifestSchema = z.object({
  schema: z.literal(1),
  tensorflow: z.string(),
  kind: z.enum(['cpu', 'cuda']),
  platform: z.string(),
  arch: z.string(),
  addonSource: z.string(),
  nodeApi: z.int(),
  wheels: z.array(z.object({ file: z.string(), sha256: z.string() })),
  compiler: z.string(),
  python: z.string(),
  node: z.string(),
  /** ISO 8601. */
  installedAt: z.string(),
  seconds: z.number(),
  files: z.array(z.object({ path: z.string(), bytes: z.int(), sha256: z.string() })).min(1),
});
export type InstallManifest = z.infer<typeof manifestSchema>;

export interface Installation {
  readonly folder: string;
  readonly manifest: InstallManifest;
}

/** What repairs an installation, whatever is wrong with it. */
export const REPAIR =
  'Run: npm run cortext -- engine install --force\nTraining still works without it, on WASM, slower.';

/**
 * The installation of this kind, checked as far as costs nothing: every file there with its size, and the addon's hash.
 *
 * @returns null when nothing is installed
 * @throws CortextError `ENGINE_BACKEND_UNAVAILABLE` naming the file that is missing or changed
 */
export function findInstallation(kind: LibraryKind, cacheFolder?: string): Installation | null {
  const folder = installationFolder(kind, cacheFolder);
  if (!existsSync(folder)) return null;
  const path = join(folder, MANIFEST_FILE);
  if (!existsSync(path)) throw damaged(`${path} is missing`);
  let manifest: InstallManifest;
  try {
    manifest = readJson(path, manifestSchema, 'ENGINE_BACKEND_UNAVAILABLE');
  } catch (error) {
    throw damaged(error instanceof Error ? error.message.replace(/\.$/, '') : path, error);
  }
  for (const file of manifest.files) {
    const size = statSync(join(folder, file.path), { throwIfNoEntry: false })?.size;
    if (size === undefined) throw damaged(`${join(folder, file.path)} is missing`);
    if (size !== file.bytes) throw damaged(`${join(folder, file.path)} has ${size} bytes instead of ${file.bytes}`);
    if (file.path.startsWith('addon/') && sha256(readFileSync(join(folder, file.path))) !== file.sha256) {
      throw damaged(`${join(folder, file.path)} was changed`);
    }
  }
  return { folder, manifest };
}

/** Reads every byte: about a second for the processor's library, half a minute with CUDA's. */
export async function verifyInstallation(kind: LibraryKind, cacheFolder?: string, signal?: AbortSignal): Promise<void> {
  const found = findInstallation(kind, cacheFolder);
  // Small files first: what is damaged is then often found at once.
  for (const file of [...(found?.manifest.files ?? [])].sort((a, b) => a.bytes - b.bytes)) {
    const path = join(found?.folder ?? '', file.path);
    if ((await sha256OfFile(path, signal)) !== file.sha256) throw damaged(`${path} was changed`);
  }
}

function damaged(what: string, cause?: unknown): CortextError {
  return new CortextError('ENGINE_BACKEND_UNAVAILABLE', `The native engine is damaged: ${what}.`, {
    hint: REPAIR,
    cause,
  });
}
