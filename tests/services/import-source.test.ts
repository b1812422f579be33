import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadImport } from '../../src/main/services/import-source.ts';
import { recipeFor } from '../../src/main/services/importing.ts';
import { writeNpz } from '../../src/main/dataset/simulate/npz-writer.ts';
import { arrays } from '../dataset/import/support.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const { signal } = new AbortController();
const recipe = 'file: data.npz\nvoxels: voxels\n';

function folderOfArrays(): string {
  const folder = join(temporaryFolder(), 'lab');
  mkdirSync(folder);
  writeNpz(join(folder, 'data.npz'), arrays());
  writeFileSync(join(folder, 'README.md'), 'about these data');
  writeFileSync(join(folder, '.DS_Store'), '');
  return folder;
}

describe('what a user points at', () => {
  it('is the data in a folder, without what stands beside them', async () => {
    const folder = folderOfArrays();
    const { stated } = await loadImport({ paths: [folder] }, undefined, signal);
    expect(stated).toMatchObject({ format: 'arrays', file: join(folder, 'data.npz') });
    expect((await recipeFor({ paths: [folder] }, signal)).recipe).toMatchObject(stated);
    // As an archive unpacks into a folder of its own name.
    expect((await loadImport({ paths: [join(folder, '..')] }, undefined, signal)).stated).toEqual(stated);
  });

  it('is the recipe beside the data, but not any YAML file of a dataset', async () => {
    const folder = folderOfArrays();
    writeFileSync(join(folder, 'recipe.yaml'), recipe);
    const { loaded } = await loadImport({ paths: [folder] }, undefined, signal);
    expect(loaded).toMatchObject({
      path: join(folder, 'recipe.yaml'),
      folder,
      recipe: { voxels: { array: 'voxels' } },
    });
    const both = ['recipe.yaml', 'data.npz'].map((name) => join(folder, name));
    expect((await loadImport({ paths: both }, undefined, signal)).loaded.path).toBe(both[0]);
    // Put right in a window, its paths still start at the recipe.
    expect((await loadImport({ paths: [folder] }, { file: 'data.npz' }, signal)).loaded.folder).toBe(folder);

    const dataset = temporaryFolder();
    mkdirSync(join(dataset, 'sub-01'));
    writeFileSync(join(dataset, 'environment.yml'), 'dependencies: []\n');
    expect((await loadImport({ paths: [dataset] }, undefined, signal)).stated).toMatchObject({
      format: 'bids',
      folder: dataset,
    });
  });

  it('is refused with a sentence when it holds nothing, or is no recipe', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'LICENSE'), '');
    await expect(loadImport({ paths: [folder] }, undefined, signal)).rejects.toMatchObject({ code: 'FORMAT_UNKNOWN' });
    await expect(loadImport({ paths: [folder] }, 'a: [', signal)).rejects.toMatchObject({ code: 'INVALID_RECIPE' });
    await expect(loadImport({ paths: [folder] }, 'words', signal)).rejects.toMatchObject({ code: 'INVALID_RECIPE' });
    await expect(loadImport({ paths: [join(folder, 'gone')] }, undefined, signal)).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
    });
  });
});
