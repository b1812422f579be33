/** Folders of the computer that computes, for choosing data in a window that may run on another one. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { CortextError, toCortextError } from '../../shared/errors.ts';
import type { FolderListing } from '../../shared/imports.ts';

/** More entries than this nobody scrolls through. */
const MOST_ENTRIES = 2000;

/** `~` and what begins with it stands for the home folder, as in a shell. */
export function expandHome(path: string): string {
  return path === '~' || /^~[\\/]/.test(path) ? join(homedir(), path.slice(1)) : path;
}

/**
 * Folders first, both in the order of their numbers and letters; hidden ones are left out.
 *
 * @param folder - absolute, or from home (`~/data`); null for the home folder; of a file, the folder it is in
 * @param workspace - offered as a place to begin
 * @throws CortextError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `INVALID_ARGUMENT` for a relative path
 */
export function listFolder(folder: string | null, workspace: string): FolderListing {
  const asked = expandHome(folder ?? '~');
  if (!isAbsolute(asked)) {
    throw new CortextError('INVALID_ARGUMENT', `${asked} does not say from where it is counted.`, {
      hint: 'Write the whole path, or one from your home folder: ~/data.',
    });
  }
  const path = folderAt(resolve(asked));
  const entries = entriesOf(path);
  const parent = dirname(path);
  return {
    folder: path,
    parent: parent === path ? null : parent,
    entries: entries.slice(0, MOST_ENTRIES),
    more: Math.max(0, entries.length - MOST_ENTRIES),
    places: placesOf(workspace),
  };
}

function folderAt(path: string): string {
  try {
    return statSync(path).isDirectory() ? path : dirname(path);
  } catch (error) {
    throw readingError(error, path);
  }
}

function entriesOf(folder: string): FolderListing['entries'] {
  let names;
  try {
    names = readdirSync(folder);
  } catch (error) {
    throw readingError(error, folder);
  }
  const collator = new Intl.Collator('en', { numeric: true });
  return names
    .filter((name) => !name.startsWith('.'))
    .flatMap((name): FolderListing['entries'] => {
      const path = join(folder, name);
      // Follows links: data managed by git-annex are links. What leads nowhere is left out.
      const stats = statOrNull(path);
      if (stats?.isDirectory() === true) return [{ name, path, kind: 'folder', bytes: null }];
      return stats?.isFile() === true ? [{ name, path, kind: 'file', bytes: stats.size }] : [];
    })
    .sort((a, b) => (a.kind === b.kind ? collator.compare(a.name, b.name) : a.kind === 'folder' ? -1 : 1));
}

function statOrNull(path: string) {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}

function placesOf(workspace: string): FolderListing['places'] {
  const home = homedir();
  const disks =
    process.platform === 'win32'
      ? 'CDEFGH'.split('').map((letter) => `${letter}:\\`)
      : ['/', '/media', '/mnt', '/Volumes', '/data'];
  return [home, join(home, 'Desktop'), join(home, 'Documents'), join(home, 'Downloads'), dirname(workspace), ...disks]
    .filter((path, at, all) => existsSync(path) && all.indexOf(path) === at)
    .map((path) => ({ name: path, path }));
}

function readingError(error: unknown, path: string): CortextError {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EACCES' || code === 'EPERM') {
    return new CortextError('FILE_UNREADABLE', `You may not look into ${path}.`, {
      hint: 'Check who owns the folder and its permissions.',
      cause: error,
    });
  }
  return toCortextError(error, path);
}
