/** NIfTI-1 and NIfTI-2 headers, both byte orders: recognised by content, and checked before they are believed. */
import { NIFTI1, NIFTI2 } from 'nifti-reader-js';
import type { ElementType } from '../readers/elements.ts';
import { damaged, truncated, unsupportedFormat } from '../readers/reading-errors.ts';
import { isInvertible } from './affine.ts';
import type { Grid } from './grid.ts';
import { niftiAffine } from './nifti-affine.ts';

export interface NiftiHeader {
  readonly version: 1 | 2;
  /** Header and values in one file, or in two (.hdr and .img). */
  readonly single: boolean;
  readonly littleEndian: boolean;
  readonly grid: Grid;
  readonly volumes: number;
  readonly spacing: readonly [number, number, number];
  readonly repetitionTime: number | null;
  readonly datatype: ElementType;
  readonly scaling: { readonly slope: number; readonly intercept: number };
  /** Bytes before the first value in its file. */
  readonly dataOffset: number;
}

/** Length of a header without extensions. */
export const NIFTI_HEADER_BYTES = { 1: 348, 2: 540 } as const;

interface Kind {
  readonly version: 1 | 2;
  readonly magic: string;
}

/** By the length that a header states of itself, in either byte order, and by its magic word. */
function kindOf(head: Uint8Array): Kind | null {
  if (head.length < 12) return null;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const states = (length: number): boolean => view.getInt32(0, true) === length || view.getInt32(0, false) === length;
  const text = (at: number): string => String.fromCharCode(...head.subarray(at, at + 4));
  if (states(NIFTI_HEADER_BYTES[2])) return { version: 2, magic: text(4) };
  if (states(NIFTI_HEADER_BYTES[1])) return { version: 1, magic: text(344) };
  return null;
}

/** Whether a file, decompressed, starts as NIfTI or as its predecessor ANALYZE, which is refused by name later. */
export function startsAsNifti(head: Uint8Array): boolean {
  return kindOf(head) !== null;
}

/**
 * @param head - the first bytes of the file, decompressed; at least 540 unless it is shorter
 * @throws CortextError `FILE_TRUNCATED`, `FILE_DAMAGED`, `FORMAT_UNSUPPORTED` (ANALYZE, complex numbers, colours, 5D)
 */
export function parseNiftiHeader(head: Uint8Array, path: string): NiftiHeader {
  const kind = kindOf(head);
  if (kind === null) throw damaged(path, 'it has no NIfTI header');
  const { version, magic } = kind;
  const length = NIFTI_HEADER_BYTES[version];
  if (head.length < length) {
    throw truncated(path, `its header of ${length} bytes ends after ${head.length}`);
  }
  const single = checkMagic(kind, head, path);
  // Extensions follow the header; the library would trust the lengths that they state, so it does not see them.
  const bytes = Uint8Array.from(head.subarray(0, length)).buffer;
  const header = version === 1 ? new NIFTI1() : new NIFTI2();
  header.readHeader(bytes);
  const { shape, volumes } = dimensions(header.dims, path);
  const affine = niftiAffine(header, new DataView(bytes), version);
  if (!isInvertible(affine)) {
    throw damaged(path, `its header puts voxels at no proper place (affine ${JSON.stringify(affine.slice(0, 3))})`);
  }
  const [, x, y, z] = header.pixDims;
  return {
    version,
    single,
    littleEndian: header.littleEndian,
    grid: { shape, affine },
    volumes,
    spacing: [Math.abs(x), Math.abs(y), Math.abs(z)],
    repetitionTime: repetitionTime(header.pixDims[4], header.xyzt_units),
    datatype: datatypeOf(header.datatypeCode, path),
    scaling: scalingOf(header.scl_slope, header.scl_inter, path),
    dataOffset: dataOffset(header.vox_offset, single ? length + 4 : 0, magic, path),
  };
}

/** The end of the magic word of version 2 shows a transfer that took the file for text. */
const BINARY_MARK = [0x0d, 0x0a, 0x1a, 0x0a];

/** @returns whether header and values share a file */
function checkMagic({ version, magic }: Kind, head: Uint8Array, path: string): boolean {
  if (magic !== `n+${version}\0` && magic !== `ni${version}\0`) {
    if (version === 2) throw damaged(path, `its magic word is ${JSON.stringify(magic)}, not n+2 or ni2`);
    throw unsupportedFormat(
      path,
      'it has no magic word of NIfTI, so it may be ANALYZE 7.5, which does not say where left and right are',
      'Convert it with the program that made it (SPM, FSL: fslchfiletype NIFTI_GZ), and check left and right.',
    );
  }
  if (version === 2 && !BINARY_MARK.every((byte, i) => head[8 + i] === byte)) {
    throw damaged(path, 'its header was changed by a transfer as text');
  }
  return magic.startsWith('n+');
}

