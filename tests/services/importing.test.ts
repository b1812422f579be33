import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importRecording } from '../../src/main/dataset/import/import-recording.ts';
import { previewImport, recipeFor } from '../../src/main/services/importing.ts';
import { writeGodLike } from '../support/god-like.ts';
import { hasShared, sharedAbsent, sharedPath } from '../support/shared-data.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const { signal } = new AbortController();

/** Hashes of an import of the files themselves, and of one by the recipe that looking at them has saved. */
async function hashes(paths: readonly string[], saveRecipe: string): Promise<[string, string]> {
  const contactSheet = join(temporaryFolder(), 'sheet.png');
  await previewImport({ paths }, { contactSheet, saveRecipe, signal });
  const hashOf = async (given: readonly string[]) => {
    const loaded = await recipeFor({ paths: given }, signal);
    return (await importRecording(temporaryFolder(), loaded, { cortextVersion: '0.1.0' })).contentHash;
  };
  return [await hashOf(paths), await hashOf([saveRecipe])];
}

describe('the recipe that a look at files has saved', () => {
  it.skipIf(!hasShared)(
    `imports the figures of Miyawaki et al. as they were recognised (skipped when ${sharedAbsent})`,
    async () => {
      const figures = sharedPath('data', 'miyawaki2008', 'V1_mean_figure.mat');
      const [direct, saved] = await hashes([figures], join(temporaryFolder(), 'deep', 'recipe.json'));
      expect(saved).toBe(direct);
    },
  );

  it('imports a BData file as it was recognised', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'Subject1.h5');
    await writeGodLike(path, { samples: 60, voxels: 100 });
    const [direct, saved] = await hashes([path], join(folder, 'recipe.yaml'));
    expect(saved).toBe(direct);
  });

  it('imports a table and a folder of images as they were recognised', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'recipes'));
    const rows = Array.from({ length: 12 }, (_, row) => [0.5, 1.25, -2].map((value) => value * (row + 1)).join());
    writeFileSync(join(folder, 'responses.csv'), `${rows.join('\n')}\n`);
    writeFileSync(
      join(folder, 'trials.tsv'),
      `run\tcategory\n${rows.map((_, row) => `${row % 3}\tc${row % 2}`).join('\n')}\n`,
    );
    const paths = ['responses.csv', 'trials.tsv'].map((name) => join(folder, name));
    const [direct, saved] = await hashes(paths, join(folder, 'recipes', 'recipe.yaml'));
    expect(saved).toBe(direct);
  });
});
