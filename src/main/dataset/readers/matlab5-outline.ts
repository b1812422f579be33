/** What is in a struct or cell array of a MATLAB 5 file: small arrays as they are, large ones by where they lie. */
import { elementBytes, type ElementType } from './elements.ts';
import { openContent, type Content } from './matlab5-content.ts';
import {
  DEEPEST,
  isDense,
  parseArray,
  readArrayHeader,
  readFieldNames,
  type ArrayHeader,
  type DenseHeader,
  type MatlabArray,
} from './matlab5-arrays.ts';
import { ElementReader, isObject, miMatrix, storageTypes } from './matlab5-elements.ts';
import { claimedLength, contentStart, HEAD_BYTES, type Variable } from './matlab5-variable.ts';
import { damaged } from './reading-errors.ts';

/** Numbers that stay in the file. */
export interface StoredNumbers {
  readonly storage: ElementType;
  /** Of the first, in what `variablePieces` gives. */
  readonly at: number;
}

export type Outline =
  | Exclude<MatlabArray, { readonly kind: 'cell' | 'struct' }>
  | { readonly kind: 'cell'; readonly shape: readonly number[]; readonly cells: readonly Outline[] }
  | {
      readonly kind: 'struct';
      readonly shape: readonly number[];
      readonly fields: readonly string[];
      readonly values: readonly Outline[];
    }
  | {
      readonly kind: 'stored';
      readonly shape: readonly number[];
      readonly header: DenseHeader;
      readonly numbers: StoredNumbers;
    };

/** Arrays up to this size are kept, as long as all that are kept together are no larger than the second. */
const SMALL_BYTES = 1 << 16;
const KEPT_BYTES = 1 << 24;

interface Walk {
  readonly variable: Variable;
  readonly content: Content;
  kept: number;
}

/**
 * Goes through a variable once, to its end.
 *
 * @throws CortextError `FILE_DAMAGED`, `FILE_TRUNCATED`, `FILE_TOO_LARGE`, `CANCELLED`
 */
export async function readOutline(variable: Variable, signal: AbortSignal | undefined): Promise<Outline> {
  const content = openContent(variable, signal);
  try {
    const { file, offset, compressed } = variable;
    const length = compressed ? claimedLength(variable, await content.peek(HEAD_BYTES)) : variable.length;
    await content.skip(contentStart(variable));
    const array = await outlineOf({ variable, content, kept: 0 }, length, file.path, 0);
    const end = contentStart(variable) + length;
    const whole = await content.skip(end - content.at);
    if (!whole) throw damaged(file.path, `the variable at byte ${offset} holds ${content.at - 8} bytes, not ${length}`);
    // A checksum follows.
    if (compressed && (await content.skip(PADDING_BYTES))) {
      throw damaged(file.path, `the variable at byte ${offset} holds more than the ${length} bytes that it claims`);
    }
    return array;
  } finally {
    await content.close();
  }
}

/** No program pads a variable with more. */
const PADDING_BYTES = 16;

async function outlineOf(walk: Walk, length: number, about: string, depth: number): Promise<Outline> {
  const { content, variable } = walk;
  const { littleEndian } = variable;
  const end = content.at + length;
  const whole = async (): Promise<MatlabArray> => {
    // A copy, so that the rest of what was read is let go.
    const bytes = (await content.peek(length)).slice();
    walk.kept += length;
    await content.skip(length);
    return parseArray(bytes, littleEndian, about, depth);
  };
  if (length <= SMALL_BYTES && walk.kept + length <= KEPT_BYTES) return whole();
  const head = await content.peek(Math.min(length, HEAD_BYTES));
  const reader = new ElementReader(head, littleEndian, about, content.at);
  const header = readArrayHeader(reader);
  const { className, shape } = header;
  if (depth > DEEPEST) throw reader.wrong(`arrays are nested more than ${DEEPEST} deep`);
  const inner = depth === 0 ? `${about}: ${header.name}` : about;
  if (className === 'cell' || className === 'struct') {
    await content.skip(head.length - reader.left);
    const fields = className === 'struct' ? await takeFieldNames(walk, end, inner) : null;
    const count = shape.reduce((product, side) => product * side, fields?.length ?? 1);
    const members = await outlinesOf(walk, count, end, inner, depth);
    return fields === null ? { kind: 'cell', shape, cells: members } : { kind: 'struct', shape, fields, values: members };
  }
  // Nothing but the header of complex numbers and objects is looked at.
  if (header.complex || isObject(className)) return parseArray(head, littleEndian, about, depth);
  if (!isDense(header)) return whole();
  const numbers = locateNumbers(reader, header, content.at);
  await content.skip(length);
  return { kind: 'stored', shape, header, numbers };
}

/**
 * Where the numbers of an array begin, when they are as many as its shape says.
 *
 * @param reader - behind the header
 * @param start - of what the reader reads, in the pieces of the variable
 */
export function locateNumbers(reader: ElementReader, { shape }: ArrayHeader, start: number): StoredNumbers {
  const { type, length, contentAt } = reader.tag('the numbers');
  const storage = storageTypes[type];
  if (storage === undefined) throw reader.wrong(`numbers are stored with the type ${type}`);
  if (length !== shape.reduce((product, side) => product * side, elementBytes[storage])) {
    throw reader.wrong(`an array of shape [${shape.join(', ')}] has ${length / elementBytes[storage]} numbers`);
  }
  return { storage, at: start + contentAt };
}

async function takeFieldNames({ content, variable }: Walk, end: number, about: string): Promise<string[]> {
  const read = async (wanted: number) => {
    const bytes = await content.peek(Math.min(wanted, end - content.at));
    return { bytes, reader: new ElementReader(bytes, variable.littleEndian, about, content.at) };
  };
  const start = (await read(HEAD_BYTES)).reader;
  start.numbers('the length of field names');
  const { bytes, reader } = await read(start.tag('the field names').next);
  const fields = readFieldNames(reader);
  await content.skip(bytes.length - reader.left);
  return fields;
}

async function outlinesOf(walk: Walk, count: number, end: number, about: string, depth: number): Promise<Outline[]> {
  const { content, variable } = walk;
  const wrong = (problem: string): Error => damaged(about, `${problem}, at byte ${content.at}`);
  // Every array takes at least its tag: a count beyond that is refused before anything is allocated.
  if (count * 8 > end - content.at) throw wrong(`${count} cells are claimed where ${end - content.at} bytes are left`);
  const members: Outline[] = [];
  for (let i = 0; i < count; i++) {
    const start = content.at;
    const reader = new ElementReader(await content.peek(8), variable.littleEndian, about, start);
    const { type, length, contentAt, next } = reader.tag(`cell ${i}`);
    if (type !== miMatrix || contentAt !== 8) throw wrong(`cell ${i} has the type ${type}`);
    if (start + 8 + length > end) throw wrong(`cell ${i} claims ${length} bytes where ${end - start - 8} are left`);
    await content.skip(8);
    members.push(await outlineOf(walk, length, about, depth + 1));
    await content.skip(Math.min(start + next, end) - content.at);
  }
  return members;
}
