/** The built interface: a few files that are known by name before the first request. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { CortextError } from '../../shared/errors.ts';

export interface RendererFile {
  readonly path: string;
  readonly contentType: string;
  /** Its name holds a hash of its content. */
  readonly immutable: boolean;
}

export interface RendererFiles {
  /** By address, such as `assets/index-3f2a.js`. */
  readonly files: ReadonlyMap<string, RendererFile>;
  /** The page, with a nonce in place of the placeholder. */
  page(nonce: string): string;
}

const contentTypes: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
};

/** Stands in `index.html` where the nonce of a page goes. */
export const NONCE_PLACEHOLDER = '%CORTEXT_NONCE%';

/** @throws CortextError `FILE_NOT_FOUND` when the interface was not built */
export function loadRendererFiles(folder: string): RendererFiles {
  const index = join(folder, 'index.html');
  if (!existsSync(index)) {
    throw new CortextError('FILE_NOT_FOUND', `The interface is not built: ${index} does not exist.`, {
      hint: 'Run: npm start',
    });
  }
  const html = readFileSync(index, 'utf8');
  const files = new Map<string, RendererFile>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const contentType = contentTypes[extname(entry.name)];
    if (!entry.isFile() || contentType === undefined) continue;
    const path = join(entry.parentPath, entry.name);
    const address = relative(folder, path).replaceAll(sep, '/');
    files.set(address, { path, contentType, immutable: address.startsWith('assets/') });
  }
  return { files, page: (nonce) => html.replaceAll(NONCE_PLACEHOLDER, nonce) };
}
