/**
 * What a picture offers to early visual cortex: maps of oriented energy at three spatial frequencies, local contrast,
 * luminance and the two colour-opponent axes, all on one grid.
 *
 * Gabor filters are products of two one-dimensional complex filters, so an energy map costs two passes.
 */
import { HALF_FIELD_DEGREES } from './layout.ts';

/** Side of the grid on which the maps are sampled. */
export const MAP_SIZE = 32;
/** Degrees between its points. */
export const MAP_STEP = (2 * HALF_FIELD_DEGREES) / MAP_SIZE;
export const ORIENTATIONS = 6;
const WORKING_SIZE = 64;
/** Cycles per pixel of the level a filter works on; each level is half as fine as the one before. */
const CYCLES_PER_PIXEL = 0.22;
const LEVELS = 3;
const ENVELOPE_PIXELS = 2;
const REACH = 5;

/** Cycles per degree of each level, finest first: 1.17, 0.59, 0.29. */
export const frequencies: readonly number[] = Array.from(
  { length: LEVELS },
  (_, level) => (CYCLES_PER_PIXEL * WORKING_SIZE) / (2 * HALF_FIELD_DEGREES) / 2 ** level,
);

export const ENERGY_MAPS = LEVELS * ORIENTATIONS;
/** After the energy maps, ordered [level, orientation]: */
export const mapIndex = {
  energy: (level: number, orientation: number) => level * ORIENTATIONS + orientation,
  luminance: ENERGY_MAPS,
  contrast: ENERGY_MAPS + 1,
  redGreen: ENERGY_MAPS + 2,
  blueYellow: ENERGY_MAPS + 3,
} as const;
export const MAP_COUNT = ENERGY_MAPS + 4;

interface ComplexKernel {
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
}

/** The factors of the Gabor filter along x and along y, for each orientation. */
const gabors = Array.from({ length: ORIENTATIONS }, (_, orientation) => {
  const angle = (orientation / ORIENTATIONS) * Math.PI;
  const turn = 2 * Math.PI * CYCLES_PER_PIXEL;
  return { x: complexKernel(turn * Math.cos(angle)), y: complexKernel(turn * Math.sin(angle)) };
});

function complexKernel(phasePerPixel: number): ComplexKernel {
  const real = new Float64Array(2 * REACH + 1);
  const imaginary = new Float64Array(2 * REACH + 1);
  for (let i = -REACH; i <= REACH; i++) {
    const envelope = Math.exp(-(i * i) / (2 * ENVELOPE_PIXELS ** 2)) / (ENVELOPE_PIXELS * Math.sqrt(2 * Math.PI));
    real[i + REACH] = envelope * Math.cos(phasePerPixel * i);
    imaginary[i + REACH] = envelope * Math.sin(phasePerPixel * i);
  }
  return { real, imaginary };
}

/**
 * @param pixels - `[size, size, 3]` of a picture, 0 to 255
 * @returns `[MAP_COUNT, MAP_SIZE, MAP_SIZE]`; energies are non-negative, opponent maps and luminance signed around grey
 */
export function computeMaps(pixels: Uint8Array, size: number): Float32Array {
  const maps = new Float32Array(MAP_COUNT * MAP_SIZE * MAP_SIZE);
  const [red, green, blue] = [0, 1, 2].map((channel) => resample(pixels, size, channel));
  const luminance = new Float32Array(WORKING_SIZE * WORKING_SIZE);
  const redGreen = new Float32Array(luminance.length);
  const blueYellow = new Float32Array(luminance.length);
  for (let i = 0; i < luminance.length; i++) {
    luminance[i] = 0.299 * red[i] + 0.587 * green[i] + 0.114 * blue[i] - 0.5;
    redGreen[i] = red[i] - green[i];
    blueYellow[i] = blue[i] - (red[i] + green[i]) / 2;
  }
  store(maps, mapIndex.luminance, luminance, WORKING_SIZE);
  store(maps, mapIndex.redGreen, redGreen, WORKING_SIZE);
  store(maps, mapIndex.blueYellow, blueYellow, WORKING_SIZE);
  const contrast = new Float32Array(MAP_SIZE * MAP_SIZE);
  let level: Float32Array = luminance;
  let side = WORKING_SIZE;
  for (let i = 0; i < LEVELS; i++) {
    for (let orientation = 0; orientation < ORIENTATIONS; orientation++) {
      const at = mapIndex.energy(i, orientation);
      store(maps, at, gaborEnergy(level, side, gabors[orientation].x, gabors[orientation].y), side);
      const energy = maps.subarray(at * contrast.length, (at + 1) * contrast.length);
      for (let j = 0; j < contrast.length; j++) contrast[j] += energy[j] / ENERGY_MAPS;
    }
    level = halve(level, side);
    side /= 2;
  }
  maps.set(contrast, mapIndex.contrast * contrast.length);
  return maps;
}

