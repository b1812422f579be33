/**
 * NIfTI-1 out: one .nii.gz file, little-endian, written volume by volume so that memory holds one volume at a time.
 *
 * Layout after nifti1.h (NIfTI Data Format Working Group, 2004). Equal content gives equal bytes: gzip gets no date.
 */
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { createGzip, gzipSync } from 'node:zlib';
import { CortextError, toCortextError } from '../../../shared/errors.ts';

/** Rows of the 3 x 4 matrix from voxel indices to millimetres (right, anterior, superior). */
export type AffineRows = readonly [AffineRow, AffineRow, AffineRow];
export type AffineRow = readonly [number, number, number, number];

export interface NiftiGrid {
  /** Voxels along the three axes; the first runs fastest in memory. */
  readonly size: readonly [number, number, number];
  readonly affine: AffineRows;
}

const datatypes = {
  uint8: { code: 2, bits: 8 },
  int16: { code: 4, bits: 16 },
  float32: { code: 16, bits: 32 },
} as const;
export type NiftiDatatype = keyof typeof datatypes;

export interface NiftiWriterOptions extends NiftiGrid {
  /** 1 writes a file of three axes. */
  readonly volumes: number;
  readonly datatype: NiftiDatatype;
  /** Seconds between volumes; 0 where there is no time. */
  readonly repetitionTime?: number;
  /** What a stored 1 means; values are stored x slope + intercept. */
  readonly slope?: number;
  readonly intercept?: number;
  /** `scanner` for a subject's own space, `aligned` for one that volumes were resampled to. */
  readonly space?: 'scanner' | 'aligned';
  readonly description?: string;
}

/** Stored values, before slope and intercept. */
export type StoredVolume = Uint8Array | Int16Array | Float32Array;

export interface NiftiWriter {
  /** @throws CortextError `NO_SPACE_LEFT`, `WORKSPACE_READ_ONLY`; `INTERNAL` for a volume of another size or type */
  write(volume: StoredVolume): Promise<void>;
  /** Ends the file and flushes it to disk. Without it the file is not whole. */
  close(): Promise<void>;
  /** Gives up: the file is removed. */
  discard(): Promise<void>;
}

const HEADER_BYTES = 352;
const MILLIMETRES_AND_SECONDS = 2 | 8;
const MILLIMETRES = 2;
const formCodes = { scanner: 1, aligned: 2 } as const;

/** Opens a .nii.gz file for writing; what the path held before is overwritten. */
export function createNiftiWriter(path: string, options: NiftiWriterOptions): NiftiWriter {
  const gzip = createGzip({ level: 1 });
  const file = gzip.pipe(createWriteStream(path, { flush: true }));
  let failure: Error | undefined;
  const remember = (error: Error): void => {
    failure ??= error;
  };
  gzip.on('error', remember);
  file.on('error', remember);
  // Settles on either end of the file; failures are told by the call that comes next.
  const ended = finished(file).catch(remember);
  const requireHealth = (): void => {
    if (failure !== undefined) throw toCortextError(failure, path);
  };
  const push = (bytes: Uint8Array): Promise<void> =>
    new Promise((resolve, reject) => {
      gzip.write(bytes, (error) => {
        if (error) reject(toCortextError(error, path));
        else resolve();
      });
      // A failed disk never asks for more.
      void ended.then(() => {
        resolve();
      });
    });
  let written = 0;
  const expected = options.size[0] * options.size[1] * options.size[2];
  gzip.write(encodeHeader(options));
  return {
    write: async (volume) => {
      requireHealth();
      if (volume.length !== expected || typeName(volume) !== options.datatype || written === options.volumes) {
        throw new CortextError(
          'INTERNAL',
          `Volume ${written + 1} of ${options.volumes} of ${path}: ${typeName(volume)} [${volume.length}] does not fit.`,
        );
      }
      written++;
      // The stream keeps what it is given until it is compressed; the caller may reuse the volume.
      await push(littleEndianCopy(volume));
      requireHealth();
    },
    close: async () => {
      if (written !== options.volumes) {
        throw new CortextError('INTERNAL', `${path} got ${written} of ${options.volumes} volumes.`);
      }
      gzip.end();
      await ended;
      requireHealth();
    },
    discard: async () => {
      gzip.unpipe(file);
      gzip.destroy();
      file.destroy();
      await ended;
      await rm(path, { force: true });
    },
  };
}

