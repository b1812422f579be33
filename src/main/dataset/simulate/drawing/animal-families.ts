/** Animals with four legs, fish, butterflies. */
import type { Part } from './canvas.ts';
import { oklch, scale } from './colour.ts';
import { type Distance, circle, ellipse, polygon, softUnion, stroke, turned, union } from './distance.ts';
import { type Family, about, between, solid, textured } from './parts.ts';

/** Body, head, legs and tail, seen from the side. */
export const animalFamily: Family = (look, category, exemplar) => {
  const length = between(category, 0.42, 0.62);
  const girth = about(exemplar, between(category, 0.2, 0.33), 0.06);
  const legs = about(exemplar, between(category, 0.28, 0.55), 0.06);
  const neck = between(category, 0.15, 0.6);
  const headSize = about(exemplar, between(category, 0.15, 0.24), 0.05);
  const limb = between(category, 0.055, 0.1);
  const tail = between(category, 0.2, 0.6);
  const ear = between(category, 0.08, 0.28);
  const headX = -length - neck * 0.55;
  const headY = -0.12 - neck * 0.75;
  const ground = girth + legs - 0.05;
  const step = (): number => exemplar.normal() * 0.09;
  const far: Distance[] = [];
  const near: Distance[] = [];
  for (const [group, shift] of [
    [far, 0.1],
    [near, 0],
  ] as const) {
    for (const x of [-length * 0.75, length * 0.75])
      group.push(stroke([x + shift, 0.05], [x + shift + step(), ground], limb * 1.35, limb));
  }
  const body = softUnion(
    0.18,
    ellipse(0, 0, length + girth * 0.5, girth),
    stroke([-length * 0.8, -0.05], [headX + headSize * 0.5, headY + headSize * 0.3], girth * 0.75, headSize * 0.6),
    ellipse(headX, headY, headSize * 1.1, headSize),
    ellipse(headX - headSize * 0.9, headY + headSize * 0.3, headSize * 0.7, headSize * 0.5),
    ...near,
  );
  const swing = exemplar.normal() * 0.2;
  const tailShape = stroke(
    [length + girth * 0.2, -girth * 0.4],
    [length + girth * 0.2 + tail * 0.7, -girth * 0.4 + tail * (swing - 0.2)],
    0.07,
    0.035,
  );
  const dark = scale(look.palette.primary, 0.62);
  return [
    solid(union(...far), dark, { relief: 0.06 }),
    solid(tailShape, dark, { relief: 0.05 }),
    textured(body, look, { relief: girth * 0.9, gloss: 0.05 }),
    textured(
      polygon(
        [
          [headX + headSize * 0.1, headY - headSize * 0.7],
          [headX + headSize * 0.75, headY - headSize * 0.5],
          [headX + headSize * 0.7, headY - headSize * 0.6 - ear],
        ],
        0.03,
      ),
      look,
      { relief: 0.05 },
      dark,
      look.palette.secondary,
    ),
    solid(circle(headX - headSize * 0.25, headY - headSize * 0.2, 0.045), [0.05, 0.05, 0.05], {
      relief: 0,
      bounds: [headX, headY, 0.4],
    }),
    solid(circle(headX - headSize * 1.5, headY + headSize * 0.2, 0.045), [0.1, 0.08, 0.08], {
      relief: 0,
      bounds: [headX - headSize, headY, 0.5],
    }),
  ];
};

export const fishFamily: Family = (look, category, exemplar) => {
  const height = about(exemplar, between(category, 0.28, 0.56), 0.06);
  const fork = between(category, 0.25, 0.55);
  const finHeight = between(category, 0.15, 0.4);
  const bend = exemplar.normal() * 0.1;
  const fin = look.palette.accent;
  return [
    textured(
      polygon(
        [
          [0.5, bend * 0.5],
          [1, -fork + bend],
          [0.84, bend],
          [1, fork + bend],
        ],
        0.03,
      ),
      look,
      { relief: 0.06 },
      fin,
      look.palette.secondary,
    ),
    solid(
      polygon(
        [
          [-0.3, -height * 0.7],
          [0.1, -height - finHeight],
          [0.4, -height * 0.5],
        ],
        0.04,
      ),
      fin,
      { relief: 0.06 },
    ),
    solid(
      polygon(
        [
          [-0.1, height * 0.7],
          [0.2, height + finHeight * 0.7],
          [0.3, height * 0.5],
        ],
        0.04,
      ),
      fin,
      { relief: 0.06 },
    ),
    textured(
      softUnion(0.2, ellipse(-0.15, 0, 0.72, height), stroke([0.3, 0], [0.62, bend * 0.5], height * 0.45, 0.08)),
      look,
      { relief: height * 0.8, gloss: 0.4 },
    ),
    solid(circle(-0.58, -height * 0.22, 0.09), [0.95, 0.95, 0.9], { relief: 0, bounds: [-0.58, -height * 0.22, 0.2] }),
    solid(circle(-0.59, -height * 0.22, 0.05), [0.04, 0.04, 0.05], { relief: 0, bounds: [-0.58, -height * 0.22, 0.2] }),
  ];
};

export const butterflyFamily: Family = (look, category, exemplar) => {
  const lobe = between(category, 0.4, 0.55);
  const lower = between(category, 0.28, 0.42);
  const spread = about(exemplar, between(category, 0.75, 1), 0.1);
  const spot = between(category, 0.08, 0.2);
  const parts: Part[] = [];
  for (const side of [-1, 1]) {
    parts.push(
      textured(
        turned(
          ellipse(side * 0.42 * spread, 0.42, lower * spread, lower * 1.25),
          side * -0.5,
          side * 0.42 * spread,
          0.42,
        ),
        look,
        { relief: 0.08 },
        look.palette.secondary,
        look.palette.primary,
      ),
    );
    parts.push(
      textured(
        turned(
          ellipse(side * 0.52 * spread, -0.28, lobe * spread, lobe * 1.1),
          side * 0.6,
          side * 0.52 * spread,
          -0.28,
        ),
        look,
        { relief: 0.1, gloss: 0.15 },
      ),
    );
    parts.push(solid(circle(side * 0.6 * spread, -0.35, spot), look.palette.accent, { relief: 0 }));
    parts.push(solid(stroke([side * 0.03, -0.55], [side * 0.22, -0.9], 0.02), [0.1, 0.08, 0.08], { relief: 0 }));
  }
  parts.push(solid(ellipse(0, 0, 0.085, 0.6), oklch(0.25, 0.03, 60), { relief: 0.07 }));
  return parts;
};
