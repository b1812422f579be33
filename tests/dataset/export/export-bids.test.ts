import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportBids } from '../../../src/main/dataset/export/export-bids.ts';
import type { Recording } from '../../../src/main/dataset/recording-store.ts';
import { recordingFixture } from '../recording-fixture.ts';
import { readVolumes } from '../simulate/bids-support.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const affine: NonNullable<Recording['metadata']['space']>['affine'] = [
  [-3, 0, 0, 10],
  [0, 3, 0, -20],
  [0, 0, 3, 5],
  [0, 0, 0, 1],
];

function recording(): Recording {
  const metadata = recordingFixture({
    stimulus: [0, 1, null],
    voxels: 3,
    stimuli: [{ name: 'face-1' }, { name: 'two\twords' }],
    regions: [
      { name: 'V1', voxels: [0, 2] },
      { name: 'left V2', voxels: [1] },
    ],
    columns: { run: ['1', '1', '2'], set: ['train', 'test', 'other'] },
  });
  return {
    metadata: { ...metadata, subject: 'S 1', space: { shape: [2, 3, 2], affine, indices: [1, 5, 11] } },
    voxels: Float32Array.from({ length: 9 }, (_, i) => i + 0.25),
  };
}

describe('a recording that is exported as BIDS', () => {
  it('has every response in its place, a row for each sample, and masks', async () => {
    const folder = join(temporaryFolder(), 'out');
    await exportBids(folder, recording(), new AbortController().signal);
    const func = join(folder, 'sub-S1', 'func');
    expect(readdirSync(func).sort()).toEqual([
      'sub-S1_desc-samples_mask.nii.gz',
      'sub-S1_desc-samples_statmap.json',
      'sub-S1_desc-samples_statmap.nii.gz',
      'sub-S1_desc-samples_statmap.tsv',
      'sub-S1_label-V1_mask.nii.gz',
      'sub-S1_label-leftV2_mask.nii.gz',
    ]);
    const samples = readVolumes(join(func, 'sub-S1_desc-samples_statmap.nii.gz'));
    expect(samples.size).toEqual([2, 3, 2, 3]);
    expect(samples.affine).toEqual(affine);
    const second = [...samples.values.subarray(12, 24)];
    expect(second).toEqual([0, 3.25, 0, 0, 0, 4.25, 0, 0, 0, 0, 0, 5.25]);
    const mask = readVolumes(join(func, 'sub-S1_label-V1_mask.nii.gz'));
    expect([...mask.values.keys()].filter((index) => mask.values[index] === 1)).toEqual([1, 11]);
    expect(readFileSync(join(func, 'sub-S1_desc-samples_statmap.tsv'), 'utf8').split('\n').slice(0, 4)).toEqual([
      'volume\tstimulus\trun\tset\trepetition\taveraged_over',
      '0\tface-1\t1\ttrain\t0\t1',
      '1\ttwo words\t1\ttest\t0\t1',
      '2\tn/a\t2\tother\t0\t1',
    ]);
    expect(JSON.parse(readFileSync(join(folder, 'dataset_description.json'), 'utf8'))).toMatchObject({ DatasetType: 'derivative' });
  });

  it('must come from volumes, and leaves nothing when it is cancelled', async () => {
    const folder = join(temporaryFolder(), 'out');
    const whole = recording();
    const flat = { ...whole, metadata: { ...whole.metadata, space: null } };
    await expect(exportBids(folder, flat, new AbortController().signal)).rejects.toMatchObject({ code: 'FORMAT_UNSUPPORTED' });
    await expect(exportBids(folder, whole, AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(existsSync(folder)).toBe(false);
  });
});
