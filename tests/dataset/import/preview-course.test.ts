import { describe, expect, it } from 'vitest';
import { previewCourse } from '../../../src/main/dataset/import/scans/preview-course.ts';
import { runChain } from '../../../src/main/dataset/time-series/chain.ts';
import { readSteps } from '../../../src/main/dataset/time-series/check-steps.ts';
import { Random } from '../../../src/shared/random.ts';
import { event, madeUpRun, voxelOf } from '../time-series/support.ts';

const random = new Random(8);
const events = [event(2, 4, 'cat'), event(10, 4, 'dog'), event(18, 4, 'cat'), event(26, 4, 'dog')];
/** Voxel 1 answers cats, voxels 0 and 2 are noise, voxel 3 never changes. */
const runs = ['1', '2'].map((name) => {
  const noise = () => Array.from({ length: 32 }, () => random.normal());
  const cats = noise().map((value, t) => value / 4 + (t % 16 >= 2 && t % 16 < 6 ? 3 : 0));
  return madeUpRun({ name, voxelSeries: [noise(), cats, noise(), noise().map(() => 7)], events });
});
const seriesOf = (run: number, voxel: number) => Promise.resolve(Float32Array.from(voxelOf(runs[run].series, 4, voxel)));

describe('the preview of a dry run', () => {
  it('shows the voxel of the first run that tells trial types apart best, and reads no other run', async () => {
    const steps = readSteps([{ step: 'detrend' }, { step: 'average-block' }]);
    const asked: number[] = [];
    const preview = await previewCourse(
      runs,
      (run, voxel) => {
        asked.push(run);
        return seriesOf(run, voxel);
      },
      steps,
      await runChain(runs, steps),
      undefined,
    );
    expect(preview.title).toBe('Voxel 1, run 1');
    expect(asked).toEqual([0]);
    expect(preview.courses[0].values).toEqual(voxelOf(runs[0].series, 4, 1));
    expect(preview.courses.map(({ values }) => values.length)).toEqual([32, 32, 4]);
  });

  it('reads all runs where a step looks at several, and shows some voxel where no trial type repeats', async () => {
    const steps = readSteps([{ step: 'z-score', trainingRuns: ['2'] }, { step: 'average-block' }]);
    const unnamed = runs.map((run) => ({ ...run, events: run.events.map((each) => ({ ...each, trialType: null })) }));
    const preview = await previewCourse(unnamed, seriesOf, steps, await runChain(unnamed, steps), undefined);
    expect(preview.title).toBe('Voxel 2, run 1');
    expect(preview.courses.length).toBe(3);
  });
});
