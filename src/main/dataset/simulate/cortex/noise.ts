/**
 * Everything in a recording that is not the stimulus: noise that neighbouring voxels share, noise of each voxel alone,
 * one global fluctuation, drifts within runs, offsets of runs and sessions. Each voxel's noise has variance 1.
 */
import { Random } from '../../../../shared/random.ts';
import type { Voxel } from './layout.ts';

/** Shares of the variance. */
const shares = { local: 0.5, alone: 0.22, global: 0.13, drift: 0.07, run: 0.05, session: 0.03 } as const;

/** Rows of unit length: white noise times this matrix is noise of variance 1 that is smooth in space. */
export interface SpatialKernel {
  readonly starts: Int32Array;
  readonly neighbours: Int32Array;
  readonly weights: Float32Array;
}

/**
 * @param width - full width at half maximum of the resulting correlation over distance, millimetres
 */
export function spatialKernel(voxels: readonly Voxel[], width: number): SpatialKernel {
  // Noise filtered by a Gaussian of sigma s has a correlation that is a Gaussian of sigma s sqrt 2.
  const sigma = width / 2.3548 / Math.SQRT2;
  const reach = 3 * sigma;
  const cells = new Map<string, number[]>();
  const cellOf = (voxel: Voxel): readonly number[] => voxel.position.map((value) => Math.floor(value / reach));
  voxels.forEach((voxel, index) => {
    const key = cellOf(voxel).join();
    const list = cells.get(key);
    if (list === undefined) cells.set(key, [index]);
    else list.push(index);
  });
  const starts = new Int32Array(voxels.length + 1);
  const neighbours: number[] = [];
  const weights: number[] = [];
  voxels.forEach((voxel, index) => {
    const [cx, cy, cz] = cellOf(voxel);
    const first = weights.length;
    let power = 0;
    for (let dx = -1; dx <= 1; dx++)
      for (let dy = -1; dy <= 1; dy++)
        for (let dz = -1; dz <= 1; dz++)
          for (const other of cells.get(`${cx + dx},${cy + dy},${cz + dz}`) ?? []) {
            const squared = voxel.position.reduce(
              (sum, value, axis) => sum + (value - voxels[other].position[axis]) ** 2,
              0,
            );
            if (squared > reach * reach) continue;
            const weight = Math.exp(-squared / (2 * sigma * sigma));
            neighbours.push(other);
            weights.push(weight);
            power += weight * weight;
          }
    for (let i = first; i < weights.length; i++) weights[i] /= Math.sqrt(power);
    starts[index + 1] = weights.length;
  });
  return { starts, neighbours: Int32Array.from(neighbours), weights: Float32Array.from(weights) };
}

/** One smooth random map over the voxels, variance 1. */
export function smoothField(kernel: SpatialKernel, random: Random): Float32Array {
  const voxels = kernel.starts.length - 1;
  const white = random.normals(voxels);
  const field = new Float32Array(voxels);
  for (let voxel = 0; voxel < voxels; voxel++) {
    let sum = 0;
    for (let i = kernel.starts[voxel]; i < kernel.starts[voxel + 1]; i++)
      sum += kernel.weights[i] * white[kernel.neighbours[i]];
    field[voxel] = sum;
  }
  return field;
}

/** When a sample was taken. */
export interface Moment {
  readonly run: number;
  readonly session: number;
  /** 0 to 1 within the run. */
  readonly time: number;
}

/** Makes the noise of one sample after the other. */
export class NoiseSource {
  readonly #kernel: SpatialKernel;
  readonly #random: Random;
  readonly #loading: Float32Array;
  readonly #seed: number;
  readonly #memory: number;
  /** What was not drift or offset a moment before; null at the start of a run. */
  #before: Float32Array | null = null;
  #run = -1;
  #session = -1;
  #runFields: readonly Float32Array[] = [];
  #sessionField: Float32Array = new Float32Array();

  /** @param memory - correlation of what is not drift with the moment before in the same run (0 to 1) */
  constructor(kernel: SpatialKernel, seed: number, memory = 0) {
    this.#kernel = kernel;
    this.#memory = memory;
    this.#seed = seed;
    this.#random = new Random(seed, 'noise');
    const loading = new Random(seed, 'global loading');
    this.#loading = Float32Array.from({ length: kernel.starts.length - 1 }, () =>
      Math.exp(loading.normal() * 0.3 - 0.09),
    );
  }

  /** @returns `[voxels]` of variance 1 over runs and samples */
  next(moment: Moment): Float32Array {
    this.#enter(moment);
    const noise = this.#fluctuation();
    const [offset, trend, wave] = this.#runFields;
    // Each course has variance 1/2 over the run.
    const linear = (moment.time - 0.5) * Math.sqrt(12 / 2);
    const slow = Math.cos(2 * Math.PI * moment.time);
    for (let voxel = 0; voxel < noise.length; voxel++) {
      noise[voxel] +=
        Math.sqrt(shares.drift) * (linear * trend[voxel] + slow * wave[voxel]) +
        Math.sqrt(shares.run) * offset[voxel] +
        Math.sqrt(shares.session) * this.#sessionField[voxel];
    }
    return noise;
  }

  /** What changes from moment to moment. */
  #fluctuation(): Float32Array {
    const noise = smoothField(this.#kernel, this.#random);
    const global = this.#random.normal() * Math.sqrt(shares.global);
    for (let voxel = 0; voxel < noise.length; voxel++) {
      noise[voxel] =
        Math.sqrt(shares.local) * noise[voxel] +
        Math.sqrt(shares.alone) * this.#random.normal() +
        global * this.#loading[voxel];
    }
    if (this.#memory === 0) return noise;
    const before = this.#before;
    if (before !== null) {
      const fresh = Math.sqrt(1 - this.#memory ** 2);
      for (let voxel = 0; voxel < noise.length; voxel++) {
        noise[voxel] = this.#memory * before[voxel] + fresh * noise[voxel];
      }
    }
    this.#before = noise.slice();
    return noise;
  }

  #enter({ run, session }: Moment): void {
    if (run !== this.#run) {
      const random = new Random(this.#seed, `run ${run}`);
      this.#runFields = [0, 1, 2].map(() => smoothField(this.#kernel, random));
      this.#run = run;
      this.#before = null;
    }
    if (session !== this.#session) {
      this.#sessionField = smoothField(this.#kernel, new Random(this.#seed, `session ${session}`));
      this.#session = session;
    }
  }
}
