/** Where NIfTI headers say that voxels lie (nifti1.h, "3D image (volume) orientation and location in space"). */
import type { NIFTI1, NIFTI2 } from 'nifti-reader-js';
import { affineFrom, type Affine, type AffineRow } from './affine.ts';

/**
 * The sform where it is set, else the qform, else the sides of a voxel from voxel 0 0 0.
 *
 * @param bytes - the header itself: the library gives the sform of version 1 only when it is preferred to the qform
 */
export function niftiAffine(header: NIFTI1 | NIFTI2, bytes: DataView, version: 1 | 2): Affine {
  if (header.sform_code > 0) return sform(bytes, version, header.littleEndian);
  if (header.qform_code > 0) return qform(header);
  const [, x, y, z] = header.pixDims;
  return affineFrom(
    [
      [x, 0, 0],
      [0, y, 0],
      [0, 0, z],
    ],
    [0, 0, 0],
  );
}

function sform(bytes: DataView, version: 1 | 2, littleEndian: boolean): Affine {
  const at = (index: number): number =>
    version === 1 ? bytes.getFloat32(280 + 4 * index, littleEndian) : bytes.getFloat64(400 + 8 * index, littleEndian);
  const row = (r: number): AffineRow => [at(4 * r), at(4 * r + 1), at(4 * r + 2), at(4 * r + 3)];
  return [row(0), row(1), row(2), [0, 0, 0, 1]];
}

/** A rotation as a unit quaternion without its first part, the sides of a voxel, and a shift. */
function qform(header: NIFTI1 | NIFTI2): Affine {
  const { quatern_b, quatern_c, quatern_d, qoffset_x, qoffset_y, qoffset_z, pixDims } = header;
  const rest = quatern_b ** 2 + quatern_c ** 2 + quatern_d ** 2;
  // Rounding may leave slightly more than 1: a half turn.
  const length = Math.max(1, Math.sqrt(rest));
  const [a, b, c, d] = [Math.sqrt(Math.max(0, 1 - rest)), quatern_b / length, quatern_c / length, quatern_d / length];
  const [qfac, x, y, side] = pixDims;
  const z = qfac < 0 ? -side : side;
  return affineFrom(
    [
      [x * (a * a + b * b - c * c - d * d), x * 2 * (b * c + a * d), x * 2 * (b * d - a * c)],
      [y * 2 * (b * c - a * d), y * (a * a + c * c - b * b - d * d), y * 2 * (c * d + a * b)],
      [z * 2 * (b * d + a * c), z * 2 * (c * d - a * b), z * (a * a + d * d - b * b - c * c)],
    ],
    [qoffset_x, qoffset_y, qoffset_z],
  );
}