function dimensions(dims: readonly number[], path: string): { shape: [number, number, number]; volumes: number } {
  const [count, ...sides] = dims;
  if (!Number.isInteger(count) || count < 1 || count > 7) throw damaged(path, `it states ${count} dimensions`);
  const stated = sides.slice(0, count);
  const odd = stated.find((side) => !Number.isSafeInteger(side) || side < 1);
  if (odd !== undefined) throw damaged(path, `its shape [${stated.join(', ')}] has a side of ${odd}`);
  if (!Number.isSafeInteger(stated.reduce((product, side) => product * side, 8))) {
    throw damaged(path, `its shape [${stated.join(', ')}] is larger than any file`);
  }
  if (stated.slice(4).some((side) => side !== 1)) {
    throw unsupportedFormat(
      path,
      `it has the shape [${stated.join(', ')}]; runs have three axes of space and one of time`,
      'Split it into files of at most four dimensions.',
    );
  }
  const [x = 1, y = 1, z = 1, volumes = 1] = stated;
  return { shape: [x, y, z], volumes };
}

const datatypes: Readonly<Record<number, ElementType>> = {
  [NIFTI1.TYPE_UINT8]: 'uint8',
  [NIFTI1.TYPE_INT16]: 'int16',
  [NIFTI1.TYPE_INT32]: 'int32',
  [NIFTI1.TYPE_FLOAT32]: 'float32',
  [NIFTI1.TYPE_FLOAT64]: 'float64',
  [NIFTI1.TYPE_INT8]: 'int8',
  [NIFTI1.TYPE_UINT16]: 'uint16',
  [NIFTI1.TYPE_UINT32]: 'uint32',
  [NIFTI1.TYPE_INT64]: 'int64',
  [NIFTI1.TYPE_UINT64]: 'uint64',
};

const refusedDatatypes: Readonly<Record<number, string>> = {
  [NIFTI1.TYPE_BINARY]: 'single bits',
  [NIFTI1.TYPE_COMPLEX64]: 'complex numbers (complex64)',
  [NIFTI1.TYPE_COMPLEX128]: 'complex numbers (complex128)',
  [NIFTI1.TYPE_COMPLEX256]: 'complex numbers (complex256)',
  [NIFTI1.TYPE_RGB24]: 'colours (RGB24)',
  2304: 'colours (RGBA32)',
  [NIFTI1.TYPE_FLOAT128]: 'numbers of 128 bits (float128)',
};

function datatypeOf(code: number, path: string): ElementType {
  const datatype = datatypes[code];
  if (datatype !== undefined) return datatype;
  const refused = refusedDatatypes[code];
  if (refused === undefined) throw damaged(path, `its header states the datatype ${code}, which there is not`);
  throw unsupportedFormat(path, `its values are ${refused}; voxels need one real number each`, remedyFor(refused));
}

function remedyFor(refused: string): string {
  return refused.startsWith('complex') ? 'Save the magnitude instead.' : 'Save it as float32.';
}

/** A slope of 0, or that is no number, says that there is no scaling. */
function scalingOf(slope: number, intercept: number, path: string): NiftiHeader['scaling'] {
  if (slope === 0 || !Number.isFinite(slope)) return { slope: 1, intercept: 0 };
  if (!Number.isFinite(intercept)) throw damaged(path, `its values are scaled with the intercept ${intercept}`);
  return { slope, intercept };
}

const TIME_UNITS = 0x38;

/** No scanner takes so many seconds for a volume: some writers state seconds and mean milliseconds. */
const MILLISECONDS_FROM = 100;

/** Seconds; a time without a unit is taken to be in seconds. Null for none, and where the fourth axis is not time. */
function repetitionTime(step: number, units: number): number | null {
  if (!Number.isFinite(step) || step <= 0) return null;
  switch (units & TIME_UNITS) {
    case 0:
    case NIFTI1.UNITS_SEC:
      return step >= MILLISECONDS_FROM ? step / 1e3 : step;
    case NIFTI1.UNITS_MSEC:
      return step / 1e3;
    case NIFTI1.UNITS_USEC:
      return step / 1e6;
    default:
      return null;
  }
}

/** Extensions between header and values take kilobytes; this leaves room for the largest ones. */
const LARGEST_OFFSET = 1 << 26;

function dataOffset(stated: number, least: number, magic: string, path: string): number {
  // Some writers leave 0 for "right after the header".
  if (stated === 0) return least;
  if (Number.isInteger(stated) && stated >= least && stated <= LARGEST_OFFSET) return stated;
  throw damaged(
    path,
    `its values would start at byte ${stated}; in a file of the kind ${magic.slice(0, 3)} they start at ${least} or later`,
  );
}
