/** A colour picture of floats and the two ways to paint on it: everywhere, and inside a shape. */
import type { Colour } from './colour.ts';
import { smoothStep } from './noise-field.ts';
import type { Distance } from './distance.ts';

/** Image coordinates run from -1 (left, top) to 1 (right, bottom). */
export interface Canvas {
  readonly size: number;
  /** `[size, size, 3]`, sRGB in [0, 1]. */
  readonly data: Float32Array;
}

export function blankCanvas(size: number): Canvas {
  return { size, data: new Float32Array(size * size * 3) };
}

/** Where an object stands: image = centre + scale x rotation x local. */
export interface Placement {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
  readonly angle: number;
}

export interface Light {
  /** Unit vector towards the light; z points at the viewer. */
  readonly direction: readonly [number, number, number];
  readonly ambient: number;
}

/** One painted surface of an object, in the object's local coordinates. */
export interface Part {
  readonly shape: Distance;
  /** Everything of the shape lies within this local circle. */
  readonly bounds: readonly [x: number, y: number, radius: number];
  readonly colour: (x: number, y: number) => Colour;
  /** Width of the rounded border in local units; 0 is flat. */
  readonly relief: number;
  /** Strength of the highlight, 0 to 1. */
  readonly gloss: number;
  /** 1 covers, less lets through. */
  readonly opacity: number;
}

/** Fills every pixel; `colourAt` gets image coordinates. */
export function paintEverywhere(canvas: Canvas, colourAt: (x: number, y: number) => Colour): void {
  const { size, data } = canvas;
  for (let row = 0, at = 0; row < size; row++) {
    const y = ((row + 0.5) / size) * 2 - 1;
    for (let column = 0; column < size; column++, at += 3) {
      const [red, green, blue] = colourAt(((column + 0.5) / size) * 2 - 1, y);
      data[at] = red;
      data[at + 1] = green;
      data[at + 2] = blue;
    }
  }
}

/** Calls `visit` for every pixel that the part's bounds may touch, with local coordinates. */
function eachPixel(
  canvas: Canvas,
  placement: Placement,
  [bx, by, radius]: Part['bounds'],
  visit: (at: number, x: number, y: number) => void,
): void {
  const { size } = canvas;
  const c = Math.cos(placement.angle);
  const s = Math.sin(placement.angle);
  const centreX = placement.x + placement.scale * (c * bx - s * by);
  const centreY = placement.y + placement.scale * (s * bx + c * by);
  const reach = placement.scale * radius + 2 / size;
  const index = (value: number): number => Math.min(size, Math.max(0, ((value + 1) / 2) * size));
  const left = Math.floor(index(centreX - reach));
  const right = Math.ceil(index(centreX + reach));
  const top = Math.floor(index(centreY - reach));
  const bottom = Math.ceil(index(centreY + reach));
  for (let row = top; row < bottom; row++) {
    const v = (((row + 0.5) / size) * 2 - 1 - placement.y) / placement.scale;
    for (let column = left; column < right; column++) {
      const u = (((column + 0.5) / size) * 2 - 1 - placement.x) / placement.scale;
      visit((row * size + column) * 3, c * u + s * v, c * v - s * u);
    }
  }
}

/** Paints a lit, anti-aliased surface. */
export function paintPart(canvas: Canvas, placement: Placement, light: Light, part: Part): void {
  const pixel = 2 / canvas.size / placement.scale;
  const { data } = canvas;
  // The light in local coordinates: turning an object does not turn the lamp.
  const c = Math.cos(placement.angle);
  const s = Math.sin(placement.angle);
  const [wx, wy, lz] = light.direction;
  const lx = c * wx + s * wy;
  const ly = c * wy - s * wx;
  eachPixel(canvas, placement, part.bounds, (at, x, y) => {
    const distance = part.shape(x, y);
    const cover = part.opacity * Math.min(1, Math.max(0, 0.5 - distance / pixel));
    if (cover <= 0) return;
    const colour = part.colour(x, y);
    let shade = light.ambient + (1 - light.ambient) * lz;
    let highlight = 0;
    if (part.relief > 0) {
      const rise = Math.min(1, Math.max(0, -distance / part.relief));
      const tilt = (1 - rise) * (1 - rise * 0.3);
      const gx = part.shape(x + pixel, y) - distance;
      const gy = part.shape(x, y + pixel) - distance;
      const steepness = Math.max(Math.hypot(gx, gy), 1e-9);
      const nx = (gx / steepness) * tilt;
      const ny = (gy / steepness) * tilt;
      const nz = Math.sqrt(Math.max(0.04, 1 - nx * nx - ny * ny));
      const facing = nx * lx + ny * ly + nz * lz;
      shade = light.ambient + (1 - light.ambient) * Math.max(0, facing);
      // Blinn's halfway vector with the viewer straight ahead.
      const half = Math.sqrt(2 + 2 * lz);
      const glint = Math.max(0, (nx * lx + ny * ly + nz * (lz + 1)) / half);
      highlight = part.gloss * glint ** 24;
    }
    const gain = 0.35 + 0.85 * shade;
    for (let channel = 0; channel < 3; channel++) {
      const lit = Math.min(1, colour[channel] * gain + highlight);
      data[at + channel] += (lit - data[at + channel]) * cover;
    }
  });
}

/** Darkens what lies behind a shape, as if it stood `offset` away from it. */
export function paintShadow(
  canvas: Canvas,
  placement: Placement,
  part: Part,
  offset: readonly [x: number, y: number],
  strength: number,
): void {
  const blur = 0.28;
  const moved: Placement = { ...placement, x: placement.x + offset[0], y: placement.y + offset[1] };
  const [bx, by, radius] = part.bounds;
  eachPixel(canvas, moved, [bx, by, radius + blur], (at, x, y) => {
    const keep = 1 - strength * smoothStep(blur, -blur, part.shape(x, y));
    canvas.data[at] *= keep;
    canvas.data[at + 1] *= keep;
    canvas.data[at + 2] *= keep;
  });
}
