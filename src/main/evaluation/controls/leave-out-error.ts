/**
 * Leave-out errors of ridge regression without refitting.
 *
 * With M the matrix that turns outputs into residuals (times the penalty in the dual form), the residuals of samples P
 * under the model fitted on all others are (M_PP)⁻¹ (M Y)_P, exactly, with the intercept fitted anew (Allen 1974 for one
 * sample; Cook and Weisberg 1982 for several).
 */
import { invertPositiveDefinite } from '../linear-algebra/cholesky.ts';
import { dot, rowOf, transpose, zeros, type Matrix } from '../linear-algebra/matrix.ts';
import { gramMatrix, multiplyTransposed } from '../linear-algebra/products.ts';
import type { Pace } from '../pace.ts';
import { withDiagonal } from './ridge.ts';

interface LeaveOut {
  /** Centred voxels `[samples, voxels]`. */
  readonly x: Matrix;
  /** Centred outputs, transposed: `[outputs, samples]`. */
  readonly outputs: Matrix;
  /** Samples that are left out together; every sample is in one part. */
  readonly parts: readonly (readonly number[])[];
  readonly penalties: readonly number[];
  readonly pace: Pace;
  readonly onPenalty: (done: number) => void;
}

/**
 * Mean squared leave-out error of each penalty, in sample space.
 *
 * Only the sums of squares over outputs are needed, so that all work is on `[samples, samples]` matrices however many
 * outputs there are: with G = M Y Yᵀ M, the error of part P is the trace of (M_PP)⁻¹ G_PP (M_PP)⁻¹.
 *
 * @param gram - X Xᵀ of the centred voxels
 */
export async function dualLeaveOutErrors(leaveOut: LeaveOut & { readonly gram: Matrix }): Promise<number[]> {
  const { outputs, gram, parts, penalties, pace, onPenalty } = leaveOut;
  const samples = gram.rows;
  const outputGram = await gramMatrix(transpose(outputs), pace);
  const errors: number[] = [];
  for (const [done, penalty] of penalties.entries()) {
    const residual = await invertPositiveDefinite(withDiagonal(gram, penalty), pace);
    // Projects the intercept out: the vector of ones is an eigenvector of (X Xᵀ + penalty I)⁻¹ for centred X.
    const intercept = 1 / (penalty * samples);
    for (let at = 0; at < residual.values.length; at++) residual.values[at] -= intercept;
    const half = await multiplyTransposed(residual, outputGram, pace);
    let sum = 0;
    for (const part of parts) {
      sum += await partError(part, residual, (i, j) => dot(rowOf(half, i), rowOf(residual, j)), pace);
    }
    errors.push(sum / (samples * outputs.rows));
    onPenalty(done + 1);
  }
  return errors;
}

/** Mean squared leave-out error of each penalty, in voxel space. */
export async function primalLeaveOutErrors(leaveOut: LeaveOut): Promise<number[]> {
  const { x, outputs, parts, penalties, pace, onPenalty } = leaveOut;
  const samples = x.rows;
  const voxels = transpose(x);
  const covariance = await gramMatrix(voxels, pace);
  const shared = await multiplyTransposed(outputs, voxels, pace);
  const targets = transpose(outputs);
  const errors: number[] = [];
  for (const [done, penalty] of penalties.entries()) {
    const inverse = await invertPositiveDefinite(withDiagonal(covariance, penalty), pace);
    const smoothed = await multiplyTransposed(x, inverse, pace);
    const fitted = await multiplyTransposed(x, await multiplyTransposed(shared, inverse, pace), pace);
    for (let at = 0; at < fitted.values.length; at++) fitted.values[at] = targets.values[at] - fitted.values[at];
    let sum = 0;
    for (const part of parts) {
      const residual = zeros(part.length, part.length);
      part.forEach((i, row) => {
        part.forEach((j, column) => {
          residual.values[row * part.length + column] =
            Number(i === j) - 1 / samples - dot(rowOf(smoothed, i), rowOf(x, j));
        });
      });
      const inPart = (place: number) => rowOf(fitted, part[place]);
      sum += await partError([...part.keys()], residual, (i, j) => dot(inPart(i), inPart(j)), pace);
    }
    errors.push(sum / (samples * outputs.rows));
    onPenalty(done + 1);
  }
  return errors;
}

/** Trace of (M_PP)⁻¹ G_PP (M_PP)⁻¹. */
async function partError(
  part: readonly number[],
  residual: Matrix,
  product: (i: number, j: number) => number,
  pace: Pace,
): Promise<number> {
  await pace();
  if (part.length === 1) {
    const [i] = part;
    return product(i, i) / residual.values[i * residual.columns + i] ** 2;
  }
  const size = part.length;
  const block = zeros(size, size);
  part.forEach((i, row) => {
    part.forEach((j, column) => {
      block.values[row * size + column] = residual.values[i * residual.columns + j];
    });
  });
  const inverse = await invertPositiveDefinite(block, pace);
  const squared = await gramMatrix(inverse, pace);
  let trace = 0;
  part.forEach((i, row) => {
    part.forEach((j, column) => {
      trace += product(i, j) * squared.values[row * size + column];
    });
  });
  return trace;
}
