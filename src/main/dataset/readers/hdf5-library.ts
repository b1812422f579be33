/** The HDF5 library (compiled to WebAssembly) and its errors, made safe for files that may be damaged. */
import type * as H5wasm from 'h5wasm/node';
import { CortextError } from '../../../shared/errors.ts';
import { stopIfCancelled, type RowRange } from './named-arrays.ts';
import { damaged, elementCount, truncated } from './reading-errors.ts';

export type Library = typeof H5wasm;
export type { Dataset, Entity, File, Group, Metadata, Reference } from 'h5wasm/node';

/** Classes of types, by HDF5's own numbers. */
export const hdf5Class = {
  integer: 0,
  float: 1,
  string: 3,
  bitfield: 4,
  opaque: 5,
  compound: 6,
  reference: 7,
  enum: 8,
};

let current: Promise<Library> | null = null;
let started = 0;

/** Loaded with the first HDF5 file, and anew after a damaged file has crashed it. */
export function hdf5Library(): Promise<Library> {
  current ??= startLibrary(started++);
  return current;
}

async function startLibrary(instance: number): Promise<Library> {
  // Each address is a module of its own, with a memory of its own.
  const library: Library =
    instance === 0
      ? await import('h5wasm/node')
      : // The same package, so the same type.
        ((await import(`${import.meta.resolve('h5wasm/node')}?instance=${instance}`)) as Library);
  await library.ready;
  // Otherwise errors go to the terminal, and calls return nonsense.
  library.Module.activate_throwing_error_handler();
  return library;
}

/**
 * Runs calls of the library; what it throws becomes an error with a code.
 *
 * @param part - what is read, for the message
 */
export function guarded<T>(path: string, part: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof CortextError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    // A crash leaves the library's memory in an unknown state; memory that was used up is never given back.
    if ((error instanceof Error && error.name === 'RuntimeError') || NO_MEMORY.test(reason)) current = null;
    if (/truncated file/i.test(reason)) throw truncated(path, 'it is shorter than its HDF5 header says');
    if (/filter|plugin/i.test(reason) && /not (registered|available)|plugin|required filter/i.test(reason)) {
      throw new CortextError('FORMAT_UNSUPPORTED', `${path}: ${part} is compressed in a way that is not built in.`, {
        hint: 'Save it again with gzip compression, or without (h5repack -f GZIP=4).',
        details: { path },
        cause: error,
      });
    }
    throw damaged(path, `${part} cannot be read (${firstLine(reason)})`, error);
  }
}

const NO_MEMORY = /no memory|memory allocation failed|no space available for allocation|unable to allocate/i;

function firstLine(reason: string): string {
  return (reason.split('\n')[0] ?? '').trim().replace(/\.$/, '').slice(0, 200);
}

/** So much of an array passes through the library's memory at a time: that memory never shrinks. */
const BLOCK_BYTES = 1 << 21;

/** Chunks up to this size are read in one piece. */
const LARGE_CHUNK = 1 << 26;

/** For each chunk that a read touches, the library keeps some hundred bytes. */
const BLOCK_CHUNKS = 1 << 14;

/** What nothing on disk can expand to: deflate's largest ratio, and room for arrays of fill values. */
const LARGEST_RATIO = 1032;
const FILL_BYTES = 1 << 24;

/** A chunk that was written takes at least so many bytes of an index; some may never have been. */
const INDEX_BYTES = 8;
const FILL_CHUNKS = 1 << 16;

/**
 * The elements of a dataset as they lie in the file, row-major.
 *
 * @param part - what is read, for the message
 * @throws CortextError `FILE_TOO_LARGE`, `FILE_DAMAGED`, `CANCELLED`
 */
export async function readElements(
  library: Library,
  path: string,
  fileSize: number,
  dataset: H5wasm.Dataset,
  part: string,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const { shape, size, chunks } = guarded(path, part, () => dataset.metadata);
  if (shape === null) return new Uint8Array(0);
  const length = elementCount(path, part, shape, size) * size;
  refuseImpossible(path, fileSize, part, { shape, size, chunks });
  const bytes = new Uint8Array(length);
  if (length === 0) return bytes;
  for (const block of blocks(shape, size, chunks)) {
    stopIfCancelled(signal);
    readBlock(library, path, dataset, part, block, bytes);
    if (block.bytes < length) await new Promise((resume) => setImmediate(resume));
  }
  return bytes;
}

function readBlock(
  library: Library,
  path: string,
  dataset: H5wasm.Dataset,
  part: string,
  block: Block,
  target: Uint8Array,
): void {
  guarded(path, part, () => {
    copyBlock(library, dataset, block, target.subarray(block.at, block.at + block.bytes));
  });
}

