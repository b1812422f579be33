/** Eyes, brows, nose and mouth where a face has them. */
import type { Part } from './canvas.ts';
import { type Colour, mix, oklch, scale } from './colour.ts';
import { box, circle, ellipse, polygon, softUnion, stroke, turned, union, within, without } from './distance.ts';
import { type Family, about, between, pick, solid, textured } from './parts.ts';

const skins: readonly (readonly [number, number, number])[] = [
  [0.86, 0.05, 60],
  [0.78, 0.08, 62],
  [0.66, 0.09, 58],
  [0.5, 0.08, 52],
  [0.38, 0.06, 48],
];

/** Eyes, brows, nose and mouth on an oval: a person, or with ears on top an animal. */
export const faceFamily: Family = (look, category, exemplar) => {
  const animal = category.uniform() < 0.35;
  const [lightness, chroma, hue] = pick(category, skins);
  const skin: Colour = animal
    ? look.palette.primary
    : oklch(lightness + exemplar.normal() * 0.02, chroma, hue + exemplar.normal() * 4);
  const hair: Colour = animal
    ? look.palette.secondary
    : pick(category, [
        oklch(0.2, 0.03, 60),
        oklch(0.35, 0.07, 50),
        oklch(0.7, 0.1, 85),
        oklch(0.6, 0.02, 80),
        oklch(0.42, 0.12, 40),
      ]);
  const width = about(exemplar, between(category, 0.6, 0.74), 0.04);
  const height = about(exemplar, animal ? between(category, 0.65, 0.8) : between(category, 0.8, 0.92), 0.04);
  const eyeX = about(exemplar, 0.27 * (width / 0.68), 0.06);
  const eyeY = -0.1 + exemplar.normal() * 0.02;
  const eyeSize = about(exemplar, between(category, 0.085, 0.14), 0.06);
  const iris = pick(category, [
    oklch(0.35, 0.07, 55),
    oklch(0.5, 0.09, 240),
    oklch(0.48, 0.08, 145),
    oklch(0.22, 0.02, 60),
  ]);
  const gaze = exemplar.normal() * 0.025;
  const smile = exemplar.normal() * 0.05 + 0.06;
  const long = category.uniform() < 0.45;
  const dark = scale(skin, 0.72);
  const parts: Part[] = [];
  if (animal) {
    const round = category.uniform() < 0.5;
    for (const side of [-1, 1]) {
      const ear = round
        ? circle(side * width * 0.82, -height * 0.78, 0.27)
        : polygon(
            [
              [side * width * 0.25, -height * 0.75],
              [side * width * 0.95, -1.12],
              [side * width, -height * 0.25],
            ],
            0.05,
          );
      parts.push(textured(ear, look, { relief: 0.15 }, skin, hair));
    }
  } else if (long) {
    parts.push(
      solid(
        softUnion(0.2, ellipse(0, -0.15, width * 1.22, height * 0.98), box(0, 0.45, width * 1.15, 0.5, 0.2)),
        hair,
        { relief: 0.3, gloss: 0.25 },
      ),
    );
  }
  if (!animal) {
    parts.push(solid(box(0, 0.95, 0.24, 0.3, 0.05), scale(skin, 0.8)));
    for (const side of [-1, 1])
      parts.push(solid(ellipse(side * width, 0.02, 0.09, 0.16), scale(skin, 0.92), { relief: 0.06 }));
  }
  const head = animal
    ? ellipse(0, 0, width * 1.12, height)
    : softUnion(0.15, ellipse(0, -0.08, width, height * 0.9), ellipse(0, 0.32, width * 0.72, height * 0.62));
  parts.push(
    animal
      ? textured(head, look, { relief: 0.5, gloss: 0.06 }, skin, hair)
      : solid(head, skin, { relief: 0.5, gloss: 0.12 }),
  );
  if (animal) parts.push(solid(ellipse(0, 0.34, 0.36, 0.27), mix(skin, [1, 0.97, 0.92], 0.6), { relief: 0.2 }));
  else {
    const line = between(category, -0.62, -0.42);
    const fringe = turned(box(0, line - 0.75, 1.5, 0.75), between(category, -0.35, 0.35));
    parts.push(
      solid(within(ellipse(0, -0.1, width * 1.06, height * 0.97), fringe), hair, { relief: 0.22, gloss: 0.25 }),
    );
  }
  for (const side of [-1, 1]) {
    const x = side * eyeX;
    parts.push(
      solid(ellipse(x, eyeY, eyeSize * 1.35, eyeSize), [0.96, 0.95, 0.93], { relief: 0, bounds: [x, eyeY, 0.3] }),
    );
    parts.push(solid(circle(x + gaze, eyeY, eyeSize * 0.68), iris, { relief: 0, bounds: [x, eyeY, 0.3] }));
    parts.push(
      solid(circle(x + gaze, eyeY, eyeSize * 0.34), [0.03, 0.03, 0.04], { relief: 0, bounds: [x, eyeY, 0.3] }),
    );
    parts.push(
      solid(circle(x + gaze - 0.03, eyeY - 0.04, eyeSize * 0.17), [1, 1, 1], { relief: 0, bounds: [x, eyeY, 0.3] }),
    );
    const brow = stroke(
      [x - side * eyeSize * 1.3, eyeY - eyeSize * 1.75],
      [x + side * eyeSize * 1.4, eyeY - eyeSize * 1.6],
      0.045,
      0.025,
    );
    parts.push(solid(brow, animal ? scale(hair, 0.7) : scale(hair, 0.8), { relief: 0, bounds: [x, eyeY, 0.5] }));
  }
  if (animal) parts.push(solid(ellipse(0, 0.2, 0.12, 0.085), [0.12, 0.09, 0.09], { relief: 0.06, gloss: 0.6 }));
  else {
    parts.push(
      solid(
        polygon(
          [
            [0, -0.04],
            [0.11, 0.2],
            [-0.05, 0.21],
          ],
          0.025,
        ),
        dark,
        { relief: 0.06, opacity: 0.6, bounds: [0, 0.1, 0.3] },
      ),
    );
  }
  const lip: Colour = animal ? [0.2, 0.1, 0.1] : mix(skin, [0.72, 0.15, 0.18], between(category, 0.35, 0.8));
  const mouthY = animal ? 0.4 : 0.44;
  const half = about(exemplar, 0.2, 0.1);
  const lips = union(
    stroke([-half, mouthY - smile], [0, mouthY + smile * 0.6], 0.035, 0.055),
    stroke([0, mouthY + smile * 0.6], [half, mouthY - smile], 0.055, 0.035),
  );
  parts.push(solid(lips, lip, { relief: 0, bounds: [0, mouthY, 0.4] }));
  if (!animal && category.uniform() < 0.2) {
    for (const side of [-1, 1])
      parts.push(
        solid(
          without(circle(side * eyeX, eyeY, eyeSize * 1.9), circle(side * eyeX, eyeY, eyeSize * 1.9 - 0.045)),
          [0.1, 0.1, 0.12],
          { relief: 0 },
        ),
      );
  }
  return parts;
};
