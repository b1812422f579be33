/** Every reader against values that NumPy, SciPy and h5py wrote (fixtures/make-fixtures.py). */
import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { NamedArrays } from '../../../src/main/dataset/readers/named-arrays.ts';
import { openArrays } from '../../../src/main/dataset/readers/open-arrays.ts';
import { encodeStoredZip } from '../../../src/main/dataset/simulate/npz-writer.ts';
import { CortextError } from '../../../src/shared/errors.ts';
import { hasShared, sharedAbsent, sharedPath } from '../../support/shared-data.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

interface Expected {
  readonly shape?: number[];
  readonly type?: string;
  readonly logical?: boolean;
  /** Infinity is written as text, NaN as null. */
  readonly values?: (number | 'Infinity' | null)[];
  readonly text?: string[];
  readonly readable?: false;
}

const fixtures = fileURLToPath(new URL('fixtures/', import.meta.url));
// Written by the script beside it.
const expected = JSON.parse(readFileSync(join(fixtures, 'expected.json'), 'utf8')) as Record<
  string,
  Record<string, Expected>
>;

/** A matrix put together from its blocks of rows or of columns. */
async function fromBlocks(arrays: NamedArrays, name: string, [, columns]: readonly number[]): Promise<number[]> {
  const values: number[] = [];
  for await (const { along, first, count, data } of arrays.readBlocks(name)) {
    const inner = data.length / count;
    data.forEach((value, i) => {
      const [outer, within] = [first + Math.floor(i / inner), i % inner];
      values[along === 'rows' ? outer * columns + within : within * columns + outer] = value;
    });
  }
  return values;
}

async function codeOf(path: string, array?: string): Promise<string> {
  try {
    const arrays = await openArrays(path);
    try {
      for (const { name, type, readable } of array === undefined
        ? arrays.list()
        : [{ name: array, type: '', readable: true }]) {
        if (!readable) continue;
        await (type === 'text' ? arrays.readText(name) : arrays.read(name));
        if (type !== 'text') for await (const block of arrays.readBlocks(name)) expect(block.count).toBeGreaterThan(0);
      }
    } finally {
      arrays.close();
    }
    return 'read';
  } catch (error) {
    if (!(error instanceof CortextError)) throw error;
    expect(error.message).toContain(path);
    return error.code;
  }
}

describe.each(Object.keys(expected))('%s', (file) => {
  it.each(Object.keys(expected[file]))('gives %s as it was written', async (name) => {
    const wanted = expected[file][name];
    const arrays = await openArrays(join(fixtures, file));
    try {
      const description = arrays.list().find((array) => array.name === name);
      if (wanted.readable === false) {
        expect(description?.readable ?? false).toBe(false);
        return;
      }
      expect(description?.shape ?? wanted.shape).toEqual(wanted.shape);
      if (wanted.text !== undefined) {
        expect(await arrays.readText(name)).toEqual(wanted.text);
        return;
      }
      const { shape, data, logical } = await arrays.read(name);
      expect(shape).toEqual(wanted.shape);
      expect(logical).toBe(wanted.logical);
      const values = wanted.values?.map((value) => (value === 'Infinity' ? Infinity : (value ?? NaN)));
      expect(Array.from(data)).toEqual(values);
      if (shape.length === 2) expect(await fromBlocks(arrays, name, shape)).toEqual(values);
    } finally {
      arrays.close();
    }
  });
});

