/**
 * MATLAB 5 files (`save -v6` and `-v7`).
 *
 * Opening looks at the head of every variable, and goes through structs and cells; numbers are read when they are asked for,
 * small ones inside of structs and cells excepted. Fields of structs are
 * called `name.field` (`name(2).field` in struct arrays), cells `name{3}`; a cell array of texts is one array of text.
 */
import { rowMajorFromColumnMajor } from './axes.ts';
import { cutIntoRows } from './byte-rows.ts';
import { asType, decodeElements, deliveredBytes, elementBytes, emptyElements } from './elements.ts';
import type { FileBytes } from './file-bytes.ts';
import { isDense, readArrayHeader, type ArrayHeader, type DenseHeader } from './matlab5-arrays.ts';
import { ElementReader, isObject, miCompressed, miMatrix } from './matlab5-elements.ts';
import { locateNumbers, readOutline, type Outline, type StoredNumbers } from './matlab5-outline.ts';
import { contentStart, loadVariable, variablePieces, variableStart, type Variable } from './matlab5-variable.ts';
import {
  namedArrays,
  stopIfCancelled,
  type ArrayEntry,
  type NamedArrays,
  type ReadOptions,
  type RowBlock,
  type RowRange,
} from './named-arrays.ts';
import { damaged, elementCount, truncated } from './reading-errors.ts';

type StoredArray = Outline & { readonly kind: 'stored' };

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

/** @throws CortextError `FILE_TRUNCATED`, `FILE_DAMAGED` */
export async function openMatlab5(
  file: FileBytes,
  littleEndian: boolean,
  { signal }: ReadOptions = {},
): Promise<NamedArrays> {
  const entries = new Map<string, ArrayEntry>();
  for (const variable of findVariables(file, littleEndian)) {
    stopIfCancelled(signal);
    const header = readArrayHeader(variableStart(variable));
    // Variables without a name hold what objects of classes refer to.
    if (header.name === '') continue;
    if (header.className === 'struct' || header.className === 'cell') {
      addLeaves(entries, header.name, variable, await readOutline(variable, signal));
      continue;
    }
    const leaf = leafEntry(describeVariable(header), variable, () => loadVariable(variable));
    if (!isDense(header)) {
      entries.set(header.name, leaf);
      continue;
    }
    const locate = (): StoredNumbers => {
      const reader = variableStart(variable);
      readArrayHeader(reader);
      return locateNumbers(reader, header, contentStart(variable));
    };
    entries.set(header.name, { ...leaf, ...streams(variable, header, header.name, locate) });
  }
  const close = (): void => {
    file.close();
  };
  return namedArrays(file.path, 'matlab-5', entries, { signal, close });
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
    variables.push({ file, littleEndian, offset: at, length, compressed: type === miCompressed });
    // Compressed variables follow one another without padding.
    at += type === miCompressed ? 8 + length : next;
  }
  return variables;
}

/**
 * An array of real numbers piece by piece, along its last axis or value by value.
 *
 * @param name - for messages
 * @param locate - where its numbers lie
 */