/** Means over areas when the picture is larger than the working grid, bilinear when smaller. In [0, 1]. */
function resample(pixels: Uint8Array, size: number, channel: number): Float32Array {
  const out = new Float32Array(WORKING_SIZE * WORKING_SIZE);
  const ratio = size / WORKING_SIZE;
  const reach = Math.max(ratio, 1);
  const taps = Array.from({ length: WORKING_SIZE }, (_, i) => {
    const centre = (i + 0.5) * ratio - 0.5;
    const weights: (readonly [number, number])[] = [];
    let total = 0;
    for (let j = Math.ceil(centre - reach); j <= Math.floor(centre + reach); j++) {
      const weight = 1 - Math.abs(j - centre) / reach;
      if (weight <= 0) continue;
      weights.push([Math.min(size - 1, Math.max(0, j)), weight]);
      total += weight;
    }
    return weights.map(([j, weight]) => [j, weight / total] as const);
  });
  const rows = new Float32Array(size * WORKING_SIZE);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < WORKING_SIZE; x++) {
      let sum = 0;
      for (const [j, weight] of taps[x]) sum += weight * pixels[(y * size + j) * 3 + channel];
      rows[y * WORKING_SIZE + x] = sum / 255;
    }
  }
  for (let y = 0; y < WORKING_SIZE; y++) {
    for (const [j, weight] of taps[y]) {
      for (let x = 0; x < WORKING_SIZE; x++) out[y * WORKING_SIZE + x] += weight * rows[j * WORKING_SIZE + x];
    }
  }
  return out;
}

function halve(values: Float32Array, side: number): Float32Array {
  const half = side / 2;
  const out = new Float32Array(half * half);
  for (let y = 0; y < half; y++) {
    for (let x = 0; x < half; x++) {
      const at = 2 * y * side + 2 * x;
      out[y * half + x] = (values[at] + values[at + 1] + values[at + side] + values[at + side + 1]) / 4;
    }
  }
  return out;
}

/** The amplitude of a quadrature pair. Outside of the picture the screen is grey. */
function gaborEnergy(values: Float32Array, side: number, kx: ComplexKernel, ky: ComplexKernel): Float32Array {
  const real = new Float32Array(side * side);
  const imaginary = new Float32Array(side * side);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      let re = 0;
      let im = 0;
      const first = Math.max(0, x - REACH);
      const last = Math.min(side - 1, x + REACH);
      for (let j = first; j <= last; j++) {
        const value = values[y * side + j];
        re += value * kx.real[j - x + REACH];
        im += value * kx.imaginary[j - x + REACH];
      }
      real[y * side + x] = re;
      imaginary[y * side + x] = im;
    }
  }
  const energy = new Float32Array(side * side);
  for (let y = 0; y < side; y++) {
    const first = Math.max(0, y - REACH);
    const last = Math.min(side - 1, y + REACH);
    for (let x = 0; x < side; x++) {
      let re = 0;
      let im = 0;
      for (let j = first; j <= last; j++) {
        const a = real[j * side + x];
        const b = imaginary[j * side + x];
        const c = ky.real[j - y + REACH];
        const d = ky.imaginary[j - y + REACH];
        re += a * c - b * d;
        im += a * d + b * c;
      }
      energy[y * side + x] = Math.sqrt(re * re + im * im);
    }
  }
  return energy;
}

/** Brings a map of any level to the common grid. */
function store(maps: Float32Array, index: number, values: Float32Array, side: number): void {
  const target = maps.subarray(index * MAP_SIZE * MAP_SIZE, (index + 1) * MAP_SIZE * MAP_SIZE);
  if (side === MAP_SIZE) target.set(values);
  else if (side > MAP_SIZE) target.set(halve(values, side));
  else {
    const ratio = MAP_SIZE / side;
    for (let y = 0; y < MAP_SIZE; y++) {
      for (let x = 0; x < MAP_SIZE; x++) {
        target[y * MAP_SIZE + x] = values[Math.floor(y / ratio) * side + Math.floor(x / ratio)];
      }
    }
  }
}
