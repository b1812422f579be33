/** Large files of every kind that is imported: what `import-memory.ts` measures. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeNpz } from '../src/main/dataset/simulate/npz-writer.ts';
import { writeSimulatedRun } from '../src/main/dataset/volumes/benchmark/simulated-run.ts';
import { Random } from '../src/shared/random.ts';
import {
  writeBigCsv,
  writeBigHdf5,
  writeBigMatlab,
  writeBigMatlab73,
  writeBigNpy,
  writeBigNpz,
  type BigArray,
} from './big-files.ts';

export interface ImportCase {
  readonly name: string;
  /** Values of the matrix of responses. */
  readonly matrix: number;
  /** @returns arguments of the import */
  readonly write: (folder: string) => Promise<string[]> | string[];
}

const random = new Random(1);
const noise = Float64Array.from({ length: 1 << 16 }, () => random.normal());

/** `count` values that repeat after some thousands, in parts of `perPart`. */
function* numbers(count: number, perPart: number, type: BigArray['type']): Generator<Uint8Array> {
  const constructors = { float32: Float32Array, float64: Float64Array, int16: Int16Array, uint8: Uint8Array };
  const factor = type === 'int16' ? 300 : 1;
  const part = new constructors[type](perPart);
  for (let i = 0; i < perPart; i++) part[i] = noise[i % noise.length] * factor;
  const bytes = new Uint8Array(part.buffer);
  for (let done = 0; done < count; done += perPart) {
    yield bytes.subarray(0, Math.min(perPart, count - done) * part.BYTES_PER_ELEMENT);
  }
}

const SIDE = 128;
const PIXELS = SIDE * SIDE * 3;
/** So many pictures differ: encoding each is not what is measured. */
const DIFFERENT = 200;
const VOXELS = 500;

/** One picture after the other. */
function* pictures(count: number): Generator<Uint8Array> {
  const some = Array.from({ length: DIFFERENT }, (_, n) =>
    Float32Array.from({ length: PIXELS }, (_unused, i) => ((i * (n + 1)) % 255) / 255),
  );
  for (let n = 0; n < count; n++) yield new Uint8Array(some[n % DIFFERENT].buffer);
}

/** All pictures' first value, then their second, ... */
function* pixels(count: number): Generator<Uint8Array> {
  for (let i = 0; i < PIXELS; i++) {
    yield new Uint8Array(
      Float32Array.from({ length: count }, (_, n) => ((i * ((n % DIFFERENT) + 1)) % 255) / 255).buffer,
    );
  }
}
const MANY_VOXELS = 25_000;
const FEW_VOXELS = 2_500;
const [X, Y, Z] = [81, 104, 83];
/** Of NSD's mask. */
const MASKED = 15_000;
const RUNS = 2;
const RUN_VOXELS = 20_000;

const mapped = (voxels: string): string[] => [
  '--map',
  'format=arrays',
  '--map',
  `voxels=${voxels}`,
  '--map',
  'regions.all.all=true',
];
const onlyMatrix = mapped('voxels');
const withImages = [...onlyMatrix, '--map', 'images=images'];

