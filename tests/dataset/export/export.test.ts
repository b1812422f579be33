import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportBData } from '../../../src/main/dataset/export/export-bdata.ts';
import { exportNumpy } from '../../../src/main/dataset/export/export-numpy.ts';
import { recogniseFiles } from '../../../src/main/dataset/import/formats.ts';
import { recipeFromMappings } from '../../../src/main/dataset/import/load-recipe.ts';
import { draftFromRecipe } from '../../../src/main/dataset/import/read-import.ts';
import { openArrays } from '../../../src/main/dataset/readers/open-arrays.ts';
import type { Recording } from '../../../src/main/dataset/recording-store.ts';
import { recordingFixture } from '../recording-fixture.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

function recording(): Recording {
  const metadata = recordingFixture({
    stimulus: [0, 1, 2, null, 0],
    voxels: 4,
    stimuli: ['n01518878_10042', 'two words', 'ß'].map((name) => ({ name })),
    regions: [
      { name: 'V1', voxels: [0, 2] },
      { name: 'left V2', voxels: [1, 2, 3] },
    ],
    columns: {
      run: ['1', '1', '2', '2', '3'],
      session: ['day one', 'day one', 'day one', 'day two', 'day two'],
      set: ['train', 'train', 'test', 'other', 'test'],
      averagedOver: [1, 1, 24, 1, 3],
      category: ['dog', 'cat', 'dog', null, 'cat'],
    },
  });
  const positions = [0, 1, 2, 3].map((voxel): [number, number, number] => [voxel * 3 - 4.5, -voxel, 0]);
  const voxels = Float32Array.from({ length: 20 }, (_, i) => Math.sin(i) * 10);
  return { metadata: { ...metadata, positions }, voxels };
}

describe('a recording that is exported', () => {
  it('as BData is the same again when it is imported', async () => {
    const source = recording();
    const path = join(temporaryFolder(), 'out.h5');
    await exportBData(path, source);
    await expectSameAgain(path, source, 'bdata');
  });

  it('as NumPy is the same again when it is imported', async () => {
    const source = recording();
    const path = join(temporaryFolder(), 'out.npz');
    exportNumpy(path, source);
    await expectSameAgain(path, source, 'arrays');
  });

  it('as NumPy has its voxels, masks, names and runs', async () => {
    const source = recording();
    const path = join(temporaryFolder(), 'out.npz');
    exportNumpy(path, source);
    const arrays = await openArrays(path);
    expect((await arrays.read('voxels')).data).toEqual(source.voxels);
    const mask = await arrays.read(`region_${source.metadata.regions[0].name}`);
    expect(mask.logical).toBe(true);
    expect([...mask.data.keys()].filter((voxel) => mask.data[voxel] === 1)).toEqual(source.metadata.regions[0].voxels);
    const { columns, stimuli } = source.metadata;
    expect(await arrays.readText('run')).toEqual(columns.run);
    expect(await arrays.readText('stimulus')).toEqual(
      columns.stimulus.map((index) => (index === null ? '' : stimuli[index].name)),
    );
    arrays.close();
  });

  it('leaves nothing behind when it is cancelled', async () => {
    const source = recording();
    const folder = temporaryFolder();
    await expect(exportBData(join(folder, 'out.h5'), source, AbortSignal.abort())).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  const python = process.env.CORTEXT_BDPY_PYTHON ?? 'python3';
  const hasBdpy = spawnSync(python, ['-c', 'import bdpy']).status === 0;
  it.skipIf(!hasBdpy)(
    'as BData has the same voxels, labels and regions for bdpy (skipped where Python has no bdpy)',
    async () => {
      const source = recording();
      const path = join(temporaryFolder(), 'out.h5');
      await exportBData(path, source);
      const script = `
import bdpy, json, sys
b = bdpy.BData(sys.argv[1])
print(json.dumps({"voxels": b.select("VoxelData").ravel().tolist(), "regions": {k[4:]: int(b.select('"' + k + '"').shape[1]) for k in b.metadata.key if k.startswith("ROI_")}, "stimuli": b.get_labels("stimulus_name"), "set": b.select("DataType").ravel().tolist()}))`;
      const { stdout, stderr } = spawnSync(python, ['-W', 'ignore', '-c', script, path], { encoding: 'utf8' });
      expect(stderr).toBe('');
      const { columns, stimuli, regions } = source.metadata;
      expect(JSON.parse(stdout)).toEqual({
        voxels: [...source.voxels],
        regions: Object.fromEntries(regions.map(({ name, voxels }) => [name, voxels.length])),
        stimuli: columns.stimulus.map((index) => (index === null ? 'n/a' : stimuli[index].name)),
        set: columns.set?.map((set) => ({ train: 1, test: 2, other: 3 })[set]),
      });
    },
  );
});

/** The file is recognised as that format, and holds what the recording holds. */
async function expectSameAgain(path: string, source: ReturnType<typeof recording>, format: string): Promise<void> {
  const { recipe } = await recogniseFiles([path]);
  expect(recipe.format).toBe(format);
  const draft = await draftFromRecipe(recipeFromMappings(recipe));
  const { columns, regions, positions, stimuli } = source.metadata;
  expect([...draft.voxels]).toEqual([...source.voxels]);
  expect(draft.regions).toEqual(regions);
  expect(draft.positions).toEqual(positions);
  expect(draft.columns).toMatchObject({
    run: columns.run,
    session: columns.session,
    set: columns.set,
    averagedOver: columns.averagedOver,
    category: columns.category,
    stimulusName: columns.stimulus.map((index) => (index === null ? null : stimuli[index].name)),
  });
}
