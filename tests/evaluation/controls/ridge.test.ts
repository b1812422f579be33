import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fitRidge, predict } from '../../../src/main/evaluation/controls/ridge.ts';
import {
  matrixFrom,
  rowOf,
  selectRows,
  transpose,
  type Matrix,
} from '../../../src/main/evaluation/linear-algebra/matrix.ts';
import { openArrays } from '../../../src/main/dataset/readers/open-arrays.ts';
import { poolFolds, type ScoredFold } from '../../../src/main/evaluation/cross-validation.ts';
import { Random } from '../../../src/shared/random.ts';
import { hasShared, sharedAbsent, sharedPath } from '../../support/shared-data.ts';

function randomMatrix(rows: number, columns: number, stream: string): Matrix {
  return matrixFrom(new Random(1, stream).normals(rows * columns), rows, columns);
}

/** Outputs that depend on the voxels, with noise. */
function outputsOf(x: Matrix, outputs: number): Matrix {
  const weights = randomMatrix(outputs, x.columns, 'weights');
  const noise = randomMatrix(x.rows, outputs, 'noise');
  return {
    ...noise,
    values: noise.values.map((value, at) => {
      const [sample, output] = [Math.trunc(at / outputs), at % outputs];
      return 2 * value + rowOf(x, sample).reduce((sum, voxel, v) => sum + voxel * rowOf(weights, output)[v], 0);
    }),
  };
}

async function squaredErrors(x: Matrix, y: Matrix, groups: readonly number[], penalty: number): Promise<number> {
  let sum = 0;
  for (const group of new Set(groups)) {
    const inside = [...groups.keys()].filter((i) => groups[i] === group);
    const outside = [...groups.keys()].filter((i) => groups[i] !== group);
    const model = await fitRidge(selectRows(x, outside), selectRows(y, outside), {
      penalties: [penalty],
      standardise: false,
    });
    const predicted = await predict(model, selectRows(x, inside));
    predicted.values.forEach((value, at) => (sum += (value - selectRows(y, inside).values[at]) ** 2));
  }
  return sum / y.values.length;
}

describe('ridge regression', () => {
  it.each([
    { form: 'dual', samples: 24, voxels: 60 },
    { form: 'primal', samples: 60, voxels: 6 },
  ])(
    'in its $form form finds leave-out errors without refitting that refitting confirms',
    async ({ form, samples, voxels }) => {
      const x = randomMatrix(samples, voxels, 'voxels');
      const y = outputsOf(x, 4);
      // Trials of one stimulus; groups of unequal size.
      const groups = Array.from({ length: samples }, (_, i) => Math.trunc(Math.sqrt(2 * i)));
      const penalties = [0.5, 5, 50, 500];
      const model = await fitRidge(x, y, { penalties, groups, standardise: false });
      expect(model.form).toBe(form);
      const errors = await Promise.all(penalties.map((penalty) => squaredErrors(x, y, groups, penalty)));
      errors.forEach((error, p) => expect(model.leaveOutErrors?.[p]).toBeCloseTo(error, 8));
      expect(model.penalty).toBe(penalties[errors.indexOf(Math.min(...errors))]);
    },
  );

  it('satisfies the normal equations', async () => {
    const x = randomMatrix(20, 30, 'normal equations');
    const y = outputsOf(x, 3);
    const model = await fitRidge(x, y, { penalties: [7], standardise: false });
    // Xᵀ (y - prediction) = penalty * weights; the weights are the slopes of the predictions.
    const units = matrixFrom(
      Float64Array.from({ length: 31 * 30 }, (_, at) => Number(at % 30 === Math.trunc(at / 30) - 1)),
      31,
      30,
    );
    const slopes = await predict(model, units);
    const predicted = await predict(model, x);
    for (let voxel = 0; voxel < 30; voxel++) {
      for (let output = 0; output < 3; output++) {
        const weight = slopes.values[(voxel + 1) * 3 + output] - slopes.values[output];
        const column = rowOf(transpose(x), voxel);
        const average = column.reduce((sum, value) => sum + value, 0) / 20;
        let gradient = 0;
        for (let i = 0; i < 20; i++)
          gradient += (column[i] - average) * (y.values[i * 3 + output] - predicted.values[i * 3 + output]);
        expect(gradient).toBeCloseTo(7 * weight, 8);
      }
    }
  });

  it('ignores voxels that never changed in training', async () => {
    const x = randomMatrix(12, 5, 'constant');
    for (let i = 0; i < 12; i++) x.values[i * 5 + 2] = 3;
    const model = await fitRidge(x, outputsOf(x, 2), { penalties: [1] });
    const changed = { ...x, values: x.values.map((value, at) => (at % 5 === 2 ? 1e6 : value)) };
    expect([...(await predict(model, changed)).values]).toEqual([...(await predict(model, x)).values]);
  });

  it('refuses to choose a penalty when all samples show one stimulus', async () => {
    const x = randomMatrix(6, 3, 'one stimulus');
    await expect(fitRidge(x, x, { penalties: [1, 2], groups: [4, 4, 4, 4, 4, 4] })).rejects.toThrow(/one stimulus/);
  });
});

