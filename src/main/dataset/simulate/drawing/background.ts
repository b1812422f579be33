/** What stands behind the object. */
import type { Random } from '../../../../shared/random.ts';
import type { Canvas } from './canvas.ts';
import { paintEverywhere } from './canvas.ts';
import type { Colour, Palette, PaletteRecipe } from './colour.ts';
import { drawSurroundingPalette, mix, oklch, paletteOf, scale } from './colour.ts';
import { fractalNoise, smoothStep } from './noise-field.ts';

export const backgroundKinds = ['gradient', 'horizon', 'noise', 'plain', 'room', 'lights'] as const;
export type BackgroundKind = (typeof backgroundKinds)[number];

export interface BackgroundRecipe {
  readonly kind: BackgroundKind;
  readonly palette: PaletteRecipe;
  /** Of the sky or of the wall. */
  readonly upper: PaletteRecipe;
  readonly grain: number;
}

export function drawBackground(
  random: Random,
  kind = backgroundKinds[random.integer(backgroundKinds.length)],
): BackgroundRecipe {
  return { kind, palette: drawSurroundingPalette(random), upper: drawSky(random), grain: 1 + 3 * random.uniform() };
}

/** Day, haze, dusk or night. */
export function drawSky(random: Random): PaletteRecipe {
  const [lightness, chroma, hue] = (
    [
      [0.72, 0.1, 245],
      [0.85, 0.03, 230],
      [0.74, 0.1, 45],
      [0.28, 0.06, 275],
      [0.8, 0.05, 200],
    ] as const
  )[random.integer(5)];
  return { hue: hue + random.normal() * 8, hueStep: random.normal() * 25, lightness, contrast: 0.16, chroma };
}

export function paintBackground(canvas: Canvas, recipe: BackgroundRecipe, random: Random): void {
  const palette = paletteOf(recipe.palette, random);
  const seed = random.bits() | 0;
  switch (recipe.kind) {
    case 'gradient': {
      const angle = random.uniform() * 2 * Math.PI;
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      paintEverywhere(canvas, (x, y) => {
        const waver = 0.25 * (fractalNoise(x * 1.5, y * 1.5, seed, 3) - 0.5);
        return mix(palette.primary, palette.secondary, smoothStep(-1.1, 1.1, c * x + s * y + waver));
      });
      return;
    }
    case 'horizon': {
      const height = 0.1 + 0.35 * random.uniform();
      paintSky(canvas, paletteOf(recipe.upper, random), height, seed, random.uniform());
      paintGround(canvas, palette, height, recipe.grain, seed + 1);
      return;
    }
    case 'noise': {
      const grain = recipe.grain * (0.8 + 0.4 * random.uniform());
      paintEverywhere(canvas, (x, y) => {
        const share = smoothStep(0.22, 0.78, fractalNoise(x * grain, y * grain, seed, 5));
        return mix(palette.primary, palette.secondary, share);
      });
      return;
    }
    case 'plain': {
      const [spotX, spotY] = [random.normal() * 0.5, random.normal() * 0.5];
      paintEverywhere(canvas, (x, y) => {
        const fall = 1.08 - 0.14 * Math.hypot(x - spotX, y - spotY);
        return scale(palette.primary, fall + 0.03 * (fractalNoise(x * 9, y * 9, seed, 2) - 0.5));
      });
      return;
    }
    case 'room': {
      paintRoom(canvas, palette, paletteOf(recipe.upper, random), random, seed);
      return;
    }
    case 'lights': {
      paintEverywhere(canvas, (x, y) => {
        const share = smoothStep(0.2, 0.8, fractalNoise(x * 0.9, y * 0.9, seed, 2));
        return scale(mix(palette.primary, palette.secondary, share), 0.62);
      });
      const discs = 7 + random.integer(9);
      for (let i = 0; i < discs; i++) {
        const colour = mix(oklch(0.85, 0.1, recipe.palette.hue + random.normal() * 60), palette.accent, 0.3);
        paintDisc(
          canvas,
          random.uniform() * 2.2 - 1.1,
          random.uniform() * 2.2 - 1.1,
          0.1 + 0.24 * random.uniform(),
          colour,
          0.3 + 0.3 * random.uniform(),
        );
      }
      return;
    }
  }
}

