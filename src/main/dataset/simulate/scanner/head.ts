/** A head that looks enough like one: nested ellipsoids with a folded cortex, ventricles and a midline fissure. */

export type Tissue = 'air' | 'scalp' | 'skull' | 'fluid' | 'grey' | 'white';

/** Millimetres right, anterior and superior of the origin, as the voxels of the cortex. */
const CENTRE = [0, -18, 8] as const;
const RADII = [70, 90, 70] as const;
/** Outer surface in multiples of the brain's radii. */
const SCALP = 1.16;

/** Corners of the box around the head, millimetres. */
export const headBounds = {
  least: CENTRE.map((centre, axis) => centre - RADII[axis] * SCALP),
  greatest: CENTRE.map((centre, axis) => centre + RADII[axis] * SCALP),
} as const;

export function tissueAt(x: number, y: number, z: number): Tissue {
  const depth = Math.hypot((x - CENTRE[0]) / RADII[0], (y - CENTRE[1]) / RADII[1], (z - CENTRE[2]) / RADII[2]);
  if (depth > SCALP) return 'air';
  if (depth > 1.1) return 'scalp';
  if (depth > 1.02) return 'skull';
  const fold = 0.035 * (Math.sin(x / 4.1 + y / 9) + Math.sin(y / 4.7 - z / 8) + Math.sin(z / 4.3 + x / 7));
  const folded = depth + fold;
  if (folded > 0.97) return 'fluid';
  const ventricle = Math.hypot((Math.abs(x) - 9) / 5, (y + 15) / 26, (z - 14) / 9);
  if (ventricle < 1 || (Math.abs(x) < 1.2 && z > 5)) return 'fluid';
  return folded > 0.84 || Math.abs(x) < 4 ? 'grey' : 'white';
}

export function isBrain(tissue: Tissue): boolean {
  return tissue === 'fluid' || tissue === 'grey' || tissue === 'white';
}

/** Brightness in a T2*-weighted echo-planar image, arbitrary units. */
export const echoPlanarBrightness: Readonly<Record<Tissue, number>> = {
  air: 0,
  scalp: 220,
  skull: 60,
  fluid: 1350,
  grey: 1000,
  white: 820,
};

/** Brightness in a T1-weighted image, arbitrary units. */
export const t1Brightness: Readonly<Record<Tissue, number>> = {
  air: 0,
  scalp: 850,
  skull: 140,
  fluid: 260,
  grey: 620,
  white: 920,
};
