/** Deflated bytes (zlib, or raw as in zip archives) inflated piece by piece. */
import { createInflate, createInflateRaw } from 'node:zlib';
import { Readable } from 'node:stream';

/** Large pieces: inflating one on another thread takes longer than handing it over. */
const PIECE_BYTES = 1 << 18;

/**
 * @param parts - the compressed bytes in order
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
    for await (const piece of inflate) yield piece as Buffer;
  } finally {
    source.destroy();
    inflate.destroy();
  }
}
