import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/shared/random.ts';
import { blankCanvas, paintPart } from '../../../src/main/dataset/simulate/drawing/canvas.ts';
import { drawCategory, familyNames } from '../../../src/main/dataset/simulate/drawing/category.ts';
import { circle } from '../../../src/main/dataset/simulate/drawing/distance.ts';
import { solid } from '../../../src/main/dataset/simulate/drawing/parts.ts';
import { drawStimulus } from '../../../src/main/dataset/simulate/drawing/stimulus.ts';
import { correlation, mean } from './support.ts';

const picture = (category: number, exemplar: number, size = 32): Float32Array =>
  drawStimulus(drawCategory(1, category), new Random(1, `exemplar ${category} ${exemplar}`), size).canvas.data;

describe('procedural pictures', () => {
  it('cover all families, textures, backgrounds and positions within 150 categories', () => {
    const categories = Array.from({ length: 150 }, (_, index) => drawCategory(1, index));
    expect(new Set(categories.map(({ family }) => family)).size).toBe(familyNames.length);
    expect(new Set(categories.map(({ texture }) => texture.kind)).size).toBe(7);
    expect(new Set(categories.flatMap(({ backgrounds }) => backgrounds.map(({ kind }) => kind))).size).toBe(6);
    expect(new Set(categories.map(({ name }) => name)).size).toBe(150);
    const hues = categories.map(({ palette }) => Math.floor((((palette.hue % 360) + 360) % 360) / 60));
    expect(new Set(hues).size).toBe(6);
    const places = categories.slice(0, 46).map((category, i) => drawStimulus(category, new Random(i), 16).truth);
    expect(places.some(({ x, y }) => x < -0.2 && y < -0.1)).toBe(true);
    expect(places.some(({ x, y }) => x > 0.2 && y > 0.1)).toBe(true);
  });

  it('are finite, within [0, 1], coloured, and none is flat', () => {
    for (let category = 0; category < 2 * familyNames.length; category++) {
      const data = picture(category, 0);
      expect(data.every((value) => value >= 0 && value <= 1)).toBe(true);
      const average = mean(data);
      expect(Math.sqrt(mean(data.map((value) => (value - average) ** 2)))).toBeGreaterThan(0.04);
    }
  });

  it('differ between exemplars, and more between categories', () => {
    const likeness = (pairs: readonly (readonly [Float32Array, Float32Array])[]): number =>
      mean(pairs.map(([a, b]) => correlation(a, b)));
    const categories = Array.from({ length: 46 }, (_, index) => index);
    const within = likeness(categories.map((index) => [picture(index, 0), picture(index, 1)]));
    const across = likeness(categories.map((index) => [picture(index, 0), picture((index + 17) % 46, 1)]));
    expect(within).toBeLessThan(0.9);
    expect(within).toBeGreaterThan(across + 0.1);
  });

  it('show the same thing at any size', () => {
    for (const category of [0, 3, 9, 14]) {
      const [large, small] = [picture(category, 0, 64), picture(category, 0, 32)];
      const halved = small.map((_, at) => {
        const [pixel, channel] = [Math.floor(at / 3), at % 3];
        const [y, x] = [Math.floor(pixel / 32) * 2, (pixel % 32) * 2];
        return mean([0, 1].flatMap((dy) => [0, 1].map((dx) => large[((y + dy) * 64 + x + dx) * 3 + channel])));
      });
      expect(correlation(halved, small)).toBeGreaterThan(0.9);
    }
  });

  it('have anti-aliased edges: a disc covers its area at any place', () => {
    for (const shift of [0, 0.013, 0.021]) {
      const canvas = blankCanvas(32);
      const disc = solid(circle(0, 0, 0.5), [1, 1, 1], { relief: 0, gloss: 0 });
      paintPart(canvas, { x: shift, y: 0, scale: 1, angle: 0 }, { direction: [0, 0, 1], ambient: 0.4 }, disc);
      const area = mean(canvas.data) * 4;
      expect(Math.abs(area - Math.PI / 4)).toBeLessThan(0.006);
    }
  });
});
