/** Tables that hold more than responses. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { guessRecipe } from '../../../src/main/dataset/import/guess-recipe.ts';
import { recipeFromMappings } from '../../../src/main/dataset/import/load-recipe.ts';
import { draftFromRecipe } from '../../../src/main/dataset/import/read-import.ts';
import { recogniseImport } from '../../../src/main/dataset/import/recognise.ts';
import { writeNpz } from '../../../src/main/dataset/simulate/npz-writer.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { arrays, matrix, response, SAMPLES, VOXELS } from './support.ts';

const rows = [...Array(SAMPLES).keys()];
const numbered = (count: number) => Array.from({ length: count }, (_, voxel) => `v${voxel}`);

/** A column is its name and its value in every row. */
type Column = readonly [string, (row: number) => string | number];

const voxels = (names: readonly string[] = numbered(VOXELS)): Column[] =>
  names.map((name, voxel) => [name, (row) => response(row, voxel)]);

function writeTable(columns: readonly Column[], folder = temporaryFolder(), name = 'data.csv'): string {
  const lines = [columns.map(([title]) => title), ...rows.map((row) => columns.map(([, value]) => value(row)))];
  writeFileSync(join(folder, name), lines.map((line) => `${line.join(',')}\n`).join(''));
  return join(folder, name);
}

/** The responses of `voxels()`, as a draft holds them. */
const expected = (count = VOXELS) =>
  Float32Array.from({ length: SAMPLES * count }, (_, at) => response(Math.floor(at / count), at % count));

const run: Column = ['run', (row) => (row < 3 ? 1 : 2)];

describe('a table of numbers', () => {
  it.each([
    ['', 0],
    ['', 1],
    ['Unnamed: 0', 0],
    ['index', 1],
  ])('does not take the index "%s" from %d for a voxel, nor runs, and says so', async (name, start) => {
    const path = writeTable([[name, (row) => row + start], run, ...voxels()]);
    const { draft, report } = await recogniseImport(await guessRecipe([path]));
    expect(draft.voxels).toEqual(expected());
    expect(draft.columns.run).toEqual(['1', '1', '1', '2', '2', '2']);
    const left = report.guesses.filter(({ about }) => about === 'voxels.without');
    expect(left).toContainEqual(expect.objectContaining({ choice: name || 'column1', reason: expect.stringContaining('counts') as string }));
    expect(left.map(({ choice }) => choice)).toContain('run');
  });

  it('does not take pandas\' numbers of columns for a sample', async () => {
    const names = rows.slice(0, VOXELS).map(String);
    const path = writeTable([['', (row) => row], ...voxels(names)]);
    expect((await draftFromRecipe(await guessRecipe([path]))).voxels).toEqual(expected());
  });

  it('keeps a column without a name that does not count the rows', async () => {
    const path = writeTable([['', (row) => response(row, 0)], run, ...voxels(['', 'left', 'right', 'both']).slice(1)]);
    expect((await draftFromRecipe(await guessRecipe([path]))).voxels).toEqual(expected(4));
  });

  it('of more columns than are listed has its runs as well', async () => {
    const path = writeTable([run, ['onset', (row) => row * 2.5], ...voxels(numbered(300))]);
    const draft = await draftFromRecipe(await guessRecipe([path]));
    expect(draft.voxels).toEqual(expected(300));
    expect(draft.columns.run).toEqual(['1', '1', '1', '2', '2', '2']);
  });

  it('that tells of trials only is no matrix of responses beside one', async () => {
    const folder = temporaryFolder();
    const trials = writeTable([run, ['onset', (row) => row / 10], ['accuracy', (row) => row % 2], ['weight', () => 70.5]], folder);
    writeNpz(join(folder, 'fmri.npz'), { betas: matrix(SAMPLES, VOXELS, response) });
    const draft = await draftFromRecipe(await guessRecipe([join(folder, 'fmri.npz'), trials]));
    expect(draft.voxels).toEqual(expected());
    expect(draft.columns.run).toEqual(['1', '1', '1', '2', '2', '2']);
  });

  it('has a set that says nothing left out, and that is said', async () => {
    const path = writeTable([['set', (row) => (row % 3) + 4], ...voxels()]);
    const { guesses } = (await recogniseImport(await guessRecipe([path]))).report;
    expect(guesses).toContainEqual(expect.objectContaining({ about: 'columns.set', choice: 'set: not used' }));
  });
});

describe('a table of texts and numbers', () => {
  const names = ['a.png', 'b.png', 'c.png'];
  const columns: readonly Column[] = [
    ['stimulus', (row) => names[row % 3]],
    ['category', (row) => (row % 2 === 0 ? 'face' : 'house')],
    ['rating', (row) => row % 4],
    ['note', () => 'awake'],
    ...voxels(),
  ];

  it('is imported by its names, and every other column is told', async () => {
    const { draft, report } = await recogniseImport(await guessRecipe([writeTable(columns)]));
    expect(draft.voxels).toEqual(expected());
    expect(draft.columns).toMatchObject({
      stimulusName: rows.map((row) => names[row % 3]),
      category: rows.map((row) => (row % 2 === 0 ? 'face' : 'house')),
    });
    const left = report.guesses.filter(({ about }) => about === 'voxels.without').map(({ choice }) => choice);
    expect(left).toEqual(['stimulus, category', 'rating', 'note']);
  });

  it('with a text among the numbers of a voxel is refused with the cell', async () => {
    const spoilt = columns.map(([name, value]): Column => [name, (row) => (name === 'v3' && row === 1 ? '#DIV/0!' : value(row))]);
    await expect(draftFromRecipe(await guessRecipe([writeTable(spoilt)]))).rejects.toMatchObject({
      code: 'ARRAY_TYPE',
      message: expect.stringMatching(/data\.csv.*v3.*"#DIV\/0!" in row 2/) as string,
    });
  });

  it('whose names do not say what the responses are is refused with the way to say it', async () => {
    const unclear = [columns[0], columns[3], ...voxels(['left', 'right', 'both'])];
    await expect(guessRecipe([writeTable(unclear)])).rejects.toMatchObject({
      code: 'ARRAY_MISSING',
      hint: expect.stringContaining("voxels: { columns: 'v*' }") as string,
    });
  });
});

