import { describe, expect, it } from 'vitest';
import { invertPositiveDefinite } from '../../../src/main/evaluation/linear-algebra/cholesky.ts';
import { matrixFrom, rowOf, transpose, type Matrix } from '../../../src/main/evaluation/linear-algebra/matrix.ts';
import { gramMatrix, multiplyTransposed } from '../../../src/main/evaluation/linear-algebra/products.ts';
import { createPace } from '../../../src/main/evaluation/pace.ts';
import { Random } from '../../../src/shared/random.ts';
import { atOnce } from '../support.ts';

function random(rows: number, columns: number, stream: string): Matrix {
  return matrixFrom(new Random(1, stream).normals(rows * columns), rows, columns);
}

function naive(a: Matrix, b: Matrix): Float64Array {
  return Float64Array.from({ length: a.rows * b.rows }, (_, at) => {
    const [left, right] = [rowOf(a, Math.trunc(at / b.rows)), rowOf(b, at % b.rows)];
    return left.reduce((sum, value, k) => sum + value * right[k], 0);
  });
}

function largestDifference(a: Float64Array, b: Float64Array): number {
  return a.reduce((largest, value, at) => Math.max(largest, Math.abs(value - b[at])), 0);
}

describe('blocked matrix products', () => {
  it.each([
    [1, 1, 1],
    [5, 3, 257],
    [67, 130, 64],
    [4, 2, 600],
  ])('of %i and %i rows of %i numbers equal the naive ones', async (rows, others, columns) => {
    const [a, b] = [random(rows, columns, 'a'), random(others, columns, 'b')];
    expect(largestDifference((await multiplyTransposed(a, b, atOnce)).values, naive(a, b))).toBeLessThan(1e-11);
    expect(largestDifference((await gramMatrix(a, atOnce)).values, naive(a, a))).toBeLessThan(1e-11);
    expect(transpose(transpose(a))).toEqual(a);
  });

  // The block is 64: one row less, exactly one, one more, and several.
  it.each([1, 63, 64, 65, 200])('invert a positive definite matrix of %i rows', async (size) => {
    const gram = await gramMatrix(random(size, size + 20, 'gram'), atOnce);
    const inverse = await invertPositiveDefinite(gram, atOnce);
    const identity = Float64Array.from({ length: size * size }, (_, at) => Number(at % (size + 1) === 0));
    expect(largestDifference((await multiplyTransposed(gram, inverse, atOnce)).values, identity)).toBeLessThan(1e-8);
    expect(inverse.values).toEqual(transpose(inverse).values);
  });

  it('refuse a singular matrix instead of giving infinities', async () => {
    const singular = matrixFrom([1, 1, 1, 1], 2, 2);
    await expect(invertPositiveDefinite(singular, atOnce)).rejects.toMatchObject({ code: 'VALUES_NOT_FINITE' });
  });

  it('let other work have its turn, and stop when cancelled', async () => {
    const [a, b] = [random(300, 1200, 'a'), random(600, 1200, 'b')];
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await multiplyTransposed(a, b, createPace());
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
    const stopped = createPace(AbortSignal.abort());
    await expect(multiplyTransposed(a, b, stopped)).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
