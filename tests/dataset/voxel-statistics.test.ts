import { describe, expect, it } from 'vitest';
import { selectImages, type ImageSet } from '../../src/main/dataset/image-set.ts';
import { principalScores } from '../../src/main/dataset/statistics/principal-components.ts';
import { symmetricEigen } from '../../src/main/dataset/statistics/symmetric-eigen.ts';
import { noiseCeiling, noiseCeilingSignalToNoise } from '../../src/main/dataset/statistics/noise-ceiling.ts';
import { spearmanBrown, splitHalfReliability } from '../../src/main/dataset/statistics/reliability.ts';
import {
  correlationWith,
  explainedShare,
  oneWayF,
  variance,
  voxelMoments,
} from '../../src/main/dataset/statistics/voxel-statistics.ts';
import { imageComponents, largest } from '../../src/main/dataset/voxel-selection.ts';
import { Random } from '../../src/shared/random.ts';
import reference from './fixtures/voxel-reference.json' with { type: 'json' };

const view = {
  data: Float32Array.from(reference.values),
  stride: reference.voxels,
  samples: Array.from({ length: reference.samples }, (_, i) => i),
  voxels: Array.from({ length: reference.voxels }, (_, i) => i),
};
const pictures: ImageSet = {
  count: reference.pictures.length / reference.side ** 2,
  height: reference.side,
  width: reference.side,
  channels: 1,
  data: Float32Array.from(reference.pictures),
};
const images = selectImages(pictures, reference.stimulus);

function expectClose(actual: ArrayLike<number>, expected: readonly number[], relative: number): void {
  expect(actual.length).toBe(expected.length);
  expected.forEach((value, i) => {
    expect(Math.abs(actual[i] - value), `entry ${i}`).toBeLessThan(relative * Math.max(1, Math.abs(value)));
  });
}

describe('voxel statistics', () => {
  it('agree with NumPy on mean and population standard deviation', () => {
    const { mean, sd } = voxelMoments(view);
    expectClose(mean, reference.mean, 1e-12);
    expectClose(sd, reference.sd, 1e-10);
    expectClose(
      variance(view),
      reference.sd.map((value) => value * value),
      1e-10,
    );
  });

  it("agree with SciPy's one-way analysis of variance, with two and three presentations", () => {
    expectClose(oneWayF(view, reference.stimulus), reference.f, 1e-9);
  });

  it('agree with NumPy on the variance that ten principal components of the images explain', () => {
    expectClose(explainedShare(view, imageComponents(images)), reference.explained, 1e-7);
  });

  it('agree with SciPy on reliability over presentations', () => {
    // Where halves contradict each other, the formula of Spearman and Brown leaves the range of a correlation.
    const bounded = reference.splitHalf.map((value) => Math.max(-1, value));
    expectClose(splitHalfReliability(view, reference.stimulus), bounded, 1e-9);
    expect([spearmanBrown(0.5, 3), spearmanBrown(-0.7, 3)]).toEqual([0.75, -1]);
  });

  it('agree with NumPy on the noise ceiling', () => {
    const twice = { ...view, samples: view.samples.slice(0, 24) };
    const ratio = noiseCeilingSignalToNoise(twice, reference.stimulus.slice(0, 24));
    expectClose(ratio, reference.signalToNoise, 1e-9);
    expectClose(noiseCeiling(ratio, 3), reference.noiseCeilingOf3, 1e-9);
  });

  it('know a voxel without noise from one without signal', () => {
    const two = { data: Float32Array.of(1, 5, 2, 5, 1, 5, 2, 5), stride: 2, samples: [0, 1, 2, 3], voxels: [0, 1] };
    const ratio = noiseCeilingSignalToNoise(two, [0, 1, 0, 1]);
    expect([...noiseCeiling(ratio, 1)]).toEqual([1, 0]);
    expect([...splitHalfReliability(two, [0, 1, 0, 1])]).toEqual([1, 0]);
    expect([...correlationWith(two, [0, 1, 0, 1])].map((r) => Number(r.toFixed(9)))).toEqual([1, 0]);
  });

  it('agree with SciPy on the correlation with a regressor', () => {
    expectClose(correlationWith(view, reference.regressor), reference.correlation, 1e-9);
  });

  it('look at the chosen samples and voxels only', () => {
    const part = { ...view, samples: view.samples.slice(0, 24), voxels: [5, 2] };
    const alone = { ...view, data: view.data.slice(0, 24 * view.stride), samples: part.samples };
    const groups = reference.stimulus.slice(0, 24);
    const whole = oneWayF(alone, groups);
    expect([...oneWayF(part, groups)]).toEqual([whole[5], whole[2]]);
  });

  it('keep the largest values, the first among equals, in the order of the voxels', () => {
    expect(largest(Float64Array.of(3, 9, 1, 9, 3), 3)).toEqual([0, 1, 3]);
    expect(largest(Float64Array.of(3, 9), 5)).toEqual([0, 1]);
  });
});

describe('principal components', () => {
  it('have the first direction that NumPy finds, up to its sign', () => {
    const [first] = imageComponents(images);
    const sign = Math.sign(first[0] * reference.firstComponent[0]);
    expectClose(
      first.map((value) => sign * value),
      reference.firstComponent,
      1e-6,
    );
  });

  it('are orthonormal, sum to zero, and are no more than the rank of the images', () => {
    const scores = imageComponents(selectImages(pictures, [0, 1, 2, 0, 1, 2, 0, 1]));
    expect(scores.length).toBe(2);
    const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i], 0);
    expect(Math.abs(dot(scores[0], scores[1]))).toBeLessThan(1e-10);
    for (const score of scores) {
      expect(dot(score, score)).toBeCloseTo(1, 10);
      expect(Math.abs(score.reduce((sum, value) => sum + value, 0))).toBeLessThan(1e-9);
    }
  });

  it('of identical images do not exist', () => {
    expect(imageComponents(selectImages(pictures, [1, 1, 1, 1]))).toEqual([]);
  });

  it('take less than a few seconds for a thousand images', () => {
    const matrix = new Random(1).normals(1200 * 256);
    const started = performance.now();
    expect(principalScores(matrix, 1200, 256, 10).length).toBe(10);
    expect(performance.now() - started).toBeLessThan(15_000);
  });

  it('rest on eigenvalues that agree with LAPACK', () => {
    const { values, vectors } = symmetricEigen(reference.symmetric);
    expectClose(values, reference.eigenvalues, 1e-12);
    const [vector] = vectors;
    const image = reference.symmetric.map((row) => row.reduce((sum, value, i) => sum + value * vector[i], 0));
    expectClose(
      image,
      vector.map((value) => value * values[0]),
      1e-12,
    );
  });
});
