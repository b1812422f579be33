import { describe, expect, it } from 'vitest';
import { runChain } from '../../../src/main/dataset/time-series/chain.ts';
import { readSteps } from '../../../src/main/dataset/time-series/check-steps.ts';
import { dot } from '../../../src/main/dataset/time-series/least-squares.ts';
import { responseColumns } from '../../../src/main/dataset/time-series/regressors.ts';
import type { ScannerRun } from '../../../src/main/dataset/time-series/scanner-run.ts';
import { recordedSteps, type TimeSeriesStepInput } from '../../../src/main/dataset/time-series/steps.ts';
import { Random } from '../../../src/shared/random.ts';
import { event, madeUpRun } from './support.ts';

/** What labs mostly do with blocks. */
const usualSteps = readSteps([{ step: 'shift' }, { step: 'detrend' }, { step: 'z-score' }, { step: 'average-block' }]);
const count = (length: number, from = 0) => Array.from({ length }, (_, i) => from + i);
/** One voxel whose value is the number of the volume, one volume per second. */
const counting = madeUpRun({ voxelSeries: [count(20)], events: [event(2, 3, 'cat'), event(10, 4, 'dog')] });

async function chain(run: ScannerRun | readonly ScannerRun[], ...steps: TimeSeriesStepInput[]) {
  const runs: readonly ScannerRun[] = 'series' in run ? [run] : run;
  const { samples, rows, report } = await runChain(runs, readSteps(steps));
  return { values: [...samples], rows, findings: report.flatMap(({ findings }) => findings) };
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => null,
    (error: unknown) => error,
  );
}

describe('samples of volumes', () => {
  it('are every volume during an event, with its event', async () => {
    const { values, rows, findings } = await chain(counting, { step: 'volumes' });
    expect(values).toEqual([2, 3, 4, 10, 11, 12, 13]);
    expect(rows.map(({ trialType }) => trialType)).toEqual(['cat', 'cat', 'cat', 'dog', 'dog', 'dog', 'dog']);
    expect(rows[3]).toEqual({
      run: '1',
      session: null,
      trialType: 'dog',
      stimulus: null,
      onset: 10,
      trials: [{ run: '1', event: 1 }],
      columns: {},
    });
    expect(findings).toEqual([]);
  });

  it('are the mean over a block', async () => {
    expect((await chain(counting, { step: 'average-block' })).values).toEqual([3, 11.5]);
  });

  it('come from later volumes by the hemodynamic delay, without interpolation where it is no whole volume', async () => {
    expect((await chain(counting, { step: 'shift', seconds: 4 }, { step: 'average-block' })).values).toEqual([7, 15.5]);
    const slow = { ...counting, repetitionTime: 2 };
    // Events at 2..5 s and 10..14 s; volumes at 0, 2, 4 ... s count as 3 s earlier.
    const { values } = await chain(slow, { step: 'shift', seconds: 3 }, { step: 'volumes' });
    expect(values).toEqual([3, 7, 8]);
  });

  it('are the mean of the volumes nearest to a window after onset, each counted once', async () => {
    const { values } = await chain(counting, { step: 'average-window', seconds: [4, 6] });
    expect(values).toEqual([7, 15]);
    const slow = { ...counting, repetitionTime: 4, events: [event(0, 1, 'cat')] };
    // 5 and 4 s are nearest to volume 1, 10 s is as near to volume 2 as to 3.
    expect((await chain(slow, { step: 'average-window', seconds: [4, 5, 10] })).values).toEqual([1.5]);
  });

  it('know the acquisition time of the first volume, also after volumes were dropped', async () => {
    const dropped = await chain(counting, { step: 'drop-volumes', first: 3, last: 7 }, { step: 'average-block' });
    expect(dropped.values).toEqual([3.5, 11]);
    expect(dropped.findings.map(({ kind, count: n }) => [kind, n])).toEqual([['event-cut', 2]]);
    const late = await chain({ ...counting, startTime: 1 }, { step: 'volumes' });
    expect(late.values).toEqual([1, 2, 3, 9, 10, 11, 12]);
  });

  it('keep what all of their events say in further columns', async () => {
    const events = [
      { ...event(1, 1, 'cat', 'tom.png'), columns: { set: 'train', response: 'left' } },
      { ...event(5, 1, 'cat', 'tom.png'), columns: { set: 'train', response: 'right' } },
    ];
    const { rows } = await chain(
      { ...counting, events },
      { step: 'average-block' },
      { step: 'average-repetitions', of: 'stimulus' },
    );
    expect(rows.map(({ columns, stimulus, trials }) => [columns, stimulus, trials.length])).toEqual([
      [{ set: 'train' }, 'tom.png', 2],
    ]);
  });
});

