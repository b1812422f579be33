import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { File, ready } from 'h5wasm/node';
import { describe, expect, it } from 'vitest';
import { addStimuli } from '../../../src/main/dataset/import/add-stimuli.ts';
import { openBData, type BDataFile } from '../../../src/main/dataset/import/bdata/bdata-file.ts';
import { labelsOf } from '../../../src/main/dataset/import/bdata/bdata-labels.ts';
import { recogniseFiles } from '../../../src/main/dataset/import/formats.ts';
import { importRecording } from '../../../src/main/dataset/import/import-recording.ts';
import { recipeFromMappings } from '../../../src/main/dataset/import/load-recipe.ts';
import { draftFromRecipe } from '../../../src/main/dataset/import/read-import.ts';
import { recogniseImport } from '../../../src/main/dataset/import/recognise.ts';
import { emptyImages, encodePng } from '../../../src/main/dataset/image-set.ts';
import { openArrays } from '../../../src/main/dataset/readers/open-arrays.ts';
import type { RecordingDraft } from '../../../src/main/dataset/recording-draft.ts';
import { openRecording } from '../../../src/main/dataset/recording-store.ts';
import { godLikeLabels, godLikeRegion, godLikeStimulus, writeGodLike } from '../../support/god-like.ts';
import { hasShared, sharedAbsent, sharedPath } from '../../support/shared-data.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { options } from './support.ts';

interface Oracle {
  readonly selectors: Readonly<Record<string, { shape: [number, number]; sum: number; row_7: number[] }>>;
  readonly labels: readonly string[];
  readonly stimulus_names: Readonly<Record<string, string>>;
  readonly metadata_keys: readonly string[];
}

async function recognised(...paths: readonly string[]): Promise<RecordingDraft> {
  const { recipe, guesses } = await recogniseFiles(paths);
  expect(recipe).toMatchObject({ format: 'bdata' });
  return draftFromRecipe(recipeFromMappings(recipe, undefined, guesses));
}

/** The columns of a selection, sample by sample. */
async function selected(file: BDataFile, expression: string): Promise<number[][]> {
  const columns = file.select(expression);
  const rows: number[][] = [];
  for await (const block of file.blocks()) {
    for (let row = 0; row < block.count; row++)
      rows.push(columns.map((column) => block.data[row * file.columns + column]));
  }
  return rows;
}

describe.skipIf(!hasShared)(`a file that bdpy wrote (skipped when ${sharedAbsent})`, () => {
  const oracle = () => JSON.parse(readFileSync(sharedPath('oracles', 'bdata.json'), 'utf8')) as Oracle;

  it('answers every selection as bdpy does', async () => {
    const arrays = await openArrays(sharedPath('oracles', 'god_like.h5'));
    const file = await openBData(arrays);
    const { selectors, metadata_keys: keys } = oracle();
    expect(file.keys).toEqual(keys);
    for (const [expression, { shape, sum, row_7 }] of Object.entries(selectors)) {
      const rows = await selected(file, expression);
      expect([rows.length, rows[0].length], expression).toEqual(shape);
      expect(rows.flat().reduce((total, value) => total + value, 0)).toBeCloseTo(sum, 9);
      rows[7].forEach((value, i) => {
        expect(value).toBeCloseTo(row_7[i], 7);
      });
    }
    expect(() => file.select('ROI_V9')).toThrow(expect.objectContaining({ code: 'REGION_UNKNOWN' }) as Error);
    arrays.close();
  });

  it('has the labels that bdpy gives, from its value map and from the ids of its stimuli', async () => {
    const arrays = await openArrays(sharedPath('oracles', 'god_like.h5'));
    const file = await openBData(arrays);
    const { labels, stimulus_names: names } = oracle();
    const texts = await file.labels('Label');
    expect(Object.fromEntries([...(texts ?? [])].map(([value, text]) => [value.toFixed(1), text]))).toEqual(names);
    const column = async (key: string) => Float64Array.from((await selected(file, key)).flat());
    expect(labelsOf(await column('Label'), 'label', texts, 'Label')).toEqual(labels);
    expect(labelsOf(await column('stimulus_id'), 'wordnet', null, 'stimulus_id')).toEqual(labels);
    arrays.close();
  });

  it('is recognised as Generic Object Decoding and imports without its images', async () => {
    const root = temporaryFolder();
    const { recipe, guesses } = await recogniseFiles([sharedPath('oracles', 'god_like.h5')]);
    expect(guesses).toMatchObject([
      { about: 'format', choice: 'BData', reason: expect.stringContaining('Generic Object') as string },
    ]);
    const { id } = await importRecording(root, recipeFromMappings(recipe), options);
    const { metadata, voxels } = openRecording(root, id);
    const { selectors, labels } = oracle();
    const place = (name: string) => metadata.regions.find((region) => region.name === name)?.voxels ?? [];
    for (const region of ['V1']) {
      const row = place(region).map((voxel) => voxels[7 * metadata.voxels + voxel]);
      row.forEach((value, i) => {
        expect(value).toBeCloseTo(selectors[`ROI_${region}`].row_7[i], 6);
      });
    }
    expect(metadata.columns.stimulusName).toEqual(labels);
    expect(metadata.columns.set?.map((set) => set)).toEqual(
      (await setsOf(sharedPath('oracles', 'god_like.h5'))).map((value) => ['train', 'test', 'other'][value - 1]),
    );
  });

  it('keeps its texts where they are of fixed length and padded', async () => {
    const draft = await recognised(sharedPath('data', 'bdata', 'sample_vmap.h5'));
    expect([draft.sampleCount, draft.voxelCount]).toEqual([8, 10]);
    expect(draft.columns.stimulusName).toEqual([
      'label-01',
      'label-03',
      'label-04',
      'label-02',
      'label-03',
      'label-01',
      'label-02',
      'label-04',
    ]);
  });
});

