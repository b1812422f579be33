/** Builds the interface as it ships, but for React's warnings, which tests should hear. */
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { temporaryFolder } from './temporary-folder.ts';

export async function buildRenderer(): Promise<string> {
  const outDir = temporaryFolder();
  await build({
    root: fileURLToPath(new URL('../../src/renderer', import.meta.url)),
    logLevel: 'warn',
    build: { outDir, emptyOutDir: true },
  });
  return outDir;
}
