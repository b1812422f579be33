/**
 * Volumes of a simulated scanner: anatomy, the blood's answer to every picture, noise, drift, pulse and breath, movement.
 */
import { Random } from '../../../../shared/random.ts';
import type { NiftiGrid } from '../../volumes/nifti-writer.ts';
import { NoiseSource } from '../cortex/noise.ts';
import type { SimulatedCortex } from '../subject.ts';
import { functionalGrid, cellIndex, millimetresOf, placeVoxels } from './grids.ts';
import { echoPlanarBrightness, isBrain, tissueAt } from './head.ts';
import { RESPONSE_SECONDS, stimulusResponse } from './hemodynamics.ts';
import { moveHead, movementNames, movementSensitivity } from './movement.ts';
import { pulseAndBreath, PHYSIOLOGY_COURSES } from './physiology.ts';
import type { PlannedRun } from './plan-runs.ts';
import type { ScanOptions } from './scan-options.ts';

/** What a stored 1 means. */
export const SCANNER_SLOPE = 2;

/** Correlation of noise from volume to volume. */
const NOISE_MEMORY = 0.3;
/**
 * Noise of one volume relative to that of a single-trial response. With it, single-trial estimates by ridge are about as
 * reliable over repetitions as the responses that `simulateSubject` gives, and a little more: what overlapping neighbours
 * leave in an estimate looks like signal, and harms decoding more than noise does.
 */
const NOISE_PER_VOLUME = 0.9;
/** Response to any picture at all, in standard deviations between pictures. */
const COMMON_RESPONSE = 1.2;
/** Noise of tissue that no region contains, percent. */
const TISSUE_NOISE = 1.2;
/** Steady warming of the scanner over a run, percent. */
const SCANNER_DRIFT = 0.6;
/** Darkest that grey matter of a region gets, so that percent signal change stays visible. */
const REGION_BRIGHTNESS = 800;

/** What came out of one run besides its volumes. */
export interface RunCourses {
  /** `[volumes, 6]` */
  readonly movement: Float32Array;
  /** `[volumes, PHYSIOLOGY_COURSES]` */
  readonly physiology: Float32Array;
}

/** One volume as stored, with and without the effects of movement. Reused for the next. */
export interface ScannedVolume {
  readonly raw: Int16Array;
  readonly still: Int16Array;
}

export class Scanner {
  readonly grid: NiftiGrid;
  /** `[voxels]` index in a volume of every voxel of the cortex. */
  readonly cells: Int32Array;
  /** 1 in the brain, in the functional grid. */
  readonly brain: Uint8Array;
  readonly #cortex: SimulatedCortex;
  readonly #options: ScanOptions;
  readonly #noise: NoiseSource;
  readonly #response: (seconds: number) => number;
  /** Voxels with any tissue, and for each of them: */
  readonly #tissue: Int32Array;
  readonly #brightness: Float32Array;
  readonly #movement: Float32Array;
  readonly #physiology: Float32Array;
  /** Place of each voxel of the cortex among `#tissue`. */
  readonly #places: Int32Array;

