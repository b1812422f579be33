import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeImage, loadStimuli } from '../../../src/main/dataset/image-set.ts';
import { draftFromRecipe } from '../../../src/main/dataset/import/read-import.ts';
import { writeContactSheet } from '../../../src/main/dataset/import/contact-sheet.ts';
import { guessRecipe } from '../../../src/main/dataset/import/guess-recipe.ts';
import { importRecording } from '../../../src/main/dataset/import/import-recording.ts';
import { readRecipe, recipeFromMappings } from '../../../src/main/dataset/import/load-recipe.ts';
import type { ArraysRecipeInput } from '../../../src/main/dataset/import/arrays-recipe.ts';
import { recogniseImport } from '../../../src/main/dataset/import/recognise.ts';
import { openRecording } from '../../../src/main/dataset/recording-store.ts';
import { hasShared, sharedAbsent, sharedPath } from '../../support/shared-data.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { contents, options } from './support.ts';

const folder = sharedPath('data', 'miyawaki2008');
const mapping = (order: 'column-major' | 'row-major' = 'column-major') =>
  ({
    subject: 'S1',
    file: 'V1_mean_figure.mat',
    voxels: { array: 'R2', layout: 'voxels-by-samples' },
    images: { array: 'I2', layout: 'pixels-by-images', height: 10, width: 10, order },
    regions: { V1: 'all' },
  }) satisfies ArraysRecipeInput;

describe.skipIf(!hasShared)(`the recording of Miyawaki et al. 2008 (skipped when ${sharedAbsent})`, () => {
  it('imports to 80 samples of 797 voxels and ten stimuli shown eight times each', async () => {
    const root = temporaryFolder();
    const { id } = await importRecording(root, recipeFromMappings(mapping(), folder), options);
    const { metadata, voxels } = openRecording(root, id);
    expect([metadata.samples, metadata.voxels, metadata.stimuli.length]).toEqual([80, 797, 10]);
    expect(voxels).toHaveLength(80 * 797);
    const shown = metadata.stimuli.map((_, i) => metadata.columns.stimulus.filter((index) => index === i).length);
    expect(shown).toEqual(new Array(10).fill(8));
    expect(Math.max(...metadata.columns.repetition)).toBe(7);
    expect(metadata.regions).toEqual([{ name: 'V1', voxels: Array.from({ length: 797 }, (_, i) => i) }]);
    expect(metadata.provenance.sources).toEqual([
      { path: 'V1_mean_figure.mat', bytes: 494782, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
    ]);
  });

  it('shows upright letters column-major and fallen ones row-major, and their contact sheets differ', async () => {
    const root = temporaryFolder();
    const images = [];
    for (const order of ['column-major', 'row-major'] as const) {
      const recipe = recipeFromMappings(mapping(order), folder);
      await writeContactSheet(join(root, `${order}.png`), await draftFromRecipe(recipe));
      const { stimuli } = await importRecording(join(root, order), recipe, options);
      images.push(await loadStimuli(join(root, order), stimuli, 'own'));
    }
    const [upright, fallen] = images;
    // The letter n of "neuro": its bar is at the top, its legs reach the lowest row.
    const rows = Array.from({ length: 10 }, (_, y) =>
      Array.from(upright.data.subarray(500 + y * 10, 510 + y * 10), (value) => (value > 0.5 ? '#' : '.')).join(''),
    );
    expect(rows.filter((row) => row.includes('#'))).toEqual(['...####...', ...new Array<string>(4).fill('...#..#...')]);
    for (let y = 0; y < 10; y++) {
      for (let x = 0; x < 10; x++) expect(fallen.data[500 + x * 10 + y]).toBe(upright.data[500 + y * 10 + x]);
    }
    expect(readFileSync(join(root, 'column-major.png')).equals(readFileSync(join(root, 'row-major.png')))).toBe(false);
    const sheet = await decodeImage(join(root, 'column-major.png'));
    expect([sheet.width, sheet.channels]).toEqual([6 * 130 + 10, 3]);
  });

  it('is one recording when imported twice, by a recipe file and by mappings', async () => {
    const root = temporaryFolder();
    const first = await importRecording(root, recipeFromMappings(mapping(), folder), options);
    const before = contents(root);
    const file = join(temporaryFolder(), 'recipe.json');
    writeFileSync(file, JSON.stringify({ ...mapping(), file: join(folder, 'V1_mean_figure.mat') }));
    const second = await importRecording(root, readRecipe(file), options);
    expect(second.contentHash).toBe(first.contentHash);
    expect(contents(root)).toEqual(before);
  });

  it('is recognised from the file alone, saying what was guessed and why', async () => {
    const recipe = await guessRecipe([join(folder, 'V1_mean_figure.mat')]);
    expect(recipe.recipe).toMatchObject({
      voxels: { array: 'R2', layout: 'voxels-by-samples' },
      images: { array: 'I2' },
    });
    const { report } = await recogniseImport(recipe);
    expect(report).toMatchObject({
      samples: 80,
      voxels: 797,
      stimuli: { count: 10, repetitions: { least: 8, most: 8 } },
    });
    expect(report.stimuli.sizes).toEqual([{ width: 10, height: 10, channels: 1, count: 80 }]);
    expect(report.responses.large.voxels).toBe(56);
    expect(report.possibleSplits).toContainEqual({ kind: 'leave-repetition-out', folds: 8 });
    expect(Object.fromEntries(report.guesses.map(({ about, choice }) => [about, choice]))).toMatchObject({
      voxels: 'R2 [797, 80] float64',
      'images.order': 'column-major',
      'images.range': '0..1',
    });
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });
});
