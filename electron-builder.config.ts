/**
 * How the application is packaged: AppImage and deb, an NSIS installer, a dmg.
 *
 * Nothing is rebuilt: native packages bring prebuilt Node-API binaries, which serve Electron and Node alike. The engine runs
 * in a real Node from the sources, so Node, sources and packages lie beside the archive; the archive holds what Electron
 * itself runs and shows.
 */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Configuration } from 'electron-builder';
import { z } from 'zod';
import { installationFolder } from './src/main/engine/install/cache-folder.ts';

const project = fileURLToPath(new URL('.', import.meta.url));
const modules = join(project, 'node_modules');

/** An unpacked Electron for the target platform: what `npm start` has downloaded, or any other that is named. */
const electronDist = process.env.CORTEXT_ELECTRON_DIST ?? join(modules, 'electron', 'dist');
const versionFile = join(electronDist, 'version');
const electronVersion = existsSync(versionFile)
  ? readFileSync(versionFile, 'utf8').trim().replace(/^v/, '')
  : z.object({ version: z.string() }).parse(JSON.parse(readFileSync(join(modules, 'electron', 'package.json'), 'utf8')))
      .version;

/** The native engine of this computer; an application without it trains on WebAssembly, or builds one at a click. */
const engine = installationFolder('cpu');

/** What is in the bundles already, or is for building only. */
const bundled = [
  '@mantine',
  '@floating-ui',
  '@niivue',
  '@tanstack',
  'react',
  'react-dom',
  'react-*',
  'uplot',
  'wouter',
  'ws',
  'commander',
  'electron*',
  'core-js',
];

export default {
  appId: 'org.cortext.desktop',
  productName: 'Cortext',
  copyright: 'MIT licence',
  directories: { output: join(project, 'dist'), buildResources: join(project, 'resources', 'icons') },
  electronDist,
  electronVersion,
  npmRebuild: false,
  nodeGypRebuild: false,
  asar: true,
  files: [
    'package.json',
    'out/**/*',
    'resources/**/*',
    'src/shared/**/*',
    'src/main/**/*',
    '!src/main/{server,cli}/**/*',
    ...bundled.map((name) => `!node_modules/${name}/**/*`),
    '!**/*.{map,md,d.ts,d.mts,d.cts}',
  ],
  asarUnpack: ['package.json', 'resources/**/*', 'src/**/*', 'node_modules/**/*'],
  extraResources: [
    // C++ is left out of packages by itself; the native engine is known by a hash of its sources, and can be built from them.
    ...['node_modules/@tensorflow/tfjs-node-gpu', 'src/main/engine/install/native'].map((folder) => ({
      from: join(project, folder),
      to: `app.asar.unpacked/${folder}`,
    })),
    { from: join(modules, 'node', 'bin'), to: 'node', filter: ['node', 'node.exe'] },
    ...(existsSync(engine)
      ? [{ from: engine, to: join('engine', basename(engine)), filter: ['**/*', '!trusted-*.json'] }]
      : []),
  ],
  electronFuses: {
    // Engines run in a real Node; nothing may turn the application into one.
    runAsNode: false,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableCookieEncryption: true,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    // Electron before 29 has no such fuse.
    ...(Number(electronVersion.split('.')[0]) >= 29 ? { grantFileProtocolExtraPrivileges: false } : {}),
  },
  linux: {
    target: ['AppImage', 'deb'],
    category: 'Science',
    synopsis: 'Reconstructs seen images from fMRI',
    icon: join(project, 'resources', 'icons', 'icon.png'),
    executableName: 'cortext',
    maintainer: 'Cortext <cortext@localhost>',
  },
  win: { target: ['nsis'], icon: join(project, 'resources', 'icons', 'icon.png') },
  nsis: { oneClick: false, allowToChangeInstallationDirectory: true },
  mac: {
    target: ['dmg'],
    category: 'public.app-category.education',
    icon: join(project, 'resources', 'icons', 'icon.png'),
  },
} satisfies Configuration;
