/**
 * Ridge regression with many outputs (Hoerl and Kennard 1970).
 *
 * Solved in voxel space (primal) or in sample space (dual), whichever is cheaper; both give the same model.
 */
import { CortextError } from '../../../shared/errors.ts';
import { Random } from '../../../shared/random.ts';
import { invertPositiveDefinite } from '../linear-algebra/cholesky.ts';
import { columnDeviations, columnMeans, selectRows, transpose, zeros, type Matrix } from '../linear-algebra/matrix.ts';
import { gramMatrix, multiplyTransposed } from '../linear-algebra/products.ts';
import { createPace, type Pace } from '../pace.ts';
import { dualLeaveOutErrors, primalLeaveOutErrors } from './leave-out-error.ts';

/** The penalty is chosen on at most so many samples: the work grows with their third power. */
const MOST_SELECTION_SAMPLES = 2000;

export interface RidgeOptions {
  /** Penalties (alpha) on the squared weights; the one with the smallest leave-out error is taken. */
  readonly penalties: readonly number[];
  /** One per sample: samples of one group (trials of one stimulus) are left out together. Left out, one by one. */
  readonly groups?: readonly number[];
  /** Divide voxels by their training standard deviation; default true. Voxels are always centred. */
  readonly standardise?: boolean;
  readonly signal?: AbortSignal;
  /** Called with the share of the work that is done, 0 to 1. */
  readonly onProgress?: (share: number) => void;
}

export interface RidgeModel {
  readonly form: 'primal' | 'dual';
  readonly penalty: number;
  /** Mean squared leave-out error of every penalty; null when there was only one to choose from. */
  readonly leaveOutErrors: readonly number[] | null;
  /** Samples on which the penalty was chosen. */
  readonly selectionSamples: number;
  /** Training mean of each voxel, and what its deviations are divided by; 0 drops a constant voxel. */
  readonly voxelMean: Float64Array;
  readonly voxelScale: Float64Array;
  readonly outputMean: Float64Array;
  /** Primal: weights `[outputs, voxels]`. Dual: weights of the training samples `[outputs, samples]`. */
  readonly coefficients: Matrix;
  /** Dual only: the centred and scaled training voxels `[samples, voxels]`. */
  readonly support: Matrix | null;
}

/**
 * Fits a ridge regression from `x` to `y` with an unpenalised intercept.
 *
 * The penalty is chosen by the exact leave-out error within the training samples, from closed forms without refitting.
 * Above 2,000 samples it is chosen on 2,000 of them (whole groups), tried at `penalty * 2000 / samples` there.
 *
 * @param x - voxels `[samples, voxels]`
 * @param y - outputs `[samples, outputs]`
 * @throws CortextError `INVALID_CONFIGURATION` for penalties that are not positive or for a single group;
 *   `VALUES_NOT_FINITE`, `CANCELLED`
 */
