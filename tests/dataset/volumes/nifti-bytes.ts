/** NIfTI files built byte by byte from the definition (nifti1.h, nifti2.h), for what no real file at hand shows. */
import { gzipSync } from 'node:zlib';

export const niftiDatatypes = {
  uint8: [2, 1],
  int16: [4, 2],
  int32: [8, 4],
  float32: [16, 4],
  float64: [64, 8],
  int8: [256, 1],
  uint16: [512, 2],
  uint32: [768, 4],
  int64: [1024, 8],
  uint64: [1280, 8],
} as const;
export type NiftiDatatype = keyof typeof niftiDatatypes;

export interface NiftiRecipe {
  readonly version?: 1 | 2;
  readonly littleEndian?: boolean;
  readonly shape?: readonly number[];
  readonly datatype?: NiftiDatatype;
  /** Any code, also of types that are refused. */
  readonly datatypeCode?: number;
  readonly values?: readonly number[];
  readonly slope?: number;
  readonly intercept?: number;
  readonly sides?: readonly number[];
  readonly units?: number;
  readonly qform?: {
    readonly code: number;
    readonly quaternion: readonly number[];
    readonly offset: readonly number[];
  };
  readonly sform?: { readonly code: number; readonly rows: readonly (readonly number[])[] };
  readonly qfac?: number;
  /** Bytes between header and values. */
  readonly extension?: Uint8Array;
  readonly dataOffset?: number;
  readonly magic?: string;
}

/** A whole file: header, extension, values. */
export function niftiBytes(recipe: NiftiRecipe = {}): Buffer {
  const { values, shape = [2, 3, 4] } = recipe;
  const count = shape.reduce((product, side) => product * side, 1);
  const data = niftiData(values ?? Array.from({ length: count }, (_, i) => i), recipe);
  const extension = recipe.extension ?? new Uint8Array(0);
  const flag = Buffer.from([extension.length > 0 ? 1 : 0, 0, 0, 0]);
  return Buffer.concat([niftiHeader(recipe), flag, extension, data]);
}

/** Header and values as two files. */
export function niftiPair(recipe: NiftiRecipe): { hdr: Buffer; img: Buffer } {
  const whole = niftiBytes(recipe);
  const length = (recipe.version ?? 1) === 1 ? 348 : 540;
  return {
    hdr: niftiHeader({ dataOffset: 0, magic: recipe.version === 2 ? 'ni2' : 'ni1', ...recipe }),
    img: whole.subarray(length + 4),
  };
}

export function niftiHeader(recipe: NiftiRecipe): Buffer {
  const { version = 1, littleEndian = true, shape = [2, 3, 4], datatype = 'int16' } = recipe;
  const [code, size] = niftiDatatypes[datatype];
  const header = Buffer.alloc(version === 1 ? 348 : 540);
  const view = new DataView(header.buffer, header.byteOffset, header.length);
  const at = places[version];
  const short = (place: number, value: number): void => view.setInt16(place, value, littleEndian);
  const int = (place: number, value: number): void => view.setInt32(place, value, littleEndian);
  const real = (place: number, value: number): void => {
    if (version === 1) view.setFloat32(place, value, littleEndian);
    else view.setFloat64(place, value, littleEndian);
  };
  const width = version === 1 ? 4 : 8;
  int(0, header.length);
  header.write(recipe.magic ?? `n+${version}`, at.magic, 'latin1');
  if (version === 2) header.set([0x0d, 0x0a, 0x1a, 0x0a], 8);
  [shape.length, ...shape].forEach((side, i) => {
    if (version === 1) short(40 + 2 * i, side);
    else view.setBigInt64(16 + 8 * i, BigInt(side), littleEndian);
  });
  short(at.datatype, recipe.datatypeCode ?? code);
  short(at.bits, size * 8);
  [recipe.qfac ?? 1, ...(recipe.sides ?? [1, 1, 1, 2])].forEach((side, i) => real(at.sides + width * i, side));
  const offset = recipe.dataOffset ?? header.length + 4 + (recipe.extension?.length ?? 0);
  if (version === 1) real(at.offset, offset);
  else view.setBigInt64(at.offset, BigInt(offset), littleEndian);
  real(at.slope, recipe.slope ?? 0);
  real(at.slope + width, recipe.intercept ?? 0);
  if (version === 1) header[at.units] = recipe.units ?? 10;
  else int(at.units, recipe.units ?? 10);
  const { qform, sform } = recipe;
  if (version === 1) {
    short(252, qform?.code ?? 0);
    short(254, sform?.code ?? 0);
  } else {
    int(344, qform?.code ?? 0);
    int(348, sform?.code ?? 0);
  }
  [...(qform?.quaternion ?? []), ...(qform?.offset ?? [])].forEach((value, i) =>
    real(at.quaternion + width * i, value),
  );
  (sform?.rows ?? []).flat().forEach((value, i) => real(at.sform + width * i, value));
  return header;
}

const places = {
  1: {
    magic: 344,
    datatype: 70,
    bits: 72,
    sides: 76,
    offset: 108,
    slope: 112,
    units: 123,
    quaternion: 256,
    sform: 280,
  },
  2: { magic: 4, datatype: 12, bits: 14, sides: 104, offset: 168, slope: 176, units: 500, quaternion: 352, sform: 400 },
} as const;

function niftiData(values: readonly number[], { datatype = 'int16', littleEndian = true }: NiftiRecipe): Buffer {
  const size = niftiDatatypes[datatype][1];
  const bytes = Buffer.alloc(values.length * size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  values.forEach((value, i) => {
    const place = i * size;
    switch (datatype) {
      case 'uint8':
        return view.setUint8(place, value);
      case 'int8':
        return view.setInt8(place, value);
      case 'int16':
        return view.setInt16(place, value, littleEndian);
      case 'uint16':
        return view.setUint16(place, value, littleEndian);
      case 'int32':
        return view.setInt32(place, value, littleEndian);
      case 'uint32':
        return view.setUint32(place, value, littleEndian);
      case 'float32':
        return view.setFloat32(place, value, littleEndian);
      case 'float64':
        return view.setFloat64(place, value, littleEndian);
      case 'int64':
        return view.setBigInt64(place, BigInt(value), littleEndian);
      case 'uint64':
        return view.setBigUint64(place, BigInt(value), littleEndian);
    }
  });
  return bytes;
}

export function gzipped(bytes: Uint8Array): Buffer {
  return gzipSync(bytes);
}