describe('events that do not fit the run', () => {
  const strays = {
    ...counting,
    events: [event(-9, 2, 'early'), event(-1, 3, 'half'), event(4, 2, 'fits'), event(18, 5, 'cut'), event(30, 2, 'late')],
  };

  it('give no block where they lie outside, and say so', async () => {
    const { values, findings } = await chain(strays, { step: 'average-block' });
    expect(values).toEqual([0.5, 4.5, 18.5]);
    expect(findings.map(({ kind, count: n }) => [kind, n])).toEqual([
      ['event-outside', 2],
      ['event-cut', 2],
    ]);
    expect(findings[0].message).toBe(
      '2 events of run 1 lie outside of the run and give no sample: early at -9 s, late at 30 s.',
    );
  });

  it('give no window where it lies outside, and say so', async () => {
    const { values, findings } = await chain(strays, { step: 'average-window', seconds: [1, 3] });
    expect(values).toEqual([1, 6, 19]);
    expect(findings.map(({ kind, count: n }) => [kind, n])).toEqual([
      ['event-outside', 2],
      ['event-cut', 1],
    ]);
  });

  it('give no estimate where no response falls into the run, or only a trace, and say so', async () => {
    const long = madeUpRun({ voxelSeries: [count(60)] });
    const of = (...onsets: number[]) => ({ ...long, events: onsets.map((onset) => event(onset, 2, `at ${onset}`)) });
    const model: TimeSeriesStepInput = { step: 'general-linear-model', method: 'least-squares-all' };
    const { rows, findings } = await chain(of(-60, -8, 20, 54, 58, 1e7), model);
    expect(rows.map(({ onset }) => onset)).toEqual([-8, 20, 54]);
    expect(findings.map(({ kind, count: n }) => [kind, n])).toEqual([
      ['event-outside', 3],
      ['event-cut', 2],
    ]);
    const endless = { ...long, events: [event(20, 2, 'cat'), event(-1e9, 2e9, 'scanner noise')] };
    expect((await chain(endless, model)).rows.map(({ trialType }) => trialType)).toEqual(['cat']);
  });

  it('are told when they have no volume of their own, or share some with a later one', async () => {
    const crowded = { ...counting, events: [event(2, 4, 'long'), event(4, 2, 'inner'), event(8.2, 0.5, 'short')] };
    const { values, findings } = await chain(crowded, { step: 'average-block' });
    expect(values).toEqual([2.5, 4.5]);
    expect(findings.map(({ kind }) => kind)).toEqual(['event-without-volumes', 'events-overlap']);
  });

  it('are told when nothing tells them from another', async () => {
    const twins = { ...counting, events: [event(2, 3, 'left'), event(2, 3, 'right'), event(9, 3, 'alone')] };
    const { rows, findings } = await chain(twins, { step: 'general-linear-model', estimates: 'trial-type' });
    expect(rows.map(({ trialType }) => trialType)).toEqual(['alone']);
    expect(findings.map(({ kind, count: n }) => [kind, n])).toEqual([['not-estimable', 2]]);
  });

  it('are an error when none gives a sample', async () => {
    const none = { ...counting, events: [event(400, 3, 'milliseconds?')] };
    expect(await failureOf(chain(none, { step: 'average-block' }))).toMatchObject({ code: 'STIMULUS_MISSING' });
    const other = chain(counting, { step: 'select-events', trialTypes: ['owl'] }, { step: 'average-block' });
    expect(await failureOf(other)).toMatchObject({ code: 'STIMULUS_MISSING' });
  });
});

