/**
 * Volumes of FreeSurfer (.mgh, and .mgz with gzip): big-endian, with an affine of their own.
 *
 * Source: FreeSurfer's `fileformats.html` and nibabel's `freesurfer/mghformat.py`.
 */
import type { ElementType } from '../readers/elements.ts';
import { damaged, truncated } from '../readers/reading-errors.ts';
import { affineFrom, applyAffine, isInvertible, type Point } from './affine.ts';
import type { Grid } from './grid.ts';

export interface MghHeader {
  readonly grid: Grid;
  readonly volumes: number;
  readonly spacing: Point;
  readonly datatype: ElementType;
}

/** The header is padded to this length; the values follow. */
export const MGH_DATA_OFFSET = 284;

const datatypes: Readonly<Record<number, ElementType>> = {
  0: 'uint8',
  1: 'int32',
  3: 'float32',
  4: 'int16',
  10: 'uint16',
};

/** There is no magic word: version 1, a type that exists, and sides that are positive. */
export function startsAsMgh(head: Uint8Array): boolean {
  if (head.length < 28) return false;
  const view = viewOf(head);
  const sides = [4, 8, 12, 16].map((at) => view.getInt32(at));
  return view.getInt32(0) === 1 && datatypes[view.getInt32(20)] !== undefined && sides.every((side) => side > 0);
}

/**
 * @param head - the first bytes of a file that starts as MGH, decompressed
 * @throws CortextError `FILE_TRUNCATED`, `FILE_DAMAGED`
 */
export function parseMghHeader(head: Uint8Array, path: string): MghHeader {
  if (head.length < MGH_DATA_OFFSET) throw truncated(path, `its header of 284 bytes ends after ${head.length}`);
  const view = viewOf(head);
  const int = (at: number): number => view.getInt32(at);
  const point = (at: number): [number, number, number] => [
    view.getFloat32(at),
    view.getFloat32(at + 4),
    view.getFloat32(at + 8),
  ];
  const shape: [number, number, number] = [int(4), int(8), int(12)];
  if (!Number.isSafeInteger(shape[0] * shape[1] * shape[2] * int(16) * 8)) {
    throw damaged(path, `its shape [${[...shape, int(16)].join(', ')}] is larger than any file`);
  }
  // Without its mark, the header's orientation is not set: coronal slices of 1 mm.
  const oriented = view.getInt16(28) === 1;
  const spacing = oriented ? point(30) : ([1, 1, 1] as const);
  const directions = oriented
    ? ([point(42), point(54), point(66)] as const)
    : ([[-1, 0, 0], [0, 0, -1], [0, 1, 0]] as const); // prettier-ignore
  const centre = oriented ? point(78) : ([0, 0, 0] as const);
  const along = (axis: 0 | 1 | 2): Point => scale(directions[axis], spacing[axis]);
  const columns: [Point, Point, Point] = [along(0), along(1), along(2)];
  // The header says where the middle of the volume is.
  const middle = applyAffine(affineFrom(columns, [0, 0, 0]), [shape[0] / 2, shape[1] / 2, shape[2] / 2]);
  const affine = affineFrom(columns, [centre[0] - middle[0], centre[1] - middle[1], centre[2] - middle[2]]);
  if (!isInvertible(affine)) throw damaged(path, 'its header puts voxels at no proper place');
  // startsAsMgh has found the type among those that there are.
  return { grid: { shape, affine }, volumes: int(16), spacing, datatype: datatypes[int(20)] };
}

function scale([x, y, z]: Point, factor: number): Point {
  return [x * factor, y * factor, z * factor];
}

function viewOf(head: Uint8Array): DataView {
  return new DataView(head.buffer, head.byteOffset, head.byteLength);
}