describe('files that are not as they should be', () => {
  it('names the arrays that there are when one is missing', async () => {
    const arrays = await openArrays(join(fixtures, 'types.mat'));
    await expect(arrays.read('voxels')).rejects.toMatchObject({
      code: 'ARRAY_MISSING',
      hint: expect.stringContaining('matrix [4, 3] float64') as string,
    });
    arrays.close();
  });

  it.each(readdirSync(fixtures).filter((name) => /\.(mat|h5|npy|npz)$/.test(name)))(
    '%s, cut anywhere, gives a coded error or what is whole',
    async (file) => {
      const whole = readFileSync(join(fixtures, file));
      const path = join(temporaryFolder(), file);
      const codes = new Set<string>();
      for (let part = 0; part < 12; part++) {
        writeFileSync(path, whole);
        truncateSync(path, Math.floor((whole.length * part) / 12));
        codes.add(await codeOf(path));
      }
      expect([...codes].filter((code) => !/^(FILE_TRUNCATED|FILE_DAMAGED|FORMAT_UNKNOWN|read)$/.test(code))).toEqual(
        [],
      );
      expect(codes.has('FILE_TRUNCATED')).toBe(true);
    },
  );

  // The first two as SciPy writes them (savemat, format='4'), the third as a machine of the other byte order would.
  const matlab4 = [
    '0000000002000000010000000000000006000000626574617300000000000000f83f0000000000000440',
    '33000000020000000400000000000000060000006e616d6573006663616163746520',
    '000003e80000000200000001000000000000000662657461730000000000000000000000000000000000',
  ].map((hex) => Buffer.from(hex, 'hex'));
  const zip = (...names: string[]) =>
    Buffer.concat(encodeStoredZip(names.map((name) => ({ name, parts: [new Uint8Array(8)] }))));

  it.each([
    ['MATLAB 4', matlab4[0], /MATLAB 4 file.*-v7/s],
    ['MATLAB 4 with text', matlab4[1], /MATLAB 4 file.*-v7/s],
    ['MATLAB 4 of another machine', matlab4[2], /MATLAB 4 file.*-v7/s],
    ['Excel', zip('[Content_Types].xml', 'xl/workbook.xml'), /workbook.*save the sheet as CSV/s],
    ['LibreOffice', zip('mimetype', 'content.xml'), /workbook.*save the sheet as CSV/s],
    ['old Excel', Buffer.from('d0cf11e0a1b11ae1', 'hex'), /workbook.*CSV/s],
    ['AFNI', Buffer.from('# 3dvolreg\n0 0 0\n'), /AFNI.*take those lines out/s],
    ['a zip of something else', zip('readme.md'), /ZIP archive without NumPy arrays.*Unpack it/s],
  ])('from %s are refused as what they are, with the remedy', async (_what, bytes, refusal) => {
    const path = join(temporaryFolder(), 'data.bin');
    writeFileSync(path, bytes);
    const failure = await openArrays(path).then(
      () => null,
      (error: unknown) => error as CortextError,
    );
    expect(`${failure?.message}\n${failure?.hint}`).toMatch(refusal);
  });

  it('is told from its content, not its name', async () => {
    const folder = temporaryFolder();
    const renamed = join(folder, 'data.npz');
    writeFileSync(renamed, readFileSync(join(fixtures, 'types.mat')));
    const arrays = await openArrays(renamed);
    expect(arrays.format).toBe('matlab-5');
    arrays.close();
    const text = join(folder, 'notes.mat');
    writeFileSync(text, 'these are notes');
    expect(await codeOf(text)).toBe('FORMAT_UNKNOWN');
    expect(await codeOf(join(folder, 'absent.mat'))).toBe('FILE_NOT_FOUND');
    writeFileSync(text, '');
    expect(await codeOf(text)).toBe('FILE_TRUNCATED');
  });
});

describe('real recordings', () => {
  it.skipIf(!hasShared)(`Miyawaki's MATLAB file reads as SciPy reads it (skipped when ${sharedAbsent})`, async () => {
    const arrays = await openArrays(sharedPath('data', 'miyawaki2008', 'V1_mean_figure.mat'));
    const voxels = await arrays.read('R2');
    expect(voxels.shape).toEqual([797, 80]);
    const sum = (data: ArrayLike<number>): number => Array.from(data).reduce((total, value) => total + value, 0);
    expect(sum(voxels.data)).toBeCloseTo(59205.09856197469, 6);
    const images = await arrays.read('I2');
    expect(images.shape).toEqual([100, 80]);
    expect(sum(images.data)).toBe(1640);
    arrays.close();
  });
});
