/** Bytes that come piece by piece, cut into rows. */
import type { RowRange } from './named-arrays.ts';

export interface ByteRows {
  readonly first: number;
  readonly rows: number;
  /** Theirs only until the next block is asked for: its memory is used again. */
  readonly bytes: Uint8Array;
}

export interface RowsToCut {
  readonly skip: number;
  readonly rowBytes: number;
  readonly rows: number;
  readonly range?: RowRange | undefined;
  readonly from?: number;
}

/** So much is gathered before it is handed on; a longer row comes alone. */
const BLOCK_BYTES = 1 << 18;

/**
 * @param pieces - at least `skip` bytes, then the rows one after the other
 * @param range - only these rows; the pieces that follow are not asked for
 * @param from - bytes that the pieces leave out at the beginning
 * @returns blocks of whole rows; where the pieces end too early, the block that is not full is left out
 */
export async function* cutIntoRows(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { skip, rowBytes, rows, range, from = 0 }: RowsToCut,
): AsyncGenerator<ByteRows> {
  const end = Math.min(rows, range?.to ?? rows);
  let first = range?.from ?? 0;
  let before = skip + first * rowBytes - from;
  const memory = new Uint8Array(blockBytes(first, end, rowBytes));
  let block = memory;
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
      const length = blockBytes(first, end, rowBytes);
      // The last block is shorter; its own memory is what typed arrays need.
      block = length === memory.length ? memory : new Uint8Array(length);
      filled = 0;
    }
    // Without a range the pieces are taken to their end, where a checksum may be.
    if (first >= end && range !== undefined) return;
  }
}

function blockBytes(first: number, end: number, rowBytes: number): number {
  return rowBytes * Math.min(Math.max(1, Math.floor(BLOCK_BYTES / Math.max(1, rowBytes))), Math.max(0, end - first));
}
