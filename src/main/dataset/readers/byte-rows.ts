/** Bytes that come piece by piece, cut into rows. */
import type { RowRange } from './named-arrays.ts';

export interface ByteRows {
  readonly first: number;
  readonly rows: number;
  /** They belong to the caller alone. */
  readonly bytes: Uint8Array;
}

/** So much is gathered before it is handed on; a longer row comes alone. */
const BLOCK_BYTES = 1 << 23;

/**
 * @param pieces - at least `skip` bytes, then the rows one after the other
 * @param range - only these rows; the pieces that follow are not asked for
 * @returns blocks of whole rows; where the pieces end too early, the block that is not full is left out
 */
export async function* cutIntoRows(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { skip, rowBytes, rows, range }: { skip: number; rowBytes: number; rows: number; range?: RowRange | undefined },
): AsyncGenerator<ByteRows> {
  const end = Math.min(rows, range?.to ?? rows);
  let first = range?.from ?? 0;
  let before = skip + first * rowBytes;
  let block = newBlock(first, end, rowBytes);
  let filled = 0;
  for await (const piece of pieces) {
    let at = Math.min(before, piece.length);
    before -= at;
    while (at < piece.length && first < end) {
      const taken = Math.min(block.length - filled, piece.length - at);
      block.set(piece.subarray(at, at + taken), filled);
      at += taken;
      filled += taken;
      if (filled < block.length) continue;
      const count = block.length / rowBytes;
      yield { first, rows: count, bytes: block };
      first += count;
      block = newBlock(first, end, rowBytes);
      filled = 0;
    }
    // Without a range the pieces are taken to their end, where a checksum may be.
    if (first >= end && range !== undefined) return;
  }
}

function newBlock(first: number, end: number, rowBytes: number): Uint8Array {
  const rows = Math.min(Math.max(1, Math.floor(BLOCK_BYTES / Math.max(1, rowBytes))), Math.max(0, end - first));
  return new Uint8Array(rows * rowBytes);
}
