import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { NamedArrays } from '../../../src/main/dataset/readers/named-arrays.ts';
import { openArrays } from '../../../src/main/dataset/readers/open-arrays.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

async function open(text: string | Buffer, name = 'table.txt'): Promise<NamedArrays> {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, text);
  const arrays = await openArrays(path);
  onTestFinished(() => {
    arrays.close();
  });
  return arrays;
}

describe('a table', () => {
  it.each([
    ['commas', 'onset,trial_type,run\n0,face,1\n2.5,house,2\n'],
    ['tabs and Windows line ends', 'onset\ttrial_type\trun\r\n0\tface\t1\r\n2.5\thouse\t2\r\n'],
    ['semicolons and decimal commas', 'onset;trial_type;run\n0;face;1\n2,5;house;2'],
    ['spaces', 'onset trial_type run\n0 face 1\n2.5 house 2\n\n'],
    ['the UTF-16 of Excel', Buffer.from('\ufeffonset\ttrial_type\trun\r\n0\tface\t1\r\n2.5\thouse\t2\r\n', 'utf16le')],
    ['a byte order mark', '\ufeffonset,trial_type,run\n0,face,1\n2.5,house,2\n'],
  ])('with %s has its columns by name, as numbers and as text', async (_what, text) => {
    const arrays = await open(text);
    expect(arrays.format).toBe('csv');
    expect(arrays.list().map(({ name, type, shape }) => `${name} ${type} ${shape.join()}`)).toEqual([
      'onset float64 2',
      'trial_type text 2',
      'run float64 2',
    ]);
    expect([...(await arrays.read('onset')).data]).toEqual([0, 2.5]);
    expect(await arrays.readText('trial_type')).toEqual(['face', 'house']);
  });

  it('keeps delimiters, line ends and quotes that stand in quotes', async () => {
    const arrays = await open('name,note\n"a, b","said ""no""\nand left"\n"",x\n');
    expect(await arrays.readText('name')).toEqual(['a, b', '']);
    expect(await arrays.readText('note')).toEqual(['said "no"\nand left', 'x']);
  });

  it('of numbers without names is a matrix called like its file; missing values are NaN', async () => {
    const arrays = await open('1,2,3\n4,n/a,-6e1\n', 'betas.csv');
    expect(arrays.list()).toEqual([{ name: 'betas', shape: [2, 3], type: 'float64', readable: true }]);
    expect([...(await arrays.read('betas')).data]).toEqual([1, 2, 3, 4, NaN, -60]);
  });

  it('of decimal commas between semicolons is not taken apart at its commas', async () => {
    const arrays = await open('1,5;2,5;3,5\n4,5;-5,5;6,5\n', 'betas.csv');
    expect([...(await arrays.read('betas')).data]).toEqual([1.5, 2.5, 3.5, 4.5, -5.5, 6.5]);
  });

  it('of numbers with names is a matrix as well', async () => {
    const arrays = await open('v1,v2\n1,2\n3,4\n', 'S1.tsv');
    expect((await arrays.read('S1')).shape).toEqual([2, 2]);
    expect([...(await arrays.read('v2')).data]).toEqual([2, 4]);
  });

  it('whose columns are only counted, as pandas writes them, has no row of their numbers', async () => {
    const arrays = await open(',0,1,2\n0,5.5,6,7\n1,8,9,10\n', 'betas.csv');
    expect(arrays.list().map(({ name }) => name)).toEqual(['column1', '0', '1', '2', 'betas']);
    expect([...(await arrays.read('0')).data]).toEqual([5.5, 8]);
  });

  it('may have lines of many thousand columns', async () => {
    const names = Array.from({ length: 20_000 }, (_, column) => `voxel${column}`);
    const line = names.map((_, column) => column / 4).join(',');
    const arrays = await open(`${names.join(',')}\n${line}\n${line}\n`, 'S1.csv');
    expect(arrays.list()).toEqual([{ name: 'S1', shape: [2, 20_000], type: 'float64', readable: true }]);
  });

  it('may be a list', async () => {
    const arrays = await open('1\n1\n2\n', 'runs.txt');
    expect([...(await arrays.read('runs')).data]).toEqual([1, 1, 2]);
  });

  it('that is larger than what is read at a time comes whole, in blocks', async () => {
    const rows = 60_000;
    const lines = Array.from({ length: rows }, (_, row) => `${row},${row * 2}.25,"é${row % 7}"`);
    const arrays = await open(`a,b,c\n${lines.join('\n')}`);
    const { data } = await arrays.read('b');
    expect(data.length).toBe(rows);
    expect(data.every((value, row) => value === row * 2 + 0.25)).toBe(true);
    const texts = await arrays.readText('c');
    expect(texts.every((text, row) => text === `é${row % 7}`)).toBe(true);
  });

  it.each([
    [
      'has a line of another length behind the first',
      `${'1,2\n'.repeat(60)}1,2,3\n`,
      'FILE_DAMAGED',
      /line 61 has 3 cells, the first has 2/,
    ],
    ['is a sentence', 'This is no table, but a sentence.\n', 'FORMAT_UNKNOWN', /text, but no table/],
    ['is prose', 'Dear all,\nplease find the data, as promised, here.\n', 'FORMAT_UNKNOWN', /text, but no table/],
    ['has a quote that is not closed', `a,b\n${'1,2\n'.repeat(20_000)}"3,4\n`, 'FILE_DAMAGED', /quote/],
  ])('that %s is refused with the reason', async (_what, text, code, message) => {
    await expect(open(text)).rejects.toMatchObject({ code, message: expect.stringMatching(message) as string });
  });
});
