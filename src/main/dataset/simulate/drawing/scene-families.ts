/** Places rather than things: mountains, streets, shores, rooms. They fill the picture. */
import { Random } from '../../../../shared/random.ts';
import type { Canvas, Light } from './canvas.ts';
import { paintPart } from './canvas.ts';
import type { Colour, PaletteRecipe } from './colour.ts';
import { mix, oklch, paletteOf, scale } from './colour.ts';
import { paintDisc, paintGround, paintRoom, paintSky } from './background.ts';
import { box, polygon, type Distance, type Point } from './distance.ts';
import { fractalNoise } from './noise-field.ts';
import { treeFamily } from './plant-families.ts';
import { houseFamily } from './thing-families.ts';
import type { Look } from './parts.ts';
import { about, between, pick, solid } from './parts.ts';

export interface SceneRecipe {
  readonly sky: PaletteRecipe;
  readonly ground: PaletteRecipe;
}

export type Scene = (
  canvas: Canvas,
  look: Look,
  recipe: SceneRecipe,
  light: Light,
  category: Random,
  exemplar: Random,
) => void;

const whole = { x: 0, y: 0, scale: 1, angle: 0 } as const;
const everywhere = [0, 0, 3] as const;

function ridgeLine(base: number, height: number, roughness: number, seed: number): Distance {
  return (x, y) => (base - height * fractalNoise(x * roughness + 10, 0.5, seed, 4) - y) * 0.7;
}

export const mountainScene: Scene = (canvas, _look, recipe, light, category, exemplar) => {
  const horizon = about(exemplar, between(category, 0.15, 0.45), 0.15);
  const sky = paletteOf(recipe.sky, exemplar);
  const ground = paletteOf(recipe.ground, exemplar);
  paintSky(canvas, sky, horizon, exemplar.bits() | 0, category.uniform());
  if (category.uniform() < 0.5)
    paintDisc(canvas, between(exemplar, -0.8, 0.8), between(exemplar, -0.8, -0.3), 0.14, [1, 0.96, 0.8], 0.9, 0.06);
  const ranges = 2 + category.integer(2);
  const height = between(category, 0.5, 1.3);
  const roughness = between(category, 0.8, 2.2);
  const rock = oklch(between(category, 0.3, 0.5), between(category, 0.02, 0.08), pick(category, [250, 145, 50, 290]));
  for (let range = 0; range < ranges; range++) {
    const near = (range + 1) / ranges;
    const colour = mix(sky.primary, rock, 0.35 + 0.6 * near);
    const seed = exemplar.bits() | 0;
    const line = ridgeLine(horizon + 0.05, height * (1.25 - 0.5 * near), roughness * (0.8 + 0.6 * near), seed);
    paintPart(canvas, whole, light, {
      ...solid(line, colour, { bounds: everywhere, relief: 0, gloss: 0 }),
      colour: (x, y) => {
        const snow = range < ranges - 1 && y < horizon - height * 0.55 ? 0.6 : 0;
        return scale(mix(colour, [0.95, 0.96, 1], snow), 0.75 + 0.5 * fractalNoise(x * 4, y * 4, seed + 3, 3));
      },
    });
  }
  paintGround(canvas, ground, horizon, 2, exemplar.bits() | 0);
  if (category.uniform() < 0.5) {
    const look: Look = { palette: ground, texture: () => 0 };
    const kind = category.bits();
    const trees = 3 + category.integer(4);
    for (let i = 0; i < trees; i++) {
      const depth = exemplar.uniform();
      // One kind of tree makes a wood.
      const tree = treeFamily(look, new Random(kind), exemplar);
      const place = {
        x: between(exemplar, -1, 1),
        y: horizon + 0.02 + depth * 0.35,
        scale: 0.16 + depth * 0.22,
        angle: 0,
      };
      for (const part of tree) paintPart(canvas, { ...place, y: place.y - place.scale * 0.9 }, light, part);
    }
  }
};