  constructor(cortex: SimulatedCortex, options: ScanOptions) {
    this.#cortex = cortex;
    this.#options = options;
    this.#noise = new NoiseSource(cortex.noiseKernel, cortex.options.seed, NOISE_MEMORY);
    this.#response = stimulusResponse(options.stimulusSeconds);
    this.grid = functionalGrid(cortex.voxels);
    this.cells = placeVoxels(this.grid, cortex.voxels);
    const { image, brain, pulsation } = anatomy(this.grid);
    for (const cell of this.cells) {
      image[cell] = Math.max(image[cell], REGION_BRIGHTNESS);
      brain[cell] = 1;
    }
    this.brain = brain;
    this.#tissue = Int32Array.from([...image.keys()].filter((cell) => image[cell] > 0));
    this.#brightness = Float32Array.from(this.#tissue, (cell) => image[cell]);
    this.#movement = movementSensitivity(image, this.grid, this.#tissue);
    this.#physiology = Float32Array.from(this.#tissue, (cell) => pulsation[cell]);
    const placeOf = new Map(Array.from(this.#tissue, (cell, place) => [cell, place]));
    this.#places = Int32Array.from(this.cells, (cell) => placeOf.get(cell) ?? 0);
  }

  /**
   * Scans one run. Runs must be scanned in their order: the noise goes on from one to the next.
   *
   * @param receive - gets every volume; it is overwritten when the promise has settled
   */
  async scan(run: PlannedRun, receive: (volume: ScannedVolume) => Promise<void>): Promise<RunCourses> {
    const { seed } = this.#cortex.options;
    const random = new Random(seed, `scanner run ${run.index}`);
    const movement = moveHead(run.volumes, random);
    const physiology = pulseAndBreath(run.volumes, this.#options.repetitionTime, random);
    const length = this.grid.size[0] * this.grid.size[1] * this.grid.size[2];
    const volume: ScannedVolume = { raw: new Int16Array(length), still: new Int16Array(length) };
    for (let v = 0; v < run.volumes; v++) {
      const percent = this.#percentChange(run, v, physiology, random);
      const moved = movement.subarray(v * movementNames.length, (v + 1) * movementNames.length);
      this.#store(percent, moved, volume);
      await receive(volume);
    }
    return { movement, physiology };
  }

  /** @returns `[tissue]` deviation from the anatomy in percent */
  #percentChange(run: PlannedRun, v: number, physiology: Float32Array, random: Random): Float32Array {
    const { options } = this.#cortex;
    const time = v / run.volumes;
    const pulse = physiology.subarray(v * PHYSIOLOGY_COURSES, (v + 1) * PHYSIOLOGY_COURSES);
    const percent = new Float32Array(this.#tissue.length);
    for (let i = 0; i < percent.length; i++) percent[i] = TISSUE_NOISE * options.noise * nearlyNormal(random);
    this.#placeCortex(run, v, time, percent);
    for (let i = 0; i < percent.length; i++) {
      percent[i] += SCANNER_DRIFT * (time - 0.5);
      // Breath moves everything alike; the pulse beats where there is fluid.
      percent[i] += options.noise * (0.25 * pulse[0] + this.#physiology[i] * pulse[1]);
    }
    return percent;
  }

  #placeCortex(run: PlannedRun, v: number, time: number, percent: Float32Array): void {
    const { signals, noiseCeilings, responseSizes, voxels } = this.#cortex;
    const noise = this.#noise.next({ run: run.index, session: run.session, time });
    const now = v * this.#options.repetitionTime;
    const active = run.trials.flatMap(({ onset, stimulus }) => {
      const since = now - onset;
      return since > 0 && since < RESPONSE_SECONDS ? [{ weight: this.#response(since), stimulus }] : [];
    });
    const evoked = new Float32Array(voxels.length);
    let common = 0;
    for (const { weight, stimulus } of active) {
      common += COMMON_RESPONSE * weight;
      const offset = stimulus * voxels.length;
      for (let voxel = 0; voxel < evoked.length; voxel++) evoked[voxel] += weight * signals[offset + voxel];
    }
    for (let voxel = 0; voxel < evoked.length; voxel++) {
      const ceiling = noiseCeilings[voxel];
      percent[this.#places[voxel]] =
        responseSizes[voxel] *
        (common + Math.sqrt(ceiling) * evoked[voxel] + NOISE_PER_VOLUME * Math.sqrt(1 - ceiling) * noise[voxel]);
    }
  }

  #store(percent: Float32Array, moved: Float32Array, { raw, still }: ScannedVolume): void {
    const [a, b, c, d, e, f] = moved;
    const [tissue, brightness, m] = [this.#tissue, this.#brightness, this.#movement];
    for (let i = 0, at = 0; i < percent.length; i++, at += 6) {
      const value = brightness[i] * (1 + percent[i] / 100);
      const slid = a * m[at] + b * m[at + 1] + c * m[at + 2] + d * m[at + 3] + e * m[at + 4] + f * m[at + 5];
      still[tissue[i]] = toStored(value);
      raw[tissue[i]] = toStored(value + slid);
    }
  }
}

/** Noise never takes the brightness of tissue below zero by much; what little there is, is cut off. */
function toStored(value: number): number {
  return value <= 0 ? 0 : Math.trunc(value / SCANNER_SLOPE + 0.5);
}

/** Brightness, brain and pulsation of every voxel: means over eight points inside of it. */
function anatomy(grid: NiftiGrid): { image: Float32Array; brain: Uint8Array; pulsation: Float32Array } {
  const [nx, ny, nz] = grid.size;
  const image = new Float32Array(nx * ny * nz);
  const brain = new Uint8Array(image.length);
  const pulsation = new Float32Array(image.length);
  for (let k = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++) {
        const cell = cellIndex(grid.size, i, j, k);
        let inBrain = 0;
        for (let corner = 0; corner < 8; corner++) {
          const offset = (bit: number): number => (corner & bit ? 0.25 : -0.25);
          const at = millimetresOf(grid.affine, i + offset(1), j + offset(2), k + offset(4));
          const tissue = tissueAt(...at);
          image[cell] += echoPlanarBrightness[tissue] / 8;
          if (isBrain(tissue)) inBrain++;
          if (tissue === 'fluid') pulsation[cell] += 1.5 / 8;
          else if (tissue === 'grey') pulsation[cell] += 0.3 / 8;
        }
        if (inBrain >= 4) brain[cell] = 1;
      }
  return { image, brain, pulsation };
}

/** Sum of four bytes, standardised: as good as normal for tissue that nobody decodes, and many times faster. */
function nearlyNormal(random: Random): number {
  const bits = random.bits();
  const sum = (bits & 255) + ((bits >>> 8) & 255) + ((bits >>> 16) & 255) + (bits >>> 24);
  return (sum - 510) / 147.8;
}
