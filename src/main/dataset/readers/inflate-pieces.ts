/** Deflated bytes (zlib, gzip, or raw as in zip archives) inflated piece by piece. */
import type { Transform } from 'node:stream';
import { createGunzip, createInflate, createInflateRaw } from 'node:zlib';
import { releaseMemory } from '../release-memory.ts';

/** Large pieces: inflating one on another thread takes longer than handing it over. */
const PIECE_BYTES = 1 << 18;
/** Pieces that are ready before they are asked for, so that inflating never waits. */
const PIECES_AHEAD = 4;

const streams = { zlib: createInflate, raw: createInflateRaw, gzip: createGunzip };

/**
 * @param parts - the compressed bytes in order; a part is no longer needed when the next one is asked for
 * @returns pieces that are good only until the next one is asked for: their memory is given back then
 * @throws whatever zlib throws for damaged bytes (the caller names the file), and what `parts` throws
 */
export async function* inflatePieces(
  parts: Iterable<Uint8Array>,
  kind: keyof typeof streams,
): AsyncGenerator<Uint8Array> {
  const options = { chunkSize: PIECE_BYTES, readableHighWaterMark: PIECES_AHEAD * PIECE_BYTES };
  const inflate: Transform = streams[kind](options);
  // It is not waited for: zlib never asks for more after the end of its data.
  void feed(parts, inflate);
  try {
    // A stream of bytes gives buffers, which its type does not say.
    for await (const piece of inflate as AsyncIterable<Buffer>) {
      yield piece;
      // Pieces that were inflated from several parts share their memory, the last of them to its end.
      if (piece.byteOffset + piece.length === piece.buffer.byteLength) releaseMemory(piece);
    }
  } finally {
    inflate.destroy();
  }
}

/** One part after the other, so that all may lie in the same memory. */
async function feed(parts: Iterable<Uint8Array>, inflate: Transform): Promise<void> {
  try {
    for (const part of parts) {
      await new Promise<void>((done, fail) => {
        inflate.write(part, (error) => {
          if (error) fail(error);
          else done();
        });
      });
      if (inflate.destroyed) return;
    }
    inflate.end();
  } catch (error) {
    // Whoever asks for the next piece gets it.
    inflate.destroy(error instanceof Error ? error : new Error(String(error)));
  }
}
