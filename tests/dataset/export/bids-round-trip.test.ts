import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportBids } from '../../../src/main/dataset/export/export-bids.ts';
import { recogniseFiles } from '../../../src/main/dataset/import/formats.ts';
import { importRecording } from '../../../src/main/dataset/import/import-recording.ts';
import { checkRecipe, recipeFromMappings, type LoadedRecipe } from '../../../src/main/dataset/import/load-recipe.ts';
import { draftFromRecipe } from '../../../src/main/dataset/import/read-import.ts';
import { recogniseImport } from '../../../src/main/dataset/import/recognise.ts';
import { openRecording, writeRecording, type Recording } from '../../../src/main/dataset/recording-store.ts';
import type { RecordingDraft } from '../../../src/main/dataset/recording-draft.ts';
import { recordingSpace, voxelPositions, type Grid } from '../../../src/main/dataset/volumes/grid.ts';
import { encodeNiftiVolume } from '../../../src/main/dataset/volumes/nifti-writer.ts';
import { simulatedDataset } from '../simulate/bids-support.ts';
import { tinyOptions } from '../simulate/support.ts';
import { writeTree } from '../bids/files.ts';
import { options } from '../import/support.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

async function loadedFrom(paths: readonly string[], entries: Readonly<Record<string, unknown>> = {}): Promise<LoadedRecipe> {
  const { recipe, guesses } = await recogniseFiles(paths);
  return recipeFromMappings({ ...recipe, ...entries }, '/', guesses);
}

async function exported(root: string, id: string): Promise<string> {
  const folder = join(temporaryFolder(), 'exported');
  await exportBids(folder, openRecording(root, id), new AbortController().signal);
  return folder;
}

const grid: Grid = {
  shape: [3, 4, 2],
  affine: [
    [-3.3, 0, 0, 10.1],
    [0, 3.4, 0, -20],
    [0, 0, 3, 5],
    [0, 0, 0, 1],
  ],
};
const voxels = [1, 5, 13, 20];

/** What labels, headers of float32 and masks of regions cannot say. */
const awkward: RecordingDraft = {
  name: 'Figures of day 1',
  subject: 'S 1, left-handed',
  voxels: Float32Array.from([0.1, -0, 1e-40, 0, 3.25, -7.125, 1e30, 8, 9, 10, 11, 12]),
  sampleCount: 3,
  voxelCount: 4,
  positions: voxelPositions(grid, voxels),
  space: recordingSpace(grid, voxels),
  regions: [
    { name: 'left V2', voxels: [1, 2] },
    { name: 'V1', voxels: [0] },
    { name: 'v-1', voxels: [0, 1] },
  ],
  images: { count: 0, load: () => Promise.reject(new Error('There is no image.')) },
  stimuli: [],
  columns: {
    stimulus: [null, null, null],
    stimulusName: ['face 1', null, 'face 1'],
    averagedOver: [1, 24, 3],
    run: ['1', '1', '2'],
    session: ['day one', 'day one', 'day two'],
    category: ['rest', 'rest', 'rest'],
    set: ['train', 'other', 'test'],
  },
  preprocessing: [{ name: 'z-score', parameters: { within: 'run', sets: [1, 2] } }],
  provenance: { sources: [], recipe: {} },
};

async function awkwardRecording(): Promise<{ root: string; source: Recording; folder: string }> {
  const root = join(temporaryFolder(), 'workspace');
  const { id } = await writeRecording(root, awkward, options);
  return { root, source: openRecording(root, id), folder: await exported(root, id) };
}

