import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emptyImages, encodePng } from '../../src/main/dataset/image-set.ts';
import { hasShared, sharedAbsent, sharedPath } from '../support/shared-data.ts';
import { cortext, cortextJson } from '../support/small-workspace.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const figures = sharedPath('data', 'miyawaki2008', 'V1_mean_figure.mat');
const mapping = [
  'voxels=R2',
  'voxels.layout=voxels-by-samples',
  'images=I2',
  'images.layout=pixels-by-images',
  'images.height=10',
  'images.width=10',
  'images.order=column-major',
  'regions.V1.all=true',
].flatMap((entry) => ['--map', entry]);

interface Imported {
  readonly recording: string;
  readonly contentHash: string;
  readonly samples: number;
  readonly voxels: number;
  readonly stimuli: number;
}

describe.skipIf(!hasShared)(`cortext import (skipped when ${sharedAbsent})`, () => {
  it('brings the same recording from a mapping and from a recipe, once', async () => {
    const folder = temporaryFolder();
    const root = join(folder, 'workspace');
    const first = await cortextJson<Imported>('import', figures, '-w', root, '--subject', 'S1', ...mapping);
    expect(first).toMatchObject({ samples: 80, voxels: 797, stimuli: 10 });
    const recipe = join(folder, 'recipe.yaml');
    writeFileSync(
      recipe,
      `subject: S1
file: ${figures}
voxels: { array: R2, layout: voxels-by-samples }
images: { array: I2, layout: pixels-by-images, height: 10, width: 10, order: column-major }
regions: { V1: { all: true } }
`,
    );
    const second = await cortextJson<Imported>('import', recipe, '-w', root);
    expect(second).toEqual(first);
    const rows = await cortextJson<{ id: string }[]>('recordings', '-w', root);
    expect(rows.map((row) => row.id)).toEqual([first.recording]);
  });

  it('brings the same recording from the recipe that a dry run has saved, wherever that stands', async () => {
    const folder = temporaryFolder();
    const mapped = await cortextJson<Imported>('import', figures, '-w', join(folder, 'a'), '--subject', 'S1', ...mapping);
    const recipe = join(folder, 'recipes', 'saved.yaml');
    const sheet = ['--contact-sheet', join(folder, 'sheet.png')];
    const look = await cortext('import', figures, '--dry-run', '--save-recipe', recipe, ...sheet, '--subject', 'S1', ...mapping);
    expect(look.code).toBe(0);
    expect(await cortextJson<Imported>('import', recipe, '-w', join(folder, 'b'))).toEqual(mapped);
  });

  it('only looks in a dry run: it draws the stimuli, says what it recognised, and makes no workspace', async () => {
    const folder = temporaryFolder();
    const root = join(folder, 'workspace');
    const sheet = join(folder, 'sheet.png');
    const { code, stdout } = await cortext('import', figures, '--dry-run', '--contact-sheet', sheet, '-w', root);
    expect(code).toBe(0);
    expect(stdout).toContain('R2 [797, 80]');
    expect(stdout).toContain('56 voxels');
    expect(stdout).toContain('leave-repetition-out (8 folds)');
    expect(existsSync(sheet)).toBe(true);
    expect(existsSync(root)).toBe(false);
  });

  it('refuses a layout that does not fit with the one that would', async () => {
    const root = join(temporaryFolder(), 'workspace');
    const wrong = mapping.with(3, 'voxels.layout=samples-by-voxels');
    const { code, stderr } = await cortext('import', figures, '-w', root, ...wrong);
    expect(code).toBe(3);
    expect(stderr).toContain('V1_mean_figure.mat');
  });
});

describe.skipIf(!hasShared)(`a BData file on the command line (skipped when ${sharedAbsent})`, () => {
  it('is recognised, imported without images, gets them, and is exported as what it was', async () => {
    const folder = temporaryFolder();
    const root = join(folder, 'workspace');
    const file = sharedPath('oracles', 'god_like.h5');
    const look = await cortext('import', file, '--dry-run');
    expect(look.stdout).toMatch(/format: BData \(it has dataset and metadata\/key, with the keys of Generic Object Decoding\)/);
    const { recording } = await cortextJson<Imported>('import', file, '-w', root);
    mkdirSync(join(folder, 'images'));
    const image = emptyImages(1, 4, 4, 1);
    for (let i = 0; i < 12; i++) {
      image.data.fill(i / 12);
      writeFileSync(join(folder, 'images', `n${String(1518878 + i).padStart(8, '0')}_${10042 + i}.PNG`), await encodePng(image));
    }
    const report = join(folder, 'report.csv');
    const add = ['recordings', 'add-stimuli', recording, join(folder, 'images'), '--stimulus-report', report];
    const added = await cortextJson<Imported & { samplesWithoutImage: number }>(...add, '-w', root);
    expect(added).toMatchObject({ stimuli: 12, samplesWithoutImage: 0 });
    expect(readFileSync(report, 'utf8').split('\n')).toContain('matched,n01518878_10042,n01518878_10042.PNG,3');
    const out = join(folder, 'out.h5');
    await cortextJson('export', added.recording, '-f', 'bdata', '-o', out, '-w', root);
    const again = await cortextJson<Imported>('import', out, '-w', root, '--subject', 'god_like');
    // The same responses, regions, runs, sets and stimulus names as the file that it came from.
    expect(again.contentHash).toBe((await cortextJson<Imported>('import', file, '-w', root)).contentHash);
  });

  it('is read as plain arrays when the command says so', async () => {
    const { stderr, code } = await cortext('import', sharedPath('oracles', 'god_like.h5'), '--dry-run', '--map', 'format=arrays');
    expect(code).not.toBe(0);
    expect(stderr).toContain('dataset [36, 45] float64');
    const other = await cortext('import', figures, '--dry-run', '--map', 'format=bdata');
    expect(other).toMatchObject({ code: 3, stderr: expect.stringContaining('cannot be read as bdata') as string });
  });
});

describe('cortext import', () => {
  it('names the file that is not there', async () => {
    const root = join(temporaryFolder(), 'workspace');
    const { code, stderr } = await cortext('import', 'nothing.mat', '-w', root);
    expect(code).toBe(3);
    expect(stderr).toContain('FILE_NOT_FOUND');
    expect(stderr).toContain('nothing.mat');
    expect(existsSync(root)).toBe(false);
  });

  it('does not make a workspace of a folder that holds something else', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'thesis.txt'), 'important');
    const { code, stderr } = await cortext('import', 'nothing.mat', '-w', folder);
    expect(code).toBe(4);
    expect(stderr).toContain('neither a workspace nor an empty folder');
  });
});
