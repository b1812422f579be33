/** SHA-256 of bytes and of files, as lowercase hexadecimal. */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

export function sha256(...parts: readonly (string | Uint8Array)[]): string {
  return sha256OfPieces(parts);
}

/** Of all pieces one after the other; each may lie in the memory of the one before. */
export function sha256OfPieces(parts: Iterable<string | Uint8Array>): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

/** Bytes that are read at a time. */
const PIECE_BYTES = 1 << 20;

/** A file of any size takes the memory of one piece: a stream leaves every piece to the garbage collector. */
export async function sha256OfFile(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  const piece = new Uint8Array(PIECE_BYTES);
  const file = await open(path, 'r');
  try {
    for (;;) {
      signal?.throwIfAborted();
      const { bytesRead } = await file.read(piece);
      if (bytesRead === 0) return hash.digest('hex');
      hash.update(piece.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}