describe.skipIf(!hasShared)(`ridge on real V1 responses${hasShared ? '' : ` (skipped: ${sharedAbsent})`}`, () => {
  it('predicts what scikit-learn predicts, leaving one repeat out', async () => {
    // Our own file.
    const oracle = JSON.parse(readFileSync(sharedPath('oracles', 'ridge_miyawaki.json'), 'utf8')) as {
      two_way_against_nine_foils: number;
      mean_pixel_r: number;
      prediction_first_test_of_repeat_0: number[];
    };
    const arrays = await openArrays(sharedPath('data', 'miyawaki2008', 'V1_mean_figure.mat'));
    const matrixOf = async (name: string): Promise<Matrix> => {
      const { shape, data } = await arrays.read(name);
      return transpose(matrixFrom(Float64Array.from(data), shape[0], shape[1]));
    };
    const [voxels, pixels] = [await matrixOf('R2'), await matrixOf('I2')];
    arrays.close();
    const seen = new Map<string, number>();
    const names = Array.from({ length: pixels.rows }, (_, i) => rowOf(pixels, i).join(''));
    const repeats = names.map((name) => {
      seen.set(name, (seen.get(name) ?? -1) + 1);
      return seen.get(name) ?? 0;
    });
    expect(seen.size).toBe(10);
    const folds: ScoredFold[] = [];
    for (let repeat = 0; repeat < 8; repeat++) {
      const test = [...repeats.keys()].filter((i) => repeats[i] === repeat);
      const train = [...repeats.keys()].filter((i) => repeats[i] !== repeat);
      const model = await fitRidge(selectRows(voxels, train), selectRows(pixels, train), { penalties: [100] });
      const predicted = await predict(model, selectRows(voxels, test));
      if (repeat === 0) {
        oracle.prediction_first_test_of_repeat_0.forEach((value, p) => {
          // The file stores images column by column, the reference row by row.
          expect(Math.abs(predicted.values[(p % 10) * 10 + Math.trunc(p / 10)] - value)).toBeLessThan(1e-4);
        });
      }
      const images = (matrix: Matrix) => ({
        count: test.length,
        height: 10,
        width: 10,
        channels: 1 as const,
        data: Float32Array.from(matrix.values),
      });
      folds.push({
        stimuli: images(selectRows(pixels, test)),
        stimulusIds: test.map((i) => names[i]),
        methods: { ridge: images(predicted) },
      });
    }
    const { scores } = await poolFolds({ folds, permutations: 1000, bootstraps: 200, seed: 1 });
    expect(
      Math.abs((scores.ridge?.['two-way-identification']?.value ?? NaN) - oracle.two_way_against_nine_foils),
    ).toBeLessThan(1e-4);
    expect(Math.abs((scores.ridge?.['pixel-correlation']?.value ?? NaN) - oracle.mean_pixel_r)).toBeLessThan(1e-4);
    expect(scores.ridge?.['two-way-identification']?.chance.p).toBeLessThan(0.01);
  });
});
