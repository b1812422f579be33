/** The chain against reference values of nilearn on a real run. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { applyStep, runChain } from '../../../src/main/dataset/time-series/chain.ts';
import { polynomialDrift } from '../../../src/main/dataset/time-series/drift.ts';
import { canonicalResponse } from '../../../src/main/dataset/time-series/hemodynamic-response.ts';
import { coefficientWeights } from '../../../src/main/dataset/time-series/least-squares.ts';
import { responseColumns } from '../../../src/main/dataset/time-series/regressors.ts';
import { beginRun, matrixOf, type RunState } from '../../../src/main/dataset/time-series/run-state.ts';
import { volumeTimes } from '../../../src/main/dataset/time-series/scanner-run.ts';
import { readSteps } from '../../../src/main/dataset/time-series/check-steps.ts';
import type { TimeSeriesStep } from '../../../src/main/dataset/time-series/steps.ts';
import { hasShared, sharedAbsent, sharedPath } from '../../support/shared-data.ts';
import { haxbyRun, voxelOf } from './support.ts';

interface MaskerCase {
  readonly name: string;
  readonly first_row: number[];
  readonly volume_60: number[];
  readonly mean?: number;
  readonly std?: number;
}
interface Reference {
  readonly masker: { readonly cases: MaskerCase[] };
  readonly hrf: { readonly spm: number[]; readonly glover: number[]; readonly oversampling: number };
  readonly design: {
    readonly columns: string[];
    readonly face: number[];
    readonly house: number[];
    readonly ols_betas: Record<string, number[]>;
  };
  readonly lss: { readonly blocks: { onset: number; trial_type: string }[]; readonly betas: number[][] };
}

const detrend: TimeSeriesStep = { step: 'detrend', order: 1 };
const zScore: TimeSeriesStep = { step: 'z-score', trainingRuns: null };
const spm = { response: 'spm', derivatives: 'none' } as const;

/** Within 1e-4 of the scale of the values. */
function expectOfScale(actual: ArrayLike<number>, expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  const scale = Math.max(...expected.map(Math.abs));
  expected.forEach((value, i) => {
    expect(Math.abs(actual[i] - value), `entry ${i}`).toBeLessThanOrEqual(1e-4 * scale);
  });
}

describe.skipIf(!hasShared)(`against nilearn on run 1 of Haxby 2001 (needs: ${sharedAbsent})`, () => {
  const run = hasShared ? haxbyRun() : (null as never);
  const reference = hasShared
    ? (JSON.parse(readFileSync(sharedPath('oracles', 'nilearn_haxby.json'), 'utf8')) as Reference)
    : (null as never);

  async function after(steps: readonly TimeSeriesStep[]): Promise<Float32Array> {
    let state: RunState = beginRun(run);
    for (const step of steps) state = (await applyStep(state, step)).state;
    return matrixOf(state);
  }

  function expectCase(name: string, series: Float32Array): void {
    const expected = reference.masker.cases.find((each) => each.name === name);
    if (expected === undefined) throw new Error(`The oracle has no ${name}.`);
    const rowOf = (volume: number) => series.subarray(volume * run.voxels, (volume + 1) * run.voxels);
    expectOfScale(rowOf(0), expected.first_row);
    expectOfScale(rowOf(60), expected.volume_60);
    const mean = series.reduce((sum, value) => sum + value, 0) / series.length;
    const deviation = Math.sqrt(series.reduce((sum, value) => sum + (value - mean) ** 2, 0) / series.length);
    if (expected.std !== undefined) expect(Math.abs(deviation - expected.std)).toBeLessThan(1e-4 * expected.std);
    if (expected.mean !== undefined) expect(Math.abs(mean - expected.mean)).toBeLessThan(1e-4 * deviation);
  }

  it('has the masked series', () => {
    expectCase('raw', run.series);
  });

  it('detrends alike, but keeps the mean of every voxel, which percent signal change needs', async () => {
    const series = await after([detrend]);
    const means = Array.from({ length: run.voxels }, (_, voxel) => {
      return voxelOf(run.series, run.voxels, voxel).reduce((sum, value) => sum + value, 0) / run.volumes;
    });
    expectCase('detrend', series.map((value, i) => value - means[i % run.voxels]));
  });

  it('has the same z-scores, with and without a trend', async () => {
    expectCase('zscore_sample', await after([zScore]));
    expectCase('detrend_zscore_sample', await after([detrend, zScore]));
  });

  it('has the same percent signal change', async () => {
    expectCase('percent_signal_change', await after([{ step: 'percent-change' }]));
  });

  it('removes confounds and trend together, in whichever order the chain names them', async () => {
    const confounds: TimeSeriesStep = { step: 'confounds', columns: ['motion_*'] };
    expectCase('confounds_detrend_zscore_sample', await after([confounds, detrend, zScore]));
    expectCase('confounds_detrend_zscore_sample', await after([detrend, confounds, zScore]));
  });

  it('has the canonical responses', () => {
    const { oversampling } = reference.hrf;
    expectOfScale(canonicalResponse('spm', run.repetitionTime, oversampling), reference.hrf.spm);
    expectOfScale(canonicalResponse('glover', run.repetitionTime, oversampling), reference.hrf.glover);
  });

  it('predicts the same columns of the design', () => {
    for (const trialType of ['face', 'house'] as const) {
      const events = run.events.filter((event) => event.trialType === trialType);
      expectOfScale(responseColumns(run, events, spm)[0], reference.design[trialType]);
    }
  });

  it('has the least-squares coefficients of every column of the design, drift and constant included', () => {
    const columns = reference.design.columns.map((name) => {
      if (name === 'constant') return new Float64Array(run.volumes).fill(1);
      if (name === 'drift_1') return polynomialDrift(volumeTimes(run), 1)[0];
      return responseColumns(run, run.events.filter((event) => event.trialType === name), spm)[0];
    });
    const weights = coefficientWeights(columns, []);
    reference.design.columns.forEach((name, c) => {
      const betas = Array.from({ length: run.voxels }, (_, voxel) =>
        voxelOf(run.series, run.voxels, voxel).reduce((sum, value, t) => sum + value * (weights[c]?.[t] ?? NaN), 0),
      );
      expectOfScale(betas, reference.design.ols_betas[name]);
    });
  });

  it('has these coefficients as samples, one per trial type', async () => {
    const steps = readSteps([detrend, { step: 'general-linear-model', estimates: 'trial-type' }]);
    const { samples, rows, report } = await runChain([run], steps);
    expect(rows.map(({ trialType }) => trialType).sort()).toEqual(reference.design.columns.slice(0, 8).sort());
    rows.forEach(({ trialType }, row) => {
      const expected = reference.design.ols_betas[trialType ?? ''];
      expectOfScale(samples.subarray(row * run.voxels, (row + 1) * run.voxels), expected);
    });
    expect(report.flatMap(({ findings }) => findings)).toEqual([]);
  });

  it('has the same estimates of single blocks by least squares separate', async () => {
    const steps = readSteps([detrend, { step: 'general-linear-model', method: 'least-squares-separate' }]);
    const { samples, rows } = await runChain([run], steps);
    expect(rows.map(({ onset }) => onset)).toEqual(reference.lss.blocks.map(({ onset }) => onset));
    reference.lss.betas.forEach((expected, row) => {
      expectOfScale(samples.subarray(row * run.voxels, (row + 1) * run.voxels), expected);
    });
  });
});
