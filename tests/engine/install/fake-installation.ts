import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { installationFolder } from '../../../src/main/engine/install/cache-folder.ts';
import { MANIFEST_FILE, type InstallManifest } from '../../../src/main/engine/install/manifest.ts';
import { sha256 } from '../../../src/main/files/hash.ts';

/** An installation with a correct manifest whose files hold whatever the test wants. */
export function writeFakeInstallation(cacheFolder: string, files: Record<string, string>): string {
  const folder = installationFolder('cpu', cacheFolder);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  const manifest: InstallManifest = {
    schema: 1,
    tensorflow: '2.21.0',
    kind: 'cpu',
    platform: process.platform,
    arch: process.arch,
    addonSource: 'test',
    nodeApi: 8,
    wheels: [],
    compiler: 'test',
    python: 'test',
    node: process.version,
    installedAt: '2026-01-01T00:00:00.000Z',
    seconds: 1,
    files: Object.entries(files).map(([path, content]) => ({ path, bytes: content.length, sha256: sha256(content) })),
  };
  writeFileSync(join(folder, MANIFEST_FILE), JSON.stringify(manifest));
  return folder;
}
