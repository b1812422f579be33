/** One variable of a MATLAB 5 file as a tree of arrays; numbers stay bytes until they are asked for. */
import { rowMajorFromColumnMajor } from './axes.ts';
import { asType, decodeElements, deliveredBytes, elementBytes, isElementType, type ElementType } from './elements.ts';
import {
  arrayClasses,
  decodeName,
  ElementReader,
  miMatrix,
  miUtf8,
  storageTypes,
  type DataElement,
} from './matlab5-elements.ts';
import type { NumericData } from './named-arrays.ts';
import { elementCount } from './reading-errors.ts';

interface Numbers {
  readonly shape: readonly number[];
  readonly data: NumericData;
}

interface Common {
  readonly name: string;
  /** MATLAB's. */
  readonly shape: readonly number[];
}

export type MatlabArray =
  | (Common & { readonly kind: 'number'; readonly dtype: ElementType | 'logical'; readonly read: () => Numbers })
  | (Common & { readonly kind: 'text'; readonly rows: () => string[] })
  | (Common & { readonly kind: 'cell'; readonly cells: readonly MatlabArray[] })
  | (Common & { readonly kind: 'struct'; readonly fields: readonly string[]; readonly values: readonly MatlabArray[] })
  | (Common & { readonly kind: 'other'; readonly dtype: string });

export const DEEPEST = 64;

export interface ArrayHeader extends Common {
  readonly className: string;
  readonly logical: boolean;
  readonly complex: boolean;
}

/** Of an array of real numbers, each of which is stored. */
export type DenseHeader = ArrayHeader & { readonly className: ElementType };

export function isDense(header: ArrayHeader): header is DenseHeader {
  return isElementType(header.className) && !header.complex && !header.shape.includes(0);
}

/** The first three parts of every array: flags, dimensions, name. */
export function readArrayHeader(reader: ElementReader): ArrayHeader {
  const [flags] = reader.numbers('the flags of an array');
  const className = arrayClasses[flags & 0xff];
  if (className === undefined) throw reader.wrong(`an array has the class ${flags & 0xff}`);
  const header = { className, logical: (flags & 0x200) !== 0, complex: (flags & 0x800) !== 0 };
  // Objects of the newer kind have no dimensions.
  if ((flags & 0xff) === 17) return { ...header, shape: [1, 1], name: reader.text('the name of an object') };
  const shape = reader.numbers('the dimensions of an array');
  if (shape.length < 2 || shape.length > 32 || shape.some((side) => side < 0)) {
    throw reader.wrong(`an array has the dimensions [${shape.join(', ')}]`);
  }
  return { ...header, shape, name: reader.text('the name of an array') };
}

/** @param bytes - content of a matrix element, without its tag */
export function parseArray(bytes: Uint8Array, littleEndian: boolean, about: string, depth = 0): MatlabArray {
  // An empty cell or field may be nothing at all.
  if (bytes.length === 0) return emptyArray();
  const reader = new ElementReader(bytes, littleEndian, about);
  if (depth > DEEPEST) throw reader.wrong(`arrays are nested more than ${DEEPEST} deep`);
  const header = readArrayHeader(reader);
  const inner = depth === 0 ? `${about}: ${header.name}` : about;
  switch (header.className) {
    case 'cell':
      return { ...common(header), kind: 'cell', cells: readArrays(reader, size(header), depth, inner) };
    case 'struct':
      return readStruct(reader, header, depth, inner);
    case 'char':
      return readChars(reader, header);
    case 'sparse':
      return header.complex ? other(header, 'complex') : readSparse(reader, header, inner);
    case 'function handle':
    case 'object':
      return other(header, header.className);
    default:
      return header.complex ? other(header, `complex ${header.className}`) : readNumbers(reader, header, inner);
  }
}

function emptyArray(): MatlabArray {
  const shape = [0, 0];
  return { name: '', shape, kind: 'number', dtype: 'float64', read: () => ({ shape, data: new Float64Array(0) }) };
}

function common({ name, shape }: ArrayHeader): Common {
  return { name, shape };
}

function other(header: ArrayHeader, dtype: string): MatlabArray {
  return { ...common(header), kind: 'other', dtype };
}

function size({ shape }: Common): number {
  return shape.reduce((product, side) => product * side, 1);
}

function readArrays(reader: ElementReader, count: number, depth: number, about: string): MatlabArray[] {
  // Every array takes at least its tag: a count beyond that is refused before anything is allocated.
  if (count * 8 > reader.left) throw reader.wrong(`${count} cells are claimed where ${reader.left} bytes are left`);
  return Array.from({ length: count }, (_, i) => {
    const element = reader.next(`cell ${i}`);
    if (element.type !== miMatrix) throw reader.wrong(`cell ${i} has the type ${element.type}`);
    return parseArray(element.bytes, reader.littleEndian, about, depth + 1);
  });
}

function readStruct(reader: ElementReader, header: ArrayHeader, depth: number, about: string): MatlabArray {
  const fields = readFieldNames(reader);
  const values = readArrays(reader, size(header) * fields.length, depth, about);
  return { ...common(header), kind: 'struct', fields, values };
}

