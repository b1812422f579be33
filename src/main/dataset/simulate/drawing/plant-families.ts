/** Trees and flowers. */
import type { Part } from './canvas.ts';
import { oklch, scale } from './colour.ts';
import { type Distance, type Point, circle, ellipse, polygon, radial, softUnion, stroke, turned } from './distance.ts';
import { fractalNoise } from './noise-field.ts';
import { type Family, about, between, pick, solid, textured } from './parts.ts';

export const treeFamily: Family = (look, category, exemplar) => {
  const conifer = category.uniform() < 0.4;
  const trunk = between(category, 0.06, 0.13);
  const leaf = oklch(
    between(category, 0.36, 0.62) + exemplar.normal() * 0.03,
    between(category, 0.08, 0.14),
    pick(category, [135, 145, 125, 105, 60, 40]) + exemplar.normal() * 6,
  );
  const parts: Part[] = [
    solid(stroke([0, 1], [exemplar.normal() * 0.05, -0.1], trunk * 1.3, trunk * 0.7), oklch(0.35, 0.05, 55), {
      relief: trunk,
    }),
  ];
  const seed = exemplar.bits() | 0;
  const foliage = (shape: Distance): Part => ({
    ...solid(shape, leaf, { relief: 0.35, gloss: 0 }),
    colour: (x, y) => scale(leaf, 0.55 + 0.9 * fractalNoise(x * 5, y * 5, seed, 3)),
  });
  if (conifer) {
    const tiers = 2 + category.integer(3);
    for (let i = tiers - 1; i >= 0; i--) {
      const top = -1 + (i / tiers) * 1.35;
      const half = 0.28 + (i / tiers) * 0.5;
      parts.push(
        foliage(
          polygon(
            [
              [0, top],
              [half, top + 0.85],
              [-half, top + 0.85],
            ],
            0.04,
          ),
        ),
      );
    }
    return parts;
  }
  const lumps = 4 + category.integer(4);
  const crown = Array.from({ length: lumps }, (_, i) => {
    const angle = (i / lumps) * 2 * Math.PI + exemplar.normal() * 0.2;
    return circle(Math.cos(angle) * 0.4, -0.35 + Math.sin(angle) * 0.3, about(exemplar, 0.36, 0.15));
  });
  parts.push(foliage(softUnion(0.1, circle(0, -0.35, 0.42), ...crown)));
  if (category.uniform() < 0.4) {
    for (let i = 0; i < 9; i++) {
      const [x, y] = [exemplar.normal() * 0.33, -0.35 + exemplar.normal() * 0.28];
      parts.push(solid(circle(x, y, 0.065), look.palette.accent, { relief: 0.05, gloss: 0.4, bounds: [x, y, 0.1] }));
    }
  }
  return parts;
};

export const flowerFamily: Family = (look, category, exemplar) => {
  const petals = 4 + category.integer(8);
  const sharpness = between(category, 0.5, 1.6);
  const depth = between(category, 0.22, 0.4);
  const core = about(exemplar, between(category, 0.14, 0.28), 0.08);
  const turn = exemplar.uniform() * Math.PI;
  const rows = 1 + category.integer(2);
  const parts: Part[] = [];
  for (let row = 0; row < rows; row++) {
    const reach = (1 - row * 0.32) * 0.72;
    const bloom = radial(
      (angle) =>
        reach * (1 - depth + depth * 1.4 * Math.abs(Math.cos((petals * (angle + turn + row * 0.4)) / 2)) ** sharpness),
    );
    parts.push(
      textured(
        bloom,
        look,
        { relief: 0.3, gloss: 0.08 },
        row === 0 ? look.palette.primary : look.palette.secondary,
        row === 0 ? look.palette.secondary : look.palette.primary,
      ),
    );
  }
  parts.push(
    solid(circle(0, 0, core), oklch(0.78, 0.15, between(category, 60, 100)), { relief: core * 0.9, gloss: 0.2 }),
  );
  const stem: Part[] = [
    solid(stroke([0, 0], [exemplar.normal() * 0.15, 1.15], 0.06), oklch(0.5, 0.12, 140), { relief: 0.05 }),
  ];
  const leafAt = (side: number): Point => [side * 0.25, 0.85];
  for (const side of [-1, 1])
    stem.push(
      solid(turned(ellipse(...leafAt(side), 0.28, 0.11), side * -0.5, ...leafAt(side)), oklch(0.48, 0.12, 142), {
        relief: 0.08,
      }),
    );
  return category.uniform() < 0.6 ? [...stem, ...parts.map((part) => part)] : parts;
};
