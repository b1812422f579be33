/** The desktop shell for the Electron of the tests: version 22 has no ES modules in main, and Chromium 108. */
import { defineConfig, mergeConfig } from 'electron-vite';
import product from '../../../electron.vite.config.ts';

const cjs = { format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: '[name].cjs' };
const node = { target: 'node16.17' };

/** Electron 25 brought it; before, files knew their paths themselves. */
const webUtils = `require('electron').webUtils ??= { getPathForFile: (file) => file.path };`;

export default defineConfig({
  main: mergeConfig(product.main ?? {}, { build: { ...node, rolldownOptions: { output: cjs } } }),
  preload: mergeConfig(product.preload ?? {}, {
    build: { ...node, rolldownOptions: { output: { banner: webUtils } } },
  }),
  renderer: mergeConfig(product.renderer ?? {}, { build: { target: 'chrome108' } }),
});
