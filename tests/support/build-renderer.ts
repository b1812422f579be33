/** The interface as it ships, built once for each file of tests that looks at it. */
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
