import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Evaluation } from '../../src/shared/evaluation.ts';
import { cortext, cortextJson, smallTraining, startCortext } from '../support/small-workspace.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const small = [
  ...['--training-categories', '8', '--exemplars', '2', '--test-categories', '4', '--test-repetitions', '2'],
  ...['--image-size', '32', '--trials-per-run', '8'],
];

describe('cortext simulate --bids', () => {
  it('writes a dataset that is imported by its folder alone and trained on', async () => {
    const folder = temporaryFolder();
    const [dataset, root] = [join(folder, 'dataset'), join(folder, 'workspace')];
    const written = await cortextJson<{ folder: string; runs: number; volumes: number }>('simulate', '--bids', dataset, ...small);
    expect(written).toMatchObject({ folder: dataset, runs: 4 });

    const pictures = [
      ...['--contact-sheet', join(folder, 'stimuli.png'), '--slices', join(folder, 'regions.png')],
      ...['--time-course', join(folder, 'voxel.png')],
    ];
    const looked = await cortext('import', dataset, '--dry-run', ...pictures, '-w', root);
    expect(looked.stdout).toMatch(/2 +perceptionTraining01\/01, perceptionTraining01\/02 +24 +2.5 s +8/);
    expect(looked.stdout).toContain('sets: train: *train*, test: *test*');
    expect(readdirSync(folder).sort()).toEqual(['dataset', 'regions.png', 'stimuli.png', 'voxel.png']);

    const imported = await cortextJson<{ recording: string; samples: number; voxels: number; regions: string[] }>(
      ...['import', dataset, '-w', root],
    );
    expect(imported).toMatchObject({ samples: 16 + 8, voxels: 4500 });
    const done = await cortextJson<{ state: string } & Pick<Evaluation, 'scores'>>(
      ...['train', '-w', root, '-r', imported.recording, ...smallTraining(2)],
    );
    expect(done.state).toBe('completed');
  }, 120_000);

  it('leaves nothing half when it is killed, and refuses options of scanner runs without --bids', async () => {
    const folder = temporaryFolder();
    const dataset = join(folder, 'dataset');
    const { child, outcome } = startCortext(['simulate', '--bids', dataset, ...small]);
    child.stderr?.once('data', () => child.kill('SIGINT'));
    const { code } = await outcome;
    expect(code).toBe(130);
    expect(readdirSync(folder)).toEqual([]);
    const refused = await cortext('simulate', dataset, '--repetition-time', '2');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('--repetition-time');
    expect((await cortext('simulate', '--bids', dataset, '--rest-seconds', 'long')).code).toBe(2);
    expect(existsSync(dataset)).toBe(false);
  });
});
