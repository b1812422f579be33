/** Zip archives read through their central directory (PKWARE APPNOTE 6.3): stored and deflated entries, zip64. */
import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { constants, crc32, inflateRawSync } from 'node:zlib';
import { CortextError } from '../../../shared/errors.ts';
import { filePieces, type FileBytes } from './file-bytes.ts';
import { inflatePieces } from './inflate-pieces.ts';
import { stopIfCancelled } from './named-arrays.ts';
import { damaged, elementCount, truncated, unsupportedFormat } from './reading-errors.ts';

export interface ZipEntry {
  readonly name: string;
  /** Uncompressed. */
  readonly size: number;
  readonly compressedSize: number;
  readonly method: 'stored' | 'deflated';
  readonly checksum: number;
  /** Of its local header. */
  readonly offset: number;
}

export interface ZipArchive {
  readonly path: string;
  /** Files, without folders. */
  readonly entries: readonly ZipEntry[];
  /** @throws CortextError `FILE_TRUNCATED`, `FILE_DAMAGED` (checksum included), `FILE_TOO_LARGE`, `CANCELLED` */
  read(entry: ZipEntry, signal?: AbortSignal): Promise<Uint8Array>;
  /** The same piece by piece. */
  pieces(entry: ZipEntry, signal?: AbortSignal): AsyncIterable<Uint8Array>;
  /** The first bytes of an entry, at least `length` unless it is shorter. */
  readStart(entry: ZipEntry, length: number): Uint8Array;
  close(): void;
}

const END_SIGNATURE = 0x06054b50;
const END64_LOCATOR_SIGNATURE = 0x07064b50;
const END64_SIGNATURE = 0x06064b50;
const CENTRAL_SIGNATURE = 0x02014b50;
const LOCAL_SIGNATURE = 0x04034b50;
const ALL_ONES = 0xffffffff;

/** No deflate stream grows more than this (RFC 1951: 258 bytes from two bits); what claims more lies. */
const LARGEST_RATIO = 1032;

export function isZip(head: Uint8Array): boolean {
  return head[0] === 0x50 && head[1] === 0x4b && ((head[2] === 3 && head[3] === 4) || (head[2] === 5 && head[3] === 6));
}

/** Reads the directory; takes over the file and closes it. */
export function openZipArchive(file: FileBytes): ZipArchive {
  const directory = findDirectory(file);
  const entries = readDirectory(file, directory).filter((entry) => !entry.name.endsWith('/'));
  return {
    path: file.path,
    entries,
    read: (entry, signal) => readZipEntry(file, entry, signal),
    pieces: (entry, signal) => zipEntryPieces(file, entry, signal),
    readStart: (entry, length) => readEntryStart(file, entry, length),
    close: () => {
      file.close();
    },
  };
}