export async function fitRidge(x: Matrix, y: Matrix, options: RidgeOptions): Promise<RidgeModel> {
  checkInput(x, y, options);
  const { penalties, standardise = true, signal } = options;
  const report = options.onProgress ?? (() => undefined);
  const pace = createPace(signal);
  const voxelMean = columnMeans(x);
  const deviations = columnDeviations(x, voxelMean);
  const voxelScale = deviations.map((sd) => (standardise || sd === 0 ? sd : 1));
  const outputMean = columnMeans(y);
  const training: TrainingPair = {
    x: scaleVoxels(x, voxelMean, voxelScale),
    outputs: transpose(centreColumns(y, outputMean)),
  };
  const form = cheaperForm(x.rows, x.columns, y.columns, penalties.length);
  await pace();

  let penalty = penalties[0];
  let leaveOutErrors: number[] | null = null;
  let gram: Matrix | null = null;
  const chosen = selectionRows(x.rows, options.groups);
  if (penalties.length > 1) {
    const whole = chosen.rows.length === x.rows;
    const part = whole ? training : centredPart(training, chosen.rows);
    const scaled = penalties.map((value) => (value * chosen.rows.length) / x.rows);
    const onPenalty = (done: number) => {
      report((0.8 * done) / penalties.length);
    };
    if (form === 'dual') {
      const partGram = await gramMatrix(part.x, pace);
      if (whole) gram = partGram;
      leaveOutErrors = await dualLeaveOutErrors({
        ...part,
        gram: partGram,
        ...chosen,
        penalties: scaled,
        pace,
        onPenalty,
      });
    } else {
      leaveOutErrors = await primalLeaveOutErrors({ ...part, ...chosen, penalties: scaled, pace, onPenalty });
    }
    penalty = penalties[leaveOutErrors.indexOf(Math.min(...leaveOutErrors))];
  }
  report(0.8);
  const coefficients =
    form === 'dual'
      ? await dualCoefficients(training, gram ?? (await gramMatrix(training.x, pace)), penalty, pace)
      : await primalCoefficients(training, penalty, pace);
  report(1);
  return {
    form,
    penalty,
    leaveOutErrors,
    selectionSamples: leaveOutErrors === null ? 0 : chosen.rows.length,
    voxelMean,
    voxelScale,
    outputMean,
    coefficients,
    support: form === 'dual' ? training.x : null,
  };
}

/** Predicted outputs `[samples, outputs]` for voxels `[samples, voxels]`. */
export async function predict(model: RidgeModel, x: Matrix, signal?: AbortSignal): Promise<Matrix> {
  if (x.columns !== model.voxelMean.length) {
    throw new CortextError(
      'ARRAY_SHAPE',
      `The ridge was fitted on ${model.voxelMean.length} voxels, but was given ${x.columns}.`,
    );
  }
  const pace = createPace(signal);
  const scaled = scaleVoxels(x, model.voxelMean, model.voxelScale);
  const features = model.support === null ? scaled : await multiplyTransposed(scaled, model.support, pace);
  const predicted = await multiplyTransposed(features, model.coefficients, pace);
  for (let at = 0; at < predicted.values.length; at++) {
    predicted.values[at] += model.outputMean[at % predicted.columns];
  }
  return predicted;
}

interface TrainingPair {
  /** Centred and scaled voxels `[samples, voxels]`. */
  readonly x: Matrix;
  /** Centred outputs, transposed: `[outputs, samples]`. */
  readonly outputs: Matrix;
}

/** (X Xᵀ + penalty I)⁻¹ Y, transposed. */
async function dualCoefficients({ outputs }: TrainingPair, gram: Matrix, penalty: number, pace: Pace): Promise<Matrix> {
  return multiplyTransposed(outputs, await invertPositiveDefinite(withDiagonal(gram, penalty), pace), pace);
}

/** (Xᵀ X + penalty I)⁻¹ Xᵀ Y, transposed. */
async function primalCoefficients({ x, outputs }: TrainingPair, penalty: number, pace: Pace): Promise<Matrix> {
  const voxels = transpose(x);
  const inverse = await invertPositiveDefinite(withDiagonal(await gramMatrix(voxels, pace), penalty), pace);
  return multiplyTransposed(await multiplyTransposed(outputs, voxels, pace), inverse, pace);
}

export function withDiagonal(matrix: Matrix, added: number): Matrix {
  const changed = { ...matrix, values: matrix.values.slice() };
  for (let i = 0; i < matrix.rows; i++) changed.values[i * (matrix.columns + 1)] += added;
  return changed;
}

/** Multiply-adds of choosing among penalties and fitting, in both forms. */
export function ridgeWork(samples: number, voxels: number, outputs: number, penalties: number) {
  const n = Math.min(samples, MOST_SELECTION_SAMPLES);
  return {
    dual: 1.7 * penalties * n ** 3 + samples ** 2 * (samples + outputs + voxels / 2),
    primal:
      penalties * (0.7 * voxels ** 3 + (n + outputs) * voxels ** 2 + n * voxels * outputs) +
      voxels ** 2 * (voxels + outputs + samples / 2),
  };
}

