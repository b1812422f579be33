/**
 * NumPy arrays out: the .npy layout, version 1.0, row-major and little-endian, and several of them as an .npz archive.
 *
 * Entries are stored without compression (noisy floats hardly shrink) and dated 1980, so that equal arrays give equal
 * bytes.
 */
import { crc32 } from 'node:zlib';
import { writeFileAtomic } from '../../files/atomic.ts';
import { CortextError } from '../../../shared/errors.ts';

export interface OutgoingArray {
  readonly shape: readonly number[];
  /** A `Uint8Array` is written as uint8, or as bool with `boolean`; strings as fixed-width Unicode. */
  readonly data: Float32Array | Float64Array | Int32Array | Uint8Array | readonly string[];
  readonly boolean?: boolean;
}

/** One array as the parts of an .npy file. */
export function encodeNpy(array: OutgoingArray): Uint8Array[] {
  const length = array.shape.reduce((product, side) => product * side, 1);
  if (length !== array.data.length) {
    throw new CortextError(
      'INTERNAL',
      `An array of shape [${array.shape.join(', ')}] got ${array.data.length} values.`,
    );
  }
  const { descriptor, bytes } = encodeValues(array);
  const shape = array.shape.length === 1 ? `(${array.shape[0]},)` : `(${array.shape.join(', ')})`;
  const text = `{'descr': '${descriptor}', 'fortran_order': False, 'shape': ${shape}, }`;
  // The header, its ten bytes of prefix included, fills whole blocks of 64 bytes and ends with a line feed.
  const padded = text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11, ' ') + '\n';
  const header = Buffer.alloc(10 + padded.length);
  header.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  header.writeUInt16LE(padded.length, 8);
  header.write(padded, 10, 'latin1');
  return [header, bytes];
}

function encodeValues({ data, boolean }: OutgoingArray): { descriptor: string; bytes: Uint8Array } {
  if (data instanceof Uint8Array) return { descriptor: boolean === true ? '|b1' : '|u1', bytes: data };
  if (data instanceof Float32Array) return { descriptor: '<f4', bytes: littleEndian(data) };
  if (data instanceof Float64Array) return { descriptor: '<f8', bytes: littleEndian(data) };
  if (data instanceof Int32Array) return { descriptor: '<i4', bytes: littleEndian(data) };
  return encodeStrings(data);
}

function littleEndian(data: Float32Array | Float64Array | Int32Array): Uint8Array {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  if (new Uint8Array(new Uint16Array([1]).buffer)[0] === 1) return bytes;
  return data.BYTES_PER_ELEMENT === 8 ? Buffer.from(bytes).swap64() : Buffer.from(bytes).swap32();
}

function encodeStrings(strings: readonly string[]): { descriptor: string; bytes: Uint8Array } {
  const points = strings.map((text) => [...text].map((character) => character.codePointAt(0) ?? 0));
  const width = Math.max(1, ...points.map((text) => text.length));
  const bytes = Buffer.alloc(strings.length * width * 4);
  points.forEach((text, i) => text.forEach((point, j) => bytes.writeUInt32LE(point, (i * width + j) * 4)));
  return { descriptor: `<U${width}`, bytes };
}

/**
 * Writes an .npz archive.
 *
 * @throws CortextError `FILE_TOO_LARGE` above 4 GiB, `NO_SPACE_LEFT`, `WORKSPACE_READ_ONLY`
 */
export function writeNpz(path: string, arrays: Readonly<Record<string, OutgoingArray>>): void {
  writeFileAtomic(
    path,
    encodeStoredZip(Object.entries(arrays).map(([name, array]) => ({ name: `${name}.npy`, parts: encodeNpy(array) }))),
  );
}

interface ZipEntry {
  readonly name: string;
  readonly parts: readonly Uint8Array[];
}

const ZIP_LIMIT = 2 ** 32 - 1;
/** 1 January 1980, midnight, in the format of MS-DOS. */
const DOS_DATE = 0x21;

/** A zip archive of uncompressed entries (PKWARE APPNOTE 4.3), as parts to write one after the other. */
export function encodeStoredZip(entries: readonly ZipEntry[]): Uint8Array[] {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const { name, parts: content } of entries) {
    const encodedName = Buffer.from(name, 'utf8');
    const size = content.reduce((sum, part) => sum + part.length, 0);
    const checksum = content.reduce((sum, part) => crc32(part, sum), 0);
    if (offset + size > ZIP_LIMIT) {
      throw new CortextError('FILE_TOO_LARGE', `The arrays up to ${name} are larger than 4 GiB together.`, {
        hint: 'Write fewer samples or fewer voxels.',
      });
    }
    // Version 2.0, names in UTF-8, stored, date, checksum, size twice, length of the name, no extra field.
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x800, 2);
    common.writeUInt16LE(DOS_DATE, 8);
    common.writeUInt32LE(checksum, 10);
    common.writeUInt32LE(size, 14);
    common.writeUInt32LE(size, 18);
    common.writeUInt16LE(encodedName.length, 22);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    parts.push(Buffer.from('PK\x03\x04', 'latin1'), common, encodedName, ...content);
    directory.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, tail, encodedName);
    offset += 30 + encodedName.length + size;
  }
  const directorySize = directory.reduce((sum, part) => sum + part.length, 0);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directorySize, 12);
  end.writeUInt32LE(offset, 16);
  return [...parts, ...directory, end];
}
