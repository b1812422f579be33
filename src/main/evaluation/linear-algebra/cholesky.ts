/** The inverse of a symmetric positive definite matrix through its Cholesky factor, in blocks. */
import { CortextError } from '../../../shared/errors.ts';
import type { Pace } from '../pace.ts';
import { zeros, type Matrix } from './matrix.ts';
import { addRowProducts, mirrorLower } from './products.ts';

const BLOCK = 64;

/**
 * The lower factor L with A = L Lᵀ (left-looking: every block column is finished before the next is begun).
 *
 * @param a - symmetric positive definite `[n, n]`; only its lower triangle is read
 * @throws CortextError `VALUES_NOT_FINITE` when it is not positive definite
 */
export async function choleskyFactor(a: Matrix, pace: Pace): Promise<Matrix> {
  const n = a.rows;
  const factor: Matrix = { ...a, values: a.values.slice() };
  for (let start = 0; start < n; start += BLOCK) {
    const end = Math.min(start + BLOCK, n);
    for (let i = start; i < n; i += BLOCK) {
      const rows = [i, Math.min(i + BLOCK, n)] as const;
      addRowProducts({ target: factor, a: factor, b: factor, rows, columns: [start, end], over: [0, start], sign: -1 });
      await pace();
    }
    factorColumns(factor, start, end);
  }
  for (let i = 0; i < n; i++) factor.values.fill(0, i * n + i + 1, (i + 1) * n);
  return factor;
}

/** Factors columns [start, end) of all rows from `start` on, whose products with earlier columns are subtracted. */
function factorColumns({ rows: n, values }: Matrix, start: number, end: number): void {
  for (let i = start; i < n; i++) {
    const last = Math.min(i, end - 1);
    for (let j = start; j <= last; j++) {
      let sum = values[i * n + j];
      for (let k = start; k < j; k++) sum -= values[i * n + k] * values[j * n + k];
      if (j < i) {
        values[i * n + j] = sum / values[j * n + j];
        continue;
      }
      if (!(sum > 0)) {
        throw new CortextError('VALUES_NOT_FINITE', 'A ridge regression could not be solved: its matrix is singular.', {
          hint: 'Use larger ridge penalties, and check the recording for missing values.',
        });
      }
      values[i * n + i] = Math.sqrt(sum);
    }
  }
}

/**
 * A⁻¹ `[n, n]` for a symmetric positive definite A.
 *
 * @throws CortextError `VALUES_NOT_FINITE` when A is not positive definite
 */
export async function invertPositiveDefinite(a: Matrix, pace: Pace): Promise<Matrix> {
  const turned = await transposedInverse(await choleskyFactor(a, pace), pace);
  const n = a.rows;
  const inverse = zeros(n, n);
  for (let i = 0; i < n; i += BLOCK) {
    const end = Math.min(i + BLOCK, n);
    // A⁻¹ = L⁻ᵀ L⁻¹, and row i of L⁻ᵀ begins with i zeros.
    addRowProducts({ target: inverse, a: turned, b: turned, rows: [i, end], columns: [0, end], over: [i, n] });
    await pace();
  }
  mirrorLower(inverse);
  return inverse;
}

/** L⁻ᵀ, upper triangular, for a lower triangular L. */
async function transposedInverse(factor: Matrix, pace: Pace): Promise<Matrix> {
  const n = factor.rows;
  const turned = zeros(n, n);
  for (let start = 0; start < n; start += BLOCK) {
    const end = Math.min(start + BLOCK, n);
    const columns = [start, end] as const;
    for (let i = start; i < end; i++) turned.values[i * n + i] = 1;
    for (let row = 0; row < start; row += BLOCK) {
      const rows = [row, Math.min(row + BLOCK, n)] as const;
      addRowProducts({ target: turned, a: turned, b: factor, rows, columns, over: [row, start], sign: -1 });
    }
    for (let row = 0; row < end; row++) solveInBlock(turned, factor, row, Math.max(row, start), end);
    await pace();
  }
  return turned;
}

function solveInBlock(turned: Matrix, { rows: n, values: factor }: Matrix, row: number, from: number, to: number) {
  const base = row * n;
  for (let j = from; j < to; j++) {
    let sum = turned.values[base + j];
    for (let k = from; k < j; k++) sum -= turned.values[base + k] * factor[j * n + k];
    turned.values[base + j] = sum / factor[j * n + j];
  }
}
