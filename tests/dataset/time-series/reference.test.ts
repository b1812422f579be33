/** Parts of the chain that the real run does not reach, against nilearn and NumPy on a made-up run. */
import { describe, expect, it } from 'vitest';
import { applyStep, runChain } from '../../../src/main/dataset/time-series/chain.ts';
import { readSteps } from '../../../src/main/dataset/time-series/check-steps.ts';
import { responseColumns } from '../../../src/main/dataset/time-series/regressors.ts';
import { beginRun, matrixOf, type RunState } from '../../../src/main/dataset/time-series/run-state.ts';
import type { ScannerRun } from '../../../src/main/dataset/time-series/scanner-run.ts';
import type { TimeSeriesStep, TimeSeriesStepInput } from '../../../src/main/dataset/time-series/steps.ts';
import reference from './time-series-reference.json' with { type: 'json' };

const run: ScannerRun = {
  name: '1',
  session: null,
  series: Float32Array.from(reference.series),
  volumes: reference.volumes,
  voxels: reference.voxels,
  repetitionTime: reference.repetitionTime,
  startTime: reference.startTime,
  events: reference.events.map((event) => ({ ...event, stimulus: null })),
  confounds: { x: Float64Array.from(reference.motion[0]), y: Float64Array.from(reference.motion[1]) },
};

/** Within `relative` of the scale of the values. */
function expectClose(actual: ArrayLike<number>, expected: readonly number[], relative = 1e-4): void {
  expect(actual.length).toBe(expected.length);
  const scale = Math.max(...expected.map(Math.abs));
  expected.forEach((value, i) => {
    expect(Math.abs(actual[i] - value), `entry ${i}`).toBeLessThanOrEqual(relative * scale);
  });
}

async function after(steps: readonly TimeSeriesStep[]): Promise<Float32Array> {
  let state: RunState = beginRun(run);
  for (const step of steps) state = (await applyStep(state, step)).state;
  return matrixOf(state);
}

async function estimates(...steps: TimeSeriesStepInput[]) {
  const { samples, rows, report } = await runChain([run], readSteps(steps));
  return { rows, report, values: rows.map((_, row) => samples.subarray(row * run.voxels, (row + 1) * run.voxels)) };
}

describe('the design', () => {
  it.each(['spm', 'glover'] as const)('has the derivatives of the %s response by time and dispersion', (response) => {
    const owls = run.events.filter(({ trialType }) => trialType === 'owl');
    const columns = responseColumns(run, owls, { response, derivatives: 'time-and-dispersion' });
    const expected = reference[response];
    expectClose(columns[0], expected.owl);
    expectClose(columns[1], expected.owl_derivative);
    expectClose(columns[2], expected.owl_dispersion);
    expect(responseColumns(run, owls, { response, derivatives: 'time' }).length).toBe(2);
  });
});

describe('estimates', () => {
  it('of trial types account for derivatives', async () => {
    const { rows, values } = await estimates({
      step: 'general-linear-model',
      estimates: 'trial-type',
      derivatives: 'time-and-dispersion',
    });
    const expected: Record<string, number[]> = reference.betasWithDerivatives;
    rows.forEach(({ trialType }, row) => {
      expectClose(values[row], expected[trialType ?? '']);
    });
  });

  it('of all trials at once account for confounds that were regressed before', async () => {
    const { values } = await estimates(
      { step: 'confounds', columns: ['x', 'y'] },
      { step: 'general-linear-model', method: 'least-squares-all' },
    );
    reference.allTogether.forEach((expected, trial) => {
      expectClose(values[trial], expected);
    });
  });

  it('of all trials at once can be drawn towards their common amplitude', async () => {
    const { values } = await estimates(
      { step: 'confounds', columns: ['x', 'y'] },
      { step: 'general-linear-model', method: 'ridge', penalty: 0.2 },
    );
    reference.ridge.forEach((expected, trial) => {
      expectClose(values[trial], expected);
    });
  });

  it('of separate trials can keep the others apart by their type, with slow cosines removed', async () => {
    const { values } = await estimates(
      { step: 'high-pass', cutoff: 0.02 },
      { step: 'general-linear-model', method: 'least-squares-separate', response: 'glover', others: 'by-trial-type' },
    );
    reference.separateByType.forEach((expected, trial) => {
      expectClose(values[trial], expected);
    });
  });
});

describe('cleaning', () => {
  it('removes slow cosines as nilearn does, and keeps the mean', async () => {
    expectClose(await after([{ step: 'high-pass', cutoff: 0.01 }]), reference.highPass, 1e-6);
  });

  it('removes polynomials of higher order, and keeps the mean', async () => {
    expectClose(await after([{ step: 'detrend', order: 3 }]), reference.cubic, 1e-6);
  });

  it('removes trend, cosines and motion together', async () => {
    const series = await after(
      [
        { step: 'detrend', order: 1 },
        { step: 'high-pass', cutoff: 0.01 },
        { step: 'confounds', columns: ['x', 'y'] },
        { step: 'z-score', trainingRuns: null },
      ] satisfies TimeSeriesStep[],
    );
    expectClose(series, reference.motionAndHighPass);
  });
});
