/** Short ways to say what an object is made of. */
import type { Random } from '../../../../shared/random.ts';
import type { Part } from './canvas.ts';
import type { Colour, Palette } from './colour.ts';
import { mix } from './colour.ts';
import type { Distance } from './distance.ts';
import type { Texture } from './texture.ts';

/** How an exemplar of a category is coloured. */
export interface Look {
  readonly palette: Palette;
  readonly texture: Texture;
}

/**
 * The parts of an object in painting order, within about one unit of the origin.
 *
 * `category` gives the same numbers for every exemplar, `exemplar` others each time.
 */
export type Family = (look: Look, category: Random, exemplar: Random) => Part[];

interface Finish {
  readonly bounds?: Part['bounds'];
  readonly relief?: number;
  readonly gloss?: number;
  readonly opacity?: number;
}

/** A surface of one colour. */
export function solid(shape: Distance, colour: Colour, finish: Finish = {}): Part {
  return { shape, colour: () => colour, bounds: [0, 0, 1.35], relief: 0.12, gloss: 0.1, opacity: 1, ...finish };
}

/** A surface with the category's texture between `first` and `second`. */
export function textured(shape: Distance, look: Look, finish: Finish = {}, first?: Colour, second?: Colour): Part {
  const from = first ?? look.palette.primary;
  const to = second ?? look.palette.secondary;
  return { ...solid(shape, from, finish), colour: (x, y) => mix(from, to, look.texture(x, y)) };
}

/** A number between `low` and `high`. */
export function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random.uniform();
}

/** `value` changed by some per cent, as exemplars of a kind differ. */
export function about(random: Random, value: number, share = 0.08): number {
  return value * Math.max(0.4, 1 + random.normal() * share);
}

export function pick<T>(random: Random, values: readonly T[]): T {
  return values[random.integer(values.length)];
}