describe('a general linear model', () => {
  it('accounts for events that are no samples', async () => {
    const responses = madeUpRun({
      voxelSeries: [count(60).map((t) => 100 + 4 * ramp(t, 5) + 9 * ramp(t, 12) + 4 * ramp(t, 30))],
      events: [event(5, 4, 'cat'), event(12, 4, 'button'), event(30, 4, 'cat')],
    });
    const select: TimeSeriesStepInput = { step: 'select-events', trialTypes: ['cat'] };
    const model: TimeSeriesStepInput = { step: 'general-linear-model', estimates: 'trial-type' };
    const modelled = await chain(responses, select, model);
    const ignored = await chain({ ...responses, events: [responses.events[0], responses.events[2]] }, model);
    const everything = await chain(responses, model);
    expect(modelled.rows.map(({ trialType, trials }) => [trialType, trials.length])).toEqual([['cat', 2]]);
    expect(modelled.values[0]).toBeCloseTo(everything.values[0], 4);
    expect(Math.abs(ignored.values[0] - everything.values[0])).toBeGreaterThan(0.1);
  });

  /** Something that looks a little like a response. */
  function ramp(time: number, onset: number): number {
    const since = time - onset;
    return since < 0 ? 0 : since ** 2 * Math.exp(-since / 2.5);
  }

  it('gives one estimate per stimulus and run', async () => {
    const events = [event(1, 1, 'cat', 'a'), event(6, 1, 'cat', 'b'), event(12, 1, 'cat', 'a')];
    const { rows } = await chain({ ...counting, events }, { step: 'general-linear-model', estimates: 'stimulus' });
    expect(rows.map(({ stimulus, trials }) => [stimulus, trials.map((trial) => trial.event)])).toEqual([
      ['a', [0, 2]],
      ['b', [1]],
    ]);
  });

  /** A voxel that answers to pictures so many seconds apart, each more or less than the one before. */
  function rapidRun(pictures: number, interval: number) {
    const random = new Random(5);
    const amplitudes = Array.from({ length: pictures }, () => 3 + random.normal());
    const events = amplitudes.map((_, i) => event(8 + i * interval, Math.min(3, interval), `picture ${i}`));
    const volumes = Math.ceil((20 + pictures * interval) / 2.5);
    const timing = { volumes, startTime: 0, repetitionTime: 2.5 };
    const course = new Float64Array(volumes);
    events.forEach((shown, i) => {
      const [response] = responseColumns(timing, [shown], { response: 'spm', derivatives: 'none' });
      response.forEach((value, volume) => (course[volume] += amplitudes[i] * value));
    });
    return { amplitudes, run: madeUpRun({ voxelSeries: [[...course]], repetitionTime: 2.5, events }) };
  }

  function correlation(a: readonly number[], b: readonly number[]): number {
    const centred = [a, b].map((values) => {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      return Float64Array.from(values, (value) => value - mean);
    });
    return dot(centred[0], centred[1]) / Math.sqrt(dot(centred[0], centred[0]) * dot(centred[1], centred[1]));
  }

  it('keeps the responses of neighbours out of single trials', async () => {
    const { amplitudes, run } = rapidRun(40, 5);
    const { values } = await chain(run, { step: 'detrend' }, { step: 'general-linear-model' });
    expect(correlation(values, amplitudes)).toBeGreaterThan(0.95);
    const mean = (of: readonly number[]) => of.reduce((sum, value) => sum + value, 0) / of.length;
    expect(mean(values)).toBeCloseTo(mean(amplitudes), 1);
  });

  it('estimates more trials than there are volumes', async () => {
    const { amplitudes, run } = rapidRun(80, 1);
    const { values, findings } = await chain(run, { step: 'general-linear-model' });
    expect(findings).toEqual([]);
    expect(correlation(values, amplitudes)).toBeGreaterThan(0.5);
  });

  it('gives no sample of trials that always come together', async () => {
    const twins = { ...counting, events: [event(2, 3, 'left'), event(2, 3, 'right'), event(9, 3, 'alone')] };
    const { rows, findings } = await chain(twins, { step: 'general-linear-model' });
    expect(rows.map(({ trialType }) => trialType)).toEqual(['alone']);
    expect(findings.map(({ kind, count: n }) => [kind, n])).toEqual([['not-estimable', 2]]);
  });
});

