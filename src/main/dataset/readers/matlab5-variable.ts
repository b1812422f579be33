/** One variable of a MATLAB 5 file: where it lies, and its content whole or piece by piece, compressed or not. */
import { promisify } from 'node:util';
import { constants, inflate, inflateSync } from 'node:zlib';
import { CortextError } from '../../../shared/errors.ts';
import { filePieces, type FileBytes } from './file-bytes.ts';
import { inflatePieces } from './inflate-pieces.ts';
import { parseArray, type MatlabArray } from './matlab5-arrays.ts';
import { ElementReader, miMatrix } from './matlab5-elements.ts';
import { damaged, elementCount } from './reading-errors.ts';

const inflateAsync = promisify(inflate);

export interface Variable {
  readonly file: FileBytes;
  readonly littleEndian: boolean;
  /** Of its tag in the file. */
  readonly offset: number;
  /** As it is stored, without its tag. */
  readonly length: number;
  readonly compressed: boolean;
}

/** Flags, dimensions and the longest name take less than this. */
export const HEAD_BYTES = 4096;

/** Inflated, a variable starts with a tag of its own; otherwise its pieces start behind its tag. */
export function contentStart({ compressed }: Variable): number {
  return compressed ? 8 : 0;
}

/** The first elements of a variable. */
export function variableStart({ file, littleEndian, offset, length, compressed }: Variable): ElementReader {
  const raw = file.readUpTo(offset + 8, Math.min(length, HEAD_BYTES));
  if (!compressed) return new ElementReader(raw, littleEndian, file.path, offset + 8);
  const head = inflated(file, offset, () => inflateSync(raw, { finishFlush: constants.Z_SYNC_FLUSH }));
  if (head.length < 8) throw damaged(file.path, `the variable at byte ${offset} is empty`);
  return new ElementReader(head.subarray(8), littleEndian, file.path);
}

function inflated(file: FileBytes, offset: number, run: () => Uint8Array): Uint8Array {
  try {
    return run();
  } catch (error) {
    throw damaged(file.path, `the variable at byte ${offset} cannot be decompressed`, error);
  }
}

export async function loadVariable({ file, littleEndian, ...variable }: Variable): Promise<MatlabArray> {
  const { offset, length, compressed } = variable;
  const raw = file.read(offset + 8, length, 'a variable');
  if (!compressed) return parseArray(raw, littleEndian, file.path);
  const start = inflated(file, offset, () =>
    inflateSync(raw.subarray(0, HEAD_BYTES), { finishFlush: constants.Z_SYNC_FLUSH }),
  );
  const claimed = claimedLength({ file, littleEndian, ...variable }, start);
  let content: Uint8Array;
  try {
    content = await inflateAsync(raw, { maxOutputLength: claimed + 16 });
  } catch (error) {
    throw damaged(file.path, `the variable at byte ${offset} cannot be decompressed`, error);
  }
  if (content.length < 8 + claimed) {
    throw damaged(file.path, `the variable at byte ${offset} holds ${content.length - 8} bytes, not ${claimed}`);
  }
  return parseArray(content.subarray(8, 8 + claimed), littleEndian, file.path);
}

/**
 * How long the content of a compressed variable says that it is.
 *
 * @param start - its first inflated bytes
 */
export function claimedLength({ file, littleEndian, offset }: Variable, start: Uint8Array): number {
  const tag = new ElementReader(start, littleEndian, file.path).tag('a compressed variable');
  if (tag.type !== miMatrix) throw damaged(file.path, `the variable at byte ${offset} is of type ${tag.type}`);
  return elementCount(file.path, `the variable at byte ${offset}`, [tag.length], 1);
}

/**
 * The content of a variable in order.
 *
 * @param from - bytes that are passed over; only where it is not compressed
 * @returns pieces that are good only until the next one is asked for
 * @throws CortextError `FILE_DAMAGED`, `FILE_TRUNCATED`, `CANCELLED`
 */
export async function* variablePieces(
  { file, offset, length, compressed }: Variable,
  signal: AbortSignal | undefined,
  from = 0,
): AsyncGenerator<Uint8Array> {
  const start = offset + 8;
  const stored = filePieces(file, { from: start + from, to: start + length, what: 'a variable', signal });
  if (!compressed) {
    yield* stored;
    return;
  }
  try {
    yield* inflatePieces(stored, 'zlib');
  } catch (error) {
    throw error instanceof CortextError
      ? error
      : damaged(file.path, `the variable at byte ${offset} cannot be decompressed`, error);
  }
}
