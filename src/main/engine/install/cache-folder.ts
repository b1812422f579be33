/** Where the native engine lives: outside the clone and outside workspaces, shared by all of a user's checkouts. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
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
  if (CORTEXT_CACHE) return resolve(CORTEXT_CACHE);
  if (process.platform === 'win32')
    return join(LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'cortext', 'cache');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'cortext');
  // The specification says to ignore a relative path, and an empty one is as good as none.
  const cache = XDG_CACHE_HOME !== undefined && isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : join(homedir(), '.cache');
  return join(cache, 'cortext');
}

/**
 * The folder of one build of library and addon. Everything that decides whether an addon fits is in its name, so a new
 * version of any of them gets a folder of its own instead of a half-fitting mixture.
 *
 * An installed application brings a build along and names its folder in `CORTEXT_SHIPPED_ENGINE`; one in the cache, which
 * was made for this computer, goes before it.
 */
export function installationFolder(kind: LibraryKind, cacheFolder?: string): string {
  const key = [
    `tensorflow-${pinnedLibraries().tensorflow}`,
    kind,
    process.platform,
    process.arch,
    `addon-${addonSourceVersion()}`,
    `napi${NODE_API_VERSION}`,
  ].join('-');
  const folder = join(cacheFolder ?? engineCacheFolder(), 'engine', key);
  if (cacheFolder !== undefined || existsSync(folder)) return folder;
  const shipped = join(process.env.CORTEXT_SHIPPED_ENGINE ?? '', key);
  return process.env.CORTEXT_SHIPPED_ENGINE && existsSync(shipped) ? shipped : folder;
}