export const streetScene: Scene = (canvas, look, recipe, light, category, exemplar) => {
  const horizon = about(exemplar, between(category, 0.15, 0.5), 0.1);
  paintSky(canvas, paletteOf(recipe.sky, exemplar), horizon, exemplar.bits() | 0, category.uniform());
  const blocks = 4 + category.integer(5);
  const tall = between(category, 0.5, 1.2);
  const night = recipe.sky.lightness < 0.4;
  const facade = look.palette.primary;
  for (let i = 0; i < blocks; i++) {
    const half = about(exemplar, 1.15 / blocks, 0.2);
    const x = ((i + 0.5) / blocks) * 2 - 1 + exemplar.normal() * 0.03;
    const top = horizon - about(exemplar, tall * (0.6 + 0.5 * exemplar.uniform()), 0.1);
    const colour = scale(mix(facade, look.palette.secondary, exemplar.uniform()), 0.55 + 0.4 * exemplar.uniform());
    const rows = 9 + exemplar.integer(6);
    const seed = exemplar.bits();
    const shape = box(x, (top + horizon) / 2 + 0.05, half, (horizon - top) / 2 + 0.06);
    paintPart(canvas, whole, light, {
      ...solid(shape, colour, { bounds: everywhere, relief: 0, gloss: 0 }),
      colour: (px, py) => {
        const u = ((px - x) / half) * 2.5 + 20;
        const v = py * rows;
        const inWindow = Math.abs(u - Math.floor(u) - 0.5) < 0.28 && Math.abs(v - Math.floor(v) - 0.5) < 0.27;
        if (!inWindow) return colour;
        const on = Math.imul(Math.floor(u) * 31 + Math.floor(v) * 17, seed | 1) >>> 28 > (night ? 6 : 13);
        return on ? [1, 0.88, 0.55] : mix(colour, [0.2, 0.26, 0.34], 0.7);
      },
    });
  }
  const road = oklch(night ? 0.22 : 0.42, 0.01, 260);
  paintGround(canvas, { primary: road, secondary: scale(road, 0.85), accent: road }, horizon, 3, exemplar.bits() | 0);
  const vanish = exemplar.normal() * 0.25;
  const mark: readonly Point[] = [
    [vanish - 0.01, horizon],
    [vanish + 0.01, horizon],
    [vanish * 0.3 + 0.09, 1.1],
    [vanish * 0.3 - 0.09, 1.1],
  ];
  paintPart(canvas, whole, light, solid(polygon(mark), [0.9, 0.87, 0.7], { bounds: everywhere, relief: 0 }));
};

export const villageScene: Scene = (canvas, look, recipe, light, category, exemplar) => {
  const horizon = about(exemplar, between(category, 0, 0.3), 0.1);
  const ground = paletteOf(recipe.ground, exemplar);
  paintSky(canvas, paletteOf(recipe.sky, exemplar), horizon, exemplar.bits() | 0, category.uniform());
  paintGround(canvas, ground, horizon, 2.5, exemplar.bits() | 0);
  const houses = 2 + category.integer(3);
  const layout = category.integer(2);
  for (let i = 0; i < houses; i++) {
    const depth = (i + 1) / houses;
    const size = 0.22 + 0.24 * depth;
    const side = (i % 2 === 0 ? -1 : 1) * (layout === 0 ? 1 : -1);
    const place = {
      x: side * between(exemplar, 0.2, 0.7),
      y: horizon + depth * 0.3 - size * 0.5,
      scale: size,
      angle: 0,
    };
    for (const part of houseFamily(look, category, exemplar)) paintPart(canvas, place, light, part);
  }
  for (let i = 0; i < 2 + category.integer(3); i++) {
    const size = between(exemplar, 0.2, 0.4);
    const place = { x: between(exemplar, -1, 1), y: horizon + 0.15 - size * 0.4, scale: size, angle: 0 };
    for (const part of treeFamily(look, category, exemplar)) paintPart(canvas, place, light, part);
  }
};

