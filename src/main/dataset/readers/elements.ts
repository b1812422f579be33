/** Numbers as bytes: every type that the file formats share, both byte orders. */
import { CortextError } from '../../../shared/errors.ts';
import type { NumericData } from './named-arrays.ts';

export type ElementType =
  | 'bool'
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'float16'
  | 'float32'
  | 'float64';

/** On disk. */
export const elementBytes: Readonly<Record<ElementType, number>> = {
  bool: 1,
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  int64: 8,
  uint64: 8,
  float16: 2,
  float32: 4,
  float64: 8,
};

export function isElementType(name: string): name is ElementType {
  return Object.hasOwn(elementBytes, name);
}

const hostIsLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/**
 * Decodes numbers.
 *
 * @param about - file and array, for messages
 * @param fresh - `bytes` belong to the caller alone, and the result may lie in their memory
 * @throws CortextError `ARRAY_TYPE` for 64-bit integers beyond 2^53, which no number here can hold exactly
 */
export function decodeElements(
  bytes: Uint8Array,
  type: ElementType,
  littleEndian: boolean,
  about: string,
  fresh = false,
): NumericData {
  const owned = fresh ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length) : ownCopy(bytes);
  if (owned.byteOffset !== 0 || owned.byteLength !== owned.buffer.byteLength) {
    return decodeElements(ownCopy(bytes), type, littleEndian, about, true);
  }
  const size = elementBytes[type];
  if (size > 1 && littleEndian !== hostIsLittleEndian) {
    if (size === 2) owned.swap16();
    else if (size === 4) owned.swap32();
    else owned.swap64();
  }
  const { buffer } = owned;
  switch (type) {
    case 'bool':
      for (let i = 0; i < owned.length; i++) if (owned[i] !== 0) owned[i] = 1;
      return new Uint8Array(buffer);
    case 'uint8':
      return new Uint8Array(buffer);
    case 'int8':
      return new Int8Array(buffer);
    case 'int16':
      return new Int16Array(buffer);
    case 'uint16':
      return new Uint16Array(buffer);
    case 'int32':
      return new Int32Array(buffer);
    case 'uint32':
      return new Uint32Array(buffer);
    case 'float32':
      return new Float32Array(buffer);
    case 'float64':
      return new Float64Array(buffer);
    case 'float16':
      return halvesToNumbers(new Uint16Array(buffer));
    case 'int64':
      return exactNumbers(new BigInt64Array(buffer), about);
    case 'uint64':
      return exactNumbers(new BigUint64Array(buffer), about);
  }
}

/** Typed arrays need aligned memory, and bytes are swapped in place. */
function ownCopy(bytes: Uint8Array): Buffer {
  const copy = Buffer.from(new ArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}

function exactNumbers(integers: BigInt64Array | BigUint64Array, about: string): Float64Array {
  const numbers = new Float64Array(integers.length);
  for (let i = 0; i < integers.length; i++) {
    numbers[i] = Number(integers[i]);
    if (Number.isSafeInteger(numbers[i])) continue;
    throw new CortextError('ARRAY_TYPE', `${about}: value ${i} is ${integers[i]}; whole numbers beyond 2^53 are not exact here.`, {
      hint: 'Save the array as text, or as numbers below 2^53.',
    });
  }
  return numbers;
}

function halvesToNumbers(halves: Uint16Array): Float32Array {
  const numbers = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) numbers[i] = halfToNumber(halves[i]);
  return numbers;
}

/** IEEE 754 binary16. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const constructors = {
  bool: Uint8Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: Float64Array,
  uint64: Float64Array,
  float16: Float32Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

/** Bytes that a delivered number takes. */
export function deliveredBytes(type: ElementType): number {
  return constructors[type].BYTES_PER_ELEMENT;
}

/** Room for so many delivered numbers, all 0. */
export function emptyElements(type: ElementType, count: number): NumericData {
  return new constructors[type](count);
}

/** The same numbers as another type, as MATLAB stores doubles that fit into bytes. */
export function asType(data: NumericData, type: ElementType): NumericData {
  return data instanceof constructors[type] ? data : new constructors[type](data);
}
