/**
 * FreeSurfer's labels (.label), annotations (.annot) and surfaces (lh.white, lh.pial): which vertices are a region, and
 * where they lie.
 *
 * Source: FreeSurfer's `fileformats.html` and nibabel's `freesurfer/io.py`.
 */
import { damaged, truncated } from '../readers/reading-errors.ts';
import { affineFrom, composeAffines, invertAffine, type Affine, type Point } from './affine.ts';
import type { VolumeFile } from './volume-file.ts';

export interface SurfaceLabel {
  readonly vertices: Int32Array;
  /** Millimetres, in `space`. */
  readonly points: readonly Point[];
  /** `tkreg`: of the surface, whose origin is the middle of the anatomy. `scanner`: as affines of volumes. */
  readonly space: 'tkreg' | 'scanner';
}

/**
 * A label: a comment, the number of vertices, and a line `vertex x y z value` for each.
 *
 * @throws CortextError `FILE_DAMAGED`, `FILE_TRUNCATED`
 */
export function parseLabel(text: string, path: string): SurfaceLabel {
  const lines = text.split(/\r?\n/);
  const comment = lines[0]?.startsWith('#') ? (lines.shift() ?? '') : '';
  const stated = (lines.shift() ?? '').trim();
  if (!/^\d+$/.test(stated)) throw damaged(path, 'its second line should be the number of its vertices');
  const count = Number(stated);
  const rows = lines.filter((line) => line.trim() !== '').slice(0, count);
  if (rows.length < count) throw truncated(path, `it has ${rows.length} of ${count} vertices`);
  const values = rows.map((line, row) => {
    const numbers = line.trim().split(/\s+/).map(Number);
    if (numbers.length >= 4 && numbers.slice(0, 4).every(Number.isFinite)) return numbers;
    throw damaged(path, `line ${row + 3} is not a vertex and its three coordinates`);
  });
  return {
    vertices: Int32Array.from(values, ([vertex]) => vertex),
    points: values.map(([, x, y, z]): Point => [x, y, z]),
    space: /vox2ras=scanner/i.test(comment) ? 'scanner' : 'tkreg',
  };
}

export interface Annotation {
  /** Regions in the order of the colour table, with the vertices of each; those without any are left out. */
  readonly regions: readonly { readonly name: string; readonly vertices: readonly number[] }[];
}

/** Names of what is no region, in FreeSurfer's own tables. */
const outside = new Set(['unknown', '???', 'medial_wall', 'medialwall', 'background+freesurfer_defined_medial_wall']);

/**
 * An annotation: a colour for each vertex, and a table of colours with names. Big-endian.
 *
 * @throws CortextError `FILE_DAMAGED`, `FILE_TRUNCATED`
 */
export function parseAnnotation(bytes: Uint8Array, path: string): Annotation {
  const reader = bigEndianReader(bytes, path);
  const count = reader.count('vertices', 8);
  const colours = new Map<number, number[]>();
  for (let i = 0; i < count; i++) {
    const vertex = reader.int();
    const colour = reader.int();
    const list = colours.get(colour);
    if (list === undefined) colours.set(colour, [vertex]);
    else list.push(vertex);
  }
  if (reader.left() === 0 || reader.int() === 0) throw damaged(path, 'it has no table of names');
  const names = colourTable(reader, path);
  const regions = [...names].flatMap(([colour, name]) => {
    const vertices = colours.get(colour);
    return vertices === undefined || outside.has(name.toLowerCase()) ? [] : [{ name, vertices }];
  });
  return { regions };
}

function colourTable(reader: BigEndianReader, path: string): Map<number, string> {
  const first = reader.int();
  // Version 1 starts with the number of its entries, later ones with their negative version.
  if (first < -2 || first === 0)
    throw damaged(path, `its table of names has the version ${-first}, which there is not`);
  const numbered = first < 0;
  if (numbered) reader.int();
  reader.text();
  const count = numbered ? reader.count('names', 24) : first;
  const names = new Map<number, string>();
  for (let i = 0; i < count; i++) {
    if (numbered) reader.int();
    const name = reader.text();
    const [red, green, blue] = [reader.int(), reader.int(), reader.int()];
    reader.int();
    names.set(red + green * 256 + blue * 65536, name);
  }
  return names;
}

/**
 * Where the vertices of a surface lie: `[vertices][3]`, millimetres in the space of the surface (tkreg).
 *
 * @throws CortextError `FILE_DAMAGED` (also for other kinds of surface), `FILE_TRUNCATED`
 */
export function parseSurface(bytes: Uint8Array, path: string): Point[] {
  if (bytes[0] !== 0xff || bytes[1] !== 0xff || bytes[2] !== 0xfe) {
    throw damaged(path, 'it does not start as a surface of triangles (lh.white, lh.pial)');
  }
  // The comment ends with two line feeds.
  const lineEnd = bytes.indexOf(0x0a, 3);
  const commentEnd = lineEnd < 0 ? -1 : bytes.indexOf(0x0a, lineEnd + 1);
  if (commentEnd < 0) throw truncated(path, 'its comment does not end');
  const reader = bigEndianReader(bytes.subarray(commentEnd + 1), path);
  const count = reader.count('vertices', 12, 4);
  return Array.from({ length: count }, (): Point => [reader.real(), reader.real(), reader.real()]);
}

/**
 * From the space of surfaces (tkreg) to that of the scanner, by the anatomy that the surfaces were made from (orig.mgz,
 * T1.mgz): surfaces have their origin in its middle.
 */
export function surfaceToScanner({ grid, spacing }: Pick<VolumeFile, 'grid' | 'spacing'>): Affine {
  const [x, y, z] = spacing;
  const [width, height, depth] = grid.shape;
  const tkreg = affineFrom(
    [
      [-x, 0, 0],
      [0, 0, -y],
      [0, z, 0],
    ],
    [(x * width) / 2, (-z * depth) / 2, (y * height) / 2],
  );
  return composeAffines(grid.affine, invertAffine(tkreg));
}

interface BigEndianReader {
  int(): number;
  real(): number;
  /** A length and so many bytes, up to the first 0. */
  text(): string;
  /** A number of things that take at least `bytesEach`, after `skip` further bytes. */
  count(things: string, bytesEach: number, skip?: number): number;
  left(): number;
}

function bigEndianReader(bytes: Uint8Array, path: string): BigEndianReader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const take = (length: number): number => {
    if (at + length > bytes.length) throw truncated(path, `it ends after ${bytes.length} bytes`);
    at += length;
    return at - length;
  };
  const left = (): number => bytes.length - at;
  const int = (): number => view.getInt32(take(4));
  return {
    left,
    int,
    real: () => view.getFloat32(take(4)),
    text: () => {
      const length = int();
      if (length < 0 || length > left()) throw damaged(path, `a name in it would be ${length} bytes long`);
      const from = take(length);
      return new TextDecoder().decode(bytes.subarray(from, at)).split('\0')[0];
    },
    count: (things, bytesEach, skip = 0) => {
      const stated = int();
      take(skip);
      if (stated < 0) throw damaged(path, `it states ${stated} ${things}`);
      if (stated * bytesEach > left()) throw truncated(path, `it states ${stated} ${things} and ends before`);
      return stated;
    },
  };
}
