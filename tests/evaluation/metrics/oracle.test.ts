import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { meanSquaredError, peakSignalToNoise } from '../../../src/main/evaluation/metrics/mse-psnr.ts';
import { pixelCorrelation } from '../../../src/main/evaluation/metrics/pixel-correlation.ts';
import { ssim } from '../../../src/main/evaluation/metrics/ssim.ts';
import { distinctStimuli, scoreTables, type ScoreTables } from '../../../src/main/evaluation/score-tables.ts';
import type { MetricName } from '../../../src/shared/evaluation.ts';
import { hasShared, sharedAbsent, sharedPath } from '../../support/shared-data.ts';
import { atOnce, mean, npyImages } from '../support.ts';

interface Oracle {
  pixel_correlation: number[];
  ssim: number[];
  mse: number[];
  psnr: number[];
  two_way: number[];
  two_way_mean: number;
  correlation_matrix_stimulus_by_reconstruction: number[][];
}

function expectClose(ours: ArrayLike<number>, theirs: readonly number[]): void {
  expect(ours.length).toBe(theirs.length);
  theirs.forEach((value, i) => {
    expect(Math.abs(ours[i] - value)).toBeLessThan(1e-5);
  });
}

describe.skipIf(!hasShared)(`metrics on reference images${hasShared ? '' : ` (skipped: ${sharedAbsent})`}`, () => {
  const load = () => ({
    // Our own file.
    oracle: JSON.parse(readFileSync(sharedPath('oracles', 'metrics.json'), 'utf8')) as Oracle,
    stimuli: npyImages(sharedPath('oracles', 'metrics_stimuli.npy')),
    drawn: npyImages(sharedPath('oracles', 'metrics_reconstructions.npy')),
  });

  it('agree with scikit-image and SciPy image by image', () => {
    const { oracle, stimuli, drawn } = load();
    expectClose(pixelCorrelation(stimuli, drawn), oracle.pixel_correlation);
    expectClose(ssim(stimuli, drawn), oracle.ssim);
    expectClose(meanSquaredError(stimuli, drawn), oracle.mse);
    expectClose(peakSignalToNoise(stimuli, drawn), oracle.psnr);
  });

  it('agree with them for every pair, and in 2-way identification', async () => {
    const { oracle, stimuli, drawn } = load();
    const ids = Array.from({ length: stimuli.count }, (_, i) => `s${i}`);
    const tables = await scoreTables(distinctStimuli(stimuli, ids), drawn, 'gan', atOnce);
    const own = (metric: MetricName) => diagonal(tables, metric);
    expectClose(
      tables['pixel-correlation']?.scores.values ?? [],
      oracle.correlation_matrix_stimulus_by_reconstruction.flat(),
    );
    expectClose(own('ssim'), oracle.ssim);
    expectClose(own('mse'), oracle.mse);
    expectClose(own('psnr'), oracle.psnr);
    expectClose(own('two-way-identification'), oracle.two_way);
    expect(mean(own('two-way-identification'))).toBeCloseTo(oracle.two_way_mean, 10);
  });
});

function diagonal(tables: ScoreTables, metric: MetricName): number[] {
  const scores = tables[metric]?.scores;
  if (scores === undefined) throw new Error(`${metric} is absent`);
  return Array.from({ length: scores.rows }, (_, i) => scores.values[i * scores.columns + i]);
}
