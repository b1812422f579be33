/** Draws one exemplar of a category. */
import { Random } from '../../../../shared/random.ts';
import { paintBackground } from './background.ts';
import { blankCanvas, paintPart, paintShadow, type Canvas, type Light, type Part, type Placement } from './canvas.ts';
import { families, type Category } from './category.ts';
import { paletteOf, type Palette } from './colour.ts';
import { union } from './distance.ts';
import type { Look } from './parts.ts';
import { textureOf } from './texture.ts';

/** What is true of one picture and not of all of its category. */
export interface StimulusTruth {
  /** Centre of the object, -1 (left, top) to 1 (right, bottom); 0, 0 for scenes. */
  readonly x: number;
  readonly y: number;
  /** Half-width of the object in half-widths of the picture; 1 for scenes. */
  readonly scale: number;
  readonly angle: number;
  readonly background: string;
  /** Mean brightness factor of the lighting. */
  readonly exposure: number;
}

export interface DrawnStimulus {
  readonly canvas: Canvas;
  readonly truth: StimulusTruth;
}

/** @param exemplar - seeds everything in which this picture differs from others of its category */
export function drawStimulus(category: Category, exemplar: Random, size: number): DrawnStimulus {
  const canvas = blankCanvas(size);
  const entry = families[category.family];
  const shared = new Random(category.seed, 'shape');
  const light = drawLight(exemplar);
  const palette = paletteOf(category.palette, exemplar);
  const exposure = Math.exp(exemplar.normal() * 0.1);
  if (entry.draw.kind === 'scene') {
    const look: Look = { palette, texture: () => 0 };
    entry.draw.scene(canvas, look, { sky: category.sky, ground: category.ground }, light, shared, exemplar);
    develop(canvas, exemplar, exposure);
    return { canvas, truth: { x: 0, y: 0, scale: 1, angle: 0, background: 'scene', exposure } };
  }
  const background = category.backgrounds[exemplar.uniform() < 0.7 ? 0 : 1];
  paintBackground(canvas, background, exemplar);
  const scale = entry.reach * category.size * Math.exp(exemplar.normal() * 0.14);
  const room = Math.max(0.06, 1.02 - scale * 0.85);
  const placement: Placement = {
    x: (exemplar.uniform() * 2 - 1) * room,
    y: (exemplar.uniform() * 2 - 1) * room,
    scale,
    angle: entry.upright ? exemplar.normal() * 0.1 : exemplar.normal() * 0.45,
  };
  const texture = textureOf(category.texture, exemplar.bits() | 0, 1 / size / scale);
  const look: Look = { palette: separate(palette, canvas), texture };
  const parts = entry.draw.family(look, shared, exemplar);
  castShadow(canvas, placement, parts, light);
  for (const part of parts) paintPart(canvas, placement, light, part);
  develop(canvas, exemplar, exposure);
  return { canvas, truth: { ...placement, background: background.kind, exposure } };
}

function drawLight(random: Random): Light {
  const side = random.uniform() < 0.5 ? -1 : 1;
  const x = side * (0.25 + 0.45 * random.uniform());
  const y = -(0.3 + 0.4 * random.uniform());
  return { direction: [x, y, Math.sqrt(1 - x * x - y * y)], ambient: 0.3 + 0.25 * random.uniform() };
}

/** Lightens or darkens a palette whose object would vanish before its background. */
function separate(palette: Palette, canvas: Canvas): Palette {
  const luminance = (colour: ArrayLike<number>, at = 0): number =>
    0.3 * colour[at] + 0.59 * colour[at + 1] + 0.11 * colour[at + 2];
  let behind = 0;
  for (let at = 0; at < canvas.data.length; at += 3) behind += luminance(canvas.data, at);
  behind /= canvas.data.length / 3;
  const difference = luminance(palette.primary) - behind;
  if (Math.abs(difference) > 0.16) return palette;
  const factor = behind > 0.5 ? 0.62 : 1.5;
  const change = (colour: readonly number[]): [number, number, number] => [
    Math.min(0.97, colour[0] * factor + (factor > 1 ? 0.08 : 0)),
    Math.min(0.97, colour[1] * factor + (factor > 1 ? 0.08 : 0)),
    Math.min(0.97, colour[2] * factor + (factor > 1 ? 0.08 : 0)),
  ];
  return { ...palette, primary: change(palette.primary) };
}

function castShadow(canvas: Canvas, placement: Placement, parts: readonly Part[], light: Light): void {
  const [x, y] = light.direction;
  // Small parts (eyes, windows) lie on larger ones and add nothing to the silhouette.
  const outer = parts.filter((part) => part.bounds[2] > 1);
  const silhouette: Part = { ...parts[0], shape: union(...outer.map((part) => part.shape)), bounds: [0, 0, 1.35] };
  const reach = 0.16 * placement.scale;
  paintShadow(canvas, placement, silhouette, [-x * reach, -y * reach + 0.03], 0.42);
}

/** Exposure, a vignette and grain, as a camera would leave them. */
function develop(canvas: Canvas, random: Random, exposure: number): void {
  const { size, data } = canvas;
  for (let row = 0, at = 0; row < size; row++) {
    const y = ((row + 0.5) / size) * 2 - 1;
    for (let column = 0; column < size; column++, at += 3) {
      const x = ((column + 0.5) / size) * 2 - 1;
      const gain = exposure * (1 - 0.07 * (x * x + y * y));
      const grain = (random.uniform() - 0.5) * 0.03;
      for (let channel = 0; channel < 3; channel++) {
        data[at + channel] = Math.min(1, Math.max(0, data[at + channel] * gain + grain));
      }
    }
  }
}
