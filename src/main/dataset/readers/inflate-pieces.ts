/** Deflated bytes (zlib, or raw as in zip archives) inflated piece by piece. */
import { createInflate, createInflateRaw } from 'node:zlib';
import { Readable } from 'node:stream';

/** Large pieces: inflating one on another thread takes longer than handing it over. */
const PIECE_BYTES = 1 << 18;

/**
 * @param parts - the compressed bytes in order
 * @returns pieces that are good only until the next one is asked for: their memory is given back then
 * @throws whatever zlib throws for damaged bytes: the caller names the file
 */
export async function* inflatePieces(parts: Iterable<Uint8Array>, kind: 'zlib' | 'raw'): AsyncGenerator<Uint8Array> {
  const inflate =
    kind === 'zlib' ? createInflate({ chunkSize: PIECE_BYTES }) : createInflateRaw({ chunkSize: PIECE_BYTES });
  const source = Readable.from(parts);
  source.on('error', (error) => inflate.destroy(error));
  source.pipe(inflate);
  try {
    // A stream of bytes gives buffers, which its type does not say.
    for await (const piece of inflate as AsyncIterable<Buffer>) {
      yield piece;
      release(piece);
    }
  } finally {
    source.destroy();
    inflate.destroy();
  }
}

/**
 * Waiting for the garbage collector, which does not hurry for memory outside of its heap, some hundred megabytes pile up.
 * A piece that does not fill its memory shares it with the next one.
 */
function release({ buffer, length }: Buffer): void {
  if (length === buffer.byteLength && buffer instanceof ArrayBuffer) buffer.transfer(0);
}
