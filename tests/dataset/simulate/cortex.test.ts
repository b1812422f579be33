import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/shared/random.ts';
import {
  computeMaps,
  frequencies,
  mapIndex,
  MAP_COUNT,
  MAP_SIZE,
  ORIENTATIONS,
} from '../../../src/main/dataset/simulate/cortex/filter-bank.ts';
import { layOutVoxels } from '../../../src/main/dataset/simulate/cortex/layout.ts';
import { NoiseSource, spatialKernel } from '../../../src/main/dataset/simulate/cortex/noise.ts';
import { resolveSimulationOptions } from '../../../src/main/dataset/simulate/options.ts';
import { correlation, mean } from './support.ts';

const voxels = layOutVoxels(resolveSimulationOptions({}).voxels, new Random(3));
const of = (region: string) => voxels.filter((voxel) => voxel.region === region);
const eccentricity = (voxel: { fieldX: number; fieldY: number }): number => Math.hypot(voxel.fieldX, voxel.fieldY);

describe('simulated cortex', () => {
  it('has 4,500 voxels in seven regions, each at a place of its own', () => {
    expect(voxels).toHaveLength(4500);
    expect(new Set(voxels.map(({ position }) => position.join())).size).toBe(4500);
    expect(new Set(voxels.map(({ region }) => region)).size).toBe(7);
  });

  it('has receptive fields that grow from V1 to V4 and with eccentricity', () => {
    const sizes = ['V1', 'V2', 'V3', 'V4'].map((region) => mean(of(region).map(({ fieldSize }) => fieldSize)));
    expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
    expect(sizes[3] / sizes[0]).toBeGreaterThan(2.5);
    for (const region of ['V1', 'V2', 'V3', 'V4']) {
      expect(
        correlation(
          of(region).map(eccentricity),
          of(region).map(({ fieldSize }) => fieldSize),
        ),
      ).toBeGreaterThan(0.5);
    }
  });

  it('gives the centre of the visual field more cortex, and each hemisphere the opposite half', () => {
    const v1 = of('V1');
    const density = (from: number, to: number): number =>
      v1.filter((voxel) => eccentricity(voxel) >= from && eccentricity(voxel) < to).length / (to * to - from * from);
    expect(density(0, 1.5)).toBeGreaterThan(3 * density(1.5, 4));
    expect(density(1.5, 4)).toBeGreaterThan(2 * density(4, 8));
    const left = v1.filter(({ hemisphere }) => hemisphere === 0);
    expect(left.filter(({ fieldX }) => fieldX > -0.5).length / left.length).toBeGreaterThan(0.97);
    expect(left.every(({ position }) => position[0] < 0)).toBe(true);
  });

  it('has noise of variance 1 whose correlation falls with distance', () => {
    const some = voxels.slice(0, 300);
    const source = new NoiseSource(spatialKernel(some, 7), 1);
    const samples = Array.from({ length: 600 }, (_, i) =>
      source.next({ run: Math.floor(i / 10), session: Math.floor(i / 60), time: ((i % 10) + 0.5) / 10 }),
    );
    const series = some.map((_, voxel) => samples.map((sample) => sample[voxel]));
    expect(mean(series.map((values) => mean(values.map((value) => value * value))))).toBeCloseTo(1, 0.5);
    const bins: number[][] = [[], [], [], []];
    for (let a = 0; a < some.length; a += 3) {
      for (let b = 0; b < a; b++) {
        const distance = Math.hypot(...some[a].position.map((value, axis) => value - some[b].position[axis]));
        const bin = [4, 7.5, 15, Infinity].findIndex((limit) => distance < limit);
        bins[bin].push(correlation(series[a], series[b]));
      }
    }
    const [near, next, far, farthest] = bins.map(mean);
    expect(near).toBeGreaterThan(next + 0.08);
    expect(next).toBeGreaterThan(far + 0.03);
    // What remains at any distance is the global fluctuation.
    expect(farthest).toBeGreaterThan(0.05);
    expect(Math.abs(far - farthest)).toBeLessThan(0.05);
  });

  it('has energy maps that prefer gratings of their own orientation and frequency, wherever their bars lie', () => {
    const size = 96;
    const grating = (orientation: number, level: number, phase: number): Float32Array => {
      const angle = (orientation / ORIENTATIONS) * Math.PI;
      const turn = (2 * Math.PI * frequencies[level] * 12) / size;
      const pixels = new Uint8Array(size * size * 3);
      for (let y = 0; y < size; y++)
        for (let x = 0; x < size; x++)
          pixels.fill(
            Math.round(128 + 90 * Math.cos(turn * (x * Math.cos(angle) + y * Math.sin(angle)) + phase)),
            (y * size + x) * 3,
            (y * size + x) * 3 + 3,
          );
      return computeMaps(pixels, size);
    };
    const centre = (maps: Float32Array, map: number): number =>
      maps[map * MAP_SIZE * MAP_SIZE + (MAP_SIZE / 2) * MAP_SIZE + MAP_SIZE / 2];
    for (const level of [0, 1, 2]) {
      for (const orientation of [0, 1, 3, 5]) {
        const maps = grating(orientation, level, 0.4);
        const energies = Array.from({ length: MAP_COUNT - 4 }, (_, map) => centre(maps, map));
        expect(energies.indexOf(Math.max(...energies))).toBe(mapIndex.energy(level, orientation));
        const shifted = centre(grating(orientation, level, 2), mapIndex.energy(level, orientation));
        expect(shifted / Math.max(...energies)).toBeGreaterThan(0.85);
        expect(shifted / Math.max(...energies)).toBeLessThan(1.18);
      }
    }
  });

  it('has opponent maps that tell red from green and blue from yellow at equal luminance', () => {
    const paint = (colour: readonly [number, number, number]): Float32Array => {
      const pixels = new Uint8Array(16 * 16 * 3);
      for (let i = 0; i < 256; i++) pixels.set(colour, i * 3);
      return computeMaps(pixels, 16);
    };
    const at = (maps: Float32Array, map: number): number => maps[map * MAP_SIZE * MAP_SIZE + 500];
    expect(at(paint([200, 60, 60]), mapIndex.redGreen)).toBeCloseTo(140 / 255, 5);
    expect(at(paint([60, 200, 60]), mapIndex.redGreen)).toBeCloseTo(-140 / 255, 5);
    expect(at(paint([60, 60, 200]), mapIndex.blueYellow)).toBeCloseTo(140 / 255, 5);
    expect(at(paint([128, 128, 128]), mapIndex.luminance)).toBeCloseTo(128 / 255 - 0.5, 5);
  });
});
