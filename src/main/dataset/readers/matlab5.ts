/**
 * MATLAB 5 files (`save -v6` and `-v7`).
 *
 * Opening looks at the head of every variable; its numbers are read when they are asked for. Fields of structs are
 * called `name.field` (`name(2).field` in struct arrays), cells `name{3}`; a cell array of texts is one array of text.
 */
import { promisify } from 'node:util';
import { constants, inflate, inflateSync } from 'node:zlib';
import { CortextError } from '../../../shared/errors.ts';
import { cutIntoRows } from './byte-rows.ts';
import { asType, decodeElements, elementBytes, isElementType } from './elements.ts';
import { filePieces, type FileBytes } from './file-bytes.ts';
import { inflatePieces } from './inflate-pieces.ts';
import { parseArray, readArrayHeader, type ArrayHeader, type MatlabArray } from './matlab5-arrays.ts';
import { ElementReader, miCompressed, miMatrix, storageTypes } from './matlab5-elements.ts';
import {
  namedArrays,
  stopIfCancelled,
  type ArrayEntry,
  type NamedArrays,
  type ReadOptions,
  type RowBlock,
  type RowRange,
} from './named-arrays.ts';
import { rowMajorFromColumnMajor } from './axes.ts';
import { damaged, elementCount, truncated } from './reading-errors.ts';

const inflateAsync = promisify(inflate);

export const MATLAB_HEADER = 128;

/** The byte order mark of the header, and which version it states; null for other files. */
export function matlabVersion(head: Uint8Array): { littleEndian: boolean; version: 5 | 7.3 } | null {
  if (head.length < MATLAB_HEADER) return null;
  const mark = String.fromCharCode(head[126], head[127]);
  if (mark !== 'IM' && mark !== 'MI') return null;
  const littleEndian = mark === 'IM';
  const version = head[littleEndian ? 125 : 124];
  return version === 1 ? { littleEndian, version: 5 } : version === 2 ? { littleEndian, version: 7.3 } : null;
}

/** Where a variable is in the file. */
interface Variable {
  readonly offset: number;
  readonly length: number;
  readonly compressed: boolean;
}

/** @throws CortextError `FILE_TRUNCATED`, `FILE_DAMAGED` */
export async function openMatlab5(
  file: FileBytes,
  littleEndian: boolean,
  { signal }: ReadOptions = {},
): Promise<NamedArrays> {
  const entries = new Map<string, ArrayEntry>();
  const cache = lastOne<MatlabArray>();
  for (const variable of findVariables(file, littleEndian)) {
    stopIfCancelled(signal);
    const load = () => cache(variable.offset, () => loadVariable(file, variable, littleEndian));
    const header = readArrayHeader(variableStart(file, variable, littleEndian));
    // Variables without a name hold what objects of classes refer to.
    if (header.name === '') continue;
    if (header.className === 'struct' || header.className === 'cell') {
      const tree = await load();
      addLeaves(entries, header.name, tree, async (path) => follow(await load(), path));
      continue;
    }
    const tree = describeVariable(header);
    entries.set(header.name, { ...leafEntry(tree, load), ...streams(file, variable, littleEndian, header) });
  }
  const close = (): void => {
    file.close();
  };
  return namedArrays(file.path, 'matlab-5', entries, { signal, close });
}

/** Keeps the variable that was loaded last: its fields are usually read one after the other. */
function lastOne<T>(): (key: number, load: () => Promise<T>) => Promise<T> {
  let last: { key: number; value: Promise<T> } | null = null;
  return (key, load) => {
    if (last?.key !== key) last = { key, value: load() };
    return last.value;
  };
}