describe('a recording that is exported as BIDS and imported again', () => {
  it('has the same content, whatever its names are and wherever its voxels lie', async () => {
    const { source, folder } = await awkwardRecording();
    const loaded = await loadedFrom([folder]);
    expect(loaded.recipe.format).toBe('statmaps');
    const root = join(temporaryFolder(), 'elsewhere');
    const metadata = await importRecording(root, loaded, options);
    const { createdAt, provenance, ...same } = source.metadata;
    expect(metadata).toMatchObject(same);
    expect(metadata.contentHash).toBe(source.metadata.contentHash);
    expect(provenance.sources).toEqual([]);
    expect(createdAt).not.toBe('');
    expect(metadata.provenance.sources.map(({ path }) => path.replace(/.*\//, '')).sort()).toEqual([
      'sub-S1lefthanded_desc-samples_mask.nii.gz',
      'sub-S1lefthanded_desc-samples_statmap.json',
      'sub-S1lefthanded_desc-samples_statmap.nii.gz',
      'sub-S1lefthanded_desc-samples_statmap.tsv',
      'sub-S1lefthanded_label-V1_mask.nii.gz',
      'sub-S1lefthanded_label-leftV2_mask.nii.gz',
      'sub-S1lefthanded_label-v1x2_mask.nii.gz',
    ]);
  });

  it('says that pictures do not come along, and has them again when their folder is given beside it', async () => {
    const { folder: dataset } = await simulatedDataset(
      { ...tinyOptions, trainingCategories: 6, testCategories: 2, trialsPerRun: 6, runsPerSession: 2 },
      { preprocessed: true },
    );
    const root = join(temporaryFolder(), 'workspace');
    const source = await importRecording(root, await loadedFrom([dataset]), options);
    const folder = await exported(root, source.id);
    const { report } = await recogniseImport(await loadedFrom([folder]));
    expect(report).toMatchObject({ samples: source.samples, voxels: source.voxels, format: 'BIDS statistical maps' });
    expect(report.guesses).toContainEqual({
      about: 'images',
      choice: 'none',
      reason: expect.stringContaining('no pictures: give their folder beside it') as string,
    });
    const withPictures = await loadedFrom([folder, join(dataset, 'stimuli')]);
    const again = await importRecording(root, withPictures, options);
    expect(again.id).toBe(source.id);
    const { recipe } = await draftFromRecipe(withPictures).then(({ provenance }) => provenance);
    const kept = { recipe: checkRecipe(recipe, 'The recipe'), folder: '/', path: null, guesses: [] };
    const fromRecipe = await importRecording(join(temporaryFolder(), 'elsewhere'), kept, options);
    expect(fromRecipe.contentHash).toBe(source.contentHash);
  });

  it('may be called otherwise', async () => {
    const { folder } = await awkwardRecording();
    expect((await draftFromRecipe(await loadedFrom([folder], { subject: 'S 2' }))).subject).toBe('S 2');
  });

  it('takes only the voxels of the regions that a recipe names', async () => {
    const { folder } = await awkwardRecording();
    const mask = join(folder, 'sub-S1lefthanded', 'func', 'sub-S1lefthanded_label-leftV2_mask.nii.gz');
    const draft = await draftFromRecipe(await loadedFrom([folder], { regions: { V2: { mask } } }));
    expect(draft.space?.indices).toEqual([5, 13]);
    expect(draft.voxels[2]).toBe(awkward.voxels[5]);
  });

  it('is refused when rows of the table are missing or in another order', async () => {
    const { folder } = await awkwardRecording();
    const table = join(folder, 'sub-S1lefthanded', 'func', 'sub-S1lefthanded_desc-samples_statmap.tsv');
    const [header, ...rows] = readFileSync(table, 'utf8').trimEnd().split('\n');
    writeFileSync(table, [header, ...rows.toReversed()].join('\n'));
    await expect(draftFromRecipe(await loadedFrom([folder]))).rejects.toMatchObject({ code: 'FILE_DAMAGED' });
    writeFileSync(table, [header, ...rows.slice(1)].join('\n'));
    await expect(draftFromRecipe(await loadedFrom([folder]))).rejects.toMatchObject({
      code: 'ARRAY_SHAPE',
      message: expect.stringContaining('2 rows for 3 volumes') as string,
    });
  });
});

describe("another program's maps with a table of their volumes", () => {
  const affine = [
    [2, 0, 0, 0],
    [0, 2, 0, 0],
    [0, 0, 2, 0],
  ] as const;
  const volume = (...values: readonly number[]) => encodeNiftiVolume({ size: [2, 1, 1], affine }, Float32Array.from(values));
  const folder = (): string =>
    writeTree(temporaryFolder(), {
      'dataset_description.json': '{"Name": "Betas", "DatasetType": "derivative"}',
      'sub-01/func/sub-01_run-1_betas.nii.gz': volume(1, 2),
      'sub-01/func/sub-01_run-1_betas.tsv': 'stim_file\ttrial_type\na.png\trest\n',
      'sub-01/func/sub-01_run-2_betas.nii.gz': volume(3, 4),
      'sub-01/func/sub-01_run-2_betas.tsv': 'stim_file\ttrial_type\nb.png\tface\n',
      'sub-01/anat/sub-01_label-V1_mask.nii.gz': volume(0, 1),
    });

  it('are samples of the voxels of its masks, runs by the names of the files', async () => {
    const draft = await draftFromRecipe(await loadedFrom([folder()]));
    expect([...draft.voxels]).toEqual([2, 4]);
    expect(draft.regions).toEqual([{ name: 'V1', voxels: [0] }]);
    expect(draft.columns).toMatchObject({ run: ['1', '2'], category: ['rest', 'face'], stimulusName: ['a.png', 'b.png'] });
  });

  it('must be of one kind, or be chosen', async () => {
    const root = folder();
    const func = join(root, 'sub-01', 'func');
    for (const end of ['nii.gz', 'tsv']) cpSync(join(func, `sub-01_run-1_betas.${end}`), join(func, `sub-01_run-1_space-MNI_betas.${end}`));
    await expect(draftFromRecipe(await loadedFrom([root]))).rejects.toMatchObject({
      code: 'INVALID_RECIPE',
      hint: expect.stringContaining('maps: [') as string,
    });
    const maps = [join(func, 'sub-01_run-2_betas.nii.gz')];
    expect((await draftFromRecipe(await loadedFrom([root], { maps }))).voxels[0]).toBe(4);
  });

  it('need a table and voxels', async () => {
    const root = folder();
    rmSync(join(root, 'sub-01', 'anat'), { recursive: true });
    await expect(draftFromRecipe(await loadedFrom([root]))).rejects.toMatchObject({ code: 'INVALID_RECIPE' });
    for (const run of [1, 2]) rmSync(join(root, 'sub-01', 'func', `sub-01_run-${run}_betas.tsv`));
    expect((await recogniseFiles([root])).recipe.format).toBe('bids');
  });
});
