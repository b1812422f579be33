/**
 * How much memory importing large files takes beyond the matrix of responses: `node bench/import-memory.ts [--only npz] [--scale 1]`.
 *
 * Each file is imported by the command line, in a process of its own, as a user would. `--scale 2` doubles the files.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeNpz } from '../src/main/dataset/simulate/npz-writer.ts';
import { Random } from '../src/shared/random.ts';
import { measureImport } from './measured-import.ts';
import { writeBigHdf5, writeBigMatlab, writeBigNpy, writeBigNpz, type BigArray } from './big-files.ts';

const { values: options } = parseArgs({
  options: { only: { type: 'string', multiple: true, default: [] }, scale: { type: 'string', default: '1' } },
});
const scale = Number(options.scale);

interface Case {
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
const DIFFERENT = 40;
const PICTURES = Math.round(4000 * scale);
const VOXELS = 500;

/** One picture after the other. */
function* pictures(): Generator<Uint8Array> {
  const some = Array.from({ length: DIFFERENT }, (_, n) =>
    Float32Array.from({ length: PIXELS }, (_unused, i) => ((i * (n + 1)) % 255) / 255),
  );
  for (let n = 0; n < PICTURES; n++) yield new Uint8Array(some[n % DIFFERENT].buffer);
}

/** All pictures' first value, then their second, ... */
function* pixels(): Generator<Uint8Array> {
  for (let i = 0; i < PIXELS; i++) {
    yield new Uint8Array(
      Float32Array.from({ length: PICTURES }, (_, n) => ((i * ((n % DIFFERENT) + 1)) % 255) / 255).buffer,
    );
  }
}

const responses = (type: BigArray['type'] = 'float32'): BigArray => ({
  name: 'voxels',
  shape: [PICTURES, VOXELS],
  type,
  parts: numbers(PICTURES * VOXELS, VOXELS * PICTURES, type),
});
const images = (shape: readonly number[], parts: BigArray['parts']): BigArray => ({
  name: 'images',
  shape,
  type: 'float32',
  parts,
});
const mapped = [
  '--map',
  'format=arrays',
  '--map',
  'voxels=voxels',
  '--map',
  'images=images',
  '--map',
  'regions.all.all=true',
];

const SAMPLES = Math.round(4000 * scale);
const MANY_VOXELS = 25_000;
const matrix = (type: BigArray['type'], shape: readonly number[]): BigArray => ({
  name: 'voxels',
  shape,
  type,
  parts: numbers(SAMPLES * MANY_VOXELS, MANY_VOXELS * 20, type),
});
const onlyMatrix = ['--map', 'format=arrays', '--map', 'voxels=voxels', '--map', 'regions.all.all=true'];

const [X, Y, Z] = [81, 104, 83];
const TRIALS = Math.round(750 * scale);

