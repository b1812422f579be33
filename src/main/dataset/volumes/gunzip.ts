/** Gzip streams (RFC 1952) decompressed piece by piece, never trusted to end by themselves. */
import { createReadStream } from 'node:fs';
import type { TransformOptions } from 'node:stream';
import { constants, createGunzip, gunzipSync, type ZlibOptions } from 'node:zlib';
import { CortextError, toCortextError } from '../../../shared/errors.ts';
import { stopIfCancelled } from '../readers/named-arrays.ts';
import { damaged, truncated } from '../readers/reading-errors.ts';
import type { FileBytes } from '../readers/file-bytes.ts';

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

/** Large pieces: inflating one on another thread takes longer than handing it over. */
const PIECE_BYTES = 1 << 19;
/** Pieces that are ready before they are asked for, so that inflating never waits. */
const PIECES_AHEAD = 4;

const streamOptions: ZlibOptions & TransformOptions = {
  chunkSize: PIECE_BYTES,
  readableHighWaterMark: PIECES_AHEAD * PIECE_BYTES,
};

/**
 * Pieces of the decompressed file in order; the checksum is verified at its end.
 *
 * @throws CortextError `FILE_TRUNCATED`, `FILE_DAMAGED`, `CANCELLED`, and what opening a file throws
 */
export async function* gunzipPieces(path: string, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const source = createReadStream(path, { highWaterMark: PIECE_BYTES });
  const gunzip = createGunzip(streamOptions);
  source.on('error', (error) => gunzip.destroy(error));
  source.pipe(gunzip);
  try {
    for await (const piece of gunzip) {
      stopIfCancelled(signal);
      // A stream of bytes gives buffers, which its type does not say.
      yield piece as Buffer;
    }
  } catch (error) {
    throw gzipError(path, error);
  } finally {
    source.destroy();
    gunzip.destroy();
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
