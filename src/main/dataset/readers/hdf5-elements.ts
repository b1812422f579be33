/** The elements of HDF5 datasets, in pieces that the library's memory has room for. */
import type { CortextError } from '../../../shared/errors.ts';
import { guarded, type Dataset, type Library, type OpenedHdf5 } from './hdf5-library.ts';
import { stopIfCancelled, type RowRange } from './named-arrays.ts';
import { damaged, elementCount } from './reading-errors.ts';

/** So much of an array passes through the library's memory at a time: that memory never shrinks. */
export const BLOCK_BYTES = 1 << 21;

/** Chunks up to this size are read in one piece. */
const LARGE_CHUNK = 1 << 26;

/** For each chunk that a read touches, the library keeps some kilobytes. */
const BLOCK_CHUNKS = 1 << 12;

/** What nothing on disk can expand to: deflate's largest ratio, and room for arrays of fill values. */
const LARGEST_RATIO = 1032;
const FILL_BYTES = 1 << 24;

/** A chunk that was written takes at least so many bytes of an index; some may never have been. */
const INDEX_BYTES = 8;
const FILL_CHUNKS = 1 << 16;

/** How the elements of a dataset lie in its file. */
export interface Layout {
  readonly shape: readonly number[];
  /** Of an element, in bytes. */
  readonly size: number;
  /** Sides of a chunk; null where the dataset lies in one piece. */
  readonly chunks: readonly number[] | null;
}

/**
 * What a dataset says of itself, when its file can hold as much.
 *
 * @param part - what is read, for the message
 * @throws CortextError `FILE_DAMAGED`
 */
export function layoutOf(opened: OpenedHdf5, dataset: Dataset, part: string): Layout {
  const { path, size: fileSize } = opened.file;
  const { shape, size, chunks } = guarded(opened, part, () => dataset.metadata);
  // A dataset without a shape has no elements.
  const layout = { shape: shape ?? [0], size, chunks };
  const bytes = Math.max(product(layout.shape) * size, chunkBytes(layout));
  const count = chunks === null ? 1 : chunksAcross(layout.shape, chunks, -1);
  const claims = (what: string): CortextError =>
    damaged(path, `${part} claims ${what}, more than a file of ${fileSize} bytes can hold`);
  if (bytes > fileSize * LARGEST_RATIO + FILL_BYTES) throw claims(`${bytes} bytes`);
  if (count > fileSize / INDEX_BYTES + FILL_CHUNKS) throw claims(`${count} chunks`);
  return layout;
}

function chunkBytes({ chunks, size }: Layout): number {
  return chunks === null ? 0 : product(chunks) * size;
}

export function product(sides: readonly number[]): number {
  return sides.reduce((count, side) => count * side, 1);
}

/**
 * The elements of a dataset as they lie in the file, row-major.
 *
 * @param part - what is read, for the message
 * @throws CortextError `FILE_TOO_LARGE`, `FILE_DAMAGED`, `CANCELLED`
 */
export async function readElements(
  opened: OpenedHdf5,
  dataset: Dataset,
  part: string,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const layout = layoutOf(opened, dataset, part);
  const length = elementCount(opened.file.path, part, layout.shape, layout.size) * layout.size;
  const bytes = new Uint8Array(length);
  if (length === 0) return bytes;
  for (const block of blocks(layout)) {
    stopIfCancelled(signal);
    readBlock(opened, dataset, part, layout, block, bytes);
    if (block.bytes < length) await new Promise((resume) => setImmediate(resume));
  }
  return bytes;
}

/**
 * The elements of a dataset as they lie in the file, some at a time.
 *
 * @returns bytes that are good only until the next are asked for
 * @throws CortextError as `readElements`
 */
export async function* readPieces(
  opened: OpenedHdf5,
  dataset: Dataset,
  part: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const layout = layoutOf(opened, dataset, part);
  let bytes = new Uint8Array(0);
  for (const block of blocks(layout)) {
    stopIfCancelled(signal);
    if (block.bytes !== bytes.length) bytes = new Uint8Array(block.bytes);
    readBlock(opened, dataset, part, layout, { ...block, at: 0 }, bytes);
    yield bytes;
    await new Promise((resume) => setImmediate(resume));
  }
}

/** Bytes of consecutive rows; theirs only until the next are asked for. */
export interface RowBytes {
  readonly first: number;
  readonly rows: number;
  readonly bytes: Uint8Array;
}

/**
 * The rows (entries of the first axis) of a dataset, some at a time: at least one, and else as many as fit into a block.
 *
 * @param part - what is read, for the message
 * @throws CortextError `FILE_DAMAGED`, `CANCELLED`
 */