describe('a table of numbers with commas and no semicolons', () => {
  const decimal = (value: number) => String(value).replace('.', ',');
  const columns = voxels().map(([name, value]): Column => [name, (row) => decimal(Number(value(row)))]);

  it.each([
    ['with names', columns.map(([name]) => name)],
    ['without names', []],
  ])('%s is refused with what its commas may be, and how to save it', async (_what, header) => {
    const folder = temporaryFolder();
    const lines = [...(header.length > 0 ? [header] : []), ...rows.map((row) => columns.map(([, value]) => value(row)))];
    writeFileSync(join(folder, 'data.tsv'), lines.map((line) => `${line.join('\t')}\n`).join(''));
    const refusal = {
      code: 'ARRAY_TYPE',
      message: expect.stringMatching(/data\.tsv.*decimal commas.*0,5.*thousand/) as string,
      hint: expect.stringMatching(/decimal points.*semicolons/) as string,
    };
    await expect(guessRecipe([join(folder, 'data.tsv')])).rejects.toMatchObject(refusal);
    const named = recipeFromMappings({ file: 'data.tsv', voxels: 'data' }, folder);
    await expect(draftFromRecipe(named)).rejects.toMatchObject(refusal);
  });

  it('in a column that is no voxel does no harm, and is said', async () => {
    const spoken: Column = ['length', (row) => `"${decimal(row + 0.25)}"`];
    const { draft, report } = await recogniseImport(await guessRecipe([writeTable([spoken, ...voxels()])]));
    expect(draft.voxels).toEqual(expected());
    expect(report.guesses).toContainEqual(
      expect.objectContaining({ choice: 'length', reason: expect.stringContaining('commas') as string }),
    );
  });

  it('in a single voxel is refused with that voxel', async () => {
    const spoilt = voxels().map(([name, value]): Column => [name, (row) => (name === 'v3' ? `"${decimal(Number(value(row)))}"` : value(row))]);
    await expect(draftFromRecipe(await guessRecipe([writeTable(spoilt)]))).rejects.toMatchObject({
      code: 'ARRAY_TYPE',
      message: expect.stringMatching(/decimal commas.*v3 says 3,5/) as string,
    });
  });
});

describe('columns that a recipe names as responses', () => {
  const folder = temporaryFolder();
  writeTable([...voxels(), ['x10', (row) => row], ['label', () => 'face']], folder);
  writeTable([['v9', (row) => row], run], folder, 'other.csv');
  const read = (voxels: unknown, files: object = { file: 'data.csv' }) =>
    draftFromRecipe(recipeFromMappings({ ...files, voxels }, folder));
  const two = { files: { data: 'data.csv', other: 'other.csv' } };

  it.each([
    ['a pattern', { columns: 'v*' }, [0, 1, 2, 3, 4]],
    ['a list, in the order of the table', { columns: ['v3', 'v1'] }, [1, 3]],
    ['all but some', { columns: '*', without: ['v0', 'x*', 'label'] }, [1, 2, 3, 4]],
  ])('may be %s', async (_what, voxels, places) => {
    const draft = await read(voxels);
    expect([...draft.voxels]).toEqual(rows.flatMap((row) => places.map((voxel) => response(row, voxel))));
  });

  it('are told apart by the file where several tables have them', async () => {
    expect((await read({ columns: 'data:v*' }, two)).voxelCount).toBe(VOXELS);
    await expect(read({ columns: 'v*' }, two)).rejects.toMatchObject({
      code: 'INVALID_RECIPE',
      hint: expect.stringContaining('data:v* or other:v*') as string,
    });
  });

  it.each([
    ['that is not there', { columns: ['v1', 'w*'] }, 'ARRAY_MISSING', 'w*'],
    ['of text', { columns: ['v1', 'label'] }, 'ARRAY_TYPE', 'label'],
    ['with a slip in what is left out', { columns: 'v*', without: 'v00' }, 'ARRAY_MISSING', 'v00'],
    ['when none is left', { columns: 'v*', without: 'v*' }, 'INVALID_RECIPE', 'left'],
  ])('are refused by name: one %s', async (_what, voxels, code, message) => {
    await expect(read(voxels)).rejects.toMatchObject({ code, message: expect.stringContaining(message) as string });
  });

  it('cannot be of a file that is no table', async () => {
    writeNpz(join(folder, 'data.npz'), arrays());
    await expect(read({ columns: 'v*' }, { file: 'data.npz' })).rejects.toMatchObject({ code: 'INVALID_RECIPE' });
  });
});
