/** Arrays inside of MATLAB 5 structs that are too large to be held whole: they stay in the file like variables. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeBigMatlab, type BigArray } from '../../../bench/big-files.ts';
import { openArrays } from '../../../src/main/dataset/readers/open-arrays.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const [ROWS, COLUMNS] = [300, 2000];
/** MATLAB stores columns one after the other. */
const stored = Float64Array.from({ length: ROWS * COLUMNS }, (_, i) => Math.sin(i) * 100);
const rowMajor = Float64Array.from(stored, (_, i) => stored[(i % COLUMNS) * ROWS + Math.floor(i / COLUMNS)]);

const field = (name: string, shape: readonly number[], values: Float64Array): BigArray => ({
  name,
  shape,
  type: 'float64',
  parts: [new Uint8Array(values.buffer)],
});
const fields = (): BigArray[] => [
  field('before', [1, 2], Float64Array.of(1, 2)),
  field('responses', [ROWS, COLUMNS], stored),
  field('after', [2, 1], Float64Array.of(3, 4)),
  field('more', [COLUMNS, ROWS], stored),
  field('last', [1, 1], Float64Array.of(5)),
];

describe.each([
  ['compressed', true],
  ['not compressed', false],
])('a struct with a large field, %s', (_, compressed) => {
  it('gives its fields whole, whatever lies before them', async () => {
    const path = join(temporaryFolder(), 'data.mat');
    await writeBigMatlab(path, fields(), { compressed, struct: 'data' });
    const arrays = await openArrays(path);
    const names = ['data.before', 'data.responses', 'data.after', 'data.more', 'data.last'];
    expect(arrays.list().map(({ name }) => name)).toEqual(names);
    expect(await arrays.read('data.after')).toEqual({ shape: [2, 1], data: Float64Array.of(3, 4), logical: false });
    expect(await arrays.read('data.responses')).toEqual({ shape: [ROWS, COLUMNS], data: rowMajor, logical: false });
    expect((await arrays.read('data.last')).data).toEqual(Float64Array.of(5));
    expect((await arrays.read('data.before')).data).toEqual(Float64Array.of(1, 2));
    arrays.close();
  });

  it('gives the large one in parts of some columns, or values', async () => {
    const path = join(temporaryFolder(), 'data.mat');
    await writeBigMatlab(path, fields(), { compressed, struct: 'data' });
    const arrays = await openArrays(path);
    const read = new Float64Array(ROWS * COLUMNS);
    for await (const { along, first, count, data } of arrays.readBlocks('data.responses', { from: 5, to: 1995 })) {
      expect([along, data.length]).toEqual(['columns', count * ROWS]);
      expect(data.byteLength).toBeLessThanOrEqual(1 << 18);
      read.set(data, first * ROWS);
    }
    expect(read.subarray(5 * ROWS, 1995 * ROWS)).toEqual(stored.subarray(5 * ROWS, 1995 * ROWS));
    let at = 0;
    for await (const values of arrays.readValues('data.responses')) {
      expect(values).toEqual(stored.subarray(at, at + values.length));
      at += values.length;
    }
    expect(at).toBe(stored.length);
    arrays.close();
  });
});
