/** A file read at offsets, so that only what is needed comes into memory. */
import { closeSync, fstatSync, lstatSync, openSync, readSync, statSync } from 'node:fs';
import { CortextError, toCortextError } from '../../../shared/errors.ts';
import { stopIfCancelled } from './named-arrays.ts';
import { truncated } from './reading-errors.ts';

export interface FileBytes {
  readonly path: string;
  readonly size: number;
  /**
   * @param what - the part that is read, for the message
   * @returns memory that belongs to the caller alone
   * @throws CortextError `FILE_TRUNCATED` when the file ends before
   */
  read(offset: number, length: number, what: string): Uint8Array;
  /** Fills memory that the caller has; errors as `read`. */
  readInto(target: Uint8Array, offset: number, what: string): void;
  /** As many bytes as there are, up to `length`. */
  readUpTo(offset: number, length: number): Uint8Array;
  close(): void;
}

/** Large enough that asking for the next piece costs nothing beside reading it. */
const PIECE_BYTES = 1 << 18;

export interface Stretch {
  readonly from: number;
  /** The first byte that is not wanted. */
  readonly to: number;
  /** The part that is read, for messages. */
  readonly what: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * A stretch of a file in order, piece by piece.
 *
 * @returns pieces that are good only until the next one is asked for: their memory is used again
 * @throws CortextError `FILE_TRUNCATED`, `CANCELLED`
 */
export function* filePieces(file: FileBytes, { from, to, what, signal }: Stretch): Generator<Uint8Array> {
  const memory = new Uint8Array(Math.max(0, Math.min(PIECE_BYTES, to - from)));
  for (let at = from; at < to; at += memory.length) {
    stopIfCancelled(signal);
    const piece = memory.subarray(0, to - at);
    file.readInto(piece, at, what);
    yield piece;
  }
}
/** Datasets under git-annex list files whose content stays elsewhere until somebody asks for it. */
export const FETCH_IT = 'Fetch it ("datalad get" or "git annex get"), or leave its run out.';

/** Whether a file was listed, but its content is elsewhere. */
export function isNotFetched(error: unknown): boolean {
  return error instanceof CortextError && error.code === 'FILE_NOT_FOUND' && error.hint === FETCH_IT;
}

/** One read call takes less than 2 GiB. */
const LONGEST_READ = 1 << 30;

/** @throws CortextError `FILE_NOT_FOUND`, `FILE_UNREADABLE` */
export function openFileBytes(path: string): FileBytes {
  const file = openOrdinary(path);
  const { size } = fstatSync(file);
  const fill = (target: Uint8Array, offset: number): void => {
    for (let at = 0; at < target.length;) {
      const count = readSync(file, target, at, Math.min(target.length - at, LONGEST_READ), offset + at);
      if (count === 0) throw truncated(path, `it ended after ${offset + at} bytes while it was read`);
      at += count;
    }
  };
  const readUpTo = (offset: number, length: number): Uint8Array => {
    const bytes = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
    fill(bytes, offset);
    return bytes;
  };
  const requireBytes = (offset: number, length: number, what: string): void => {
    if (offset + length <= size) return;
    throw truncated(path, `${what} at byte ${offset} needs ${length} bytes, but the file ends after ${size}`);
  };
  let open = true;
  return {
    path,
    size,
    readUpTo,
    read(offset, length, what) {
      requireBytes(offset, length, what);
      return readUpTo(offset, length);
    },
    readInto(target, offset, what) {
      requireBytes(offset, target.length, what);
      fill(target, offset);
    },
    close() {
      if (open) closeSync(file);
      open = false;
    },
  };
}

function openOrdinary(path: string): number {
  try {
    // Asked before opening: a named pipe would wait for its other end.
    const stats = statSync(path);
    if (stats.isFile()) return openSync(path, 'r');
    throw new CortextError(
      'FILE_UNREADABLE',
      `${path} is ${stats.isDirectory() ? 'a folder' : 'not an ordinary file'}.`,
      { hint: 'Name a file.' },
    );
  } catch (error) {
    if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() !== true) throw toCortextError(error);
    throw new CortextError('FILE_NOT_FOUND', `${path} is a link to content that is not here.`, { hint: FETCH_IT, cause: error });
  }
}