async function setsOf(path: string): Promise<number[]> {
  const arrays = await openArrays(path);
  const rows = await selected(await openBData(arrays), 'DataType');
  arrays.close();
  return rows.flat();
}

describe('a file in the published layout of Generic Object Decoding', () => {
  const samples = 220;
  const voxels = 200;

  it('has its regions and unions, sets, runs, synsets and positions; wrong indices are not believed', async () => {
    const path = join(temporaryFolder(), 'Subject1.h5');
    await writeGodLike(path, { samples, voxels });
    const draft = await recognised(path);
    expect([draft.subject, draft.sampleCount, draft.voxelCount]).toEqual(['Subject1', samples, voxels]);
    for (const name of ['V1', 'LOC', 'PPA', 'LVC', 'HVC', 'VC']) {
      expect(draft.regions.find((region) => region.name === name)?.voxels).toEqual(godLikeRegion(name, voxels));
    }
    const all = Array.from({ length: samples }, (_, sample) => sample);
    expect(draft.columns.set).toEqual(
      all.map((sample) => ['train', 'test', 'other'][godLikeLabels(sample).DataType - 1]),
    );
    expect(draft.columns.stimulusName).toEqual(all.map(godLikeStimulus));
    expect(draft.columns.category).toEqual(all.map((sample) => godLikeStimulus(sample).split('_')[0]));
    expect(draft.columns.run).toEqual(all.map((sample) => String(godLikeLabels(sample).Run)));
    expect(draft.positions?.[41]).toEqual([-57, -87, 18]);
  });

  it('misses no image of what was imagined, and names every union once with its parts', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'Subject1.h5');
    await writeGodLike(path, { samples: 20, voxels });
    const shown = Array.from({ length: 20 }, (_, sample) => sample).filter((s) => godLikeLabels(s).DataType < 3);
    const [missing, ...present] = shown.map(godLikeStimulus);
    const { recipe } = await recogniseFiles([path, await writeImages(folder, present)]);
    const { report } = await recogniseImport(recipeFromMappings(recipe));
    expect(report.stimuli.report.missing).toEqual([{ stimulus: missing, samples: 1 }]);
    expect(report.warnings).toEqual([
      `1 image that was shown is missing (${missing}); the import will refuse that ("stimuli: { missing: error }").`,
      '2 samples have no image and need none: nothing was shown, or it was imagined.',
      'The region LVC contains V1, V2, V3: an experiment may use LVC, or what it contains, not both.',
      'The region VC contains V1, V2, V3, V4, LOC, FFA, PPA, LVC, HVC: an experiment may use VC, or what it contains, not both.',
      'The region HVC contains LOC, FFA, PPA: an experiment may use HVC, or what it contains, not both.',
      '10 voxels are in no region.',
    ]);
  });

  it('gets its images later without those of what was imagined', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'Subject1.h5');
    await writeGodLike(path, { samples: 20, voxels });
    const shown = Array.from({ length: 20 }, (_, sample) => sample).filter((s) => godLikeLabels(s).DataType < 3);
    const images = { folder: await writeImages(folder, shown.map(godLikeStimulus)) };
    const { recipe } = await recogniseFiles([path]);
    const root = join(folder, 'workspace');
    const bare = await importRecording(root, recipeFromMappings(recipe), options);
    const added = await addStimuli(root, bare.id, { images }, options);
    const whole = await importRecording(join(folder, 'other'), recipeFromMappings({ ...recipe, images }), options);
    expect(added.contentHash).toBe(whole.contentHash);
    expect(added.columns.stimulus.filter((index) => index === null)).toHaveLength(2);
  });

  it('takes selections and keys from a recipe, and names the keys for one that is not there', async () => {
    const folder = temporaryFolder();
    await writeGodLike(join(folder, 'S.h5'), { samples: 40, voxels });
    const recipe = { format: 'bdata', file: 'S.h5', voxels: 'ROI_LVC - ROI_V3' };
    const early = { early: 'ROI_V1 + ROI_V2', V2: 'ROI_V2' };
    const draft = await draftFromRecipe(
      recipeFromMappings({ ...recipe, regions: early, columns: { run: 'Block', category: { value: 'x' } } }, folder),
    );
    const first = [...godLikeRegion('V1', voxels), ...godLikeRegion('V2', voxels)];
    expect(draft.voxelCount).toBe(first.length);
    expect(draft.regions[1].voxels).toEqual(godLikeRegion('V2', voxels).map((voxel) => first.indexOf(voxel)));
    expect(draft.columns.run?.slice(0, 3)).toEqual(['1', '2', '3']);
    const refused = draftFromRecipe(recipeFromMappings({ ...recipe, columns: { run: 'Runs' } }, folder));
    await expect(refused).rejects.toMatchObject({
      code: 'ARRAY_MISSING',
      hint: expect.stringContaining('DataType') as string,
    });
    const empty = draftFromRecipe(recipeFromMappings({ ...recipe, regions: { LOC: 'ROI_LOC' } }, folder));
    await expect(empty).rejects.toMatchObject({ code: 'REGION_EMPTY' });
  });
});

