/** Things that people make, grow or eat: houses, vehicles, vases, fruit, mushrooms, lamps. */
import type { Part } from './canvas.ts';
import type { Colour } from './colour.ts';
import { mix, oklch, scale } from './colour.ts';
import type { Distance } from './distance.ts';
import {
  box,
  circle,
  ellipse,
  polygon,
  radial,
  softUnion,
  stroke,
  turned,
  union,
  within,
  without,
} from './distance.ts';
import type { Family } from './parts.ts';
import { about, between, pick, solid, textured } from './parts.ts';

const glass: Colour = [0.24, 0.32, 0.42];

export const houseFamily: Family = (look, category, exemplar) => {
  const half = about(exemplar, between(category, 0.55, 0.85), 0.05);
  const floors = 1 + category.integer(3);
  const storey = between(category, 0.42, 0.52);
  const wallTop = Math.max(-0.55, 0.85 - floors * storey);
  const roof = between(category, 0.2, 0.5);
  const roofKind = category.integer(3);
  const overhang = between(category, 0.03, 0.14);
  const columns = 2 + category.integer(3);
  const lit = exemplar.uniform() < 0.35;
  const wall = mix(look.palette.primary, [0.9, 0.87, 0.8], between(category, 0, 0.6));
  const roofColour = pick(category, [
    oklch(0.42, 0.09, 40),
    oklch(0.35, 0.02, 250),
    oklch(0.48, 0.07, 60),
    look.palette.accent,
  ]);
  const parts: Part[] = [];
  if (category.uniform() < 0.5)
    parts.push(solid(box(half * 0.5, wallTop - roof * 0.55, 0.09, roof * 0.6), scale(wall, 0.7), { relief: 0 }));
  const middle = (wallTop + 0.85) / 2;
  parts.push(textured(box(0, middle, half, (0.85 - wallTop) / 2), look, { relief: 0 }, wall, scale(wall, 0.82)));
  const edge = half + overhang;
  const gable =
    roofKind === 0
      ? polygon([
          [-edge, wallTop],
          [0, wallTop - roof],
          [edge, wallTop],
        ])
      : roofKind === 1
        ? polygon([
            [-edge, wallTop],
            [-half * 0.6, wallTop - roof],
            [half * 0.6, wallTop - roof],
            [edge, wallTop],
          ])
        : box(0, wallTop - 0.04, edge, 0.07);
  parts.push(textured(gable, look, { relief: 0.04 }, roofColour, scale(roofColour, 0.75)));
  const door = pick(category, [0, -0.5, 0.5]) * half;
  const pane: Colour = lit ? [0.98, 0.85, 0.5] : glass;
  for (let floor = 0; floor < floors; floor++) {
    const y = 0.85 - (floor + 0.55) * storey;
    if (y - 0.12 < wallTop) break;
    for (let column = 0; column < columns; column++) {
      const x = ((column + 0.5) / columns) * 2 * half - half;
      if (floor === 0 && Math.abs(x - door) < 0.22) continue;
      const w = Math.min(0.13, (half / columns) * 0.55);
      parts.push(solid(box(x, y, w + 0.03, 0.15), [0.93, 0.92, 0.9], { relief: 0, bounds: [x, y, 0.3] }));
      parts.push(
        solid(union(box(x - w / 2, y, w / 2 - 0.012, 0.12), box(x + w / 2, y, w / 2 - 0.012, 0.12)), pane, {
          relief: 0,
          bounds: [x, y, 0.3],
        }),
      );
    }
  }
  parts.push(solid(box(door, 0.66, 0.11, 0.19), scale(roofColour, 0.8), { relief: 0.03, bounds: [door, 0.66, 0.4] }));
  return parts;
};

export const vehicleFamily: Family = (look, category, exemplar) => {
  const wheel = about(exemplar, between(category, 0.16, 0.25), 0.05);
  const bodyHeight = between(category, 0.16, 0.32);
  const cabin = between(category, 0.3, 0.62);
  const cabinX = between(category, -0.3, 0.25);
  const cabinHeight = between(category, 0.2, 0.4);
  const bottom = 0.35;
  const top = bottom - bodyHeight * 2;
  const paint = look.palette.primary;
  const parts: Part[] = [
    textured(
      polygon(
        [
          [cabinX - cabin, top + 0.05],
          [cabinX - cabin * 0.68, top - cabinHeight],
          [cabinX + cabin * 0.55, top - cabinHeight],
          [cabinX + cabin, top + 0.05],
        ],
        0.05,
      ),
      look,
      { relief: 0.1, gloss: 0.5 },
    ),
    solid(
      polygon(
        [
          [cabinX - cabin * 0.8, top],
          [cabinX - cabin * 0.58, top - cabinHeight * 0.82],
          [cabinX - 0.03, top - cabinHeight * 0.82],
          [cabinX - 0.03, top],
        ],
        0.01,
      ),
      glass,
      { relief: 0.05, gloss: 0.6 },
    ),
    solid(
      polygon(
        [
          [cabinX + 0.05, top],
          [cabinX + 0.05, top - cabinHeight * 0.82],
          [cabinX + cabin * 0.48, top - cabinHeight * 0.82],
          [cabinX + cabin * 0.78, top],
        ],
        0.01,
      ),
      glass,
      { relief: 0.05, gloss: 0.6 },
    ),
    textured(
      box(0, bottom - bodyHeight, 0.97, bodyHeight, 0.12),
      look,
      { relief: 0.15, gloss: 0.6 },
      paint,
      mix(paint, look.palette.secondary, 0.7),
    ),
    solid(circle(-0.9, bottom - bodyHeight * 1.1, 0.07), [1, 0.95, 0.75], { relief: 0.05, gloss: 0.5 }),
  ];
  for (const x of [-0.55, 0.55]) {
    parts.push(solid(circle(x, bottom, wheel), [0.1, 0.1, 0.11], { relief: 0.06, gloss: 0.1 }));
    parts.push(solid(circle(x, bottom, wheel * 0.5), [0.7, 0.7, 0.72], { relief: 0.06, gloss: 0.6 }));
  }
  return parts;
};

