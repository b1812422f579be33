/** Damage to HDF5 files that once made reading hang, crash, or take all memory; found by tests/dataset/fuzz. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { File, ready } from 'h5wasm/node';
import { describe, expect, it } from 'vitest';
import { openArrays } from '../../../src/main/dataset/readers/open-arrays.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const fixture = (name: string): Buffer => readFileSync(fileURLToPath(new URL(`fixtures/${name}`, import.meta.url)));

function fileOf(bytes: Uint8Array): string {
  const path = join(temporaryFolder(), 'damaged.h5');
  writeFileSync(path, bytes);
  return path;
}

async function readRows(path: string, name: string): Promise<number[]> {
  const arrays = await openArrays(path);
  try {
    const values: number[] = [];
    for await (const { data } of arrays.readRows(name)) values.push(...data);
    return values;
  } finally {
    arrays.close();
  }
}

describe('a damaged HDF5 file', () => {
  it('whose heap of texts never ends is refused', async () => {
    const bytes = fixture('plain.h5');
    // The first object of the heap becomes free space, of no length.
    bytes.fill(0, bytes.indexOf('GCOL', 0, 'latin1') + 16, bytes.indexOf('GCOL', 0, 'latin1') + 32);
    const arrays = await openArrays(fileOf(bytes));
    await expect(arrays.readText('text/variable')).rejects.toMatchObject({
      code: 'FILE_DAMAGED',
      message: expect.stringMatching(/damaged\.h5.*heap/) as string,
    });
    arrays.close();
  });

  it('whose text claims to be longer than the file is refused, without a word on the terminal', () => {
    const bytes = fixture('plain.h5');
    const heap = bytes.indexOf('GCOL', 0, 'latin1');
    // An element is the length of its text, the heap where that lies, and its number there.
    const heapAt = Buffer.alloc(8);
    heapAt.writeBigUInt64LE(BigInt(heap));
    bytes.writeUInt32LE(800_000_000, bytes.indexOf(heapAt) - 4);
    const path = fileOf(bytes);
    const script = `
      const { openArrays } = await import(${JSON.stringify(new URL('../../../src/main/dataset/readers/open-arrays.ts', import.meta.url).href)});
      const arrays = await openArrays(${JSON.stringify(path)});
      const before = process.resourceUsage().maxRSS;
      const code = await arrays.readText('text/variable').then(() => 'read', (error) => error.code);
      arrays.close();
      console.log(JSON.stringify({ code, megabytes: (process.resourceUsage().maxRSS - before) / 1024 }));`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    const { code, megabytes } = JSON.parse(stdout) as { code: string; megabytes: number };
    expect(code).toBe('FILE_DAMAGED');
    expect(megabytes).toBeLessThan(100);
    expect(stderr).toBe('');
  });

  it('that claims millions of chunks is refused, and the next file is read', async () => {
    const path = await claiming([2, 12_000_000], [2, 2]);
    await expect(readRows(path, 'array')).rejects.toMatchObject({ code: 'FILE_DAMAGED' });
    expect(await readRows(await claiming([2, 2], [2, 2]), 'array')).toEqual([1, 2, 3, 4]);
  });

  it('of many small chunks is read in parts, in the right order', async () => {
    // More chunks than a part has, in every row.
    const path = await claiming([3, 40_000], [1, 2]);
    const values = await readRows(path, 'array');
    expect(values).toHaveLength(120_000);
    expect([values[0], values[1], values[40_000], values[40_001]]).toEqual([1, 2, 3, 4]);
    expect(values.reduce((sum, value) => sum + value, 0)).toBe(10);
  });
});

/** A file whose array was [[1, 2], [3, 4]] before it became larger, without a value more. */
async function claiming(shape: number[], chunks: number[]): Promise<string> {
  await ready;
  const path = join(temporaryFolder(), 'damaged.h5');
  const file = new File(path, 'w');
  const array = file.create_dataset({
    name: 'array',
    data: Float64Array.from([1, 2, 3, 4]),
    shape: [2, 2],
    maxshape: [null, null],
    chunks,
    dtype: '<d',
  });
  array.resize(shape);
  file.close();
  return path;
}