function refuseImpossible(
  path: string,
  fileSize: number,
  part: string,
  {
    shape,
    size,
    chunks,
  }: { readonly shape: readonly number[]; readonly size: number; readonly chunks: readonly number[] | null },
): void {
  const length = shape.reduce((product, side) => product * side, size);
  const count = chunks === null ? 1 : chunksAcross(shape, chunks, -1);
  const claims = (what: string): CortextError =>
    damaged(path, `${part} claims ${what}, more than a file of ${fileSize} bytes can hold`);
  if (length > fileSize * LARGEST_RATIO + FILL_BYTES) throw claims(`${length} bytes`);
  if (count > fileSize / INDEX_BYTES + FILL_CHUNKS) throw claims(`${count} chunks`);
}

/**
 * The elements of a dataset as they lie in the file, some at a time.
 *
 * @returns bytes that are good only until the next are asked for
 * @throws CortextError as `readElements`
 */
export async function* readPieces(
  library: Library,
  path: string,
  fileSize: number,
  dataset: H5wasm.Dataset,
  part: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const { shape, size, chunks } = guarded(path, part, () => dataset.metadata);
  if (shape === null || shape.includes(0)) return;
  refuseImpossible(path, fileSize, part, { shape, size, chunks });
  let bytes = new Uint8Array(0);
  for (const block of blocks(shape, size, chunks)) {
    stopIfCancelled(signal);
    if (block.bytes !== bytes.length) bytes = new Uint8Array(block.bytes);
    readBlock(library, path, dataset, part, { ...block, at: 0 }, bytes);
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
  library: Library,
  path: string,
  fileSize: number,
  dataset: H5wasm.Dataset,
  part: string,
  { signal, range }: { readonly signal?: AbortSignal | undefined; readonly range?: RowRange | undefined },
): AsyncGenerator<RowBytes> {
  const { shape, size, chunks } = guarded(path, part, () => dataset.metadata);
  if (shape === null || shape.length === 0) return;
  const [rows, ...rest] = shape;
  const rowBytes = rest.reduce((product, side) => product * side, size);
  refuseImpossible(path, fileSize, part, { shape, size, chunks });
  const perBlock = rowsPerBlock(rowBytes, rest, chunks, 0);
  const end = Math.min(rows, range?.to ?? rows);
  let bytes = new Uint8Array(0);
  for (let first = range?.from ?? 0; first < end && rowBytes > 0; first += perBlock) {
    stopIfCancelled(signal);
    const taken = Math.min(perBlock, end - first);
    const length = elementCount(path, `a part of ${part}`, [taken, ...rest], size) * size;
    if (length !== bytes.length) bytes = new Uint8Array(length);
    for (const { offset, ...block } of blocks([taken, ...rest], size, chunks)) {
      stopIfCancelled(signal);
      const [row, ...inner] = offset;
      readBlock(library, path, dataset, part, { ...block, offset: [first + row, ...inner] }, bytes);
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

interface Block {
  /** In bytes from the start of the array. */
  readonly at: number;
  readonly bytes: number;
  readonly offset: readonly number[];
  readonly count: readonly number[];
}

/** Cuts an array into pieces that follow one another in memory, along the borders of chunks where that is possible. */
function* blocks(shape: readonly number[], size: number, chunks: readonly number[] | null): Generator<Block> {
  const rowBytes = (axis: number): number => shape.slice(axis + 1).reduce((product, side) => product * side, size);
  const touches = (axis: number): number => (chunks === null ? 1 : chunksAcross(shape.slice(axis + 1), chunks, axis));
  let axis = 0;
  while (axis < shape.length - 1 && (rowBytes(axis) > BLOCK_BYTES || touches(axis) > BLOCK_CHUNKS)) axis++;
  if (shape.length === 0) {
    yield { at: 0, bytes: size, offset: [], count: [] };
    return;
  }
  const rows = rowsPerBlock(rowBytes(axis), shape.slice(axis + 1), chunks, axis);
  const outer = shape.slice(0, axis);
  const outerCount = outer.reduce((product, side) => product * side, 1);
  for (let index = 0; index < outerCount; index++) {
    const position = outer.map((side, i) => Math.floor(index / outer.slice(i + 1).reduce((p, s) => p * s, 1)) % side);
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

function copyBlock({ Module }: Library, dataset: H5wasm.Dataset, block: Block, target: Uint8Array): void {
  const pointer = Module._malloc(block.bytes);
  if (pointer === 0) throw new Error(`no memory for ${block.bytes} bytes`);
  try {
    const { file_id: file, path } = dataset;
    const whole = block.count.length === 0;
    const [count, offset] = [block.count, block.offset].map((axes) => (whole ? null : axes.map(BigInt)));
    const strides = whole ? null : block.count.map(() => 1n);
    Module.get_dataset_data(file, path, count, offset, strides, BigInt(pointer));
    target.set(Module.HEAPU8.subarray(pointer, pointer + block.bytes));
  } finally {
    Module._free(pointer);
  }
}
