/** Shapes without a name in nature: polygons, stars, blobs, rings, crosses, letter-like strokes. */
import type { Distance, Point } from './distance.ts';
import { circle, ellipse, polygon, radial, stroke, union, without } from './distance.ts';
import type { Family } from './parts.ts';
import { about, between, pick, solid, textured } from './parts.ts';

export const polygonFamily: Family = (look, category, exemplar) => {
  const sides = 3 + category.integer(6);
  const rounding = pick(category, [0, 0.05, 0.16]);
  const irregular = category.uniform() < 0.5 ? 0 : 0.28;
  const radii = Array.from({ length: sides }, () => 1 - irregular * category.uniform());
  const squash = between(category, 0.65, 1);
  const inset = category.uniform() < 0.4;
  const corners = radii.map((radius, i): Point => {
    const angle = (i / sides) * 2 * Math.PI - Math.PI / 2;
    const reach = about(exemplar, radius, 0.04) * (1 - rounding);
    return [Math.cos(angle) * reach, Math.sin(angle) * reach * squash];
  });
  const parts = [textured(polygon(corners, rounding), look, { relief: 0.22, gloss: 0.25 })];
  if (inset) {
    const inner = corners.map(([x, y]): Point => [x * 0.45, y * 0.45]);
    parts.push(solid(polygon(inner, rounding / 2), look.palette.accent, { relief: 0.1 }));
  }
  return parts;
};

export const starFamily: Family = (look, category, exemplar) => {
  const points = 4 + category.integer(6);
  const inner = about(exemplar, between(category, 0.35, 0.65), 0.05);
  const rounding = pick(category, [0, 0.04, 0.1]);
  const centre = category.uniform() < 0.5;
  const corners = Array.from({ length: points * 2 }, (_, i): Point => {
    const angle = (i / points) * Math.PI - Math.PI / 2;
    const reach = (i % 2 === 0 ? 1 : inner) - rounding;
    return [Math.cos(angle) * reach, Math.sin(angle) * reach];
  });
  const parts = [textured(polygon(corners, rounding), look, { relief: 0.25, gloss: 0.2 })];
  if (centre) parts.push(solid(circle(0, 0, inner * 0.5), look.palette.accent, { relief: 0.15, gloss: 0.5 }));
  return parts;
};

export const blobFamily: Family = (look, category, exemplar) => {
  const waves = Array.from({ length: 4 }, (_, i) => ({
    count: i + 2,
    size: (category.normal() * 0.17) / (1 + i * 0.4),
    phase: category.uniform() * 2 * Math.PI,
  }));
  const jitter = waves.map((wave) => ({
    ...wave,
    size: wave.size + exemplar.normal() * 0.03,
    phase: wave.phase + exemplar.normal() * 0.15,
  }));
  const shape = radial(
    (angle) => 0.78 + jitter.reduce((sum, wave) => sum + wave.size * Math.cos(wave.count * angle + wave.phase), 0),
  );
  return [textured(shape, look, { relief: 0.45, gloss: between(category, 0, 0.6) })];
};

export const ringFamily: Family = (look, category, exemplar) => {
  const thickness = about(exemplar, between(category, 0.16, 0.36));
  const squash = about(exemplar, between(category, 0.55, 1), 0.05);
  const second = category.uniform() < 0.4;
  const hollow: Distance = ellipse(0, 0, 1 - thickness, squash - thickness * 0.9);
  const parts = [textured(without(ellipse(0, 0, 1, squash), hollow), look, { relief: thickness * 0.55, gloss: 0.45 })];
  if (second) {
    const width = thickness * 0.45;
    const gap = Math.max(0.12, squash - thickness * 2);
    const small = without(
      ellipse(0, 0, 1 - thickness * 1.8, gap),
      ellipse(0, 0, 1 - thickness * 1.8 - width, Math.max(0.03, gap - width)),
    );
    parts.push(solid(small, look.palette.accent, { relief: width * 0.6, gloss: 0.4 }));
  }
  return parts;
};

export const crossFamily: Family = (look, category, exemplar) => {
  const arms = pick(category, [2, 2, 3, 3, 4, 5]);
  const width = about(exemplar, between(category, 0.14, 0.3));
  const taper = between(category, 0.3, 1.2);
  const shapes = Array.from({ length: arms === 2 ? 4 : arms }, (_, i) => {
    const angle = (i / (arms === 2 ? 4 : arms)) * 2 * Math.PI + Math.PI / 2;
    return stroke(
      [0, 0],
      [Math.cos(angle) * (1 - width * taper), Math.sin(angle) * (1 - width * taper)],
      width,
      width * taper,
    );
  });
  const parts = [textured(union(...shapes), look, { relief: width * 0.9, gloss: 0.3 })];
  if (category.uniform() < 0.5)
    parts.push(solid(circle(0, 0, width * 1.25), look.palette.accent, { relief: width, gloss: 0.5 }));
  return parts;
};

/** A made-up letter: three to five strokes between the points of a 3 x 4 grid. */
export const letterFamily: Family = (look, category, exemplar) => {
  const width = about(exemplar, between(category, 0.11, 0.2));
  const strokes = 3 + category.integer(3);
  const joint = (): Point => [(category.integer(3) - 1) * 0.62, (category.integer(4) - 1.5) * 0.54];
  const wobble = ([x, y]: Point): Point => [x + exemplar.normal() * 0.03, y + exemplar.normal() * 0.03];
  let from = joint();
  const shapes: Distance[] = [];
  while (shapes.length < strokes) {
    const to = joint();
    if (Math.hypot(to[0] - from[0], to[1] - from[1]) < 0.3) continue;
    shapes.push(stroke(wobble(from), wobble(to), width));
    from = category.uniform() < 0.75 ? to : joint();
  }
  return [textured(union(...shapes), look, { relief: width * 0.8, gloss: 0.25 })];
};
