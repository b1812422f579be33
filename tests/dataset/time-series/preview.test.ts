import { describe, expect, it } from 'vitest';
import { readSteps } from '../../../src/main/dataset/time-series/check-steps.ts';
import { previewVoxel } from '../../../src/main/dataset/time-series/preview.ts';
import { runChain } from '../../../src/main/dataset/time-series/chain.ts';
import { Random } from '../../../src/shared/random.ts';
import { event, madeUpRun, voxelOf } from './support.ts';

const random = new Random(2);
const noise = (from: number) => Array.from({ length: 24 }, (_, t) => from + t + random.normal());
const events = [event(2, 4, 'cat', 'tom'), event(12, 4, 'dog', 'rex')];
const runs = ['1', '2'].map((name) => madeUpRun({ name, voxelSeries: [noise(50), noise(80), noise(20)], events }));

describe('previews of one voxel', () => {
  it('show it before the chain and after every step, as the chain itself computes it', async () => {
    const steps = readSteps([{ step: 'shift', seconds: 3 }, { step: 'detrend' }, { step: 'z-score' }, { step: 'average-block' }]);
    const courses = await previewVoxel(runs, steps, { run: '2', voxel: 1 });
    expect(courses.map(({ step }) => step?.step ?? 'recorded')).toEqual([
      'recorded',
      'shift',
      'detrend',
      'z-score',
      'average-block',
    ]);
    expect(courses[0].values).toEqual(voxelOf(runs[1].series, 3, 1));
    expect([courses[0].times[0], courses[1].times[0]]).toEqual([0, -3]);
    const { samples } = await runChain(runs, steps);
    expect(courses[4].values).toEqual(voxelOf(samples, 3, 1).slice(2));
    expect(courses[4].times).toEqual([2, 12]);
  });

  it('look at other runs where a step does', async () => {
    const steps = readSteps([
      { step: 'z-score', trainingRuns: ['1'] },
      { step: 'average-block' },
      { step: 'average-repetitions', within: 'recording' },
    ]);
    const courses = await previewVoxel(runs, steps, { run: '2', voxel: 2 });
    const { samples } = await runChain(runs, steps);
    expect(courses.map(({ values }) => values.length)).toEqual([24, 24, 2, 2]);
    expect(courses[3].values).toEqual(voxelOf(samples, 3, 2));
  });

  it('are refused for a voxel or a run that is not there', async () => {
    const steps = readSteps([{ step: 'volumes' }]);
    for (const wanted of [{ run: '2', voxel: 3 }, { run: '7', voxel: 0 }]) {
      await expect(previewVoxel(runs, steps, wanted)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    }
  });
});