interface Directory {
  readonly offset: number;
  readonly size: number;
  readonly count: number;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The end record is at the very end, before a comment of up to 65535 bytes. */
function findDirectory(file: FileBytes): Directory {
  const tailLength = Math.min(file.size, 22 + 65535);
  const tailAt = file.size - tailLength;
  const tail = viewOf(file.readUpTo(tailAt, tailLength));
  for (let at = tailLength - 22; at >= 0; at--) {
    if (tail.getUint32(at, true) !== END_SIGNATURE) continue;
    const directory = {
      count: tail.getUint16(at + 10, true),
      size: tail.getUint32(at + 12, true),
      offset: tail.getUint32(at + 16, true),
    };
    const needs64 = directory.count === 0xffff || directory.size === ALL_ONES || directory.offset === ALL_ONES;
    return needs64 ? findDirectory64(file, tailAt + at) : directory;
  }
  throw truncated(file.path, `the archive's directory, which should be at its end, is missing after ${file.size} bytes`);
}

function findDirectory64(file: FileBytes, endAt: number): Directory {
  const locator = viewOf(file.read(Math.max(0, endAt - 20), 20, 'the zip64 locator'));
  if (locator.getUint32(0, true) !== END64_LOCATOR_SIGNATURE) throw damaged(file.path, 'its zip64 locator is missing');
  const end = viewOf(file.read(bigOffset(locator, 8, file), 56, 'the zip64 end record'));
  if (end.getUint32(0, true) !== END64_SIGNATURE) throw damaged(file.path, 'its zip64 end record is missing');
  return { count: bigOffset(end, 32, file), size: bigOffset(end, 40, file), offset: bigOffset(end, 48, file) };
}

function bigOffset(view: DataView, at: number, file: FileBytes): number {
  const value = Number(view.getBigUint64(at, true));
  if (!Number.isSafeInteger(value)) throw damaged(file.path, `an offset in its directory is ${value}`);
  return value;
}

function readDirectory(file: FileBytes, { offset, size, count }: Directory): ZipEntry[] {
  const bytes = file.read(offset, size, "the archive's directory");
  const view = viewOf(bytes);
  const entries: ZipEntry[] = [];
  for (let i = 0, at = 0; i < count; i++) {
    if (at + 46 > size || view.getUint32(at, true) !== CENTRAL_SIGNATURE) {
      throw damaged(file.path, `entry ${i} of its directory, at byte ${offset + at}, is no entry`);
    }
    const lengths = [28, 30, 32].map((field) => view.getUint16(at + field, true));
    const next = at + 46 + lengths[0] + lengths[1] + lengths[2];
    if (next > size) throw damaged(file.path, `entry ${i} of its directory is cut off at byte ${offset + size}`);
    entries.push(readDirectoryEntry(file, bytes, at, lengths));
    at = next;
  }
  return entries;
}

function readDirectoryEntry(file: FileBytes, bytes: Uint8Array, at: number, lengths: readonly number[]): ZipEntry {
  const view = viewOf(bytes);
  const flags = view.getUint16(at + 8, true);
  const method = view.getUint16(at + 10, true);
  const nameBytes = bytes.subarray(at + 46, at + 46 + lengths[0]);
  const name = new TextDecoder(flags & 0x800 ? 'utf-8' : 'latin1').decode(nameBytes);
  if (flags & 1) {
    throw unsupportedFormat(file.path, `its entry ${name} is encrypted`, 'Pack the files again without a password.');
  }
  if (method !== 0 && method !== 8) {
    throw unsupportedFormat(
      file.path,
      `its entry ${name} is compressed with method ${method}`,
      'Pack the files again with the usual compression (deflate), or without.',
    );
  }
  let size = view.getUint32(at + 24, true);
  let compressedSize = view.getUint32(at + 20, true);
  let offset = view.getUint32(at + 42, true);
  // The zip64 field holds, in this order, only those values that did not fit.
  let extraAt = at + 46 + lengths[0];
  const extraEnd = extraAt + lengths[1];
  while (extraAt + 4 <= extraEnd) {
    const id = view.getUint16(extraAt, true);
    const length = view.getUint16(extraAt + 2, true);
    if (id === 1) {
      let valueAt = extraAt + 4;
      const next = (): number => {
        if (valueAt + 8 > Math.min(extraAt + 4 + length, extraEnd)) {
          throw damaged(file.path, `the sizes of its entry ${name} are missing`);
        }
        valueAt += 8;
        return bigOffset(view, valueAt - 8, file);
      };
      if (size === ALL_ONES) size = next();
      if (compressedSize === ALL_ONES) compressedSize = next();
      if (offset === ALL_ONES) offset = next();
    }
    extraAt += 4 + length;
  }
  const checksum = view.getUint32(at + 16, true);
  return { name, size, compressedSize, method: method === 0 ? 'stored' : 'deflated', checksum, offset };
}

/** Names and extra fields of the local header may differ from the directory's, so it is looked at. */
function contentOffset(file: FileBytes, entry: ZipEntry): number {
  const header = viewOf(file.read(entry.offset, 30, `the entry ${entry.name}`));
  if (header.getUint32(0, true) !== LOCAL_SIGNATURE) {
    throw damaged(file.path, `there is no entry ${entry.name} at byte ${entry.offset}`);
  }
  return entry.offset + 30 + header.getUint16(26, true) + header.getUint16(28, true);
}

function readEntryStart(file: FileBytes, entry: ZipEntry, length: number): Uint8Array {
  const at = contentOffset(file, entry);
  if (entry.method === 'stored') return file.readUpTo(at, Math.min(length, entry.size));
  const compressed = file.readUpTo(at, Math.min(entry.compressedSize, length));
  try {
    return inflateRawSync(compressed, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch (error) {
    throw damaged(file.path, `its entry ${entry.name} at byte ${entry.offset} cannot be decompressed`, error);
  }
}

/**
 * The content of an entry of an archive whose directory was read before.
 *
 * @throws CortextError `FILE_TRUNCATED`, `FILE_DAMAGED` (checksum included), `FILE_TOO_LARGE`, `CANCELLED`
 */
export async function readZipEntry(
  file: FileBytes,
  entry: ZipEntry,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  refuseImpossible(file, entry);
  const content = new Uint8Array(elementCount(file.path, `the entry ${entry.name}`, [entry.size], 1));
  let filled = 0;
  for await (const piece of zipEntryPieces(file, entry, signal)) {
    content.set(piece, filled);
    filled += piece.length;
  }
  return content;
}

function refuseImpossible(file: FileBytes, entry: ZipEntry): void {
  if (entry.size <= entry.compressedSize * LARGEST_RATIO + 64) return;
  throw damaged(file.path, `the entry ${entry.name} claims ${entry.size} bytes from ${entry.compressedSize} compressed ones`);
}

/**
 * The same piece by piece, never more than the directory says; what is wrong at the end is said with the last one.
 *
 * @throws CortextError as `readZipEntry`
 */
export async function* zipEntryPieces(
  file: FileBytes,
  entry: ZipEntry,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  refuseImpossible(file, entry);
  const what = `the entry ${entry.name}`;
  const at = contentOffset(file, entry);
  if (at + entry.compressedSize > file.size) {
    throw truncated(file.path, `${what} at byte ${at} needs ${entry.compressedSize} bytes, the file has ${file.size}`);
  }
  const wrong = (problem: string, cause?: unknown) =>
    damaged(file.path, `its entry ${entry.name} at byte ${entry.offset} ${problem}`, cause);
  const parts = filePieces(file, { from: at, to: at + entry.compressedSize, what, signal });
  let [size, checksum] = [0, 0];
  try {
    for await (const piece of entry.method === 'stored' ? parts : inflatePieces(parts, 'raw')) {
      stopIfCancelled(signal);
      size += piece.length;
      if (size > entry.size) throw wrong(`holds more than the ${entry.size} bytes that the directory says`);
      checksum = crc32(piece, checksum);
      yield piece;
      await yieldToOthers();
    }
  } catch (error) {
    throw error instanceof CortextError ? error : wrong('cannot be decompressed', error);
  }
  if (size !== entry.size) throw wrong(`holds ${size} bytes, not the ${entry.size} that the directory says`);
  if (checksum !== entry.checksum) throw damaged(file.path, `the checksum of its entry ${entry.name} is wrong`);
}
