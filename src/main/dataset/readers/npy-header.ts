/** The header of a NumPy array: a Python dictionary in text (numpy.lib.format, versions 1.0 to 3.0). */
import { elementBytes, isElementType, type ElementType } from './elements.ts';
import { damaged, truncated } from './reading-errors.ts';

export interface NpyHeader {
  readonly shape: readonly number[];
  readonly fortranOrder: boolean;
  readonly dtype: NpyType;
  /** Where the elements start, in bytes from the magic string. */
  readonly dataAt: number;
}

export type NpyType =
  | { readonly kind: 'number'; readonly type: ElementType; readonly littleEndian: boolean }
  /** `bytes`: one byte per character; `unicode`: four. */
  | { readonly kind: 'bytes' | 'unicode'; readonly characters: number; readonly littleEndian: boolean }
  | { readonly kind: 'other'; readonly descriptor: string };

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

export function isNpy(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, i) => bytes[i] === byte);
}

/**
 * @param head - the first bytes of the array's file
 * @param complete - whether `head` is the whole file, so that a header that goes on means a file cut short
 * @returns null when `head` is too short to hold the header
 * @throws CortextError `FILE_TRUNCATED`, `FILE_DAMAGED`
 */
export function parseNpyHeader(head: Uint8Array, complete: boolean, about: string): NpyHeader | null {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const incomplete = (): null => {
    if (complete) throw truncated(about, `its header goes on after byte ${head.length}`);
    return null;
  };
  if (head.length < 12) return incomplete();
  if (!isNpy(head)) throw damaged(about, 'it does not start as a NumPy array');
  const [major] = [head[6]];
  if (major < 1 || major > 3) throw damaged(about, `its format version is ${major}, not 1 to 3`);
  const textAt = major === 1 ? 10 : 12;
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (textAt + length > head.length) return incomplete();
  const text = new TextDecoder(major === 3 ? 'utf-8' : 'latin1').decode(head.subarray(textAt, textAt + length));
  return { ...parseDictionary(text, about), dataAt: textAt + length };
}

function parseDictionary(text: string, about: string): Omit<NpyHeader, 'dataAt'> {
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const shapeText = /'shape'\s*:\s*\(([^)]*)\)/.exec(text)?.[1];
  const descriptor = /'descr'\s*:\s*(?:'([^']*)'|([[(]))/.exec(text);
  if (order === undefined || shapeText === undefined || descriptor === null) {
    throw damaged(about, `its header is not that of a NumPy array: ${JSON.stringify(text.slice(0, 80))}`);
  }
  const sides = shapeText.split(',').map((side) => side.trim());
  const shape = sides.filter((side) => side !== '').map(Number);
  if (!shape.every((side) => Number.isInteger(side) && side >= 0)) {
    throw damaged(about, `its shape is (${shapeText})`);
  }
  const dtype: NpyType =
    descriptor[1] === undefined ? { kind: 'other', descriptor: 'a record of fields' } : parseType(descriptor[1]);
  return { shape, fortranOrder: order === 'True', dtype };
}

const numberKinds: Readonly<Record<string, string>> = { f: 'float', i: 'int', u: 'uint' };

function parseType(descriptor: string): NpyType {
  const match = /^([<>|=]?)([a-zA-Z?])(\d*)/.exec(descriptor);
  if (match === null) return { kind: 'other', descriptor };
  const [, mark, letter, digits] = match;
  const littleEndian = mark !== '>';
  if (letter === 'b' || letter === '?') return { kind: 'number', type: 'bool', littleEndian };
  if (letter === 'S' || letter === 'a') return { kind: 'bytes', characters: Number(digits), littleEndian };
  if (letter === 'U') return { kind: 'unicode', characters: Number(digits), littleEndian };
  const name = `${numberKinds[letter] ?? ''}${Number(digits) * 8}`;
  return isElementType(name)
    ? { kind: 'number', type: name, littleEndian }
    : { kind: 'other', descriptor: letter === 'O' ? 'Python objects' : descriptor };
}

/** Bytes of one element on disk. */
export function npyElementBytes(dtype: NpyType): number {
  if (dtype.kind === 'number') return elementBytes[dtype.type];
  if (dtype.kind === 'other') return 1;
  return dtype.characters * (dtype.kind === 'unicode' ? 4 : 1);
}
