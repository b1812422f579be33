import { describe, expect, it } from 'vitest';
import { courseSource } from '../../../src/main/dataset/import/scans/preview-course.ts';
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
    const course = courseSource(
      {
        runs,
        seriesOf: (run, voxel) => {
          asked.push(run);
          return seriesOf(run, voxel);
        },
      },
      steps,
      await runChain(runs, steps),
    );
    const preview = await course.preview({});
    expect(preview.title).toBe('Voxel 1, run 1');
    expect(asked).toEqual([0]);
    expect(preview.courses[0].values).toEqual(voxelOf(runs[0].series, 4, 1));
    expect(preview.courses.map(({ values }) => values.length)).toEqual([32, 32, 4]);
  });

  it('reads all runs where a step looks at several, and shows some voxel where no trial type repeats', async () => {
    const steps = readSteps([{ step: 'z-score', trainingRuns: ['2'] }, { step: 'average-block' }]);
    const unnamed = runs.map((run) => ({ ...run, events: run.events.map((each) => ({ ...each, trialType: null })) }));
    const preview = await courseSource({ runs: unnamed, seriesOf }, steps, await runChain(unnamed, steps)).preview({});
    expect(preview.title).toBe('Voxel 2, run 1');
    expect(preview.courses.length).toBe(3);
  });
  it('shows another voxel, run and chain on demand, and says what there is when there is no such voxel or run', async () => {
    const steps = readSteps([{ step: 'average-block' }]);
    const course = courseSource({ runs, seriesOf }, steps, await runChain(runs, steps));
    const chosen = await course.preview({ voxel: 2, run: '2', steps: readSteps([{ step: 'z-score' }, { step: 'volumes' }]) });
    expect(chosen).toMatchObject({ title: 'Voxel 2, run 2', voxel: 2, run: '2' });
    expect(chosen.courses.map(({ step }) => step?.step)).toEqual([undefined, 'z-score', 'volumes']);
    expect(chosen.courses[0].values).toEqual(voxelOf(runs[1].series, 4, 2));
    expect((await course.preview({ among: [2, 3] })).voxel).toBe(2);
    await expect(course.preview({ voxel: 4 })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', hint: expect.stringContaining('0 to 3') as string });
    await expect(course.preview({ run: '3' })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', hint: expect.stringContaining('1, 2') as string });
  });
});
