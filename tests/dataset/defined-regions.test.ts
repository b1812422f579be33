import { describe, expect, it } from 'vitest';
import { evaluateRegionExpression } from '../../src/main/dataset/region-expression.ts';
import { keepVoxels, regionStatistic } from '../../src/main/dataset/region-statistic.ts';
import type { Recording } from '../../src/main/dataset/recording-store.ts';
import { Random } from '../../src/shared/random.ts';
import { failureOf, recordingFixture } from './recording-fixture.ts';

const regions = [
  { name: 'V1', voxels: [0, 1, 2] },
  { name: 'V2', voxels: [2, 3] },
  { name: 'left', voxels: [1, 3, 5] },
  { name: 'PPA-old', voxels: [7] },
];
const voxelsOf = (expression: string) => evaluateRegionExpression(expression, regions, 8, 'The recording s1').voxels;

describe('expressions over regions', () => {
  it('unite, intersect and subtract from left to right, with parentheses, quotes and patterns', () => {
    expect(voxelsOf('V1 + V2')).toEqual([0, 1, 2, 3]);
    expect(voxelsOf('V1 | V2 & left')).toEqual([1, 3]);
    expect(voxelsOf('V1 | (V2 & left)')).toEqual([0, 1, 2, 3]);
    expect(voxelsOf('V* - left')).toEqual([0, 2]);
    expect(voxelsOf("'PPA-old' + V2")).toEqual([2, 3, 7]);
  });

  it('tell which regions they used', () => {
    expect(evaluateRegionExpression('left & V*', regions, 8, 'The recording s1').used).toEqual(['left', 'V1', 'V2']);
  });

  it('are refused with what is wrong', () => {
    expect(failureOf(() => voxelsOf('V1 & V4'))).toMatchObject({
      code: 'REGION_UNKNOWN',
      message: 'The recording s1 has no region V4.',
      hint: 'It has V1, V2, left, PPA-old.',
    });
    expect(failureOf(() => voxelsOf('V1 & "PPA-old"'))).toMatchObject({ code: 'REGION_EMPTY' });
    expect(failureOf(() => voxelsOf('V1 &'))).toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(failureOf(() => voxelsOf('V1 = 2'))).toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});

describe('statistics for regions', () => {
  const stimulus = Array.from({ length: 24 }, (_, i) => i % 6);
  const metadata = recordingFixture({
    stimulus,
    voxels: 4,
    stimuli: stimulus.slice(0, 6).map((s) => ({ category: s < 3 ? 'face' : 'house' })),
  });
  const random = new Random(4);
  /** Voxel 1 follows the stimulus, voxel 2 the category, the others are noise; the last 6 samples are absurd. */
  const recording: Recording = {
    metadata,
    voxels: Float32Array.from({ length: 96 }, (_, i) => {
      const [sample, voxel] = [Math.floor(i / 4), i % 4];
      const signal = voxel === 1 ? 3 * Math.sin(7 * stimulus[sample]) : voxel === 2 && stimulus[sample] < 3 ? 5 : 0;
      return sample >= 18 ? 1e6 * (voxel === 0 ? 1 + stimulus[sample] : 1) : signal + random.normal();
    }),
  };
  const train = Array.from({ length: 18 }, (_, i) => i);
  const best = (statistic: Parameters<typeof regionStatistic>[1], category: string | null = null) =>
    keepVoxels(regionStatistic(recording, statistic, train, [0, 1, 2, 3], category), [0, 1, 2, 3], { top: 2 });

  it('find the voxels that follow stimuli, on the given samples only', () => {
    for (const statistic of ['stimulus-f', 'reliability', 'noise-ceiling'] as const) expect(best(statistic)).toEqual([1, 2]);
  });

  it('find the voxels that prefer a category', () => {
    const values = regionStatistic(recording, 'category', train, [0, 1, 2, 3], 'face');
    expect(keepVoxels(values, [0, 1, 2, 3], { above: 0.7 })).toEqual([2]);
    expect(keepVoxels(regionStatistic(recording, 'category', train, [3, 2], 'house'), [3, 2], { top: 1 })).toEqual([3]);
  });

  it('are refused where the samples do not allow them', () => {
    const once = train.slice(0, 6);
    expect(failureOf(() => regionStatistic(recording, 'reliability', once, [0], null))).toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: 'The statistic reliability needs two stimuli that were shown several times in training; there are none.',
    });
    expect(failureOf(() => regionStatistic(recording, 'category', train, [0], 'cat'))).toMatchObject({
      code: 'INVALID_ARGUMENT',
      hint: 'Categories in training: face, house.',
    });
    expect(failureOf(() => keepVoxels(Float64Array.of(0.1, 0.25), [4, 5], { above: 0.5 }))).toMatchObject({
      code: 'REGION_EMPTY',
      message: 'No voxel is above 0.5; the best has 0.2500.',
    });
  });
});