function cheaperForm(samples: number, voxels: number, outputs: number, penalties: number): 'primal' | 'dual' {
  const { dual, primal } = ridgeWork(samples, voxels, outputs, penalties);
  return primal < dual ? 'primal' : 'dual';
}

interface SelectionRows {
  readonly rows: readonly number[];
  /** Positions in `rows` that are left out together. */
  readonly parts: readonly (readonly number[])[];
}

function selectionRows(samples: number, groups: readonly number[] | undefined): SelectionRows {
  const members = new Map<number, number[]>();
  for (let sample = 0; sample < samples; sample++) {
    const group = groups?.[sample] ?? sample;
    const known = members.get(group);
    if (known === undefined) members.set(group, [sample]);
    else known.push(sample);
  }
  const all = [...members.values()];
  const order =
    samples > MOST_SELECTION_SAMPLES ? new Random(0, 'ridge-selection').permutation(all.length) : all.keys();
  const rows: number[] = [];
  const parts: number[][] = [];
  for (const at of order) {
    if (parts.length >= 2 && rows.length + all[at].length > MOST_SELECTION_SAMPLES) break;
    parts.push(all[at].map((_, i) => rows.length + i));
    rows.push(...all[at]);
  }
  return { rows, parts };
}

/** Some samples, centred anew: the closed forms need centred voxels and outputs. */
function centredPart({ x, outputs }: TrainingPair, rows: readonly number[]): TrainingPair {
  const voxels = selectRows(x, rows);
  const chosen = selectRows(transpose(outputs), rows);
  return {
    x: centreColumns(voxels, columnMeans(voxels)),
    outputs: transpose(centreColumns(chosen, columnMeans(chosen))),
  };
}

function centreColumns(matrix: Matrix, means: Float64Array): Matrix {
  return { ...matrix, values: matrix.values.map((value, at) => value - means[at % matrix.columns]) };
}

function scaleVoxels(x: Matrix, mean: Float64Array, scale: Float64Array): Matrix {
  const scaled = zeros(x.rows, x.columns);
  for (let i = 0, at = 0; i < x.rows; i++) {
    for (let j = 0; j < x.columns; j++, at++) {
      // A voxel that never changed in training says nothing about the images, whatever it does at test.
      scaled.values[at] = scale[j] > 0 ? (x.values[at] - mean[j]) / scale[j] : 0;
    }
  }
  return scaled;
}

function checkInput(x: Matrix, y: Matrix, { penalties, groups }: RidgeOptions): void {
  if (x.rows !== y.rows || (groups !== undefined && groups.length !== x.rows)) {
    throw new CortextError(
      'INTERNAL',
      `Ridge regression got ${x.rows} samples, ${y.rows} outputs and ${groups?.length ?? x.rows} groups.`,
    );
  }
  if (penalties.length === 0 || penalties.some((penalty) => !(penalty > 0 && Number.isFinite(penalty)))) {
    throw new CortextError(
      'INVALID_CONFIGURATION',
      `Ridge penalties must be positive numbers, not ${penalties.join(', ')}.`,
    );
  }
  if (penalties.length > 1 && new Set(groups ?? Array.from({ length: x.rows }, (_, i) => i)).size < 2) {
    throw new CortextError(
      'INVALID_CONFIGURATION',
      'A ridge penalty cannot be chosen: all training samples show one stimulus.',
      { hint: 'Give one penalty only, or train on more than one stimulus.' },
    );
  }
  for (const [name, { values }] of [['voxels', x] as const, ['images', y] as const]) {
    if (!values.every(Number.isFinite)) {
      throw new CortextError('VALUES_NOT_FINITE', `The training ${name} of the ridge control have missing values.`, {
        hint: 'Import the recording again without them.',
      });
    }
  }
}
