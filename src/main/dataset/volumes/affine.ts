/** Affine transformations of space as 4 x 4 matrices, and what is computed with them. */

export type Point = readonly [number, number, number];
export type AffineRow = readonly [number, number, number, number];

/** From voxel indices to millimetres (right, anterior, superior); four rows, the last one 0 0 0 1. */
export type Affine = readonly [AffineRow, AffineRow, AffineRow, AffineRow];

const LAST_ROW: AffineRow = [0, 0, 0, 1];

/** From three columns (where a step along each voxel axis leads) and the place of voxel 0 0 0. */
export function affineFrom(columns: readonly [Point, Point, Point], origin: Point): Affine {
  const row = (r: 0 | 1 | 2): AffineRow => [columns[0][r], columns[1][r], columns[2][r], origin[r]];
  return [row(0), row(1), row(2), LAST_ROW];
}

export function applyAffine(affine: Affine, [x, y, z]: Point): [number, number, number] {
  const [a, b, c] = affine;
  return [
    a[0] * x + a[1] * y + a[2] * z + a[3],
    b[0] * x + b[1] * y + b[2] * z + b[3],
    c[0] * x + c[1] * y + c[2] * z + c[3],
  ];
}

/** First `inner`, then `outer`. */
export function composeAffines(outer: Affine, inner: Affine): Affine {
  const row = (r: AffineRow): AffineRow => {
    const at = (c: 0 | 1 | 2 | 3): number => r[0] * inner[0][c] + r[1] * inner[1][c] + r[2] * inner[2][c];
    return [at(0), at(1), at(2), at(3) + r[3]];
  };
  return [row(outer[0]), row(outer[1]), row(outer[2]), LAST_ROW];
}

/** The volume of a voxel in cubic millimetres, negative when the axes are left-handed. */
export function determinant([a, b, c]: Affine): number {
  return a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0]) + a[2] * (b[0] * c[1] - b[1] * c[0]);
}

/** Whether distinct voxels lie at distinct places, all of them finite. */
export function isInvertible(affine: Affine): boolean {
  const volume = determinant(affine);
  return Number.isFinite(volume) && volume !== 0 && affine.every((row) => row.every(Number.isFinite));
}

/** From millimetres back to voxel indices; the affine must be invertible. */
export function invertAffine(affine: Affine): Affine {
  const [a, b, c] = affine;
  const d = determinant(affine);
  const columns: [Point, Point, Point] = [
    [(b[1] * c[2] - b[2] * c[1]) / d, (b[2] * c[0] - b[0] * c[2]) / d, (b[0] * c[1] - b[1] * c[0]) / d],
    [(a[2] * c[1] - a[1] * c[2]) / d, (a[0] * c[2] - a[2] * c[0]) / d, (a[1] * c[0] - a[0] * c[1]) / d],
    [(a[1] * b[2] - a[2] * b[1]) / d, (a[2] * b[0] - a[0] * b[2]) / d, (a[0] * b[1] - a[1] * b[0]) / d],
  ];
  const [x, y, z] = applyAffine(affineFrom(columns, [0, 0, 0]), [a[3], b[3], c[3]]);
  return affineFrom(columns, [-x, -y, -z]);
}
