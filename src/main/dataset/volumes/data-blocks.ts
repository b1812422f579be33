/** The bytes of a volume file's values in order, whether they are compressed or not, in constant memory. */
import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { stopIfCancelled } from '../readers/named-arrays.ts';
import { openFileBytes } from '../readers/file-bytes.ts';
import { damaged, truncated } from '../readers/reading-errors.ts';
import { gunzipPieces } from './gunzip.ts';
import { dataLength, type VolumeFile } from './volume-file.ts';

export interface DataBlock {
  /** Of its first byte, from the first value of the file on; a multiple of 8, so that no value is cut. */
  readonly at: number;
  /** At the start of memory of its own, as typed arrays need; good until the next block is asked for. */
  readonly bytes: Uint8Array;
}

/** A multiple of the largest value's size. */
export const BLOCK_BYTES = 1 << 20;

/**
 * All values of a file, block after block. A compressed file is read to its end, which verifies its checksum.
 *
 * @throws CortextError `FILE_TRUNCATED`, `FILE_DAMAGED` (also for a stream that goes on after the last value),
 *   `CANCELLED`
 */
export function allBlocks(file: VolumeFile, signal?: AbortSignal): AsyncGenerator<DataBlock> {
  return file.data.compressed ? compressedBlocks(file, signal) : plainBlocks(file, 0, dataLength(file), signal);
}

/** The values from byte `from` to byte `to`; of a compressed file everything before is decompressed and dropped. */
export async function* blocksBetween(
  file: VolumeFile,
  from: number,
  to: number,
  signal?: AbortSignal,
): AsyncGenerator<DataBlock> {
  if (!file.data.compressed) {
    yield* plainBlocks(file, from - (from % 8), to, signal);
    return;
  }
  for await (const block of compressedBlocks(file, signal)) {
    if (block.at + block.bytes.length > from) yield block;
    if (block.at + block.bytes.length >= to) return;
  }
}

async function* plainBlocks(
  file: VolumeFile,
  from: number,
  to: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<DataBlock> {
  const { path, offset } = file.data;
  const bytes = openFileBytes(path);
  const buffer = new Uint8Array(BLOCK_BYTES);
  try {
    for (let at = from; at < to; at += BLOCK_BYTES) {
      const block = buffer.subarray(0, Math.min(BLOCK_BYTES, to - at));
      bytes.readInto(block, offset + at, 'the block of values');
      yield { at, bytes: block };
      // Reading is synchronous and quick, but whoever waits must get a turn.
      await yieldToOthers();
      stopIfCancelled(signal);
    }
  } finally {
    bytes.close();
  }
}

/**
 * Some programs fill the last block of a file with zeros, and FreeSurfer adds a history of commands; what goes on longer
 * is not the file that its header says.
 */
const LONGEST_END = 1 << 20;

async function* compressedBlocks(file: VolumeFile, signal: AbortSignal | undefined): AsyncGenerator<DataBlock> {
  const { path, offset } = file.data;
  const length = dataLength(file);
  const buffer = new Uint8Array(BLOCK_BYTES);
  let [at, filled, seen] = [0, 0, 0];
  for await (const piece of gunzipPieces(path, signal)) {
    let taken = Math.min(piece.length, Math.max(0, offset - seen));
    seen += piece.length;
    while (taken < piece.length && at + filled < length) {
      const part = piece.subarray(taken, taken + Math.min(BLOCK_BYTES - filled, length - at - filled));
      buffer.set(part, filled);
      taken += part.length;
      filled += part.length;
      if (filled < BLOCK_BYTES && at + filled < length) continue;
      yield { at, bytes: buffer.subarray(0, filled) };
      at += filled;
      filled = 0;
    }
    if (seen > offset + length + LONGEST_END) {
      throw damaged(path, `it goes on after the ${offset + length} bytes that its header says`);
    }
  }
  if (at < length) {
    throw truncated(path, `it has ${Math.max(0, seen - offset)} bytes of values instead of ${length}`);
  }
}
