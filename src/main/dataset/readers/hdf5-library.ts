/** The HDF5 library (compiled to WebAssembly) and its errors, made safe for files that may be damaged. */
import type * as H5wasm from 'h5wasm/node';
import { CortextError } from '../../../shared/errors.ts';
import type { FileBytes } from './file-bytes.ts';
import { damaged, truncated } from './reading-errors.ts';

export type Library = typeof H5wasm;
export type { Dataset, Entity, File, Group, Metadata, Reference } from 'h5wasm/node';

/** A file, and the library that has opened it. */
export interface OpenedHdf5 {
  readonly library: Library;
  readonly file: FileBytes;
}

/** Classes of types, by HDF5's own numbers. */
export const hdf5Class = {
  integer: 0,
  float: 1,
  string: 3,
  bitfield: 4,
  opaque: 5,
  compound: 6,
  reference: 7,
  enum: 8,
};

let current: Promise<Library> | null = null;
let started = 0;
/** Libraries that crashed, with the error of the file that did it. */
const crashed = new WeakMap<Library, CortextError>();

/** Loaded with the first HDF5 file, and anew after a damaged file has crashed it. */
export function hdf5Library(): Promise<Library> {
  current ??= startLibrary(started++);
  return current;
}

async function startLibrary(instance: number): Promise<Library> {
  // Each address is a module of its own, with a memory of its own.
  const library: Library =
    instance === 0
      ? await import('h5wasm/node')
      : // The same package, so the same type.
        ((await import(`${import.meta.resolve('h5wasm/node')}?instance=${instance}`)) as Library);
  await library.ready;
  // Otherwise errors go to the terminal, and calls return nonsense.
  library.Module.activate_throwing_error_handler();
  return library;
}

/** So many bytes the library's memory may grow by in one call, beyond what the call is known to need. */
const USUAL_ROOM = 1 << 26;

/**
 * Runs calls of the library; what it throws becomes an error with a code.
 *
 * @param part - what is read, for the message
 * @param needed - bytes of the library's memory that `run` is known to need, if they are many
 * @throws CortextError `FILE_DAMAGED`, `FILE_TRUNCATED`, `FORMAT_UNSUPPORTED`
 */
export function guarded<T>({ library, file: { path } }: OpenedHdf5, part: string, run: () => T, needed = 0): T {
  const earlier = crashed.get(library);
  if (earlier !== undefined) throw earlier;
  try {
    return unheard(() => withRoom(USUAL_ROOM + needed, run));
  } catch (error) {
    if (error instanceof CortextError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    const coded = codedError(path, part, reason, error);
    const isCrash = error instanceof Error && error.name === 'RuntimeError';
    // What is in the memory of a library that crashed is unknown: it must not answer for any file any more.
    if (isCrash) crashed.set(library, coded);
    // Memory that was used up is never given back.
    if (isCrash || NO_MEMORY.test(reason)) current = null;
    throw coded;
  }
}

/** Closes what the library has opened, unless there is nothing left to close. */
export function closeHdf5({ library }: Pick<OpenedHdf5, 'library'>, opened: H5wasm.File): void {
  if (!crashed.has(library)) opened.close();
}

function codedError(path: string, part: string, reason: string, cause: unknown): CortextError {
  if (/truncated file/i.test(reason)) return truncated(path, 'it is shorter than its HDF5 header says');
  if (/filter|plugin/i.test(reason) && /not (registered|available)|plugin|required filter/i.test(reason)) {
    return new CortextError('FORMAT_UNSUPPORTED', `${path}: ${part} is compressed in a way that is not built in.`, {
      hint: 'Save it again with gzip compression, or without (h5repack -f GZIP=4).',
      details: { path },
      cause,
    });
  }
  return damaged(path, `${part} cannot be read (${innermost(reason)})`, cause);
}

const NO_MEMORY = /no memory|memory allocation failed|no space available for allocation|unable to allocate/i;

/** The library tells of a failure from the call that was made down to what went wrong. */
function innermost(reason: string): string {
  const calls = [...reason.matchAll(/^ *#\d+: .* in \w+\(\): (.+)$/gm)];
  const said = calls.at(-1)?.[1] ?? reason.split('\n')[0] ?? '';
  return said.trim().replace(/\.$/, '').slice(0, 200);
}

const PAGE = 1 << 16;

interface Memory {
  grow(this: Memory, pages: number): number;
}

/** Of every memory of WebAssembly; Node's types leave it out. */
const memories = (globalThis as unknown as { WebAssembly: { Memory: { prototype: Memory } } }).WebAssembly.Memory
  .prototype;

/**
 * Damage makes the library ask for gigabytes, and it would get and fill them. Its memory cannot be reached from here to say
 * how far it may grow; but what makes it grow can, and the library's calls end before anything else runs.
 */
function withRoom<T>(bytes: number, run: () => T): T {
  let left = bytes / PAGE;
  const bounded = (grow: Memory['grow']): Memory['grow'] =>
    function (pages) {
      if (pages > left) throw new RangeError(`no room for ${pages} pages`);
      left -= pages;
      return grow.call(this, pages);
    };
  return withMethod(memories, 'grow', bounded, run);
}

/** Runs calls of the library without the lines that it writes to the terminal when it fails; its errors say the same. */
function unheard<T>(run: () => T): T {
  return withMethod(process.stderr, 'write', () => () => true, run);
}

/** Runs what returns before anything else runs, while an object has another method in place of its own. */
function withMethod<T, O extends object, K extends keyof O>(
  owner: O,
  name: K,
  other: (own: O[K]) => O[K],
  run: () => T,
): T {
  const own = owner[name];
  owner[name] = other(own);
  try {
    return run();
  } finally {
    owner[name] = own;
  }
}