/** @param scale - how many times as many samples, pictures, trials and volumes the files have */
export function importCases(scale: number): readonly ImportCase[] {
  const [count, samples, trials, volumes] = [4000, 4000, 750, 200].map((usual) => Math.round(usual * scale));
  const responses = (type: BigArray['type'] = 'float32'): BigArray => ({
    name: 'voxels',
    shape: [count, VOXELS],
    type,
    parts: numbers(count * VOXELS, VOXELS * count, type),
  });
  const images = (shape: readonly number[], parts: BigArray['parts']): BigArray => ({
    name: 'images',
    shape,
    type: 'float32',
    parts,
  });
  const matrix = (type: BigArray['type'], shape: readonly number[]): BigArray => ({
    name: 'voxels',
    shape,
    type,
    parts: numbers(samples * MANY_VOXELS, MANY_VOXELS * 20, type),
  });
  return [
    {
      name: 'images, NumPy .npy',
      matrix: count * VOXELS,
      write: (folder) => {
        writeBigNpy(join(folder, 'images.npy'), images([count, SIDE, SIDE, 3], pictures(count)));
        writeBigNpy(join(folder, 'voxels.npy'), responses());
        return [join(folder, 'images.npy'), join(folder, 'voxels.npy'), ...withImages];
      },
    },
    {
      name: 'images, NumPy .npz, compressed',
      matrix: count * VOXELS,
      write: async (folder) => {
        await writeBigNpz(join(folder, 'data.npz'), [responses(), images([count, SIDE, SIDE, 3], pictures(count))]);
        return [join(folder, 'data.npz'), ...withImages];
      },
    },
    {
      name: 'images, MATLAB 5, compressed, H x W x 3 x N',
      matrix: count * VOXELS,
      write: async (folder) => {
        await writeBigMatlab(join(folder, 'data.mat'), [
          responses('float64'),
          images([SIDE, SIDE, 3, count], pictures(count)),
        ]);
        return [join(folder, 'data.mat'), ...withImages];
      },
    },
    {
      name: 'images, MATLAB 5, compressed, N x H x W x 3',
      matrix: count * VOXELS,
      write: async (folder) => {
        await writeBigMatlab(join(folder, 'data.mat'), [
          responses('float64'),
          images([count, SIDE, SIDE, 3], pixels(count)),
        ]);
        return [join(folder, 'data.mat'), ...withImages];
      },
    },
    {
      name: 'images, HDF5',
      matrix: count * VOXELS,
      write: async (folder) => {
        await writeBigHdf5(join(folder, 'data.h5'), [
          { ...responses(), rowsPerPart: count },
          { ...images([count, SIDE, SIDE, 3], pictures(count)), rowsPerPart: 1 },
        ]);
        return [join(folder, 'data.h5'), ...withImages];
      },
    },
    {
      name: 'responses, MATLAB 5, compressed float64',
      matrix: samples * MANY_VOXELS,
      write: async (folder) => {
        await writeBigMatlab(join(folder, 'data.mat'), [matrix('float64', [samples, MANY_VOXELS])]);
        return [join(folder, 'data.mat'), ...onlyMatrix];
      },
    },
    {
      name: 'responses, NumPy .npz, compressed float64',
      matrix: samples * MANY_VOXELS,
      write: async (folder) => {
        await writeBigNpz(join(folder, 'data.npz'), [matrix('float64', [samples, MANY_VOXELS])]);
        return [join(folder, 'data.npz'), ...onlyMatrix];
      },
    },
    {
      name: 'responses, HDF5 float64',
      matrix: samples * MANY_VOXELS,
      write: async (folder) => {
        await writeBigHdf5(join(folder, 'data.h5'), [
          { ...matrix('float64', [samples, MANY_VOXELS]), rowsPerPart: 20 },
        ]);
        return [join(folder, 'data.h5'), ...onlyMatrix];
      },
    },
    {
      name: 'responses, NumPy .npy float64',
      matrix: samples * MANY_VOXELS,
      write: (folder) => {
        writeBigNpy(join(folder, 'voxels.npy'), matrix('float64', [samples, MANY_VOXELS]));
        return [join(folder, 'voxels.npy'), ...onlyMatrix];
      },
    },
    {
      name: 'responses, MATLAB 5, float64',
      matrix: samples * MANY_VOXELS,
      write: async (folder) => {
        await writeBigMatlab(join(folder, 'data.mat'), [matrix('float64', [samples, MANY_VOXELS])], {
          compressed: false,
        });
        return [join(folder, 'data.mat'), ...onlyMatrix];
      },
    },
    {
      name: 'responses, MATLAB 5, compressed, in a struct',
      matrix: samples * MANY_VOXELS,
      write: async (folder) => {
        await writeBigMatlab(join(folder, 'data.mat'), [matrix('float64', [samples, MANY_VOXELS])], { struct: 'data' });
        return [join(folder, 'data.mat'), ...mapped('data.voxels')];
      },
    },
    {
      name: 'responses, MATLAB 7.3 float64',
      matrix: samples * MANY_VOXELS,
      write: async (folder) => {
        const array = matrix('float64', [samples, MANY_VOXELS]);
        await writeBigMatlab73(join(folder, 'data.mat'), [{ ...array, rowsPerPart: 20 }]);
        return [join(folder, 'data.mat'), ...onlyMatrix, '--map', 'voxels.layout=voxels-by-samples'];
      },
    },
    {
      name: 'responses, CSV',
      matrix: samples * FEW_VOXELS,
      write: (folder) => {
        writeBigCsv(join(folder, 'voxels.csv'), samples, FEW_VOXELS);
        return [join(folder, 'voxels.csv'), ...onlyMatrix];
      },
    },
    {
      name: 'responses, three matrices as parts of one recording',
      matrix: 3 * samples * MANY_VOXELS,
      write: (folder) => {
        const parts = ['a', 'b', 'c'];
        for (const part of parts) {
          writeBigNpy(join(folder, `${part}.npy`), matrix('float32', [samples, MANY_VOXELS]));
        }
        const recipe = {
          files: Object.fromEntries(parts.map((part) => [part, `${part}.npy`])),
          parts: parts.map((part) => ({ voxels: part })),
          regions: { all: { all: true } },
        };
        writeFileSync(join(folder, 'recipe.json'), JSON.stringify(recipe));
        return [join(folder, 'recipe.json')];
      },
    },
    {
      name: 'volumes: compressed runs of 96 x 96 x 60 voxels',
      matrix: RUNS * Math.floor(volumes / 10) * RUN_VOXELS,
      write: async (folder) => {
        const runs: { volumes: string; events: string }[] = [];
        for (let run = 1; run <= RUNS; run++) {
          const own = join(folder, `run${run}`);
          mkdirSync(own);
          await writeSimulatedRun(own, { shape: [96, 96, 60], volumes, voxels: RUN_VOXELS, seed: 1 });
          const onsets = Array.from({ length: Math.floor(volumes / 10) }, (_, event) => `${20 * event}\t10\tshown`);
          writeFileSync(join(own, 'events.tsv'), `onset\tduration\ttrial_type\n${onsets.join('\n')}\n`);
          runs.push({ volumes: `run${run}/run.nii.gz`, events: `run${run}/events.tsv` });
        }
        const recipe = { format: 'runs', runs, regions: { brain: { mask: 'run1/mask.nii.gz' } } };
        writeFileSync(join(folder, 'recipe.json'), JSON.stringify(recipe));
        return [join(folder, 'recipe.json')];
      },
    },
    {
      name: 'NSD: one session of betas at 1.8 mm, int16',
      matrix: trials * MASKED,
      write: async (folder) => {
        const count = X * Y * Z;
        await writeBigHdf5(join(folder, 'betas_session01.hdf5'), [
          {
            name: 'betas',
            shape: [trials, Z, Y, X],
            type: 'int16',
            parts: numbers(trials * count, 5 * count, 'int16'),
            rowsPerPart: 5,
          },
        ]);
        writeNpz(join(folder, 'masks.npz'), {
          nsdgeneral: {
            shape: [X, Y, Z],
            data: Int32Array.from({ length: count }, (_, i) => (i % 46 === 0 && i / 46 < MASKED ? 1 : -1)),
          },
          prf_visualrois: {
            shape: [X, Y, Z],
            data: Int32Array.from({ length: count }, (_, i) => 1 + (Math.floor(i / 46) % 7)),
          },
        });
        const rows = Array.from({ length: trials }, (_, t) =>
          [1, 1, 1 + Math.floor(t / 63), 1 + (t % 63), 1 + t, 1 + (t % 10_000)].join('\t'),
        );
        const table = join(folder, 'responses.tsv');
        writeFileSync(table, `SUBJECT\tSESSION\tRUN\tTRIAL\t73KID\t10KID\n${rows.join('\n')}\n`);
        return [join(folder, 'betas_session01.hdf5'), table, join(folder, 'masks.npz'), '--subject', 'subj01'];
      },
    },
  ];
}