/** Two elements: how long every name is, and the names. */
export function readFieldNames(reader: ElementReader): string[] {
  const [nameLength] = reader.numbers('the length of field names');
  const names = reader.next('the field names').bytes;
  if (names.length > 0 && !(nameLength > 0)) throw reader.wrong(`field names have the length ${nameLength}`);
  return Array.from({ length: names.length === 0 ? 0 : Math.floor(names.length / nameLength) }, (_, i) =>
    decodeName(names.subarray(i * nameLength, (i + 1) * nameLength)),
  );
}

/** A char matrix `[rows, columns]`; rows are padded with spaces. */
function readChars(reader: ElementReader, header: ArrayHeader): MatlabArray {
  const element = reader.left < 8 ? null : reader.next('the characters');
  const rows = (): string[] => {
    const [rowCount] = header.shape;
    const width = size(header) / Math.max(rowCount, 1);
    if (element === null || size(header) === 0) return Array.from({ length: rowCount }, () => '');
    const characters = decodeCharacters(element, reader);
    if (characters.length !== size(header)) {
      // UTF-8 of a single row has more bytes than characters, and MATLAB counts UTF-16 units.
      if (rowCount === 1) return [characters.join('').trimEnd()];
      throw reader.wrong(`text of shape [${header.shape.join(', ')}] has ${characters.length} characters`);
    }
    const turned = rowMajorFromColumnMajor(characters, [rowCount, width]);
    return Array.from({ length: rowCount }, (_, i) =>
      turned
        .slice(i * width, (i + 1) * width)
        .join('')
        .replace(/[\s\0]+$/, ''),
    );
  };
  return { ...common(header), kind: 'text', rows };
}

function decodeCharacters({ type, bytes }: DataElement, reader: ElementReader): string[] {
  if (type === miUtf8) return [...new TextDecoder('utf-8').decode(bytes)];
  const unit = type === 1 || type === 2 ? 1 : type === 18 ? 4 : 2;
  if (![1, 2, 3, 4, 17, 18].includes(type)) throw reader.wrong(`text has the type ${type}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = reader.littleEndian;
  return Array.from({ length: Math.floor(bytes.length / unit) }, (_, i) => {
    if (unit === 4) return String.fromCodePoint(Math.min(view.getUint32(i * 4, little), 0x10ffff));
    return String.fromCharCode(unit === 1 ? bytes[i] : view.getUint16(i * 2, little));
  });
}

function requireStorage({ type, bytes }: DataElement, reader: ElementReader): { type: ElementType; count: number } {
  const storage = storageTypes[type];
  if (storage === undefined) throw reader.wrong(`numbers are stored with the type ${type}`);
  const count = bytes.length / elementBytes[storage];
  if (!Number.isInteger(count)) throw reader.wrong(`${bytes.length} bytes are no whole number of ${storage} values`);
  return { type: storage, count };
}

function readNumbers(reader: ElementReader, header: ArrayHeader, about: string): MatlabArray {
  // The class names are those of element types here: the others were dealt with before.
  const dtype = header.className as ElementType;
  const element = reader.left < 8 && size(header) === 0 ? null : reader.next('the numbers');
  const read = (): Numbers => {
    const { shape } = header;
    const count = elementCount(about, 'an array', shape, deliveredBytes(dtype));
    if (element === null) return { shape, data: asType(new Uint8Array(0), dtype) };
    const stored = requireStorage(element, reader);
    if (stored.count !== count) {
      throw reader.wrong(`an array of shape [${shape.join(', ')}] has ${stored.count} numbers`);
    }
    const data = decodeElements(element.bytes, stored.type, reader.littleEndian, about);
    return { shape, data: rowMajorFromColumnMajor(asType(data, dtype), shape) };
  };
  return { ...common(header), kind: 'number', dtype: header.logical ? 'logical' : dtype, read };
}

/** Compressed columns: row indices, where each column starts among them, and the values. */
function readSparse(reader: ElementReader, header: ArrayHeader, about: string): MatlabArray {
  const rowElement = reader.next('the row indices');
  const columnElement = reader.next('the column starts');
  const valueElement = reader.left < 8 ? null : reader.next('the values');
  const { shape } = header;
  const read = (): Numbers => {
    const [rows, columns] = shape;
    const dense = new Float64Array(elementCount(about, 'a sparse array', shape, 8));
    const numbers = (element: DataElement) =>
      decodeElements(element.bytes, requireStorage(element, reader).type, reader.littleEndian, about);
    const rowOf = numbers(rowElement);
    const starts = numbers(columnElement);
    const values = valueElement === null ? new Float64Array(0) : numbers(valueElement);
    if (starts.length < columns + 1) throw reader.wrong(`a sparse array has ${starts.length} column starts`);
    for (let column = 0; column < columns; column++) {
      for (let i = starts[column]; i < starts[column + 1]; i++) {
        if (!(i >= 0 && i < values.length && rowOf[i] >= 0 && rowOf[i] < rows)) {
          throw reader.wrong(`a sparse array has no place for its value ${i}`);
        }
        dense[rowOf[i] * columns + column] = values[i];
      }
    }
    return { shape, data: dense };
  };
  return { ...common(header), kind: 'number', dtype: header.logical ? 'logical' : 'float64', read };
}
