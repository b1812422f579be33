/** Smooth random fields over the plane: lattice noise with smooth interpolation, summed over octaves. */

/** A number in [0, 1) for a lattice point; an integer hash, so that it needs no table. */
function latticeValue(x: number, y: number, seed: number): number {
  let mixed = Math.imul(x, 0x27d4eb2d) ^ Math.imul(y, 0x165667b1) ^ seed;
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39);
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
}

/** @returns a number in [0, 1] that changes over a distance of about 1 */
export function smoothNoise(x: number, y: number, seed: number): number {
  const left = Math.floor(x);
  const top = Math.floor(y);
  const u = x - left;
  const v = y - top;
  const su = u * u * (3 - 2 * u);
  const sv = v * v * (3 - 2 * v);
  const a = latticeValue(left, top, seed);
  const b = latticeValue(left + 1, top, seed);
  const c = latticeValue(left, top + 1, seed);
  const d = latticeValue(left + 1, top + 1, seed);
  const upper = a + (b - a) * su;
  return upper + (c + (d - c) * su - upper) * sv;
}

/** Octaves of `smoothNoise`, each twice as fine and half as strong: the 1/f look of natural surfaces. In [0, 1]. */
export function fractalNoise(x: number, y: number, seed: number, octaves: number): number {
  let sum = 0;
  let weight = 0.5;
  let total = 0;
  let frequency = 1;
  for (let octave = 0; octave < octaves; octave++) {
    sum += weight * smoothNoise(x * frequency, y * frequency, (seed + octave * 0x51ed27) | 0);
    total += weight;
    weight /= 2;
    frequency *= 2.03;
  }
  return sum / total;
}

/** 0 below `low`, 1 above `high`, smooth between. */
export function smoothStep(low: number, high: number, value: number): number {
  const share = Math.min(1, Math.max(0, (value - low) / (high - low)));
  return share * share * (3 - 2 * share);
}