describe('confounds', () => {
  const random = new Random(3);
  const drift = Float64Array.from(count(40), (t) => Math.sin(t / 5));
  const noisy = madeUpRun({
    voxelSeries: [count(40).map((t) => 50 + 7 * drift[t] + random.normal() / 10)],
    events: [event(0, 40, 'rest')],
    confounds: {
      motion: drift,
      motion_derivative1: drift.map((value, t) => (t === 0 ? NaN : value - drift[t - 1])),
      motion_doubled: drift.map((value) => 2 * value),
    },
  });
  const clean = (...columns: string[]) => chain(noisy, { step: 'confounds', columns }, { step: 'volumes' });

  it('go, and the mean stays', async () => {
    const { values } = await clean('motion');
    const mean = values.reduce((sum, value) => sum + value, 0) / 40;
    expect(mean).toBeCloseTo(noisy.series.reduce((sum, value) => sum + value, 0) / 40, 4);
    expect(Math.max(...values.map((value) => Math.abs(value - mean)))).toBeLessThan(0.4);
  });

  it('may depend on each other, and begin without a value as derivatives do', async () => {
    expect((await clean('motion', 'motion_doubled')).values).toEqual((await clean('motion')).values);
    const filled = { ...noisy.confounds, motion_derivative1: noisy.confounds?.motion_derivative1.slice() ?? drift };
    filled.motion_derivative1[0] = filled.motion_derivative1[1];
    const explicit = await chain(
      { ...noisy, confounds: filled },
      { step: 'confounds', columns: ['motion_derivative1'] },
      { step: 'volumes' },
    );
    expect((await clean('motion_derivative1')).values).toEqual(explicit.values);
  });

  it('are named by patterns, of which a run may have none', async () => {
    expect((await clean('*_d*')).values).toEqual((await clean('motion_derivative1', 'motion_doubled')).values);
    const { findings } = await clean('motion', 'motion_outlier*');
    expect(findings).toMatchObject([{ kind: 'confound-dropped', message: 'No confound of run 1 is called motion_outlier*.' }]);
  });

  it('that are absent or have gaps are refused by name', async () => {
    const unknown = await failureOf(clean('rotation'));
    expect(unknown).toMatchObject({ code: 'ARRAY_MISSING', hint: expect.stringContaining('motion_doubled') as string });
    const gap = { motion: drift.map((value, t) => (t === 7 ? NaN : value)) };
    const refused = chain({ ...noisy, confounds: gap }, { step: 'confounds', columns: ['motion'] }, { step: 'volumes' });
    expect(String(await failureOf(refused))).toContain('motion of run 1 has no value in volume 8');
    const short = { motion: drift.slice(1) };
    expect(
      await failureOf(chain({ ...noisy, confounds: short }, { step: 'volumes' })),
    ).toMatchObject({ code: 'ARRAY_SHAPE' });
  });

  it('that would leave nothing are refused', async () => {
    const everything = chain(noisy, { step: 'high-pass', cutoff: 10 }, { step: 'volumes' });
    expect(await failureOf(everything)).toMatchObject({ code: 'INVALID_RECIPE' });
  });
});