/** Grey images that all differ. @returns their folder */
async function writeImages(parent: string, names: readonly string[]): Promise<string> {
  const folder = join(parent, 'images');
  mkdirSync(folder);
  for (const [index, name] of [...new Set(names)].entries()) {
    const image = emptyImages(1, 2, 2, 1);
    image.data.fill(index / 255);
    writeFileSync(join(folder, `${name}.png`), await encodePng(image));
  }
  return folder;
}

interface Column {
  readonly key: string;
  readonly values: readonly number[];
  readonly texts?: Readonly<Record<string, string>>;
}

/** A small BData file under the names of old versions, or shipped as several. */
async function writeSmall(
  path: string,
  voxels: readonly number[][],
  columns: readonly Column[],
  { old = false, region = 'ROI_V1' } = {},
): Promise<void> {
  await ready;
  const [dataset, metadata] = old ? ['dataSet', 'metaData'] : ['dataset', 'metadata'];
  const width = voxels[0].length + columns.length;
  const file = new File(path, 'w');
  const data = voxels.flatMap((row, sample) => [...row, ...columns.map(({ values }) => values[sample])]);
  const rows = [
    ['VoxelData', region, 'voxel_x', 'voxel_y', 'voxel_z'].map(() =>
      Array.from({ length: width }, (_, column) => (column < voxels[0].length ? 1 : NaN)),
    ),
    columns.map((_, i) =>
      Array.from({ length: width }, (_unused, column) => (column === voxels[0].length + i ? 1 : 0)),
    ),
  ].flat();
  file.create_dataset({ name: dataset, data: Float64Array.from(data), shape: [voxels.length, width], dtype: '<d' });
  file.create_group(metadata);
  const keys = ['VoxelData', region, 'voxel_x', 'voxel_y', 'voxel_z', ...columns.map(({ key }) => key)];
  file.create_dataset({ name: `${metadata}/key`, data: keys });
  file.create_dataset({
    name: `${metadata}/value`,
    data: Float64Array.from(rows.flat()),
    shape: [keys.length, width],
    dtype: '<d',
  });
  file.create_group('vmap');
  for (const { key, texts = {} } of columns) {
    file.create_group(`vmap/${key}`);
    for (const [value, text] of Object.entries(texts))
      file.create_dataset({ name: `vmap/${key}/${value}`, data: text });
  }
  file.close();
}

