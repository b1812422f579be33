/** The texts of an HDF5 dataset: of one length, padded, or of any length, each in a heap of the file. */
import { CortextError } from '../../../shared/errors.ts';
import {
  BLOCK_BYTES,
  blocks,
  layoutOf,
  product,
  readPieces,
  selectBlock,
  withMemory,
  type Block,
  type Layout,
} from './hdf5-elements.ts';
import { guarded, type Dataset, type Library, type OpenedHdf5 } from './hdf5-library.ts';
import { stopIfCancelled } from './named-arrays.ts';

/** Names of samples and voxels are fewer and shorter; a small damaged file can claim any number of texts of any length. */
const MOST_TEXTS = 1 << 22;
const MOST_CHARACTERS = 1 << 26;

/** Texts of any length are read so many at a time. */
const TEXTS_PER_BLOCK = 1 << 10;

/** Of a pointer in the library's memory. */
const POINTER_BYTES = 4;

/**
 * @param part - what is read, for the message
 * @param isVariable - whether each text has a length of its own
 * @returns in row-major order
 * @throws CortextError `FILE_TOO_LARGE`, `FILE_DAMAGED`, `CANCELLED`
 */
export async function readTexts(
  opened: OpenedHdf5,
  dataset: Dataset,
  part: string,
  isVariable: boolean,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const layout = layoutOf(opened, dataset, part);
  const { shape, size } = layout;
  if (product(shape) > MOST_TEXTS || size > MOST_CHARACTERS) throw tooMuchText(opened.file.path, part);
  const texts: string[] = [];
  let characters = 0;
  const all = isVariable
    ? variableTexts(opened, dataset, part, layout, signal)
    : fixedTexts(opened, dataset, part, layout, signal);
  for await (const text of all) {
    characters += text.length;
    if (characters > MOST_CHARACTERS) throw tooMuchText(opened.file.path, part);
    texts.push(text);
  }
  return texts;
}

function tooMuchText(path: string, part: string): CortextError {
  return new CortextError(
    'FILE_TOO_LARGE',
    `${path}: ${part} claims more than ${MOST_TEXTS} texts, or more than ${MOST_CHARACTERS} characters.`,
    {
      hint: 'If there is so much text, it is not needed here: name another array. Otherwise the file is damaged.',
      details: { path },
    },
  );
}

async function* fixedTexts(
  opened: OpenedHdf5,
  dataset: Dataset,
  part: string,
  { size }: Layout,
  signal: AbortSignal | undefined,
): AsyncGenerator<string> {
  for await (const bytes of readPieces(opened, dataset, part, signal)) {
    // Padded with zeros or with spaces.
    for (let at = 0; at < bytes.length; at += size) yield decoded(bytes.subarray(at, at + size)).trimEnd();
  }
}

async function* variableTexts(
  opened: OpenedHdf5,
  dataset: Dataset,
  part: string,
  { shape, chunks }: Layout,
  signal: AbortSignal | undefined,
): AsyncGenerator<string> {
  // Blocks are cut by bytes; what counts here is how many texts each has.
  const size = BLOCK_BYTES / TEXTS_PER_BLOCK;
  for (const block of blocks({ shape, chunks, size })) {
    stopIfCancelled(signal);
    yield* guarded(opened, part, () => textsOfBlock(opened.library, dataset, block));
    await new Promise((resume) => setImmediate(resume));
  }
}

function textsOfBlock(library: Library, dataset: Dataset, block: Block): string[] {
  const { Module } = library;
  const count = product(block.count);
  return withMemory(library, count * POINTER_BYTES, (pointer) => {
    try {
      selectBlock(library, dataset, block, pointer);
      const pointers = new Uint32Array(Module.HEAPU8.buffer, pointer, count);
      return Array.from(pointers, (start) => (start === 0 ? '' : decoded(Module.HEAPU8.subarray(start))));
    } finally {
      // Where reading failed, the pointers that were not set are still zero, and nothing is freed twice.
      reclaim(library, dataset, block, pointer);
    }
  });
}

function reclaim({ Module }: Library, { file_id: file, path }: Dataset, { count }: Block, pointer: number): void {
  if (count.length === 0) Module.reclaim_vlen_memory(file, path, '', BigInt(pointer));
  else Module.reclaim_vlen_memory_count(file, path, '', BigInt(pointer), count.map(BigInt));
}

/** Up to the first zero, as UTF-8 where it is that, whatever the file declares: nearly all programs write UTF-8. */
function decoded(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  const text = Buffer.from(end === -1 ? bytes : bytes.subarray(0, end));
  const utf8 = text.toString('utf8');
  return utf8.includes('\ufffd') ? text.toString('latin1') : utf8;
}