const cases: readonly Case[] = [
  {
    name: 'images, NumPy .npy',
    matrix: PICTURES * VOXELS,
    write: (folder) => {
      writeBigNpy(join(folder, 'images.npy'), images([PICTURES, SIDE, SIDE, 3], pictures()));
      writeBigNpy(join(folder, 'voxels.npy'), responses());
      return [join(folder, 'images.npy'), join(folder, 'voxels.npy'), ...mapped];
    },
  },
  {
    name: 'images, NumPy .npz, compressed',
    matrix: PICTURES * VOXELS,
    write: async (folder) => {
      await writeBigNpz(join(folder, 'data.npz'), [responses(), images([PICTURES, SIDE, SIDE, 3], pictures())]);
      return [join(folder, 'data.npz'), ...mapped];
    },
  },
  {
    name: 'images, MATLAB 5, compressed, H x W x 3 x N',
    matrix: PICTURES * VOXELS,
    write: async (folder) => {
      await writeBigMatlab(join(folder, 'data.mat'), [
        responses('float64'),
        images([SIDE, SIDE, 3, PICTURES], pictures()),
      ]);
      return [join(folder, 'data.mat'), ...mapped];
    },
  },
  {
    name: 'images, MATLAB 5, compressed, N x H x W x 3',
    matrix: PICTURES * VOXELS,
    write: async (folder) => {
      await writeBigMatlab(join(folder, 'data.mat'), [
        responses('float64'),
        images([PICTURES, SIDE, SIDE, 3], pixels()),
      ]);
      return [join(folder, 'data.mat'), ...mapped];
    },
  },
  {
    name: 'images, HDF5',
    matrix: PICTURES * VOXELS,
    write: async (folder) => {
      await writeBigHdf5(join(folder, 'data.h5'), [
        { ...responses(), rowsPerPart: PICTURES },
        { ...images([PICTURES, SIDE, SIDE, 3], pictures()), rowsPerPart: 1 },
      ]);
      return [join(folder, 'data.h5'), ...mapped];
    },
  },
  {
    name: 'responses, MATLAB 5, compressed float64',
    matrix: SAMPLES * MANY_VOXELS,
    write: async (folder) => {
      await writeBigMatlab(join(folder, 'data.mat'), [matrix('float64', [SAMPLES, MANY_VOXELS])]);
      return [join(folder, 'data.mat'), ...onlyMatrix];
    },
  },
  {
    name: 'responses, NumPy .npz, compressed float64',
    matrix: SAMPLES * MANY_VOXELS,
    write: async (folder) => {
      await writeBigNpz(join(folder, 'data.npz'), [matrix('float64', [SAMPLES, MANY_VOXELS])]);
      return [join(folder, 'data.npz'), ...onlyMatrix];
    },
  },
  {
    name: 'responses, HDF5 float64',
    matrix: SAMPLES * MANY_VOXELS,
    write: async (folder) => {
      await writeBigHdf5(join(folder, 'data.h5'), [{ ...matrix('float64', [SAMPLES, MANY_VOXELS]), rowsPerPart: 20 }]);
      return [join(folder, 'data.h5'), ...onlyMatrix];
    },
  },
  {
    name: 'NSD: one session of betas at 1.8 mm, int16',
    matrix: TRIALS * 15_000,
    write: async (folder) => {
      const count = X * Y * Z;
      await writeBigHdf5(join(folder, 'betas_session01.hdf5'), [
        {
          name: 'betas',
          shape: [TRIALS, Z, Y, X],
          type: 'int16',
          parts: numbers(TRIALS * count, 5 * count, 'int16'),
          rowsPerPart: 5,
        },
      ]);
      writeNpz(join(folder, 'masks.npz'), {
        nsdgeneral: {
          shape: [X, Y, Z],
          data: Int32Array.from({ length: count }, (_, i) => (i % 46 === 0 && i / 46 < 15_000 ? 1 : -1)),
        },
        prf_visualrois: {
          shape: [X, Y, Z],
          data: Int32Array.from({ length: count }, (_, i) => 1 + (Math.floor(i / 46) % 7)),
        },
      });
      const rows = Array.from({ length: TRIALS }, (_, t) =>
        [1, 1, 1 + Math.floor(t / 63), 1 + (t % 63), 1 + t, 1 + (t % 10_000)].join('\t'),
      );
      const table = join(folder, 'responses.tsv');
      writeFileSync(table, `SUBJECT\tSESSION\tRUN\tTRIAL\t73KID\t10KID\n${rows.join('\n')}\n`);
      return [join(folder, 'betas_session01.hdf5'), table, join(folder, 'masks.npz'), '--subject', 'subj01'];
    },
  },
];

const root = mkdtempSync(join(tmpdir(), 'cortext-bench-'));
try {
  for (const { name, matrix: count, write } of cases) {
    if (options.only.length > 0 && !options.only.some((part) => name.includes(part))) continue;
    const folder = join(root, 'case');
    mkdirSync(folder);
    const given = await write(folder);
    const bytes = readdirSync(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
    const { peak, seconds } = measureImport(given, join(root, 'workspace'));
    const megabytes = (value: number): number => Math.round(value / 2 ** 20);
    const result = {
      name,
      file_mb: megabytes(bytes),
      matrix_mb: megabytes(count * 4),
      peak_mb: megabytes(peak),
      beyond_matrix_mb: megabytes(peak - count * 4),
      seconds: Number(seconds.toFixed(1)),
    };
    process.stdout.write(`${JSON.stringify(result)}\n`);
    rmSync(folder, { recursive: true });
    rmSync(join(root, 'workspace'), { recursive: true });
  }
} finally {
  rmSync(root, { recursive: true, force: true });
}
