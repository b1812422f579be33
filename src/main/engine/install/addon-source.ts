/** The source of the Node addon between TensorFlow.js and libtensorflow, as shipped in `@tensorflow/tfjs-node-gpu`. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { sha256 } from '../../files/hash.ts';

/** Node-API that the addon is compiled for: one binary serves Node 20, Node 24 and Electron. */
export const NODE_API_VERSION = 8;

const requireHere = createRequire(import.meta.url);

/**
 * The package's folder. Resolved through its `package.json`, because its entry looks for a prebuilt addon that is never
 * downloaded here and throws without it.
 */
export function tfjsNodeFolder(): string {
  return dirname(requireHere.resolve('@tensorflow/tfjs-node-gpu/package.json'));
}

export function tfjsNodeVersion(): string {
  const text = readFileSync(join(tfjsNodeFolder(), 'package.json'), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}

/** Source files, absolute: the addon's two and the one of ours that keeps TensorFlow's start quiet. */
export function addonSources(): { addon: readonly string[]; quiet: string } {
  const binding = join(tfjsNodeFolder(), 'binding');
  return {
    addon: [join(binding, 'tfjs_backend.cc'), join(binding, 'tfjs_binding.cc')],
    quiet: fileURLToPath(new URL('./native/quiet.cc', import.meta.url)),
  };
}

/** Include folders for the addon's own headers and Node-API's. */
export function addonIncludeFolders(): readonly string[] {
  return [join(dirname(requireHere.resolve('node-api-headers/package.json')), 'include'), tfjsNodeFolder()];
}

/** Version of the package and a hash of the sources, for a patched copy must not be taken for the published one. */
export function addonSourceVersion(): string {
  const { addon, quiet } = addonSources();
  const hash = sha256(...[...addon, quiet].map((file) => readFileSync(file)));
  return `${tfjsNodeVersion()}-${hash.slice(0, 8)}`;
}
