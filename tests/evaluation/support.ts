/** Small image sets, and a reader of the one MATLAB file that shares nothing with the application's. */
import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import type { ImageSet } from '../../src/main/dataset/image-set.ts';
import { Random } from '../../src/shared/random.ts';
import { readNpy } from '../support/npz.ts';

export const atOnce = (): Promise<void> => Promise.resolve();

/** Independent uniform pixels. */
export function noiseImages(count: number, side: number, channels: 1 | 3, stream: string): ImageSet {
  const random = new Random(7, stream);
  const data = Float32Array.from({ length: count * side * side * channels }, () => random.uniform());
  return { count, height: side, width: side, channels, data };
}

/** `share` of the image itself and the rest of noise. */
export function noisyCopies(images: ImageSet, share: number, stream: string): ImageSet {
  const random = new Random(8, stream);
  return { ...images, data: images.data.map((value) => share * value + (1 - share) * random.uniform()) };
}

export function constantImages(like: ImageSet, value: number): ImageSet {
  return { ...like, data: new Float32Array(like.data.length).fill(value) };
}

export function npyImages(path: string): ImageSet {
  const { shape, values } = readNpy(path);
  const [count, height, width, channels] = shape;
  if (channels !== 1 && channels !== 3) throw new Error(`${path} has ${channels} channels`);
  return { count, height, width, channels, data: values };
}

export function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}

export interface StoredMatrix {
  readonly rows: number;
  readonly columns: number;
  /** Column by column, as MATLAB stores it. */
  readonly values: Float64Array;
}

/** Numeric matrices of a compressed MATLAB v5 file. */
export function readMatlab(path: string): Map<string, StoredMatrix> {
  const file = readFileSync(path);
  const matrices = new Map<string, StoredMatrix>();
  for (let at = 128; at < file.length;) {
    const size = file.readUInt32LE(at + 4);
    const element = inflateSync(file.subarray(at + 8, at + 8 + size));
    const parts = [...elements(element.subarray(8))];
    const [rows, columns] = [parts[1].bytes.readInt32LE(0), parts[1].bytes.readInt32LE(4)];
    const { type, bytes } = parts[3];
    const widths: Record<number, number> = { 1: 1, 2: 1, 3: 2, 4: 2, 9: 8 };
    const values = Float64Array.from({ length: rows * columns }, (_, i) => {
      const offset = i * widths[type];
      if (type === 9) return bytes.readDoubleLE(offset);
      if (type === 1) return bytes.readInt8(offset);
      if (type === 2) return bytes.readUInt8(offset);
      return type === 3 ? bytes.readInt16LE(offset) : bytes.readUInt16LE(offset);
    });
    matrices.set(parts[2].bytes.toString('latin1'), { rows, columns, values });
    at += 8 + size;
  }
  return matrices;
}

function* elements(buffer: Buffer): Generator<{ type: number; bytes: Buffer }> {
  for (let at = 0; at < buffer.length;) {
    const tag = buffer.readUInt32LE(at);
    if (tag >>> 16 > 0) {
      yield { type: tag & 0xffff, bytes: buffer.subarray(at + 4, at + 4 + (tag >>> 16)) };
      at += 8;
      continue;
    }
    const size = buffer.readUInt32LE(at + 4);
    yield { type: tag, bytes: buffer.subarray(at + 8, at + 8 + size) };
    at += 8 + Math.ceil(size / 8) * 8;
  }
}
