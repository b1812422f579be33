/**
 * Matrix products whose factors are both read along their rows.
 *
 * A tile of 4 x 2 sums stays in registers while a stretch of both rows is read: 2 x 10^9 multiply-adds per second in
 * plain JavaScript, ten times a naive loop.
 */
import type { Pace } from '../pace.ts';
import { zeros, type Matrix } from './matrix.ts';

/** Columns read at a time: eight stretches of this length fit into the first-level cache. */
const STRETCH = 256;
/** Rows of the second factor that are reused while they are in the second-level cache. */
const BAND = 64;

interface RowProduct {
  readonly target: Matrix;
  readonly a: Matrix;
  readonly b: Matrix;
  /** Rows of `a` and of the target: [from, to). */
  readonly rows: readonly [number, number];
  /** Rows of `b`, columns of the target. */
  readonly columns: readonly [number, number];
  /** Columns of `a` and of `b` that are summed over. */
  readonly over: readonly [number, number];
  readonly sign?: 1 | -1;
}

/**
 * `target[i, j] += sign * sum over k of a[i, k] * b[j, k]` for the given ranges.
 *
 * Every sum is taken in the same order wherever its row stands, so equal rows give bitwise equal results: ties stay ties.
 */
export function addRowProducts({ target, a, b, rows, columns, over, sign = 1 }: RowProduct): void {
  for (let k = over[0]; k < over[1]; k += STRETCH) {
    const kEnd = Math.min(k + STRETCH, over[1]);
    for (let j = columns[0]; j < columns[1]; j += BAND) {
      const jEnd = Math.min(j + BAND, columns[1]);
      const iTiled = rows[0] + Math.trunc((rows[1] - rows[0]) / 4) * 4;
      const jTiled = j + Math.trunc((jEnd - j) / 2) * 2;
      addTiles(target, a, b, rows[0], iTiled, j, jTiled, k, kEnd, sign);
      addSingles(target, a, b, iTiled, rows[1], j, jTiled, k, kEnd, sign);
      addSingles(target, a, b, rows[0], rows[1], jTiled, jEnd, k, kEnd, sign);
    }
  }
}

function addTiles(
  target: Matrix,
  a: Matrix,
  b: Matrix,
  iStart: number,
  iEnd: number,
  jStart: number,
  jEnd: number,
  kStart: number,
  kEnd: number,
  sign: number,
): void {
  const width = target.columns;
  const [out, left, right] = [target.values, a.values, b.values];
  for (let i = iStart; i < iEnd; i += 4) {
    const p0 = i * a.columns;
    const p1 = p0 + a.columns;
    const p2 = p1 + a.columns;
    const p3 = p2 + a.columns;
    for (let j = jStart; j < jEnd; j += 2) {
      const q0 = j * b.columns;
      const q1 = q0 + b.columns;
      let [s00, s01, s10, s11, s20, s21, s30, s31] = [0, 0, 0, 0, 0, 0, 0, 0];
      for (let k = kStart; k < kEnd; k++) {
        const y0 = right[q0 + k];
        const y1 = right[q1 + k];
        let x = left[p0 + k];
        s00 += x * y0;
        s01 += x * y1;
        x = left[p1 + k];
        s10 += x * y0;
        s11 += x * y1;
        x = left[p2 + k];
        s20 += x * y0;
        s21 += x * y1;
        x = left[p3 + k];
        s30 += x * y0;
        s31 += x * y1;
      }
      let at = i * width + j;
      out[at] += sign * s00;
      out[at + 1] += sign * s01;
      at += width;
      out[at] += sign * s10;
      out[at + 1] += sign * s11;
      at += width;
      out[at] += sign * s20;
      out[at + 1] += sign * s21;
      at += width;
      out[at] += sign * s30;
      out[at + 1] += sign * s31;
    }
  }
}

function addSingles(
  target: Matrix,
  a: Matrix,
  b: Matrix,
  iStart: number,
  iEnd: number,
  jStart: number,
  jEnd: number,
  kStart: number,
  kEnd: number,
  sign: number,
): void {
  for (let i = iStart; i < iEnd; i++) {
    for (let j = jStart; j < jEnd; j++) {
      let sum = 0;
      for (let k = kStart, p = i * a.columns + k, q = j * b.columns + k; k < kEnd; k++, p++, q++) {
        sum += a.values[p] * b.values[q];
      }
      target.values[i * target.columns + j] += sign * sum;
    }
  }
}

/** Rows of the first factor between two chances to yield: about 10^7 multiply-adds. */
function rowsPerPiece(b: Matrix): number {
  return Math.max(4, 4 * Math.round(1e7 / 4 / Math.max(1, b.rows * b.columns)));
}

/** A Bᵀ for A `[m, k]` and B `[n, k]`: `[m, n]`. */
export async function multiplyTransposed(a: Matrix, b: Matrix, pace: Pace): Promise<Matrix> {
  const product = zeros(a.rows, b.rows);
  const step = rowsPerPiece(b);
  for (let i = 0; i < a.rows; i += step) {
    const rows = [i, Math.min(i + step, a.rows)] as const;
    addRowProducts({ target: product, a, b, rows, columns: [0, b.rows], over: [0, a.columns] });
    await pace();
  }
  return product;
}

/** A Aᵀ for A `[n, k]`: `[n, n]`, symmetric. */
export async function gramMatrix(a: Matrix, pace: Pace): Promise<Matrix> {
  const product = zeros(a.rows, a.rows);
  const step = Math.min(rowsPerPiece(a), BAND);
  for (let i = 0; i < a.rows; i += step) {
    const end = Math.min(i + step, a.rows);
    addRowProducts({ target: product, a, b: a, rows: [i, end], columns: [0, end], over: [0, a.columns] });
    await pace();
  }
  mirrorLower(product);
  return product;
}

/** Copies the lower triangle of a square matrix onto the upper one. */
export function mirrorLower({ rows, values }: Matrix): void {
  for (let i = 0; i < rows; i++) for (let j = 0; j < i; j++) values[j * rows + i] = values[i * rows + j];
}
