/** Dense matrices in double precision, row-major. */
import { CortextError } from '../../../shared/errors.ts';

export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** `[rows, columns]` */
  readonly values: Float64Array;
}

export function zeros(rows: number, columns: number): Matrix {
  return { rows, columns, values: new Float64Array(rows * columns) };
}

/** @throws CortextError `INTERNAL` when the values do not fill the shape */
export function matrixFrom(values: ArrayLike<number>, rows: number, columns: number): Matrix {
  if (values.length !== rows * columns) {
    throw new CortextError('INTERNAL', `${values.length} values do not fill a matrix of ${rows} x ${columns}.`);
  }
  return { rows, columns, values: Float64Array.from(values) };
}

/** One row, a view on the matrix. */
export function rowOf(matrix: Matrix, row: number): Float64Array {
  return matrix.values.subarray(row * matrix.columns, (row + 1) * matrix.columns);
}

export function selectRows(matrix: Matrix, rows: readonly number[]): Matrix {
  const selected = zeros(rows.length, matrix.columns);
  rows.forEach((from, to) => rowOf(selected, to).set(rowOf(matrix, from)));
  return selected;
}

export function transpose(matrix: Matrix): Matrix {
  const turned = zeros(matrix.columns, matrix.rows);
  const tile = 32;
  for (let top = 0; top < matrix.rows; top += tile) {
    for (let left = 0; left < matrix.columns; left += tile) {
      const bottom = Math.min(top + tile, matrix.rows);
      const right = Math.min(left + tile, matrix.columns);
      for (let i = top; i < bottom; i++) {
        for (let j = left; j < right; j++) {
          turned.values[j * matrix.rows + i] = matrix.values[i * matrix.columns + j];
        }
      }
    }
  }
  return turned;
}

export function columnMeans(matrix: Matrix): Float64Array {
  const means = new Float64Array(matrix.columns);
  for (let i = 0, at = 0; i < matrix.rows; i++) {
    for (let j = 0; j < matrix.columns; j++, at++) means[j] += matrix.values[at];
  }
  return means.map((sum) => sum / matrix.rows);
}

/** Population standard deviations around `means`. */
export function columnDeviations(matrix: Matrix, means: Float64Array): Float64Array {
  const squares = new Float64Array(matrix.columns);
  for (let i = 0, at = 0; i < matrix.rows; i++) {
    for (let j = 0; j < matrix.columns; j++, at++) squares[j] += (matrix.values[at] - means[j]) ** 2;
  }
  return squares.map((sum) => Math.sqrt(sum / matrix.rows));
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
