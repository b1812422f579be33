import { describe, expect, it } from 'vitest';
import { assertFits } from '../../src/main/services/estimate.ts';
import { reckonEstimate } from '../../src/main/services/reckon-estimate.ts';
import type { Calibration } from '../../src/shared/estimate.ts';
import { experimentConfig } from '../support/experiment-fixture.ts';

const GB = 1e9;

/** A step takes 10 ms and 50 ms a sample; memory is 1 GB and 0.1 GB a sample. */
function at(batch: number) {
  return { batch, compileSeconds: 8, secondsPerStep: 0.01 + 0.05 * batch, peakBytes: GB + 0.1 * GB * batch };
}

function calibration(batches: readonly number[], change: Partial<Calibration> = {}): Calibration {
  return {
    backend: 'tensorflow',
    device: 'a processor',
    startSeconds: 2,
    prepareSeconds: 3,
    baseBytes: GB,
    training: batches.map(at),
    encoder: null,
    encoderSteps: 0,
    drawSeconds: 0.5,
    checkpointSeconds: 1,
    testItems: 32,
    evaluationSeconds: 20,
    evaluationBytes: 0.5 * GB,
    ...change,
  };
}

const base = experimentConfig({ id: 'e', recording: { id: 'r', contentHash: 'h' } });
const config = {
  ...base,
  training: { ...base.training, steps: 1000, batch: 16, checkpointEvery: 100, samplesEvery: 100 },
  evaluation: { ...base.evaluation, shuffledVoxels: true },
};

describe('an estimate', () => {
  it('adds up what was measured at the real batch', () => {
    const estimate = reckonEstimate(calibration([4, 16]), config, 100 * GB);
    // 8 to compile, 1000 steps of 0.81, eleven checkpoints of 1, and 11 + 2 drawings of 0.5; the same for the control.
    expect(estimate.seconds.training).toBeCloseTo(8 + 810 + 11 + 6.5);
    expect(estimate.seconds.total).toBeCloseTo(5 + 2 * estimate.seconds.training + 20);
    expect(estimate.memoryBytes).toBeCloseTo(3.1 * GB);
    expect(estimate).toMatchObject({ fits: true, extrapolated: false });
  });

  it('goes along the line through two smaller batches where the real one might not have fitted', () => {
    const estimate = reckonEstimate(calibration([4, 8]), config, 3 * GB);
    expect(estimate.secondsPerStep).toBeCloseTo(0.81);
    expect(estimate.memoryBytes).toBeCloseTo(3.1 * GB);
    expect(estimate).toMatchObject({ fits: false, extrapolated: true });
  });

  it('is refused with both numbers and a remedy when it does not fit', () => {
    const estimate = reckonEstimate(calibration([4, 8]), config, 3 * GB);
    expect(() => {
      assertFits(estimate);
    }).toThrowError(
      expect.objectContaining({
        code: 'ENGINE_MEMORY_INSUFFICIENT',
        message: expect.stringMatching(/3\.1 GB.*3\.0 GB/) as string,
        hint: expect.stringContaining('smaller batch') as string,
      }) as Error,
    );
  });

  it('knows that WebAssembly has four gigabytes, whatever the computer has', () => {
    const large = { ...config, training: { ...config.training, batch: 48 } };
    expect(reckonEstimate(calibration([4, 8]), large, 100 * GB).fits).toBe(true);
    expect(reckonEstimate(calibration([4, 8], { backend: 'wasm' }), large, 100 * GB).fits).toBe(false);
  });
});
