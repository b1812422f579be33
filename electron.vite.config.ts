/** Builds the desktop shell into out/: main, preload, and the same interface as for the browser. */
import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'electron-vite';
import type { Plugin } from 'vite';
import renderer from './src/renderer/vite.config.ts';

const folder = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Small packages that are bundled: main starts faster, and needs nothing of an installation to relay. */
const bundled = ['zod', 'ws'];

/**
 * Modules of main believe that they are where their sources are: beside presets, migrations and the programs of engine
 * processes, which a real Node runs from their sources. An installed application has those outside its archive.
 */
function sourceAddresses(): Plugin {
  const source = folder('./src/main/');
  return {
    name: 'cortext-source-addresses',
    transform(code, id) {
      if (!id.startsWith(source) || !code.includes('import.meta.url')) return null;
      const fromBundle = `../../src/main/${relative(source, id).split(sep).join('/')}`;
      const address = `new URL(${JSON.stringify(fromBundle)}, import.meta.url).href.replace('/app.asar/', '/app.asar.unpacked/')`;
      return { code: code.replaceAll('import.meta.url', `(${address})`), map: null };
    },
  };
}

export default defineConfig({
  main: {
    plugins: [sourceAddresses()],
    // See there why.
    resolve: { alias: { sharp: folder('./src/main/electron/sharp-elsewhere.ts') } },
    build: {
      externalizeDeps: { exclude: [...bundled, 'sharp'] },
      rolldownOptions: {
        // The services are loaded when it is clear that they can be.
        input: { index: folder('./src/main/electron/index.ts'), services: folder('./src/main/services/open-here.ts') },
        output: { entryFileNames: '[name].js', chunkFileNames: '[name].js' },
      },
    },
  },
  preload: {
    build: {
      externalizeDeps: false,
      rolldownOptions: {
        input: folder('./src/preload/index.ts'),
        // A sandboxed preload is CommonJS and one file.
        output: { format: 'cjs', entryFileNames: 'index.cjs' },
      },
    },
  },
  renderer: {
    ...renderer,
    root: folder('./src/renderer'),
    // Places inside the interface have addresses of several parts, and every one may be where it is loaded.
    plugins: [renderer.plugins, { name: 'cortext-base', enforce: 'post', config: () => ({ base: '/' }) }],
    // Beside the others, wherever they go.
    build: { ...renderer.build, outDir: undefined },
  },
});