/** A turned vessel: its half-width changes smoothly from foot to lip. */
export const vaseFamily: Family = (look, category, exemplar) => {
  const widths = [
    between(category, 0.25, 0.45),
    between(category, 0.3, 0.75),
    between(category, 0.35, 0.8),
    between(category, 0.12, 0.35),
    between(category, 0.2, 0.45),
  ];
  const jittered = widths.map((width) => about(exemplar, width, 0.05));
  const halfWidth = (y: number): number => {
    const place = Math.min(3.999, Math.max(0, ((1 - y) / 2) * 4));
    const i = Math.floor(place);
    const share = (1 - Math.cos((place - i) * Math.PI)) / 2;
    return jittered[i] + (jittered[i + 1] - jittered[i]) * share;
  };
  const vessel: Distance = (x, y) => Math.max((Math.abs(x) - halfWidth(y)) * 0.8, Math.abs(y) - 0.97);
  const parts: Part[] = [];
  if (category.uniform() < 0.45) {
    for (const side of category.uniform() < 0.5 ? [1] : [-1, 1]) {
      const handle = ellipse(side * 0.55, -0.05, 0.34, 0.4);
      parts.push(
        solid(without(handle, ellipse(side * 0.55, -0.05, 0.23, 0.28)), look.palette.accent, {
          relief: 0.07,
          gloss: 0.4,
        }),
      );
    }
  }
  parts.push(textured(vessel, look, { relief: 0.35, gloss: 0.6 }));
  parts.push(solid(ellipse(0, -0.96, halfWidth(-1), 0.07), scale(look.palette.primary, 0.35), { relief: 0 }));
  return parts;
};

export const fruitFamily: Family = (look, category, exemplar) => {
  const stretch = between(category, 0.7, 1.25);
  const dimple = between(category, 0, 0.16);
  const pear = between(category, 0, 0.28);
  const segments = category.uniform() < 0.3 ? 5 + category.integer(4) : 0;
  const body = radial((angle) => {
    const upward = -Math.sin(angle);
    return (
      fruitRadius(0.75, upward, dimple, pear) *
      (1 + (stretch - 1) * Math.sin(angle) ** 2) *
      (1 + (segments > 0 ? 0.05 * Math.cos(segments * angle) : 0))
    );
  });
  const leafColour = oklch(0.52, 0.13, 138);
  const tilt = exemplar.normal() * 0.25;
  return [
    solid(stroke([0, -0.55 * stretch], [tilt * 0.4, -0.98 * stretch], 0.05), oklch(0.35, 0.05, 60), { relief: 0.04 }),
    solid(turned(ellipse(0.26, -0.85 * stretch, 0.26, 0.11), -0.4 + tilt, 0.26, -0.85 * stretch), leafColour, {
      relief: 0.08,
    }),
    textured(body, look, { relief: 0.55, gloss: 0.55 }),
  ];
};

/** Radius of a fruit at the height `upward` (-1 to 1): a dimple at the stem, narrower shoulders for a pear. */
function fruitRadius(base: number, upward: number, dimple: number, pear: number): number {
  return base * (1 - dimple * Math.max(0, upward) ** 8 - pear * Math.max(0, upward));
}

export const mushroomFamily: Family = (look, category, exemplar) => {
  const capWidth = about(exemplar, between(category, 0.7, 1), 0.06);
  const capHeight = about(exemplar, between(category, 0.45, 0.85), 0.06);
  const stem = between(category, 0.14, 0.32);
  const pale: Colour = [0.92, 0.88, 0.78];
  const cap = within(ellipse(0, 0.02, capWidth, capHeight), box(0, -1, 2, 1.08));
  return [
    solid(softUnion(0.1, stroke([0, 0], [exemplar.normal() * 0.06, 0.85], stem, stem * 1.25)), pale, { relief: stem }),
    solid(ellipse(0, 0.06, capWidth * 0.93, 0.12), scale(pale, 0.7), { relief: 0 }),
    textured(cap, look, { relief: 0.4, gloss: 0.35 }),
  ];
};

export const lampFamily: Family = (look, category, exemplar) => {
  const lower = about(exemplar, between(category, 0.45, 0.75), 0.06);
  const upper = between(category, 0.15, 0.5);
  const metal = pick(category, [oklch(0.3, 0.02, 250), oklch(0.65, 0.08, 80), oklch(0.75, 0.01, 90)]);
  const glow = exemplar.uniform() < 0.6 ? 0.45 : 0;
  const lit = mix(look.palette.primary, [1, 0.95, 0.75], glow);
  return [
    solid(stroke([0, -0.1], [0, 0.85], 0.05), metal, { relief: 0.04, gloss: 0.5 }),
    solid(ellipse(0, 0.88, between(category, 0.28, 0.45), 0.12), metal, { relief: 0.1, gloss: 0.5 }),
    ...(category.uniform() < 0.6
      ? [solid(circle(0, 0.5, between(category, 0.12, 0.26)), look.palette.accent, { relief: 0.15, gloss: 0.6 })]
      : []),
    textured(
      polygon(
        [
          [-upper, -0.95],
          [upper, -0.95],
          [lower, -0.05],
          [-lower, -0.05],
        ],
        0.03,
      ),
      look,
      { relief: 0.3 },
      lit,
      mix(look.palette.secondary, lit, 0.35),
    ),
  ];
};
