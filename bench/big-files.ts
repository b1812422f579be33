/** Files larger than memory should have to hold, written a part at a time: what `import-memory.ts` imports. */
import { closeSync, createReadStream, createWriteStream, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { crc32, createDeflate, createDeflateRaw } from 'node:zlib';
import { File, ready } from 'h5wasm/node';

/** Bytes of an array in order, a part at a time. */
export type Parts = Iterable<Uint8Array>;

export interface BigArray {
  readonly name: string;
  /** Row-major in NumPy and HDF5; MATLAB's own shape, its values column-major. */
  readonly shape: readonly number[];
  readonly type: 'float32' | 'float64' | 'uint8' | 'int16';
  readonly parts: Parts;
}

const bytesOf = { float32: 4, float64: 8, uint8: 1, int16: 2 } as const;
const npyCodes = { float32: '<f4', float64: '<f8', uint8: '|u1', int16: '<i2' } as const;

const sizeOf = ({ shape, type }: BigArray): number => shape.reduce((product, side) => product * side, bytesOf[type]);

function npyHead({ shape, type }: BigArray): Buffer {
  const text =
    `{'descr': '${npyCodes[type]}', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`.padEnd(117) + '\n';
  return Buffer.concat([
    Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, text.length, 0]),
    Buffer.from(text, 'latin1'),
  ]);
}

/** A table without names of columns, four digits a number. */
export function writeBigCsv(path: string, rows: number, columns: number): void {
  const file = openSync(path, 'w');
  for (let row = 0; row < rows; row++) {
    const cells = Array.from({ length: columns }, (_, column) => (Math.sin(row * 7 + column * 13) * 3).toFixed(4));
    writeSync(file, `${cells.join(',')}\n`);
  }
  closeSync(file);
}

export function writeBigNpy(path: string, array: BigArray): void {
  const file = openSync(path, 'w');
  for (const part of [npyHead(array), ...array.parts]) writeSync(file, part);
  closeSync(file);
}

/** As `numpy.savez_compressed`. */
export async function writeBigNpz(path: string, arrays: readonly BigArray[]): Promise<void> {
  const file = openSync(path, 'w');
  const directory: Buffer[] = [];
  let at = 0;
  for (const array of arrays) {
    const name = Buffer.from(`${array.name}.npy`);
    const offset = at;
    at += 30 + name.length;
    const plain = { size: 0, crc: 0 };
    const packed = await writeThrough(
      file,
      at,
      createDeflateRaw({ level: 1 }),
      counted([npyHead(array), ...array.parts], plain),
    );
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(8, 4);
    [plain.crc, packed, plain.size].forEach((value, i) => fields.writeUInt32LE(value, 10 + 4 * i));
    fields.writeUInt16LE(name.length, 22);
    writeSync(file, Buffer.concat([Buffer.from('PK\x03\x04'), fields, name]), 0, 30 + name.length, offset);
    const entry = Buffer.alloc(46);
    entry.write('PK\x01\x02', 'latin1');
    fields.copy(entry, 6);
    entry.writeUInt32LE(offset, 42);
    directory.push(entry, name);
    at += packed;
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  [arrays.length, arrays.length].forEach((count, i) => end.writeUInt16LE(count, 8 + 2 * i));
  [entries.length, at].forEach((value, i) => end.writeUInt32LE(value, 12 + 4 * i));
  writeSync(file, Buffer.concat([entries, end]), 0, entries.length + 22, at);
  closeSync(file);
}

const matlabClasses = { float64: [6, 9], float32: [7, 7], uint8: [9, 2], int16: [10, 3] } as const;

export interface MatlabSaving {
  /** As MATLAB does by default (`save -v7`). */
  readonly compressed?: boolean;
  /** The struct of which the arrays are fields; without it they are variables. */
  readonly struct?: string;
}

/** A MATLAB 5 file. */
export async function writeBigMatlab(
  path: string,
  arrays: readonly BigArray[],
  { compressed = true, struct }: MatlabSaving = {},
): Promise<void> {
  const file = openSync(path, 'w');
  const header = Buffer.alloc(128, ' ');
  header.write('MATLAB 5.0 MAT-file');
  header.set([0x00, 0x01, 0x49, 0x4d], 124);
  writeSync(file, header);
  let at = 128;
  const variables =
    struct === undefined ? arrays.map((array) => numbersElement(array)) : [structElement(struct, arrays)];
  for (const { parts } of variables) {
    if (!compressed) {
      for (const part of parts) at += writeSync(file, part);
      continue;
    }
    const packed = await writeThrough(file, at + 8, createDeflate({ level: 1 }), parts);
    writeSync(file, words(15, packed), 0, 8, at);
    at += 8 + packed;
  }
  closeSync(file);
}

interface Element {
  readonly length: number;
  readonly parts: Parts;
}

const padding = (length: number): Buffer => Buffer.alloc((8 - (length % 8)) % 8);
const element = (code: number, bytes: Buffer): Buffer =>
  Buffer.concat([words(code, bytes.length), bytes, padding(bytes.length)]);

/** An array without a name is a field of a struct. */
function numbersElement(array: BigArray, name = array.name): Element {
  const { shape, type } = array;
  const [className, storage] = matlabClasses[type];
  const size = sizeOf(array);
  const head = Buffer.concat([
    element(6, words(className, 0)),
    element(5, words(...shape)),
    element(1, Buffer.from(name)),
    words(storage, size),
  ]);
  const length = head.length + size + padding(size).length;
  return { length: 8 + length, parts: joined([words(14, length), head], array.parts, [padding(size)]) };
}

const FIELD_NAME = 32;

function structElement(name: string, arrays: readonly BigArray[]): Element {
  const fields = arrays.map((array) => numbersElement(array, ''));
  const names = Buffer.concat(arrays.map((array) => Buffer.concat([Buffer.from(array.name)], FIELD_NAME)));
  const head = Buffer.concat([
    element(6, words(2, 0)),
    element(5, words(1, 1)),
    element(1, Buffer.from(name)),
    // A small element: four bytes in its tag.
    words((4 << 16) | 5, FIELD_NAME),
    element(1, names),
  ]);
  const length = fields.reduce((sum, field) => sum + field.length, head.length);
  return { length: 8 + length, parts: joined([words(14, length), head], ...fields.map(({ parts }) => parts)) };
}

function* joined(...all: readonly Parts[]): Generator<Uint8Array> {
  for (const parts of all) yield* parts;
}

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => bytes.writeUInt32LE(value, 4 * i));
  return bytes;
}