describe('files as Deep Image Reconstruction ships them', () => {
  const names = (values: readonly number[]): Column => ({
    key: 'stimulus_name',
    values,
    texts: Object.fromEntries(values.map((value) => [value.toFixed(1), `n0151887${value}_${value}`])),
  });

  it('become one recording of training and test, told apart by the names of the files', async () => {
    const folder = temporaryFolder();
    const paths = ['sub-01_NaturalImageTraining_VC.h5', 'sub-01_NaturalImageTest_VC.h5'].map((name) =>
      join(folder, name),
    );
    await writeSmall(
      paths[0],
      [
        [1, 2],
        [3, 4],
      ],
      [names([1, 2]), { key: 'Run', values: [1, 1] }],
    );
    await writeSmall(paths[1], [[5, 6]], [names([7]), { key: 'Run', values: [1] }]);
    const draft = await recognised(...paths);
    expect([...draft.voxels]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(draft.columns.set).toEqual(['train', 'train', 'test']);
    expect(draft.columns.stimulusName).toEqual(['n01518871_1', 'n01518872_2', 'n01518877_7']);
    expect(draft.columns.category).toEqual(['n01518871', 'n01518872', 'n01518877']);
    // Run 1 of the training is another one than run 1 of the test.
    expect(new Set(draft.columns.run).size).toBe(2);
  });

  it('are refused when their voxels differ', async () => {
    const folder = temporaryFolder();
    const paths = ['a.h5', 'b.h5'].map((name) => join(folder, name));
    await writeSmall(
      paths[0],
      [
        [1, 2],
        [3, 4],
      ],
      [names([1, 2])],
    );
    await writeSmall(paths[1], [[5]], [names([7])]);
    await expect(recognised(...paths)).rejects.toMatchObject({
      code: 'ARRAY_SHAPE',
      message: expect.stringContaining('b.h5') as string,
    });
  });

  it('load under the names of old versions, too', async () => {
    const path = join(temporaryFolder(), 'old.h5');
    await writeSmall(
      path,
      [
        [1, 2],
        [3, 4],
      ],
      [names([1, 2])],
      { old: true },
    );
    expect([...(await recognised(path)).voxels]).toEqual([1, 2, 3, 4]);
  });

  it('have no region without a name', async () => {
    const path = join(temporaryFolder(), 'nameless.h5');
    await writeSmall(path, [[1, 2]], [names([1])], { region: 'ROI_' });
    expect((await recognised(path)).regions).toEqual([{ name: 'all', voxels: [0, 1] }]);
  });

  it('name the value that the file has no text for', async () => {
    const path = join(temporaryFolder(), 'gap.h5');
    await writeSmall(
      path,
      [
        [1, 2],
        [3, 4],
      ],
      [{ key: 'Label', values: [1, 9], texts: { '1.0': 'one' } }],
    );
    await expect(recognised(path)).rejects.toMatchObject({
      code: 'ARRAY_TYPE',
      message: expect.stringContaining('value 9') as string,
    });
  });
});

describe('a file of the old MATLAB flavour', () => {
  it('has the same meaning', async () => {
    const draft = await recognised(join(import.meta.dirname, 'fixtures', 'old-bdata.mat'));
    expect([...draft.voxels]).toEqual([0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5]);
    expect(draft.regions).toEqual([
      { name: 'V1', voxels: [0, 1] },
      { name: 'V2', voxels: [1, 2] },
    ]);
    expect(draft.columns).toMatchObject({ run: ['1', '1', '2'], stimulusName: ['11', '12', '11'] });
  });
});
