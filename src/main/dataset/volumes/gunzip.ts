/** Gzip streams (RFC 1952) decompressed piece by piece, never trusted to end by themselves. */
import { constants, gunzipSync } from 'node:zlib';
import { CortextError, toCortextError } from '../../../shared/errors.ts';
import { stopIfCancelled } from '../readers/named-arrays.ts';
import { damaged, truncated } from '../readers/reading-errors.ts';
import { filePieces, openFileBytes, type FileBytes } from '../readers/file-bytes.ts';
import { inflatePieces } from '../readers/inflate-pieces.ts';

export function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b && head[2] === 8;
}

/** No deflate stream grows more than this (RFC 1951: 258 bytes from two bits). */
export const LARGEST_RATIO = 1032;

/** So much of a file is read to see its decompressed beginning; the second try is for long names and comments in front. */
const HEADS = [1 << 12, 1 << 16];

/**
 * The first bytes of a compressed file, at least `length` unless it is shorter.
 *
 * @throws CortextError `FILE_DAMAGED`
 */
export function gunzipStart(file: FileBytes, length: number): Uint8Array {
  let start: Uint8Array = new Uint8Array(0);
  for (const part of HEADS) {
    try {
      start = gunzipSync(file.readUpTo(0, part), { finishFlush: constants.Z_SYNC_FLUSH });
    } catch (error) {
      throw gzipError(file.path, error);
    }
    if (start.length >= length) break;
  }
  return start;
}

/**
 * Pieces of the decompressed file in order, good only until the next one is asked for; the checksum is verified at its end.
 *
 * @throws CortextError `FILE_TRUNCATED`, `FILE_DAMAGED`, `CANCELLED`, and what opening a file throws
 */
export async function* gunzipPieces(path: string, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const file = openFileBytes(path);
  try {
    const compressed = filePieces(file, { from: 0, to: file.size, what: 'the compressed data' });
    for await (const piece of inflatePieces(compressed, 'gzip')) {
      stopIfCancelled(signal);
      yield piece;
    }
  } catch (error) {
    throw gzipError(path, error);
  } finally {
    file.close();
  }
}

function gzipError(path: string, error: unknown): CortextError {
  if (error instanceof CortextError) return error;
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'Z_BUF_ERROR') return truncated(path, 'its compressed data end before they are complete');
  if (typeof code === 'string' && code.startsWith('Z_')) {
    return damaged(path, 'its compressed data cannot be decompressed', error);
  }
  return toCortextError(error, path);
}