const hdf5Types = { float32: '<f', float64: '<d', uint8: '<B', int16: '<h' } as const;

const MATLAB_USER_BLOCK = 512;

/** As MATLAB 7.3 saves: HDF5 behind a header of its own; MATLAB shows the axes reversed. */
export async function writeBigMatlab73(path: string, arrays: Parameters<typeof writeBigHdf5>[1]): Promise<void> {
  await writeBigHdf5(`${path}.h5`, arrays);
  const header = Buffer.alloc(MATLAB_USER_BLOCK);
  header.fill(' ', 0, 124);
  header.write('MATLAB 7.3 MAT-file');
  header.set([0x00, 0x02, 0x49, 0x4d], 124);
  writeFileSync(path, header);
  await pipeline(createReadStream(`${path}.h5`), createWriteStream(path, { flags: 'a' }));
  rmSync(`${path}.h5`);
}

/** Chunks are some entries of the first axis. */
export async function writeBigHdf5(
  path: string,
  arrays: readonly (BigArray & { readonly rowsPerPart: number })[],
): Promise<void> {
  await ready;
  const file = new File(path, 'w');
  for (const { name, shape, type, parts, rowsPerPart } of arrays) {
    const [rows, ...rest] = shape;
    const zeros = typed(new Uint8Array(sizeOf({ name, shape: [1, ...rest], type, parts: [] })), type);
    const dataset = file.create_dataset({
      name,
      data: zeros,
      shape: [1, ...rest],
      maxshape: [null, ...rest],
      chunks: [1, ...rest],
      dtype: hdf5Types[type],
    });
    dataset.resize([...shape]);
    let row = 0;
    for (const part of parts) {
      const to = Math.min(rows, row + rowsPerPart);
      dataset.write_slice([[row, to], ...rest.map((side): [number, number] => [0, side])], typed(part, type));
      row = to;
    }
  }
  file.close();
}

function typed(part: Uint8Array, type: BigArray['type']): Float32Array | Float64Array | Uint8Array | Int16Array {
  const constructors = { float32: Float32Array, float64: Float64Array, uint8: Uint8Array, int16: Int16Array };
  // A view of memory that is not shared.
  return new constructors[type](part.buffer as ArrayBuffer, part.byteOffset, part.byteLength / bytesOf[type]);
}

function* counted(parts: Parts, total: { size: number; crc: number }): Generator<Uint8Array> {
  for (const part of parts) {
    total.size += part.length;
    total.crc = crc32(part, total.crc);
    yield part;
  }
}

/** @returns bytes written */
async function writeThrough(
  file: number,
  offset: number,
  deflate: ReturnType<typeof createDeflate> | ReturnType<typeof createDeflateRaw>,
  parts: Parts,
): Promise<number> {
  let at = offset;
  deflate.on('data', (piece: Buffer) => (at += writeSync(file, piece, 0, piece.length, at)));
  for (const part of parts) {
    if (!deflate.write(part)) await new Promise((resume) => deflate.once('drain', resume));
  }
  await new Promise((resume) => deflate.end(() => deflate.once('end', resume)));
  return at - offset;
}
