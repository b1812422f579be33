/** What covers a surface: the share of the second colour, 0 to 1, at a point of the object's own coordinates. */
import type { Random } from '../../../../shared/random.ts';
import { fractalNoise, smoothStep } from './noise-field.ts';

export const textureKinds = ['plain', 'stripes', 'checks', 'dots', 'noise', 'rings', 'patches'] as const;
export type TextureKind = (typeof textureKinds)[number];

export interface TextureRecipe {
  readonly kind: TextureKind;
  /** Cycles per unit; an object is about two units wide. */
  readonly frequency: number;
  readonly angle: number;
  /** How strongly the second colour shows. */
  readonly strength: number;
}

export type Texture = (x: number, y: number) => number;

export function drawTexture(random: Random): TextureRecipe {
  return {
    kind: textureKinds[random.integer(textureKinds.length)],
    frequency: 1.2 + 2.4 * random.uniform() ** 1.5,
    angle: random.uniform() * Math.PI,
    strength: 0.65 + 0.35 * random.uniform(),
  };
}

/** @param softness - width of an edge between the colours, in the same units as x and y */
export function textureOf(recipe: TextureRecipe, seed: number, softness: number): Texture {
  const { frequency, strength } = recipe;
  const c = Math.cos(recipe.angle) * frequency;
  const s = Math.sin(recipe.angle) * frequency;
  const edge = Math.max(softness * frequency, 0.02);
  // A wave between -1 and 1 crosses zero with a slope of 2 pi a cycle.
  const soft = Math.min(1, edge * 2 * Math.PI);
  const wave = (phase: number): number => Math.sin(2 * Math.PI * phase);
  switch (recipe.kind) {
    case 'plain':
      return (x, y) => strength * 0.35 * smoothStep(0.3, 0.7, fractalNoise(x * 1.3, y * 1.3, seed, 2));
    case 'stripes':
      return (x, y) => strength * smoothStep(-soft, soft, wave(c * x + s * y));
    case 'checks':
      return (x, y) =>
        strength * smoothStep(-soft, soft, wave((c * x + s * y) * 0.8) * wave((c * y - s * x) * 0.8) * 1.5);
    case 'dots':
      return (x, y) => {
        const u = c * x + s * y;
        const row = Math.floor(u);
        const v = c * y - s * x + (row & 1) * 0.5;
        const distance = Math.hypot(u - row - 0.5, v - Math.floor(v) - 0.5);
        return strength * smoothStep(0.3 + edge, 0.3 - edge, distance);
      };
    case 'noise':
      return (x, y) =>
        strength * smoothStep(0.25, 0.75, fractalNoise(x * frequency * 1.4, y * frequency * 1.4, seed, 4));
    case 'rings':
      return (x, y) => strength * smoothStep(-soft, soft, wave(Math.hypot(x, y) * frequency));
    case 'patches':
      return (x, y) =>
        strength * smoothStep(0.5 - edge, 0.5 + edge, fractalNoise(x * frequency, y * frequency, seed, 2));
  }
}
