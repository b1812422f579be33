/** Copies of the native engine that tests may damage. */
import { copyFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { installationFolder, type LibraryKind } from '../../src/main/engine/install/cache-folder.ts';
import { findInstallation, MANIFEST_FILE, type InstallManifest } from '../../src/main/engine/install/manifest.ts';
import { sha256 } from '../../src/main/files/hash.ts';

/**
 * A cache folder with an installation in which `own` files are real copies; the others are links to those of the user's
 * installation, which are never written to.
 *
 * @param kind - a copy of the processor's build called `cuda` behaves as a CUDA build that finds no GPU
 * @returns the installation's folder
 */
export function copyInstallation(cacheFolder: string, own: readonly string[], kind: LibraryKind = 'cpu'): string {
  const found = findInstallation('cpu');
  if (found === null) throw new Error('The native engine is not installed.');
  const folder = installationFolder(kind, cacheFolder);
  for (const { path } of found.manifest.files) {
    const [source, target] = [join(found.folder, path), join(folder, path)];
    mkdirSync(dirname(target), { recursive: true });
    if (own.includes(path)) copyFileSync(source, target);
    else symlinkSync(source, target);
  }
  writeFileSync(join(folder, MANIFEST_FILE), JSON.stringify({ ...found.manifest, kind }));
  return folder;
}

/** Changes one bit in the middle of a file, as a failing disk does. */
export function flipBit(path: string): void {
  const bytes = readFileSync(path);
  bytes[bytes.length >> 1] ^= 1;
  writeFileSync(path, bytes);
}

/** Puts other bytes in a file's place, and into the manifest as if they had been installed. */
export function replaceFile(folder: string, path: string, bytes: Uint8Array): void {
  // It may be a link.
  rmSync(join(folder, path));
  writeFileSync(join(folder, path), bytes);
  // Written by copyInstallation.
  const manifest = JSON.parse(readFileSync(join(folder, MANIFEST_FILE), 'utf8')) as InstallManifest;
  const files = manifest.files.map((file) =>
    file.path === path ? { path, bytes: bytes.length, sha256: sha256(bytes) } : file,
  );
  writeFileSync(join(folder, MANIFEST_FILE), JSON.stringify({ ...manifest, files }));
}