describe('scales', () => {
  it('put voxels that never change to 0, and say so', async () => {
    const run = madeUpRun({ voxelSeries: [count(10, 100), count(10).map(() => 0.1)], events: [event(0, 10, 'cat')] });
    const { values, findings } = await chain(run, { step: 'z-score' }, { step: 'volumes' });
    expect(values.filter((_, i) => i % 2 === 1)).toEqual(count(10).map(() => 0));
    expect(findings).toMatchObject([{ kind: 'constant-voxels', count: 1, run: '1' }]);
    const centred = madeUpRun({ voxelSeries: [[-1, 1, -1, 1]], events: [event(0, 4, 'cat')] });
    const percent = await chain(centred, { step: 'percent-change' }, { step: 'volumes' });
    expect([percent.values, percent.findings.length]).toEqual([[0, 0, 0, 0], 1]);
  });

  it('clip what lies beyond some standard deviations, and count it', async () => {
    const spike = count(20).map((t) => (t === 6 ? 100 : t % 2));
    const run = madeUpRun({ voxelSeries: [spike], events: [event(0, 20, 'cat')] });
    const { values, findings } = await chain(run, { step: 'clip', deviations: 3 }, { step: 'volumes' });
    const mean = spike.reduce((sum, value) => sum + value, 0) / 20;
    const deviation = Math.sqrt(spike.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 19);
    expect(values[6]).toBeCloseTo(mean + 3 * deviation, 4);
    expect(values.filter((_, t) => t !== 6)).toEqual(spike.filter((_, t) => t !== 6));
    expect(findings).toMatchObject([{ kind: 'values-clipped', count: 1 }]);
  });

  it('come from the named training runs alone, for all runs', async () => {
    const runOf = (name: string, from: number) =>
      madeUpRun({ name, session: 'a', voxelSeries: [count(10, from)], events: [event(2, 1, 'cat')] });
    const runs = [runOf('1', 0), runOf('2', 100), runOf('3', 50)];
    const steps: TimeSeriesStepInput[] = [
      { step: 'z-score', trainingRuns: ['a/1', 'a/3'] },
      { step: 'volumes' },
    ];
    const { values } = await chain(runs, ...steps);
    const seen = [...count(10), ...count(10, 50)];
    const mean = seen.reduce((sum, value) => sum + value, 0) / 20;
    const deviation = Math.sqrt(seen.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 19);
    [2, 102, 52].forEach((value, i) => expect(values[i]).toBeCloseTo((value - mean) / deviation, 5));
    const otherTest = await chain([runs[0], runOf('2', -7000), runs[2]], ...steps);
    expect([otherTest.values[0], otherTest.values[2]]).toEqual([values[0], values[2]]);
    const unknown = chain(runs, { step: 'z-score', trainingRuns: ['1'] }, { step: 'volumes' });
    expect(await failureOf(unknown)).toMatchObject({ code: 'INVALID_RECIPE', hint: 'Runs are a/1, a/2, a/3.' });
  });

  it('of a run do not see any other run', async () => {
    const random = new Random(9);
    const values = () => count(30).map(() => 100 + random.normal());
    const events = [event(2, 4, 'cat'), event(12, 4, 'dog'), event(22, 4, 'cat')];
    const [first, second, third] = ['1', '2', '2'].map((name) => madeUpRun({ name, voxelSeries: [values(), values()], events }));
    const steps = [...usualSteps, { step: 'average-repetitions', of: 'trial-type', within: 'run' }] as const;
    const before = await chain([first, second], ...steps);
    const after = await chain([first, third], ...steps);
    expect(after.values.slice(0, 4)).toEqual(before.values.slice(0, 4));
    expect(after.values.slice(4)).not.toEqual(before.values.slice(4));
  });
});

describe('averages over repetitions', () => {
  const runOf = (name: string, session: string, from: number) =>
    madeUpRun({
      name,
      session,
      voxelSeries: [count(10, from)],
      events: [event(0, 1, 'cat', 'tom'), event(4, 1, 'cat', 'tom'), event(6, 2, 'dog', 'rex'), event(9, 1, 'rest')],
    });
  const runs = [runOf('1', 'a', 0), runOf('2', 'a', 100), runOf('1', 'b', 200)];
  const averaged = (within: 'run' | 'session' | 'recording') =>
    chain(runs, { step: 'volumes' }, { step: 'average-repetitions', of: 'stimulus', within });

  it('within runs count trials, not volumes, and leave alone what shows no stimulus', async () => {
    const { values, rows } = await averaged('run');
    expect(values).toEqual([2, 6.5, 9, 102, 106.5, 109, 202, 206.5, 209]);
    expect(rows.slice(0, 3).map(({ run, trials }) => [run, trials.length])).toEqual([['1', 2], ['1', 1], ['1', 1]]);
  });

  it('over several runs belong to no run, so that no split by run can take them for part of one', async () => {
    const bySession = await averaged('session');
    expect(bySession.values).toEqual([52, 56.5, 9, 109, 202, 206.5, 209]);
    expect(bySession.rows[0]).toMatchObject({ run: null, session: 'a', stimulus: 'tom' });
    expect(bySession.rows[0].trials.length).toBe(4);
    const all = await averaged('recording');
    expect(all.values.slice(0, 2).map(Math.round)).toEqual([102, 107]);
    expect(all.rows[0]).toMatchObject({ run: null, session: null });
  });
});