export const shoreScene: Scene = (canvas, _look, recipe, light, category, exemplar) => {
  const horizon = about(exemplar, between(category, -0.15, 0.25), 0.15);
  const sky = paletteOf(recipe.sky, exemplar);
  paintSky(canvas, sky, horizon, exemplar.bits() | 0, category.uniform());
  const sunX = between(exemplar, -0.7, 0.7);
  if (category.uniform() < 0.7)
    paintDisc(
      canvas,
      sunX,
      horizon - between(exemplar, 0.15, 0.6),
      between(category, 0.1, 0.2),
      [1, 0.93, 0.72],
      0.95,
      0.05,
    );
  const deep: Colour = mix(oklch(0.42, 0.08, pick(category, [200, 230, 250])), sky.primary, 0.25);
  paintGround(
    canvas,
    { primary: deep, secondary: mix(deep, [1, 1, 1], 0.4), accent: deep },
    horizon,
    5,
    exemplar.bits() | 0,
  );
  const sand = oklch(between(category, 0.65, 0.85), 0.06, between(category, 60, 90));
  const slope = between(category, -0.5, 0.5);
  const line = about(exemplar, between(category, 0.35, 0.75), 0.1);
  const seed = exemplar.bits() | 0;
  const beach: Distance = (x, y) => line + slope * x + 0.12 * (fractalNoise(x * 2, 1, seed, 2) - 0.5) - y;
  paintPart(
    canvas,
    whole,
    light,
    solid((x, y) => beach(x, y) - 0.05, [0.95, 0.97, 0.98], { bounds: everywhere, relief: 0 }),
  );
  paintPart(canvas, whole, light, {
    ...solid(beach, sand, { bounds: everywhere, relief: 0 }),
    colour: (x, y) => scale(sand, 0.85 + 0.3 * fractalNoise(x * 8, y * 8, seed, 3)),
  });
  if (category.uniform() < 0.5) {
    const x = between(exemplar, -0.6, 0.6);
    const size = between(exemplar, 0.18, 0.34);
    const sail = polygon([
      [x, horizon - size],
      [x, horizon],
      [x + size * 0.6, horizon],
    ]);
    paintPart(canvas, whole, light, solid(sail, [0.96, 0.95, 0.92], { bounds: everywhere, relief: 0 }));
    paintPart(
      canvas,
      whole,
      light,
      solid(
        polygon([
          [x - size * 0.4, horizon + 0.01],
          [x + size * 0.7, horizon + 0.01],
          [x + size * 0.5, horizon + 0.09],
          [x - size * 0.25, horizon + 0.09],
        ]),
        oklch(0.35, 0.08, 40),
        { bounds: everywhere, relief: 0 },
      ),
    );
  }
};

export const roomScene: Scene = (canvas, look, recipe, light, category, exemplar) => {
  const floor = paletteOf(recipe.ground, exemplar);
  const wall = { ...look.palette, primary: mix(look.palette.primary, [0.92, 0.9, 0.86], between(category, 0.3, 0.7)) };
  paintRoom(canvas, floor, wall, exemplar, exemplar.bits() | 0);
  const windowX = between(exemplar, -0.55, 0.55);
  const bright = paletteOf(recipe.sky, exemplar).primary;
  const half = between(category, 0.16, 0.28);
  const frame = (shape: Distance, colour: Colour): void =>
    paintPart(canvas, whole, light, solid(shape, colour, { bounds: everywhere, relief: 0 }));
  frame(box(windowX, -0.4, half + 0.04, 0.36), [0.93, 0.92, 0.9]);
  frame(box(windowX - half / 2, -0.4, half / 2 - 0.015, 0.32), bright);
  frame(box(windowX + half / 2, -0.4, half / 2 - 0.015, 0.32), bright);
  const seatX = -Math.sign(windowX) * between(exemplar, 0.2, 0.5);
  const wood = pick(category, [oklch(0.45, 0.08, 55), oklch(0.6, 0.08, 70), look.palette.accent]);
  const width = between(category, 0.25, 0.45);
  paintPart(canvas, whole, light, solid(box(seatX, 0.42, width, 0.09, 0.03), wood, { bounds: everywhere }));
  paintPart(canvas, whole, light, solid(box(seatX, 0.2, width, 0.2, 0.08), scale(wood, 0.85), { bounds: everywhere }));
  for (const side of [-1, 1]) frame(box(seatX + side * (width - 0.05), 0.62, 0.035, 0.14), scale(wood, 0.6));
};
