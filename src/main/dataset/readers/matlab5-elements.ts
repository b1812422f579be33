/**
 * Data elements of a MATLAB 5 file: tag, bytes, padding ("MAT-File Format", The MathWorks, chapter 1).
 */
import type { ElementType } from './elements.ts';
import { damaged } from './reading-errors.ts';

export const miMatrix = 14;
export const miCompressed = 15;
export const miUtf8 = 16;

/** Number types by their code on disk. */
export const storageTypes: Readonly<Record<number, ElementType>> = {
  1: 'int8',
  2: 'uint8',
  3: 'int16',
  4: 'uint16',
  5: 'int32',
  6: 'uint32',
  7: 'float32',
  9: 'float64',
  12: 'int64',
  13: 'uint64',
};

/** Classes of arrays by their code on disk. */
export const arrayClasses: Readonly<Record<number, string>> = {
  1: 'cell',
  2: 'struct',
  3: 'object',
  4: 'char',
  5: 'sparse',
  6: 'float64',
  7: 'float32',
  8: 'int8',
  9: 'uint8',
  10: 'int16',
  11: 'uint16',
  12: 'int32',
  13: 'uint32',
  14: 'int64',
  15: 'uint64',
  16: 'function handle',
  17: 'object',
};

/** Classes whose arrays hold what only MATLAB understands. */
export function isObject(className: string): boolean {
  return className === 'object' || className === 'function handle';
}

export interface DataElement {
  readonly type: number;
  readonly bytes: Uint8Array;
  /** Of its content, counted from the start of what the reader reads. */
  readonly at: number;
}

/** Reads elements one after the other. Running out of bytes means damage: the outermost sizes were checked before. */
export class ElementReader {
  readonly littleEndian: boolean;
  /** The file and the variable, for messages. */
  readonly about: string;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #offset: number;
  #at = 0;

  /** @param offset - where `bytes` starts, for messages */
  constructor(bytes: Uint8Array, littleEndian: boolean, about: string, offset = 0) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.littleEndian = littleEndian;
    this.about = about;
    this.#offset = offset;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  next(what: string): DataElement {
    const tag = this.tag(what);
    const end = tag.contentAt + tag.length;
    if (end > this.#bytes.length) {
      throw this.wrong(`${what} claims ${tag.length} bytes where ${this.#bytes.length - tag.contentAt} are left`);
    }
    this.#at = Math.min(tag.next, this.#bytes.length);
    return { type: tag.type, bytes: this.#bytes.subarray(tag.contentAt, end), at: this.#offset + tag.contentAt };
  }

  /** Type and length of the next element without taking it. */
  tag(what: string): { type: number; length: number; contentAt: number; next: number } {
    const at = this.#at;
    if (at + 8 > this.#bytes.length) throw this.wrong(`${what} is missing`);
    const word = this.#view.getUint32(at, this.littleEndian);
    // Small elements carry up to four bytes inside the tag, their length in the upper half of the first word.
    if (word >>> 16 !== 0) {
      const length = word >>> 16;
      if (length > 4) throw this.wrong(`${what} is a small element of ${length} bytes`);
      return { type: word & 0xffff, length, contentAt: at + 4, next: at + 8 };
    }
    const length = this.#view.getUint32(at + 4, this.littleEndian);
    return { type: word, length, contentAt: at + 8, next: at + 8 + Math.ceil(length / 8) * 8 };
  }

  numbers(what: string): number[] {
    const { type, bytes } = this.next(what);
    if (type !== 5 && type !== 6) throw this.wrong(`${what} has the type ${type}`);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return Array.from({ length: bytes.length >> 2 }, (_, i) =>
      type === 5 ? view.getInt32(i * 4, this.littleEndian) : view.getUint32(i * 4, this.littleEndian),
    );
  }

  /** Names and class names; zeros end them. */
  text(what: string): string {
    return decodeName(this.next(what).bytes);
  }

  wrong(problem: string): Error {
    return damaged(this.about, `${problem}, at byte ${this.#offset + this.#at}`);
  }
}

export function decodeName(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder('utf-8').decode(end < 0 ? bytes : bytes.subarray(0, end));
}
