/** Which way the axes of a volume point. */
import type { Affine } from './affine.ts';

const letters = [
  ['R', 'L'],
  ['A', 'P'],
  ['S', 'I'],
] as const;

const orders = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
] as const;

/**
 * The directions in which the three voxel indices grow, as letters: `RAS` when the first one grows to the right, the
 * second one to the front, the third one upwards. Oblique axes are called by the nearest direction, each direction once.
 */
export function orientationOf(affine: Affine): string {
  const length = ([0, 1, 2] as const).map((axis) => Math.hypot(affine[0][axis], affine[1][axis], affine[2][axis]));
  const cosine = (direction: 0 | 1 | 2, axis: 0 | 1 | 2): number => affine[direction][axis] / length[axis];
  const likeness = (order: (typeof orders)[number]): number =>
    Math.abs(cosine(order[0], 0)) + Math.abs(cosine(order[1], 1)) + Math.abs(cosine(order[2], 2));
  const best = orders.reduce((best, order) => (likeness(order) > likeness(best) + 1e-9 ? order : best));
  return best.map((direction, axis) => letters[direction][affine[direction][axis] >= 0 ? 0 : 1]).join('');
}