export async function* readRowBytes(
  opened: OpenedHdf5,
  dataset: Dataset,
  part: string,
  { signal, range }: { readonly signal?: AbortSignal | undefined; readonly range?: RowRange | undefined },
): AsyncGenerator<RowBytes> {
  const layout = layoutOf(opened, dataset, part);
  const { shape, size, chunks } = layout;
  if (shape.length === 0) return;
  const [rows, ...rest] = shape;
  const rowBytes = product(rest) * size;
  const perBlock = rowsPerBlock(rowBytes, rest, chunks, 0);
  const end = Math.min(rows, range?.to ?? rows);
  let bytes = new Uint8Array(0);
  for (let first = range?.from ?? 0; first < end && rowBytes > 0; first += perBlock) {
    stopIfCancelled(signal);
    const taken = Math.min(perBlock, end - first);
    const length = elementCount(opened.file.path, `a part of ${part}`, [taken, ...rest], size) * size;
    if (length !== bytes.length) bytes = new Uint8Array(length);
    for (const { offset, ...block } of blocks({ shape: [taken, ...rest], size, chunks })) {
      stopIfCancelled(signal);
      const [row, ...inner] = offset;
      readBlock(opened, dataset, part, layout, { ...block, offset: [first + row, ...inner] }, bytes);
    }
    yield { first, rows: taken, bytes };
    await new Promise((resume) => setImmediate(resume));
  }
}

/**
 * How many entries of an axis fit into a block: whole chunks where it has room for one.
 *
 * @param inner - the sides of the axes behind it
 */
function rowsPerBlock(
  rowBytes: number,
  inner: readonly number[],
  chunks: readonly number[] | null,
  axis: number,
): number {
  const chunk = chunks?.[axis] ?? 1;
  const ofBytes = Math.floor(BLOCK_BYTES / Math.max(1, rowBytes));
  const ofChunks = chunks === null ? Infinity : Math.floor(BLOCK_CHUNKS / chunksAcross(inner, chunks, axis)) * chunk;
  const fitting = Math.min(ofBytes, ofChunks);
  const whole = Math.floor(fitting / chunk) * chunk;
  // A chunk that is cut is inflated once for every part of it.
  return whole > 0 ? whole : chunk * rowBytes <= LARGE_CHUNK ? chunk : Math.max(1, fitting);
}

/** Chunks that one entry of an axis touches. */
function chunksAcross(inner: readonly number[], chunks: readonly number[], axis: number): number {
  return inner.reduce((count, side, i) => count * Math.ceil(side / (chunks[axis + 1 + i] ?? 1)), 1);
}

export interface Block {
  /** In bytes from the start of the array. */
  readonly at: number;
  readonly bytes: number;
  readonly offset: readonly number[];
  readonly count: readonly number[];
}

/** Cuts an array into pieces that follow one another in memory, along the borders of chunks where that is possible. */
export function* blocks({ shape, size, chunks }: Layout): Generator<Block> {
  if (shape.includes(0)) return;
  const rowBytes = (axis: number): number => product(shape.slice(axis + 1)) * size;
  const touches = (axis: number): number => (chunks === null ? 1 : chunksAcross(shape.slice(axis + 1), chunks, axis));
  let axis = 0;
  while (axis < shape.length - 1 && (rowBytes(axis) > BLOCK_BYTES || touches(axis) > BLOCK_CHUNKS)) axis++;
  if (shape.length === 0) {
    yield { at: 0, bytes: size, offset: [], count: [] };
    return;
  }
  const rows = rowsPerBlock(rowBytes(axis), shape.slice(axis + 1), chunks, axis);
  const outer = shape.slice(0, axis);
  const outerCount = product(outer);
  for (let index = 0; index < outerCount; index++) {
    const position = outer.map((side, i) => Math.floor(index / product(outer.slice(i + 1))) % side);
    for (let row = 0; row < shape[axis]; row += rows) {
      const taken = Math.min(rows, shape[axis] - row);
      yield {
        at: (index * shape[axis] + row) * rowBytes(axis),
        bytes: taken * rowBytes(axis),
        offset: [...position, row, ...shape.slice(axis + 1).map(() => 0)],
        count: [...position.map(() => 1), taken, ...shape.slice(axis + 1)],
      };
    }
  }
}

function readBlock(
  opened: OpenedHdf5,
  dataset: Dataset,
  part: string,
  layout: Layout,
  block: Block,
  target: Uint8Array,
): void {
  const { Module } = opened.library;
  const copy = (pointer: number): void => {
    selectBlock(opened.library, dataset, block, pointer);
    target.set(Module.HEAPU8.subarray(pointer, pointer + block.bytes), block.at);
  };
  // Beside the block, the library holds a chunk as it is stored and as it unfolds.
  const needed = block.bytes + 2 * chunkBytes(layout);
  guarded(
    opened,
    part,
    () => {
      withMemory(opened.library, block.bytes, copy);
    },
    needed,
  );
}

/** Runs `use` on so many bytes of the library's memory, all zero. */
export function withMemory<T>({ Module }: Library, bytes: number, use: (pointer: number) => T): T {
  const pointer = Module._malloc(bytes);
  if (pointer === 0) throw new Error(`no memory for ${bytes} bytes`);
  try {
    Module.HEAPU8.fill(0, pointer, pointer + bytes);
    return use(pointer);
  } finally {
    Module._free(pointer);
  }
}

/** Reads a block to where `pointer` points in the library's memory. */
export function selectBlock({ Module }: Library, dataset: Dataset, { count, offset }: Block, pointer: number): void {
  const { file_id: file, path } = dataset;
  const isScalar = count.length === 0;
  const [counts, offsets] = [count, offset].map((axes) => (isScalar ? null : axes.map(BigInt)));
  const strides = isScalar ? null : count.map(() => 1n);
  Module.get_dataset_data(file, path, counts, offsets, strides, BigInt(pointer));
}