describe('chains', () => {
  it.each([
    [[{ step: 'detrend' }], 'no step'],
    [[{ step: 'volumes' }, { step: 'average-block' }], 'several steps'],
    [[{ step: 'average-block' }, { step: 'detrend' }], 'comes after average-block'],
    [[{ step: 'average-repetitions' }, { step: 'volumes' }], 'before there are any'],
    [[{ step: 'shift' }, { step: 'shift' }, { step: 'volumes' }], 'shifts twice'],
    [[{ step: 'shift' }, { step: 'average-window' }], 'accounts for the hemodynamic delay itself'],
    [[{ step: 'shift' }, { step: 'general-linear-model' }], 'accounts for the hemodynamic delay itself'],
    [[{ step: 'z-score' }, { step: 'percent-change' }, { step: 'volumes' }], 'divides by the mean'],
    [
      [{ step: 'volumes' }, { step: 'average-repetitions', within: 'recording' }, { step: 'z-score' }],
      'fitted on training and test samples alike',
    ],
    [[{ step: 'smooth' }, { step: 'volumes' }], 'Step 1 of the chain cannot be read'],
    [[{ step: 'detrend', ordre: 2 }, { step: 'volumes' }], 'Step 1 of the chain cannot be read'],
  ])('are refused where they make no sense: %j', (steps, message) => {
    let failure: unknown = null;
    try {
      readSteps(steps);
    } catch (error) {
      failure = error;
    }
    expect(failure).toMatchObject({ code: 'INVALID_RECIPE' });
    expect(String(failure)).toContain(message);
  });

  it('are kept in the record with every parameter', () => {
    expect(recordedSteps(readSteps([{ step: 'shift' }, { step: 'clip', deviations: 2 }, { step: 'volumes' }]))).toEqual([
      { name: 'shift', parameters: { seconds: 5 } },
      { name: 'clip', parameters: { deviations: 2 } },
      { name: 'volumes', parameters: {} },
    ]);
  });

  it('ask for a run only when the one before has become samples, and leave the runs as they were', async () => {
    const told: string[] = [];
    const before = [...counting.series];
    function* runs() {
      for (const name of ['1', '2']) {
        told.push(`read ${name}`);
        yield { ...counting, name };
      }
    }
    await runChain(runs(), usualSteps, { onProgress: ({ run, done }) => told.push(`done ${run} (${done})`) });
    expect(told).toEqual(['read 1', 'done 1 (1)', 'read 2', 'done 2 (2)']);
    expect([...counting.series]).toEqual(before);
  });

  it('end with a coded error when they are cancelled', async () => {
    const abort = new AbortController();
    const cancelled = runChain([counting, { ...counting, name: '2' }], usualSteps, {
      signal: abort.signal,
      onProgress: () => {
        abort.abort();
      },
    });
    expect(await failureOf(cancelled)).toMatchObject({ code: 'CANCELLED' });
  });

  it('refuse runs of one name, which no split could tell apart', async () => {
    const same = chain([counting, counting], { step: 'volumes' });
    expect(await failureOf(same)).toMatchObject({ code: 'INVALID_RECIPE', message: 'Two runs are called 1.' });
    const sessions = [{ ...counting, session: 'a' }, { ...counting, session: 'b' }];
    expect((await chain(sessions, { step: 'average-block' })).rows.length).toBe(4);
  });

  it('refuse runs with other voxels, or without a repetition time', async () => {
    const wider = madeUpRun({ voxelSeries: [count(20), count(20)], events: counting.events });
    expect(await failureOf(chain([counting, wider], { step: 'volumes' }))).toMatchObject({ code: 'ARRAY_SHAPE' });
    const timeless = { ...counting, repetitionTime: 0 };
    expect(await failureOf(chain(timeless, { step: 'volumes' }))).toMatchObject({ code: 'VALUES_NOT_FINITE' });
  });
});