function findVariables(file: FileBytes, littleEndian: boolean): Variable[] {
  const variables: Variable[] = [];
  for (let at = MATLAB_HEADER; at < file.size;) {
    const tag = new ElementReader(
      file.read(at, 8, `the variable number ${variables.length + 1}`),
      littleEndian,
      file.path,
      at,
    );
    const { type, length, contentAt, next } = tag.tag('a variable');
    if (contentAt !== 8 || (type !== miMatrix && type !== miCompressed)) {
      throw damaged(file.path, `there is no variable at byte ${at} but an element of type ${type}`);
    }
    if (at + 8 + length > file.size) {
      throw truncated(
        file.path,
        `its variable number ${variables.length + 1} at byte ${at} needs ${length} bytes, but the file ends after ${file.size}`,
      );
    }
    variables.push({ offset: at, length, compressed: type === miCompressed });
    // Compressed variables follow one another without padding.
    at += type === miCompressed ? 8 + length : next;
  }
  return variables;
}

/** Flags, dimensions and the longest name take less than this. */
const HEAD = 4096;

function variableStart(
  file: FileBytes,
  { offset, length, compressed }: Variable,
  littleEndian: boolean,
): ElementReader {
  const raw = file.readUpTo(offset + 8, Math.min(length, HEAD));
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

async function loadVariable(file: FileBytes, variable: Variable, littleEndian: boolean): Promise<MatlabArray> {
  const { offset, length, compressed } = variable;
  const raw = file.read(offset + 8, length, 'a variable');
  if (!compressed) return parseArray(raw, littleEndian, file.path);
  const start = inflated(file, offset, () =>
    inflateSync(raw.subarray(0, HEAD), { finishFlush: constants.Z_SYNC_FLUSH }),
  );
  const tag = new ElementReader(start, littleEndian, file.path).tag('a compressed variable');
  if (tag.type !== miMatrix) throw damaged(file.path, `the variable at byte ${offset} is of type ${tag.type}`);
  elementCount(file.path, `the variable at byte ${offset}`, [tag.length], 1);
  let content: Uint8Array;
  try {
    content = await inflateAsync(raw, { maxOutputLength: tag.length + 16 });
  } catch (error) {
    throw damaged(file.path, `the variable at byte ${offset} cannot be decompressed`, error);
  }
  if (content.length < 8 + tag.length) {
    throw damaged(file.path, `the variable at byte ${offset} holds ${content.length - 8} bytes, not ${tag.length}`);
  }
  return parseArray(content.subarray(8, 8 + tag.length), littleEndian, file.path);
}

/** An array of real numbers piece by piece, along its last axis or value by value; nothing for other variables. */
function streams(
  file: FileBytes,
  variable: Variable,
  littleEndian: boolean,
  { className, shape, complex, name }: ArrayHeader,
): Pick<ArrayEntry, 'columns' | 'values'> {
  if (!isElementType(className) || shape.includes(0) || complex) return {};
  const delivered = className;
  /** @param rows - into how many parts the values are cut */
  async function* cut(options: ReadOptions, rows: number, range?: RowRange): AsyncGenerator<RowBlock> {
    const start = variableStart(file, variable, littleEndian);
    readArrayHeader(start);
    const { type, length, contentAt } = start.tag('the numbers');
    const storage = storageTypes[type];
    if (storage === undefined) throw start.wrong(`numbers are stored with the type ${type}`);
    const rowBytes = shape.reduce((product, side) => product * side, elementBytes[storage]) / rows;
    if (length !== rowBytes * rows) {
      throw start.wrong(`an array of shape [${shape.join(', ')}] has ${length / elementBytes[storage]} numbers`);
    }
    // Inflated, a variable starts with its own tag.
    const skip = contentAt + (variable.compressed ? 8 : 0);
    const from = variable.compressed ? 0 : skip + (range?.from ?? 0) * rowBytes;
    const end = Math.min(rows, range?.to ?? rows);
    const pieces = variablePieces(file, variable, options, from);
    const about = `${file.path}: ${name}`;
    let done = range?.from ?? 0;
    for await (const block of cutIntoRows(pieces, { skip, rowBytes, rows, range, from })) {
      done = block.first + block.rows;
      yield {
        first: block.first,
        rows: block.rows,
        data: asType(decodeElements(block.bytes, storage, littleEndian, about, true), delivered),
      };
    }
    if (done < end) throw truncated(about, `its numbers end after ${done} of ${rows} parts`);
  }
  return {
    columns: (options, range) => cut(options, shape[shape.length - 1], range),
    values: async function* (options) {
      for await (const { data } of cut(options, elementCount(file.path, name, shape, 0))) yield data;
    },
  };
}

async function* variablePieces(
  file: FileBytes,
  { offset, length, compressed }: Variable,
  { signal }: ReadOptions,
  from: number,
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

type Leaf = Pick<ArrayEntry, 'shape' | 'type'> & { readonly kind: 'number' | 'text' | 'other' };

/** What a header alone says of a variable that is neither struct nor cell. */
function describeVariable(header: ArrayHeader): Leaf {
  const { className, shape } = header;
  if (className === 'char') return { shape, type: 'text', kind: 'text' };
  const type = header.logical ? 'logical' : className === 'sparse' ? 'float64' : className;
  if (header.complex) return { shape, type: `complex ${type}`, kind: 'other' };
  return { shape, type, kind: ['object', 'function handle'].includes(className) ? 'other' : 'number' };
}

function describeLeaf(array: MatlabArray): Leaf {
  const { shape } = array;
  if (array.kind === 'number') return { shape, type: array.dtype, kind: 'number' };
  if (array.kind === 'text' || (array.kind === 'cell' && isTextCell(array)))
    return { shape, type: 'text', kind: 'text' };
  return { shape, type: array.kind === 'other' ? array.dtype : array.kind, kind: 'other' };
}

function leafEntry({ shape, type, kind }: Leaf, load: () => Promise<MatlabArray>): ArrayEntry {
  if (kind === 'other') return { shape, type, remedy: howToConvert(type) };
  if (kind === 'text') return { shape, type, text: async () => stringsOf(await load()) };
  return {
    shape,
    type,
    numbers: async () => {
      const array = await load();
      // The description was made from the same bytes.
      if (array.kind !== 'number') throw damaged(array.name, 'it is not what its header says');
      return array.read();
    },
  };
}

export function howToConvert(dtype: string): string {
  if (dtype.startsWith('complex')) return 'Save real(x) or abs(x) in MATLAB.';
  return 'Save it in MATLAB as a numeric array, or as cellstr(x) when it holds text.';
}

/** Texts, or cells that hold one text or nothing. */
function isTextCell(array: MatlabArray & { kind: 'cell' }): boolean {
  return (
    array.cells.length > 0 &&
    array.cells.some((cell) => cell.kind === 'text') &&
    array.cells.every((cell) => (cell.kind === 'text' && cell.shape[0] <= 1) || cell.shape.includes(0))
  );
}

function stringsOf(array: MatlabArray): string[] {
  if (array.kind === 'text') return array.rows();
  if (array.kind !== 'cell') return [];
  const texts = array.cells.map((cell) => (cell.kind === 'text' ? (cell.rows()[0] ?? '') : ''));
  return rowMajorFromColumnMajor(texts, array.shape);
}

/** Steps into cells and struct values, by position. */
type Path = readonly number[];

function follow(array: MatlabArray, path: Path): MatlabArray {
  return path.reduce<MatlabArray>((inner, index) => {
    const members = inner.kind === 'cell' ? inner.cells : inner.kind === 'struct' ? inner.values : [];
    return members[index];
  }, array);
}

function addLeaves(
  entries: Map<string, ArrayEntry>,
  name: string,
  array: MatlabArray,
  load: (path: Path) => Promise<MatlabArray>,
  path: Path = [],
): void {
  if (array.kind === 'struct') {
    const count = array.values.length / Math.max(1, array.fields.length);
    array.values.forEach((value, index) => {
      const element = count === 1 ? '' : `(${Math.floor(index / array.fields.length) + 1})`;
      const field = array.fields[index % array.fields.length];
      addLeaves(entries, `${name}${element}.${field}`, value, load, [...path, index]);
    });
    return;
  }
  if (array.kind === 'cell' && !isTextCell(array)) {
    array.cells.forEach((cell, index) => {
      addLeaves(entries, `${name}{${index + 1}}`, cell, load, [...path, index]);
    });
    return;
  }
  entries.set(
    name,
    leafEntry(describeLeaf(array), () => load(path)),
  );
}
