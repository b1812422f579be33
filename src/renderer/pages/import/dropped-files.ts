/** What a user dropped or chose: paths where the shell knows them, else files with their folders. */
import type { ImportSource } from '../../../shared/imports.ts';
import type { ShellBridge } from '../../../shared/shell-bridge.ts';

export interface NamedFile {
  /** Folders and name, separated by `/`. */
  readonly path: string;
  readonly file: File;
}

/** Data on their way to the wizard. */
export type Brought =
  | { readonly kind: 'source'; readonly source: ImportSource }
  | { readonly kind: 'files'; readonly gather: (onFound: (files: number) => void) => Promise<NamedFile[]> };

/** Undefined in a browser, and where the services run on another computer. */
export function desktopShell(): ShellBridge | undefined {
  return window.cortextShell;
}

/** Must be called while the drop is handled: later the browser has forgotten what it was. */
export function broughtByDrop(transfer: DataTransfer): Brought | null {
  const shell = desktopShell();
  if (shell !== undefined) return fromPaths([...transfer.files].map((file) => shell.pathForFile(file)));
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  const files = [...transfer.files];
  if (entries.length === 0 && files.length === 0) return null;
  return {
    kind: 'files',
    gather: async (onFound) => {
      // Files that a script has made are in no file system.
      if (entries.length === 0) return files.map((file) => ({ path: file.name, file }));
      const found: NamedFile[] = [];
      for (const entry of entries) await walk(entry, found, onFound);
      return found;
    },
  };
}

/** From `<input type="file">`, with or without `webkitdirectory`. */
export function broughtByInput(list: FileList): Brought | null {
  const files = [...list]
    .map((file) => ({ path: file.webkitRelativePath || file.name, file }))
    .filter(({ path }) => !isHidden(path));
  return files.length === 0 ? null : { kind: 'files', gather: () => Promise.resolve(files) };
}

export function fromPaths(paths: readonly string[]): Brought | null {
  return paths.length === 0 ? null : { kind: 'source', source: { paths: [...paths] } };
}

async function walk(entry: FileSystemEntry, found: NamedFile[], onFound: (files: number) => void): Promise<void> {
  const path = entry.fullPath.replace(/^\//, '');
  if (isHidden(path)) return;
  if (entry.isFile) {
    // An entry that is a file is one of this kind.
    const file = await new Promise<File>((resolve, reject) => {
      (entry as FileSystemFileEntry).file(resolve, reject);
    });
    found.push({ path, file });
    onFound(found.length);
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  // A reader gives a hundred entries at a time, and none at the end.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (some.length === 0) return;
    for (const inner of some) await walk(inner, found, onFound);
  }
}

/** Histories of git and thumbnails of the system are no data. */
function isHidden(path: string): boolean {
  return path.split('/').some((part) => part.startsWith('.'));
}

let waiting: Brought | null = null;
let taker: ((brought: Brought) => void) | null = null;

/** Leaves data for the wizard, which is open or about to open. */
export function handOver(brought: Brought): void {
  if (taker === null) waiting = brought;
  else taker(brought);
}

/** Takes what is handed over from now on. @returns what was left before, and how to stop */
export function takeHandedOver(take: (brought: Brought) => void): { left: Brought | null; stop: () => void } {
  const left = waiting;
  waiting = null;
  taker = take;
  return {
    left,
    stop: () => {
      taker = null;
    },
  };
}
