/** Chain and splits together on real data: can a linear classifier tell faces from houses in runs that it never saw? */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { countFolds, resolveSplit } from '../../../src/main/dataset/splits.ts';
import { runChain, type ChainResult } from '../../../src/main/dataset/time-series/chain.ts';
import { readSteps } from '../../../src/main/dataset/time-series/check-steps.ts';
import type { RunEvent, ScannerRun } from '../../../src/main/dataset/time-series/scanner-run.ts';
import { invertPositiveDefinite } from '../../../src/main/evaluation/linear-algebra/cholesky.ts';
import { matrixFrom } from '../../../src/main/evaluation/linear-algebra/matrix.ts';
import { createPace } from '../../../src/main/evaluation/pace.ts';
import { hasShared, sharedAbsent, sharedPath } from '../../support/shared-data.ts';
import { recordingFixture } from '../recording-fixture.ts';
import { maskedSeries, readPlainNifti } from './support.ts';

const REPETITION_TIME = 2.5;

/** The twelve runs that the file has one after the other, and their blocks as events. */
function oneSliceRuns(): ScannerRun[] {
  const file = (name: string) => sharedPath('data', 'haxby2001', 'flat_1slice', name);
  const { series, voxels } = maskedSeries(readPlainNifti(file('bold.nii.gz')), readPlainNifti(file('mask.nii.gz')));
  const labels = readFileSync(file('attributes_literal.txt'), 'utf8').trim().split('\n').map((line) => line.split(' '));
  return [...new Set(labels.map(([, run]) => run))].map((name) => {
    const first = labels.findIndex(([, run]) => run === name);
    const own = labels.filter(([, run]) => run === name).map(([label]) => label);
    return {
      name,
      session: null,
      series: series.subarray(first * voxels, (first + own.length) * voxels),
      volumes: own.length,
      voxels,
      repetitionTime: REPETITION_TIME,
      startTime: 0,
      events: blocksOf(own),
      confounds: null,
    };
  });
}

function blocksOf(labels: readonly string[]): RunEvent[] {
  const starts = labels.flatMap((label, volume) => (label !== 'rest' && labels[volume - 1] !== label ? [volume] : []));
  return starts.map((start) => {
    const end = labels.findIndex((label, volume) => volume > start && label !== labels[start]);
    const trialType = labels[start];
    return {
      onset: start * REPETITION_TIME,
      duration: ((end < 0 ? labels.length : end) - start) * REPETITION_TIME,
      trialType,
      stimulus: trialType,
    };
  });
}

/** Ridge regression on -1 and 1, in the space of samples. */
async function classify({ samples, voxels }: ChainResult, labels: readonly number[], train: readonly number[], test: readonly number[]) {
  const inner = (a: number, b: number): number => {
    let sum = 0;
    for (let voxel = 0; voxel < voxels; voxel++) sum += samples[a * voxels + voxel] * samples[b * voxels + voxel];
    return sum;
  };
  const kernel = train.flatMap((a) => train.map((b) => inner(a, b) + (a === b ? voxels : 0)));
  const inverse = await invertPositiveDefinite(matrixFrom(kernel, train.length, train.length), createPace());
  const dual = train.map((_, i) => train.reduce((sum, b, j) => sum + inverse.values[i * train.length + j] * labels[b], 0));
  return test.map((sample) => Math.sign(train.reduce((sum, a, i) => sum + dual[i] * inner(sample, a), 0)));
}

describe.skipIf(!hasShared)(`one slice of Haxby 2001 (needs: ${sharedAbsent})`, () => {
  it('tells faces from houses in runs left out, in at least 95 of 100 volumes', { timeout: 60_000 }, async () => {
    const result = await runChain(
      oneSliceRuns(),
      readSteps([
        { step: 'detrend' },
        { step: 'z-score' },
        { step: 'select-events', trialTypes: ['face', 'house'] },
        { step: 'volumes' },
      ]),
    );
    const categories = result.rows.map(({ trialType }) => (trialType === 'face' ? 0 : 1));
    const metadata = recordingFixture({
      stimulus: categories,
      columns: { run: result.rows.map(({ run }) => run ?? '') },
    });
    const signOffs = [{ guard: 'shared-stimuli' as const, reason: 'categories stand for stimuli here' }];
    const spec = { kind: 'leave-run-out', fold: 0 } as const;
    const labels = categories.map((category) => (category === 0 ? -1 : 1));
    let right = 0;
    let tested = 0;
    for (let fold = 0; fold < countFolds(metadata, spec); fold++) {
      const { train, test } = resolveSplit(metadata, { ...spec, fold }, signOffs);
      const said = await classify(result, labels, train, test);
      right += said.filter((label, i) => label === labels[test[i]]).length;
      tested += test.length;
    }
    expect([result.rows.length, tested]).toEqual([216, 216]);
    expect(right / tested).toBeGreaterThanOrEqual(0.95);
  });
});