function streams(
  variable: Variable,
  { className, shape }: DenseHeader,
  name: string,
  locate: () => StoredNumbers,
): Required<Pick<ArrayEntry, 'columns' | 'values'>> {
  const { file, littleEndian, compressed } = variable;
  /** @param rows - into how many parts the values are cut */
  async function* cut({ signal }: ReadOptions, rows: number, range?: RowRange): AsyncGenerator<RowBlock> {
    const { storage, at: skip } = locate();
    const rowBytes = shape.reduce((product, side) => product * side, elementBytes[storage]) / rows;
    const from = compressed ? 0 : skip + (range?.from ?? 0) * rowBytes;
    const end = Math.min(rows, range?.to ?? rows);
    const pieces = variablePieces(variable, signal, from);
    const about = `${file.path}: ${name}`;
    let done = range?.from ?? 0;
    for await (const block of cutIntoRows(pieces, { skip, rowBytes, rows, range, from })) {
      done = block.first + block.rows;
      yield {
        first: block.first,
        rows: block.rows,
        data: asType(decodeElements(block.bytes, storage, littleEndian, about, true), className),
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

/** Numbers inside of a struct or cell that stay in the file until they are asked for. */
function storedEntry(variable: Variable, name: string, { header, numbers }: StoredArray): ArrayEntry {
  const { shape, className } = header;
  const { type } = describeVariable(header);
  const { columns, values } = streams(variable, header, name, () => numbers);
  return {
    shape,
    type,
    columns,
    values,
    numbers: async (options) => {
      const count = elementCount(variable.file.path, name, shape, deliveredBytes(className));
      const data = emptyElements(className, count);
      for await (const { first, data: block } of columns(options)) {
        data.set(block, (first * count) / shape[shape.length - 1]);
      }
      return { shape, data: rowMajorFromColumnMajor(data, shape) };
    },
  };
}

type Leaf = Pick<ArrayEntry, 'shape' | 'type'> & { readonly kind: 'number' | 'text' | 'other' };

/** What a header alone says of a variable that is neither struct nor cell. */
function describeVariable(header: ArrayHeader): Leaf {
  const { className, shape } = header;
  if (className === 'char') return { shape, type: 'text', kind: 'text' };
  const type = header.logical ? 'logical' : className === 'sparse' ? 'float64' : className;
  if (header.complex) return { shape, type: `complex ${type}`, kind: 'other' };
  return { shape, type, kind: isObject(className) ? 'other' : 'number' };
}

function describeLeaf(array: Exclude<Outline, StoredArray>): Leaf {
  const { shape } = array;
  if (array.kind === 'number') return { shape, type: array.dtype, kind: 'number' };
  if (array.kind === 'text' || (array.kind === 'cell' && isTextCell(array)))
    return { shape, type: 'text', kind: 'text' };
  return { shape, type: array.kind === 'other' ? array.dtype : array.kind, kind: 'other' };
}

function leafEntry(
  { shape, type, kind }: Leaf,
  { file }: Variable,
  load: () => Promise<Exclude<Outline, StoredArray>>,
): ArrayEntry {
  if (kind === 'other') return { shape, type, remedy: howToConvert(type) };
  if (kind === 'text') return { shape, type, text: async () => stringsOf(await load()) };
  return {
    shape,
    type,
    numbers: async () => {
      const array = await load();
      // The description was made from the same bytes.
      if (array.kind !== 'number') throw damaged(file.path, 'an array is not what its header says');
      return array.read();
    },
  };
}

export function howToConvert(dtype: string): string {
  if (dtype.startsWith('complex')) return 'Save real(x) or abs(x) in MATLAB.';
  return 'Save it in MATLAB as a numeric array, or as cellstr(x) when it holds text.';
}

/** Texts, or cells that hold one text or nothing. */
function isTextCell(array: Outline & { kind: 'cell' }): boolean {
  return (
    array.cells.length > 0 &&
    array.cells.some((cell) => cell.kind === 'text') &&
    array.cells.every((cell) => (cell.kind === 'text' && cell.shape[0] <= 1) || cell.shape.includes(0))
  );
}

function stringsOf(array: Outline): string[] {
  if (array.kind === 'text') return array.rows();
  if (array.kind !== 'cell') return [];
  const texts = array.cells.map((cell) => (cell.kind === 'text' ? (cell.rows()[0] ?? '') : ''));
  return rowMajorFromColumnMajor(texts, array.shape);
}

function addLeaves(entries: Map<string, ArrayEntry>, name: string, variable: Variable, array: Outline): void {
  if (array.kind === 'struct') {
    const count = array.values.length / Math.max(1, array.fields.length);
    array.values.forEach((value, index) => {
      const element = count === 1 ? '' : `(${Math.floor(index / array.fields.length) + 1})`;
      const field = array.fields[index % array.fields.length];
      addLeaves(entries, `${name}${element}.${field}`, variable, value);
    });
    return;
  }
  if (array.kind === 'cell' && !isTextCell(array)) {
    array.cells.forEach((cell, index) => {
      addLeaves(entries, `${name}{${index + 1}}`, variable, cell);
    });
    return;
  }
  entries.set(
    name,
    array.kind === 'stored'
      ? storedEntry(variable, name, array)
      : leafEntry(describeLeaf(array), variable, () => Promise.resolve(array)),
  );
}