/** Sky above `horizon` (image coordinates), lighter towards it, with clouds for `cloudiness` above a half. */
export function paintSky(canvas: Canvas, palette: Palette, horizon: number, seed: number, cloudiness: number): void {
  const pale = mix(palette.primary, [1, 0.97, 0.92], 0.45);
  paintEverywhere(canvas, (x, y) => {
    const depth = smoothStep(-1.4, horizon, y);
    const sky = mix(palette.primary, pale, depth);
    if (cloudiness < 0.4) return sky;
    const cloud = smoothStep(0.5, 0.72, fractalNoise(x * 1.4, y * 3.2, seed + 7, 4));
    return mix(sky, [0.97, 0.96, 0.96], cloud * (cloudiness - 0.1) * (1 - depth * 0.6));
  });
}

/** Ground below `horizon`, its texture drawn together with distance. */
export function paintGround(canvas: Canvas, palette: Palette, horizon: number, grain: number, seed: number): void {
  const { size, data } = canvas;
  const pixel = 2 / size;
  for (let row = 0, at = 0; row < size; row++) {
    const y = ((row + 0.5) / size) * 2 - 1;
    const cover = Math.min(1, Math.max(0, (y - horizon) / pixel + 0.5));
    if (cover === 0) {
      at += size * 3;
      continue;
    }
    const distance = 1 / (Math.max(y - horizon, 0) + 0.12);
    const haze = smoothStep(0.25, 0, y - horizon) * 0.35;
    for (let column = 0; column < size; column++, at += 3) {
      const x = ((column + 0.5) / size) * 2 - 1;
      const share = smoothStep(0.25, 0.75, fractalNoise(x * distance * grain * 0.5, distance * grain * 1.5, seed, 4));
      const ground = mix(mix(palette.primary, palette.secondary, share), [0.8, 0.8, 0.82], haze);
      for (let channel = 0; channel < 3; channel++)
        data[at + channel] += (ground[channel] - data[at + channel]) * cover;
    }
  }
}

/** Two walls, a ceiling line out of view, and a floor with boards or tiles. */
export function paintRoom(canvas: Canvas, floor: Palette, wall: Palette, random: Random, seed: number): void {
  const corner = random.normal() * 0.45;
  const height = 0.2 + 0.25 * random.uniform();
  const lean = 0.35 + 0.3 * random.uniform();
  const boards = 2 + random.integer(4);
  const tiled = random.uniform() < 0.5;
  paintEverywhere(canvas, (x, y) => {
    const side = x < corner ? 0 : 1;
    const edge = height + Math.abs(x - corner) * lean;
    if (y < edge) {
      const shade = side === 0 ? 0.82 : 1;
      const near = 1 - 0.12 * smoothStep(0.35, 0, Math.abs(x - corner));
      return scale(wall.primary, shade * near * (0.97 + 0.06 * fractalNoise(x * 6, y * 6, seed, 2)));
    }
    const depth = 1 / (y - height + 0.35);
    const across = (x - corner) * depth * boards;
    const line = tiled
      ? Math.sign(Math.sin(across * Math.PI)) * Math.sign(Math.sin(depth * boards * 2.2 * Math.PI))
      : Math.sin(across * Math.PI * 2) > 0.86
        ? -1
        : 1;
    const tint: Colour = mix(floor.primary, floor.secondary, line > 0 ? 0.12 : tiled ? 0.75 : 0.5);
    return scale(tint, 0.94 + 0.12 * fractalNoise(x * 3, y * 9, seed, 3));
  });
}

export function paintDisc(
  canvas: Canvas,
  x0: number,
  y0: number,
  radius: number,
  colour: Colour,
  opacity: number,
  blur = 0.05,
): void {
  const { size, data } = canvas;
  for (let row = 0, at = 0; row < size; row++) {
    const y = ((row + 0.5) / size) * 2 - 1;
    for (let column = 0; column < size; column++, at += 3) {
      const x = ((column + 0.5) / size) * 2 - 1;
      const cover = opacity * smoothStep(blur, -blur, Math.hypot(x - x0, y - y0) - radius);
      if (cover <= 0) continue;
      for (let channel = 0; channel < 3; channel++)
        data[at + channel] += (colour[channel] - data[at + channel]) * cover;
    }
  }
}
