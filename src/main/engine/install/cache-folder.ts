/** Where the native engine lives: outside the clone and outside workspaces, shared by all of a user's checkouts. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { addonSourceVersion, NODE_API_VERSION } from './addon-source.ts';
import { pinnedLibraries } from './pinned-wheels.ts';

/** The library on the processor alone, or with NVIDIA's CUDA. */
export type LibraryKind = 'cpu' | 'cuda';

/**
 * The folder for big things that can be fetched again: `CORTEXT_CACHE`, or the platform's own place for caches
 * (`XDG_CACHE_HOME` or `~/.cache` on Linux, `~/Library/Caches` on macOS, `LOCALAPPDATA` on Windows).
 */
export function engineCacheFolder(): string {
  const { CORTEXT_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (CORTEXT_CACHE) return CORTEXT_CACHE;
  if (process.platform === 'win32')
    return join(LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'cortext', 'cache');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'cortext');
  return join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'cortext');
}

/**
 * The folder of one build of library and addon. Everything that decides whether an addon fits is in its name, so a new
 * version of any of them gets a folder of its own instead of a half-fitting mixture.
 */
export function installationFolder(kind: LibraryKind, cacheFolder = engineCacheFolder()): string {
  const key = [
    `tensorflow-${pinnedLibraries().tensorflow}`,
    kind,
    process.platform,
    process.arch,
    `addon-${addonSourceVersion()}`,
    `napi${NODE_API_VERSION}`,
  ].join('-');
  return join(cacheFolder, 'engine', key);
}
