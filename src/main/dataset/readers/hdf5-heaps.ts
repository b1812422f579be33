/**
 * Global heaps of an HDF5 file, where texts of variable length lie ("HDF5 File Format Specification", III.E).
 *
 * The library goes through a heap object by object, and never ends where damage has made an object of no length. Nothing
 * can stop it then, so heaps are looked at before.
 */
import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { FileBytes } from './file-bytes.ts';
import { stopIfCancelled } from './named-arrays.ts';
import { damaged } from './reading-errors.ts';

const SIGNATURE = Buffer.from('GCOL', 'latin1');
/** Of a collection, and of every object in it. */
const HEADER = 16;
const PART = 1 << 20;

/**
 * Looks at every heap of the file, wherever it lies; takes as long as reading the file once.
 *
 * @throws CortextError `FILE_DAMAGED`, `CANCELLED`
 */
export async function requireEndingHeaps(file: FileBytes, signal: AbortSignal | undefined): Promise<void> {
  const memory = Buffer.alloc(PART + SIGNATURE.length - 1);
  for (let at = 0; at < file.size; at += PART) {
    stopIfCancelled(signal);
    // A signature that is cut by the end of a part is found in the overlap.
    const part = memory.subarray(0, file.size - at);
    file.readInto(part, at, 'a part of the file');
    for (let found = part.indexOf(SIGNATURE); found !== -1; found = part.indexOf(SIGNATURE, found + 1)) {
      requireEnd(file, at + found);
    }
    await yieldToOthers();
  }
}

/** What else is wrong with a heap the library finds out by itself. */
function requireEnd(file: FileBytes, at: number): void {
  const head = Buffer.from(file.readUpTo(at, HEADER));
  if (head.length < HEADER || head[4] !== 1) return;
  // As the library counts, in 32 bits.
  const size = head.readUInt32LE(8);
  if (at + size > file.size) return;
  const heap = Buffer.from(file.readUpTo(at, size));
  for (let object = HEADER; object + HEADER <= heap.length;) {
    const isFree = heap.readUInt16LE(object) === 0;
    // That of free space includes its header.
    const length = heap.readUInt32LE(object + 8);
    const step = isFree ? length : (HEADER + ((length + 7) & ~7)) >>> 0;
    if (step === 0) throw damaged(file.path, `an object of its heap of texts, at byte ${at + object}, has no length`);
    object += step;
  }
}
