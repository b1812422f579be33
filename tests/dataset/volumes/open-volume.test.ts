/** Reading NIfTI: real files against nibabel's values, and every case of the definition in files built from it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { flatIndex } from '../../../src/main/dataset/volumes/grid.ts';
import { isVolume, openVolume } from '../../../src/main/dataset/volumes/open-volume.ts';
import { meanVolume, readVolume } from '../../../src/main/dataset/volumes/read-volume.ts';
import { CortextError } from '../../../src/shared/errors.ts';
import { hasShared, sharedAbsent, sharedPath } from '../../support/shared-data.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { niftiBytes, niftiDatatypes, niftiPair, type NiftiDatatype, type NiftiRecipe } from './nifti-bytes.ts';

interface OracleFile {
  readonly shape: number[];
  readonly zooms: number[];
  readonly dtype: string;
  readonly affine: number[][];
  readonly mean: number;
  readonly std: number;
  readonly min: number;
  readonly max: number;
  readonly voxels: { ijk: [number, number, number, number?]; value: number }[];
}

const oracle = hasShared
  ? (JSON.parse(readFileSync(sharedPath('oracles', 'nifti.json'), 'utf8')) as { files: Record<string, OracleFile> })
      .files
  : {};

function written(bytes: Uint8Array, name = 'run.nii'): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, bytes);
  return path;
}

const build = (recipe: NiftiRecipe = {}): string => written(niftiBytes(recipe));

async function failure(run: () => unknown): Promise<CortextError> {
  try {
    await run();
  } catch (error) {
    if (error instanceof CortextError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

function expectClose(actual: number, wanted: number, scale = Math.abs(wanted)): void {
  expect(Math.abs(actual - wanted)).toBeLessThanOrEqual(1e-6 * Math.max(scale, 1e-12));
}

describe.skipIf(!hasShared)(`real files read as nibabel reads them (skipped when ${sharedAbsent})`, () => {
  it.each(Object.keys(oracle))('%s', async (name) => {
    const wanted = oracle[name];
    const file = openVolume(sharedPath('data', name));
    const { grid, volumes, spacing } = file;
    expect([...grid.shape, ...(wanted.shape.length === 4 ? [volumes] : [])]).toEqual(wanted.shape);
    spacing.forEach((side, axis) => expectClose(side, wanted.zooms[axis]));
    wanted.affine.flat().forEach((value, i) => expectClose(grid.affine.flat()[i], value, Math.max(1, Math.abs(value))));
    const types: Record<string, NiftiDatatype> = { uint8: 'uint8', int16: 'int16', '>i2': 'int16' };
    expect(file.datatype).toBe(types[wanted.dtype]);
    expect(file.data.littleEndian).toBe(wanted.dtype !== '>i2');

    const [lists, statistics] = [new Map<number, Float64Array>(), { sum: 0, squares: 0, count: 0 }];
    let [least, greatest] = [Infinity, -Infinity];
    // Of the longest run, only the volumes with stated values are read whole; its mean comes from all of them.
    const every = volumes <= 130;
    for (let t = 0; t < volumes; t++) {
      if (!every && !wanted.voxels.some(({ ijk }) => ijk[3] === t)) continue;
      lists.set(t, await readVolume(file, t));
    }
    for (const { ijk, value } of wanted.voxels) {
      const [i, j, k, t = 0] = ijk;
      expectClose(lists.get(t)?.[flatIndex(grid, [i, j, k])] ?? NaN, value);
    }
    const mean = await meanVolume(file);
    expectClose(mean.reduce((sum, value) => sum + value, 0) / mean.length, wanted.mean);
    if (!every) return;
    for (const values of lists.values()) {
      for (const value of values) {
        statistics.sum += value;
        statistics.squares += (value - wanted.mean) ** 2;
        statistics.count += 1;
        if (value < least) least = value;
        if (value > greatest) greatest = value;
      }
    }
    expectClose(Math.sqrt(statistics.squares / statistics.count), wanted.std);
    expectClose(least, wanted.min);
    expectClose(greatest, wanted.max);
  });

  it('a run without a stated unit of time takes seconds, and 2000 seconds are milliseconds', () => {
    expect(openVolume(sharedPath('data', 'haxby2001/sub001/BOLD/task001_run001/bold_25mm.nii.gz')).repetitionTime).toBe(
      2.5,
    );
    expect(openVolume(sharedPath('data', 'nifti/example4d.nii.gz')).repetitionTime).toBe(2);
  });
});

describe('values', () => {
  it.each(
    (Object.keys(niftiDatatypes) as NiftiDatatype[]).flatMap((datatype) =>
      ([1, 2] as const).flatMap((version) =>
        [true, false].map((littleEndian) => ({ datatype, version, littleEndian })),
      ),
    ),
  )('of $datatype in NIfTI-$version, little-endian $littleEndian, are what was stored', async (recipe) => {
    const unsigned = recipe.datatype.startsWith('u');
    const values = [0, 1, 100, unsigned ? 200 : -100, 7, 8];
    const file = openVolume(build({ ...recipe, shape: [1, 3, 1, 2], values }));
    expect(file).toMatchObject({ datatype: recipe.datatype, volumes: 2, format: `nifti-${recipe.version}` });
    expect([...(await readVolume(file, 0))]).toEqual(values.slice(0, 3));
    expect([...(await readVolume(file, 1))]).toEqual(values.slice(3));
  });

  it('are scaled by slope and intercept, and left alone by a slope of 0 or NaN', async () => {
    const shape = [1, 1, 2];
    const of = async (recipe: NiftiRecipe) => [
      ...(await readVolume(openVolume(build({ shape, values: [3, -4], ...recipe })))),
    ];
    expect(await of({ slope: 0.5, intercept: 10 })).toEqual([11.5, 8]);
    expect(await of({ slope: 0, intercept: 10 })).toEqual([3, -4]);
    expect(await of({ slope: NaN, intercept: 10 })).toEqual([3, -4]);
    expect(await of({ slope: -1, intercept: 0 })).toEqual([-3, 4]);
  });

  it('that are NaN stay NaN, in the mean over volumes too', async () => {
    const file = openVolume(build({ datatype: 'float32', shape: [2, 1, 1, 2], values: [NaN, 2, 1, 4] }));
    expect([...(await readVolume(file))]).toEqual([NaN, 2]);
    expect([...(await meanVolume(file))]).toEqual([NaN, 3]);
  });

  it('of labels beyond 2^53 are refused rather than changed', async () => {
    const bytes = niftiBytes({ datatype: 'int64', shape: [2, 1, 1], values: [1, 2] });
    bytes.writeBigInt64LE(2n ** 53n + 1n, 352);
    const path = written(bytes);
    expect((await failure(() => readVolume(openVolume(path)))).code).toBe('ARRAY_TYPE');
  });

  it('start after extensions, and wherever the header says', async () => {
    const shape = [1, 1, 2];
    const extension = new Uint8Array(32).fill(7);
    const path = build({ shape, values: [5, 6], extension });
    expect([...(await readVolume(openVolume(path)))]).toEqual([5, 6]);
    expect([...(await readVolume(openVolume(build({ shape, values: [5, 6], dataOffset: 0 }))))]).toEqual([5, 6]);
  });

  it.each(['img', 'img.gz'])(
    'of a pair lie in the file beside the header (%s), which either name opens',
    async (ending) => {
      const folder = temporaryFolder();
      const { hdr, img } = niftiPair({ shape: [1, 1, 3], values: [5, 6, 7] });
      writeFileSync(join(folder, 'run.hdr'), hdr);
      writeFileSync(join(folder, `run.${ending}`), ending.endsWith('gz') ? gzipSync(img) : img);
      for (const name of ['run.hdr', `run.${ending}`]) {
        expect([...(await readVolume(openVolume(join(folder, name))))]).toEqual([5, 6, 7]);
      }
    },
  );

  it('are found whatever the name says: a compressed file called .nii, and one that is not called .nii.gz', async () => {
    const bytes = niftiBytes({ shape: [1, 1, 2], values: [5, 6] });
    for (const path of [written(gzipSync(bytes), 'a.nii'), written(bytes, 'a.nii.gz'), written(bytes, 'a.dat')]) {
      expect([...(await readVolume(openVolume(path)))]).toEqual([5, 6]);
    }
  });
});

describe('the place of voxels', () => {
  const rows = [
    [0, 2, 0, -10],
    [-3, 0, 0, 20],
    [0, 0, 4, -30],
  ];
  // A quarter turn about z.
  const qform = { code: 1, quaternion: [0, 0, Math.SQRT1_2], offset: [1, 2, 3] };
  const affine = (recipe: NiftiRecipe): number[][] =>
    openVolume(build({ sides: [2, 3, 4, 1], ...recipe })).grid.affine.map((row) =>
      row.map((value) => Math.round(value * 1e4) / 1e4 + 0),
    );

  it.each([1, 2] as const)(
    'comes from the sform before the qform before the sides of a voxel (NIfTI-%d)',
    (version) => {
      const last = [0, 0, 0, 1];
      expect(affine({ version, qform: { ...qform, code: 3 }, sform: { code: 1, rows } })).toEqual([...rows, last]);
      expect(affine({ version, qform, sform: { code: 0, rows } })).toEqual([
        [0, -3, 0, 1],
        [2, 0, 0, 2],
        [0, 0, 4, 3],
        last,
      ]);
      expect(affine({ version })).toEqual([[2, 0, 0, 0], [0, 3, 0, 0], [0, 0, 4, 0], last]);
    },
  );

  it('turns the third axis of a qform when qfac is -1', () => {
    expect(affine({ qform, qfac: -1 })[2]).toEqual([0, 0, -4, 3]);
  });

  it('is refused when all voxels lie in a plane, or nowhere', async () => {
    const flat = [rows[0], rows[0], rows[2]];
    for (const wrong of [flat, [[NaN, 0, 0, 0], rows[1], rows[2]]]) {
      expect((await failure(() => openVolume(build({ sform: { code: 1, rows: wrong } })))).code).toBe('FILE_DAMAGED');
    }
  });
});

describe('the repetition time', () => {
  it.each([
    ['seconds', 8, 2.5, 2.5],
    ['milliseconds', 16, 2500, 2.5],
    ['microseconds', 24, 2_500_000, 2.5],
    ['no unit', 0, 2.5, 2.5],
    ['hertz, which is no time', 32, 2.5, null],
    ['nothing', 8, 0, null],
    ['NaN', 8, NaN, null],
  ])('in %s comes out in seconds', (_unit, units, step, seconds) => {
    expect(openVolume(build({ units: units | 2, sides: [1, 1, 1, step] })).repetitionTime).toBe(seconds);
  });
});

describe('files that are not as they should be', () => {
  it.each<[string, string, NiftiRecipe]>([
    ['FORMAT_UNSUPPORTED', 'complex64', { datatypeCode: 32 }],
    ['FORMAT_UNSUPPORTED', 'RGB24', { datatypeCode: 128 }],
    ['FORMAT_UNSUPPORTED', 'float128', { datatypeCode: 1536 }],
    ['FILE_DAMAGED', 'datatype 5,', { datatypeCode: 5 }],
    ['FORMAT_UNSUPPORTED', 'ANALYZE', { magic: '\0\0\0' }],
    ['FORMAT_UNSUPPORTED', '[2, 1, 1, 1, 3]', { shape: [2, 1, 1, 1, 3] }],
    ['FILE_DAMAGED', 'a side of -2', { shape: [2, -2, 2], values: [] }],
    ['FILE_DAMAGED', 'a side of 0', { shape: [2, 0, 2] }],
    ['FILE_DAMAGED', '0 dimensions', { shape: [] }],
    ['FILE_DAMAGED', 'larger than any file', { version: 2, shape: [1e9, 1e9, 1e9], values: [] }],
    ['FILE_TRUNCATED', '[30000, 30000, 30000, 1] of int16 needs', { shape: [30000, 30000, 30000], values: [] }],
    ['FILE_TRUNCATED', 'needs 372 bytes', { shape: [2, 5, 1], values: [1, 2, 3] }],
    ['FILE_DAMAGED', 'would start at byte 100', { dataOffset: 100 }],
    ['FILE_DAMAGED', 'would start at byte', { dataOffset: 1e30 }],
    ['FILE_DAMAGED', 'intercept NaN', { slope: 2, intercept: NaN }],
  ])('%s: %s', async (code, text, recipe) => {
    const path = build(recipe);
    const error = await failure(() => openVolume(path));
    expect(error).toMatchObject({ code, message: expect.stringContaining(text) as string });
    expect(error.message).toContain(path);
    expect(error.hint).toBeTruthy();
  });

  it('are no volumes when they are text, a picture, empty or absent', async () => {
    expect((await failure(() => openVolume(written(Buffer.from('onset\tduration\n'), 'events.nii')))).code).toBe(
      'FORMAT_UNKNOWN',
    );
    expect((await failure(() => openVolume(written(gzipSync('text'))))).code).toBe('FORMAT_UNKNOWN');
    expect((await failure(() => openVolume(written(Buffer.alloc(0))))).code).toBe('FILE_TRUNCATED');
    expect((await failure(() => openVolume(join(temporaryFolder(), 'absent.nii')))).code).toBe('FILE_NOT_FOUND');
    expect(isVolume(written(Buffer.from('text')))).toBe(false);
    expect(isVolume(build())).toBe(true);
  });

  it('are cut off by a transfer as text, or in the header', async () => {
    const bytes = niftiBytes({ version: 2 });
    bytes[8] = 0x0a;
    expect((await failure(() => openVolume(written(bytes)))).message).toContain('as text');
    expect((await failure(() => openVolume(written(niftiBytes({ version: 2 }).subarray(0, 400))))).code).toBe(
      'FILE_TRUNCATED',
    );
  });

  it('lack the second file of their pair', async () => {
    const path = written(niftiPair({}).hdr, 'run.hdr');
    expect(await failure(() => openVolume(path))).toMatchObject({
      code: 'FILE_NOT_FOUND',
      hint: expect.stringContaining(path.replace('.hdr', '.img')) as string,
    });
  });

  const shape = [20, 20, 20, 3];
  const noisy = Array.from({ length: 24_000 }, (_, i) => (i * 7919) % 5003);
  const compressed = gzipSync(niftiBytes({ shape, values: noisy }));

  it.each([0.3, 0.7, 0.999])('are compressed and end after %d of their length', async (share) => {
    const path = written(compressed.subarray(0, Math.floor(compressed.length * share)), 'run.nii.gz');
    expect((await failure(() => meanVolume(openVolume(path)))).code).toBe('FILE_TRUNCATED');
  });

  it('are compressed and damaged inside, or only in their checksum', async () => {
    for (const place of [compressed.length >> 1, compressed.length - 6]) {
      const wrong = Buffer.from(compressed);
      wrong[place] ^= 0xff;
      expect((await failure(() => meanVolume(openVolume(written(wrong))))).code).toMatch(/FILE_(DAMAGED|TRUNCATED)/);
    }
  });

  it('are complete gzip streams that hold less than the header says', async () => {
    const path = written(gzipSync(niftiBytes({ shape, values: noisy.slice(0, 20_000) })));
    expect(await failure(() => meanVolume(openVolume(path)))).toMatchObject({
      code: 'FILE_TRUNCATED',
      message: expect.stringContaining('40000 bytes of values instead of 48000') as string,
    });
  });

  it('are gzip bombs: what goes on after the last value is not decompressed', async () => {
    const bomb = written(gzipSync(Buffer.concat([niftiBytes({ shape: [2, 2, 2] }), Buffer.alloc(300 << 20)])));
    expect(await failure(() => readVolume(openVolume(bomb)))).toMatchObject({
      code: 'FILE_DAMAGED',
      message: expect.stringContaining('goes on after the 368 bytes') as string,
    });
  });
});
