/** Colours as sRGB triples in [0, 1], made in OKLCH so that palettes of equal lightness look equally light. */
import type { Random } from '../../../../shared/random.ts';

export type Colour = readonly [red: number, green: number, blue: number];

/**
 * OKLCH to sRGB (Ottosson 2020), colours outside the gamut clipped.
 *
 * @param lightness - 0 to 1
 * @param chroma - 0 to about 0.3
 * @param hue - in degrees
 */
export function oklch(lightness: number, chroma: number, hue: number): Colour {
  const angle = (hue * Math.PI) / 180;
  const a = chroma * Math.cos(angle);
  const b = chroma * Math.sin(angle);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    encodeGamma(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    encodeGamma(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    encodeGamma(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

function encodeGamma(linear: number): number {
  const clipped = Math.min(1, Math.max(0, linear));
  return clipped <= 0.0031308 ? 12.92 * clipped : 1.055 * clipped ** (1 / 2.4) - 0.055;
}

export function mix(first: Colour, second: Colour, share: number): Colour {
  return [
    first[0] + (second[0] - first[0]) * share,
    first[1] + (second[1] - first[1]) * share,
    first[2] + (second[2] - first[2]) * share,
  ];
}

export function scale(colour: Colour, factor: number): Colour {
  return [colour[0] * factor, colour[1] * factor, colour[2] * factor];
}

/** The colours an object or a background is painted with. */
export interface Palette {
  readonly primary: Colour;
  readonly secondary: Colour;
  readonly accent: Colour;
}

/** Where a palette sits; an exemplar shifts it a little. */
export interface PaletteRecipe {
  readonly hue: number;
  readonly hueStep: number;
  readonly lightness: number;
  readonly contrast: number;
  readonly chroma: number;
}

export function drawObjectPalette(random: Random): PaletteRecipe {
  const light = random.uniform();
  return {
    hue: random.uniform() * 360,
    hueStep: [18, 40, 110, 180][random.integer(4)] * (random.uniform() < 0.5 ? -1 : 1),
    lightness:
      light < 0.25
        ? 0.3 + random.uniform() * 0.12
        : light < 0.7
          ? 0.5 + random.uniform() * 0.18
          : 0.72 + random.uniform() * 0.16,
    contrast: 0.18 + random.uniform() * 0.25,
    chroma: random.uniform() < 0.2 ? 0.02 + random.uniform() * 0.03 : 0.09 + random.uniform() * 0.11,
  };
}

/** Earth, foliage, sand, sky, stone: what stands behind things is less saturated than the things. */
const surroundings: readonly (readonly [hue: number, chroma: number])[] = [
  [60, 0.05],
  [75, 0.07],
  [130, 0.09],
  [145, 0.06],
  [230, 0.07],
  [250, 0.05],
  [285, 0.03],
  [35, 0.06],
  [90, 0.02],
  [200, 0.05],
];

export function drawSurroundingPalette(random: Random): PaletteRecipe {
  const [hue, chroma] = surroundings[random.integer(surroundings.length)];
  const light = random.uniform();
  return {
    hue: hue + random.normal() * 8,
    hueStep: random.normal() * 30,
    lightness:
      light < 0.3
        ? 0.25 + random.uniform() * 0.18
        : light < 0.65
          ? 0.5 + random.uniform() * 0.2
          : 0.75 + random.uniform() * 0.18,
    contrast: 0.12 + random.uniform() * 0.2,
    chroma: chroma * (0.5 + random.uniform()),
  };
}

/** The palette of one exemplar: the category's, with hue, lightness and chroma jittered. */
export function paletteOf(recipe: PaletteRecipe, random: Random): Palette {
  const hue = recipe.hue + random.normal() * 10;
  const lightness = recipe.lightness + random.normal() * 0.035;
  const chroma = Math.max(0, recipe.chroma * (1 + random.normal() * 0.15));
  const direction = lightness > 0.55 ? -1 : 1;
  const other = Math.min(0.95, Math.max(0.12, lightness + direction * recipe.contrast));
  return {
    primary: oklch(lightness, chroma, hue),
    secondary: oklch(other, chroma * 0.9, hue + recipe.hueStep),
    accent: oklch(Math.min(0.95, Math.max(0.15, lightness - direction * 0.2)), chroma * 1.1, hue + recipe.hueStep * 2),
  };
}
