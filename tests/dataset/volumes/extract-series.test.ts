/** Series of voxels out of runs: against nilearn on a real run, and the same whatever the file's form. */
import { spawnSync } from 'node:child_process';
import { appendFileSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { extractSeries } from '../../../src/main/dataset/volumes/extract-series.ts';
import { maskIndices, sphereIndices } from '../../../src/main/dataset/volumes/grid-regions.ts';
import { voxelAt } from '../../../src/main/dataset/volumes/grid.ts';
import { openVolume } from '../../../src/main/dataset/volumes/open-volume.ts';
import { readVolume } from '../../../src/main/dataset/volumes/read-volume.ts';
import { readStillVolume } from '../../../src/main/dataset/volumes/region-sources.ts';
import { hasShared, sharedAbsent, sharedPath } from '../../support/shared-data.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { niftiBytes, type NiftiRecipe } from './nifti-bytes.ts';

const haxby = (...parts: string[]): string => sharedPath('data', 'haxby2001', 'sub001', ...parts);

interface Oracle {
  readonly masker: {
    bold: string;
    mask: string;
    cases: { name: string; first_row: number[]; volume_60: number[]; mean: number; std: number }[];
  };
  readonly sphere: { centre_mm: [number, number, number]; radius_mm: number; mean_series: number[] };
}

describe.skipIf(!hasShared)(`a real run, as nilearn reads it (skipped when ${sharedAbsent})`, () => {
  const oracle = hasShared
    ? (JSON.parse(readFileSync(sharedPath('oracles', 'nilearn_haxby.json'), 'utf8')) as Oracle)
    : null;

  it('gives the masked series', async () => {
    const { bold, mask, cases } = oracle!.masker;
    const raw = cases.find(({ name }) => name === 'raw')!;
    const { grid } = openVolume(haxby(bold));
    const indices = maskIndices(await readStillVolume(haxby(mask)), grid);
    // nilearn's columns have z fastest.
    const place = (index: number): number => {
      const [i, j, k] = voxelAt(grid, index);
      return k + grid.shape[2] * (j + grid.shape[1] * i);
    };
    indices.sort((a, b) => place(a) - place(b));
    const series = await extractSeries([haxby(bold)], indices);
    expect(series.length).toBe(121 * 28);
    expect([...series.subarray(0, 28)]).toEqual(raw.first_row);
    expect([...series.subarray(60 * 28, 61 * 28)]).toEqual(raw.volume_60);
    const mean = series.reduce((sum, value) => sum + value, 0) / series.length;
    expect(mean / raw.mean).toBeCloseTo(1, 6);
    const variance = series.reduce((sum, value) => sum + (value - mean) ** 2, 0) / series.length;
    expect(Math.sqrt(variance) / raw.std).toBeCloseTo(1, 6);
  });

  it('gives the mean series of a sphere, which nilearn rounds down', async () => {
    const { centre_mm, radius_mm, mean_series } = oracle!.sphere;
    const path = haxby(oracle!.masker.bold);
    const indices = sphereIndices(centre_mm, radius_mm, openVolume(path).grid);
    const series = await extractSeries([path], indices);
    mean_series.forEach((wanted, volume) => {
      const row = series.subarray(volume * indices.length, (volume + 1) * indices.length);
      const mean = row.reduce((sum, value) => sum + value, 0) / row.length;
      // nilearn keeps the type of the run, int16: the reference has lost what is behind the point.
      expect(Math.trunc(mean)).toBe(wanted);
    });
  });
});

// Larger than a block of reading, so that volumes begin and end inside of blocks.
const shape = [53, 61, 47, 9];
const count = shape.reduce((product, side) => product * side, 1);
const values = Array.from({ length: count }, (_, i) => (i * 7919) % 30011);

/** Every 1000th voxel and a dense piece, shuffled. */
const voxels = Array.from({ length: 151_951 }, (_, index) => index)
  .filter((index) => index % 1000 === 0 || (index > 70_000 && index < 70_300))
  .sort((a, b) => ((a * 31) % 997) - ((b * 31) % 997));

function expectedSeries(): Float32Array {
  const perVolume = count / shape[3];
  return Float32Array.from({ length: shape[3] * voxels.length }, (_, i) => {
    const [volume, column] = [Math.floor(i / voxels.length), i % voxels.length];
    return values[volume * perVolume + voxels[column]] * 0.5 - 3;
  });
}

function write(recipe: NiftiRecipe, compressed: boolean): string {
  const bytes = niftiBytes({ shape, values, slope: 0.5, intercept: -3, ...recipe });
  const path = join(temporaryFolder(), compressed ? 'run.nii.gz' : 'run.nii');
  writeFileSync(path, compressed ? gzipSync(bytes, { level: 1 }) : bytes);
  return path;
}

describe('the series', () => {
  it.each<[string, NiftiRecipe, boolean]>([
    ['plain', {}, false],
    ['compressed', {}, true],
    ['big-endian and plain', { littleEndian: false }, false],
    ['big-endian and compressed, after an odd extension', { littleEndian: false, extension: new Uint8Array(17) }, true],
    ['of floats, compressed', { datatype: 'float32' }, true],
    ['of doubles, plain', { datatype: 'float64' }, false],
    ['of doubles, compressed, after an odd extension', { datatype: 'float64', extension: new Uint8Array(3) }, true],
    ['of long integers in NIfTI-2', { datatype: 'int64', version: 2, littleEndian: false }, true],
  ])('is the same from a file that is %s', async (_what, recipe, compressed) => {
    const series = await extractSeries([write(recipe, compressed)], voxels);
    expect(Buffer.from(series.buffer).equals(Buffer.from(expectedSeries().buffer))).toBe(true);
  });

  it('of single bytes is right when many volumes lie in a block', async () => {
    const path = join(temporaryFolder(), 'run.nii.gz');
    const small = Array.from({ length: 4000 }, (_, i) => i % 251);
    writeFileSync(path, gzipSync(niftiBytes({ datatype: 'uint8', shape: [2, 2, 1, 1000], values: small })));
    expect([...(await extractSeries([path], [3, 0, 3]))]).toEqual(
      Array.from({ length: 1000 }, (_, t) => [small[4 * t + 3], small[4 * t], small[4 * t + 3]]).flat(),
    );
  });

  it('goes through files in their order, and tells how far it is', async () => {
    const paths = [write({}, true), write({}, false), write({}, true)];
    const seen: number[] = [];
    const series = await extractSeries(paths, voxels, {
      onProgress: ({ done, total }) => {
        expect(total).toBe(27);
        seen.push(done);
      },
    });
    expect(seen).toEqual(Array.from({ length: 27 }, (_, i) => i + 1));
    const once = Buffer.from(expectedSeries().buffer);
    expect(Buffer.from(series.buffer).equals(Buffer.concat([once, once, once]))).toBe(true);
  });

  it('keeps NaN', async () => {
    const path = join(temporaryFolder(), 'run.nii');
    writeFileSync(path, niftiBytes({ datatype: 'float32', shape: [2, 1, 1, 2], values: [1, NaN, 3, 4] }));
    expect([...(await extractSeries([path], [1]))]).toEqual([NaN, 4]);
    expect([...(await readVolume(openVolume(path)))]).toEqual([1, NaN]);
  });

  it.each([true, false])('can be cancelled while it is read (compressed %s)', async (compressed) => {
    const cancel = new AbortController();
    const reading = extractSeries([write({}, compressed)], voxels, {
      signal: cancel.signal,
      onProgress: ({ done }) => {
        if (done === 2) cancel.abort();
      },
    });
    await expect(reading).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('is refused for files on different grids, naming both, and for voxels outside', async () => {
    const folder = temporaryFolder();
    const [first, second] = ['a.nii', 'b.nii'].map((name) => join(folder, name));
    writeFileSync(first, niftiBytes({ shape: [2, 2, 2, 2] }));
    writeFileSync(second, niftiBytes({ shape: [2, 2, 3, 2] }));
    await expect(extractSeries([first, second], [0])).rejects.toMatchObject({
      code: 'ARRAY_SHAPE',
      message: expect.stringMatching(/b\.nii.*a\.nii/) as string,
    });
    for (const outside of [8, -1, 0.5]) {
      await expect(extractSeries([first], [0, outside])).rejects.toMatchObject({ code: 'ARRAY_SHAPE' });
    }
  });

  it('says which of several files is damaged', async () => {
    const good = write({}, true);
    const bad = join(temporaryFolder(), 'bad.nii.gz');
    const bytes = readFileSync(good);
    writeFileSync(bad, bytes.subarray(0, bytes.length >> 1));
    await expect(extractSeries([good, bad, good], voxels)).rejects.toMatchObject({
      code: 'FILE_TRUNCATED',
      message: expect.stringContaining(bad) as string,
    });
  });
});

describe('memory', () => {
  const shape = [128, 128, 64, 1024];
  const header = niftiBytes({ shape, values: [] });
  const bytes = shape.reduce((product, side) => product * side, 2);

  /** Reads the voxels of a mask in a process of its own, and gives the most memory that it had, in bytes. */
  function peakOf(run: string, folder: string): number {
    const mask = join(folder, 'mask.nii');
    const values = Array.from({ length: 128 * 128 * 64 }, (_, voxel) => (voxel % 5000 === 0 ? 1 : 0));
    writeFileSync(mask, niftiBytes({ shape: shape.slice(0, 3), datatype: 'uint8', values }));
    const program = fileURLToPath(
      new URL('../../../src/main/dataset/volumes/benchmark/extract-process.ts', import.meta.url),
    );
    const { stdout, stderr } = spawnSync(process.execPath, [program, run, mask, join(folder, 'series.f32')], {
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(statSync(join(folder, 'series.f32')).size).toBe(4 * 210 * shape[3]);
    return (JSON.parse(stdout) as { peakBytes: number }).peakBytes;
  }

  it('stays below 300 MB for a run of 2 GB', () => {
    const folder = temporaryFolder();
    const run = join(folder, 'run.nii');
    writeFileSync(run, header);
    truncateSync(run, header.length + bytes);
    expect(peakOf(run, folder) / 2 ** 20).toBeLessThan(300);
  });

  it('stays below 300 MB for a run of 2 GB that is compressed a thousand times', () => {
    const folder = temporaryFolder();
    const run = join(folder, 'run.nii.gz');
    writeFileSync(run, gzipSync(header));
    // A gzip file may have several members, which are read as one.
    const part = gzipSync(Buffer.alloc(1 << 26));
    for (let written = 0; written < bytes; written += 1 << 26) appendFileSync(run, part);
    expect(peakOf(run, folder) / 2 ** 20).toBeLessThan(300);
  });
});