/** Writes a file of one volume. */
export async function writeNiftiVolume(
  path: string,
  options: Omit<NiftiWriterOptions, 'volumes' | 'datatype'>,
  volume: StoredVolume,
): Promise<void> {
  const writer = createNiftiWriter(path, { ...options, volumes: 1, datatype: typeName(volume) });
  try {
    await writer.write(volume);
    await writer.close();
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

/** A whole file of one volume in memory: for what is small and kept with other things. */
export function encodeNiftiVolume(
  options: Omit<NiftiWriterOptions, 'volumes' | 'datatype'>,
  volume: StoredVolume,
): Buffer {
  const header = encodeHeader({ ...options, volumes: 1, datatype: typeName(volume) });
  return gzipSync(Buffer.concat([header, littleEndianCopy(volume)]), { level: 4 });
}

function typeName(volume: StoredVolume): NiftiDatatype {
  if (volume instanceof Uint8Array) return 'uint8';
  return volume instanceof Int16Array ? 'int16' : 'float32';
}

function littleEndianCopy(volume: StoredVolume): Buffer {
  const bytes = Buffer.from(volume.buffer.slice(volume.byteOffset, volume.byteOffset + volume.byteLength));
  const isLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
  if (isLittleEndian || volume.BYTES_PER_ELEMENT === 1) return bytes;
  return volume.BYTES_PER_ELEMENT === 2 ? bytes.swap16() : bytes.swap32();
}

function encodeHeader(options: NiftiWriterOptions): Buffer {
  const { size, affine, volumes, datatype, repetitionTime = 0, slope = 1, intercept = 0, space = 'scanner' } = options;
  const { code, bits } = datatypes[datatype];
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeInt32LE(348, 0);
  const sides = volumes === 1 ? [3, ...size, 1, 1, 1, 1] : [4, ...size, volumes, 1, 1, 1];
  sides.forEach((side, i) => header.writeInt16LE(side, 40 + 2 * i));
  header.writeInt16LE(code, 70);
  header.writeInt16LE(bits, 72);
  const { spacing, quaternion, handedness } = decompose(affine);
  [handedness, ...spacing, repetitionTime].forEach((value, i) => header.writeFloatLE(value, 76 + 4 * i));
  header.writeFloatLE(HEADER_BYTES, 108);
  header.writeFloatLE(slope, 112);
  header.writeFloatLE(intercept, 116);
  header.writeUInt8(volumes > 1 ? MILLIMETRES_AND_SECONDS : MILLIMETRES, 123);
  header.write((options.description ?? '').slice(0, 79), 148, 'latin1');
  header.writeInt16LE(formCodes[space], 252);
  header.writeInt16LE(formCodes[space], 254);
  const offsets = affine.map((row) => row[3]);
  [...quaternion, ...offsets].forEach((value, i) => header.writeFloatLE(value, 256 + 4 * i));
  affine.flat().forEach((value, i) => header.writeFloatLE(value, 280 + 4 * i));
  header.write('n+1\0', 344, 'latin1');
  return header;
}

/**
 * The qform of an affine: voxel sizes, the rotation as a quaternion (b, c, d; a is what completes it to length 1), and
 * -1 for grids that mirror the third axis. Shears, which a qform cannot hold, do not occur in what Cortext writes.
 */
function decompose(affine: AffineRows) {
  const spacing = [0, 1, 2].map((axis) => Math.hypot(affine[0][axis], affine[1][axis], affine[2][axis]));
  const r = affine.map((row) => [0, 1, 2].map((axis) => row[axis] / spacing[axis]));
  const determinant =
    r[0][0] * (r[1][1] * r[2][2] - r[1][2] * r[2][1]) -
    r[0][1] * (r[1][0] * r[2][2] - r[1][2] * r[2][0]) +
    r[0][2] * (r[1][0] * r[2][1] - r[1][1] * r[2][0]);
  const handedness = determinant < 0 ? -1 : 1;
  for (const row of r) row[2] *= handedness;
  return { spacing, quaternion: quaternionOf(r), handedness };
}

/** Stable for every rotation: starts from the largest component (nifti_mat44_to_quatern). */
function quaternionOf(r: readonly (readonly number[])[]): [number, number, number] {
  const squares = [
    1 + r[0][0] + r[1][1] + r[2][2],
    1 + r[0][0] - r[1][1] - r[2][2],
    1 - r[0][0] + r[1][1] - r[2][2],
    1 - r[0][0] - r[1][1] + r[2][2],
  ];
  const largest = squares.indexOf(Math.max(...squares));
  const s = 2 * Math.sqrt(squares[largest]);
  const [sum, difference] = [
    (i: number, j: number) => (r[i][j] + r[j][i]) / s,
    (i: number, j: number) => (r[i][j] - r[j][i]) / s,
  ];
  const a = [s / 4, difference(2, 1), difference(0, 2), difference(1, 0)][largest];
  const [b, c, d] = [
    [difference(2, 1), difference(0, 2), difference(1, 0)],
    [s / 4, sum(0, 1), sum(0, 2)],
    [sum(0, 1), s / 4, sum(1, 2)],
    [sum(0, 2), sum(1, 2), s / 4],
  ][largest];
  // The header holds no a: it is taken as positive.
  return a < 0 ? [-b, -c, -d] : [b, c, d];
}
