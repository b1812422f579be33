/** Regions and splits from the command line, before anything is trained. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scannedWorkspace } from '../support/scanned-workspace.ts';
import { cortext, cortextJson, smallRecording, smallTraining } from '../support/small-workspace.ts';

let root = '';
let recording = '';
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'cortext-regions-'));
  recording = (await smallRecording(root)).id;
});
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

describe('cortext regions', () => {
  it('defines regions, lists them, and trains on them', async () => {
    const early = await cortext('regions', 'define', recording, 'early', 'V1 + V2', '-w', root);
    expect(early.stdout).toContain('early: 40 voxels (V1 + V2)');
    const list = join(root, 'list.json');
    writeFileSync(list, JSON.stringify({ train: [...Array(20).keys()], test: [20, 21, 22] }));
    const split = ['--split', 'fixed', '--split-list', list];
    const steady = await cortext(
      ...['regions', 'define', recording, 'steady', '--statistic', 'stimulus-f', '--within', 'early', '--top', '5'],
      ...['-w', root, ...split],
    );
    expect(steady.stdout).toContain('steady: 5 voxels (best 5 by stimulus-f within early)');
    expect(steady.stdout).toContain('Chosen on 20 samples, none of which may test.');
    const listed = await cortext('regions', recording, '-w', root);
    expect(listed.stdout).toMatch(/steady +5 +best 5 by stimulus-f within early/);
    expect(listed.stdout).toMatch(/V1 and early +25 +100 %/);
    const reliability = await cortext('regions', 'statistics', recording, '-w', root);
    expect(reliability.stdout).toMatch(/reliability over 32 samples\n\nregion +median +best voxel\nV1 +-?\d/);
    const train = ['train', '-r', recording, '-w', root, '--create-only', '--regions', 'steady', ...smallTraining(4)];
    expect((await cortext(...train, ...split)).code).toBe(0);
    const leaking = await cortext(...train);
    expect(leaking.code).toBe(3);
    expect(leaking.stderr).toContain('region steady (6 of 18 test samples)');
  });

  it('says what it needs', async () => {
    const neither = await cortext('regions', 'define', recording, 'x', '-w', root);
    expect([neither.code, neither.stderr]).toEqual([2, expect.stringContaining('in one way: by an expression')]);
    const noRule = await cortext('regions', 'define', recording, 'x', '--statistic', 'variance', '-w', root);
    expect([noRule.code, noRule.stderr]).toEqual([2, expect.stringContaining('--top or --above')]);
    const unknown = await cortext('regions', 'define', recording, 'x', 'V1 - V7', '-w', root);
    expect([unknown.code, unknown.stderr]).toEqual([3, expect.stringContaining('It has V1, V2')]);
  });
});

describe('cortext regions define on a recording that was scanned', () => {
  it('reaches spheres, masks and atlases', async () => {
    const { root: scanned, recording: metadata, dataset } = await scannedWorkspace();
    const define = ['regions', 'define', metadata.id];
    const centre = metadata.positions?.[0].join(',') ?? '';
    const sphere = await cortext(...define, 'ball', `--sphere=${centre}`, '--radius', '6', '-w', scanned);
    expect(sphere.stdout).toMatch(/^ball: \d+ voxels \(the sphere of 6 mm around .*; \d+ more are no voxels of the recording/);
    const masks = join(dataset, 'derivatives', 'regions', 'sub-01');
    const mask = join(masks, 'func', 'sub-01_space-func_label-V1_mask.nii.gz');
    const one = await cortextJson<{ voxels: number; lost: number }>(...define, 'first', '--mask', mask, '-w', scanned);
    expect(one).toMatchObject({ voxels: 120, lost: 0 });
    const atlas = ['--atlas', join(masks, 'anat', 'sub-01_space-T1w_desc-visual_dseg.nii.gz')];
    const table = ['--labels', join(masks, 'anat', 'sub-01_space-T1w_desc-visual_dseg.tsv')];
    const some = await cortextJson<{ name: string; voxels: number }[]>(
      ...define, 'V*', ...atlas, ...table, '--prefix', 'a.', '-w', scanned,
    );
    expect(some.map(({ name, voxels }) => [name, voxels])).toEqual([
      ['a.V1', 120],
      ['a.V2', 110],
      ['a.V3', 90],
      ['a.V4', 70],
    ]);
    const renamed = await cortext('regions', 'rename', metadata.id, 'ball', 'sphere', '-w', scanned);
    expect(renamed.stdout).toContain('ball is called sphere now.');
    const bare = await cortext(...define, 'x', '--sphere', '1,2', '--radius', '3', '-w', scanned);
    expect([bare.code, bare.stderr]).toEqual([2, expect.stringContaining('three numbers')]);
    const label = await cortext(...define, 'x', '--surface-label', 'lh.V1.label', '-w', scanned);
    expect([label.code, label.stderr]).toEqual([2, expect.stringContaining('--anatomy is missing')]);
  });
});

describe('cortext splits', () => {
  interface Summary {
    readonly folds: { train: number; test: number; tests: string; findings: { guard: string }[] }[];
  }

  it('lists folds and leaks, and draws them', async () => {
    const picture = join(root, 'folds.png');
    const summary = await cortextJson<Summary>(
      ...['splits', recording, '-w', root, '--split', 'leave-repetition-out', '--picture', picture],
    );
    expect(summary.folds.map(({ train, test, tests, findings }) => [train, test, tests, findings[0]?.guard])).toEqual([
      [12, 20, 'presentation 1 of every stimulus', 'shared-stimuli'],
      [26, 6, 'presentation 2 of every stimulus', 'shared-stimuli'],
      [26, 6, 'presentation 3 of every stimulus', 'shared-stimuli'],
    ]);
    const { width, height, format } = await sharp(picture).metadata();
    expect([format, width > 960, height > 60]).toEqual(['png', true, true]);
    const text = await cortext('splits', recording, '-w', root, '--split', 'k-fold', '--folds', '4');
    expect(text.stdout).toContain('k-fold');
    expect(text.stdout).toMatch(/ 3 +\d+ +\d+ +0 +5 stimuli/);
  });

  it('says what is possible where a split is not, and that a list needs a fixed split', async () => {
    const runs = await cortext('splits', recording, '-w', root);
    expect([runs.code, runs.stderr]).toEqual([3, expect.stringContaining('Possible here: shipped, leave-repetition-out (3 folds)')]);
    const bare = await cortext('splits', recording, '-w', root, '--split', 'fixed');
    expect([bare.code, bare.stderr]).toEqual([2, expect.stringContaining('--split-list')]);
    const missing = await cortext('splits', recording, '-w', root, '--split', 'fixed', '--split-list', join(root, 'no.json'));
    expect([missing.code, missing.stderr]).toEqual([3, expect.stringContaining('no.json')]);
  });
});
