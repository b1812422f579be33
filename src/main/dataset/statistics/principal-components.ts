/** Leading principal components by subspace iteration, for matrices of a thousand rows and columns. */
import { Random } from '../../../shared/random.ts';
import { symmetricEigen } from './symmetric-eigen.ts';

/** Vectors iterated beyond those asked for: they absorb eigenvalues close to the last one wanted. */
const OVERSAMPLING = 10;
/** By then, components that still move have neighbours of nearly the same variance; which of them counts is moot. */
const LARGEST_ITERATIONS = 100;
/** Iteration ends when the wanted eigenvalues change by less than this share of the first. */
const TOLERANCE = 1e-10;
/** Components with a smaller share of the first one's variance are noise of rounding. */
const RANK_TOLERANCE = 1e-9;

/**
 * Scores of the rows of a matrix on its leading principal components, each scaled to length 1.
 *
 * Rutishauser 1969: an orthonormal block is multiplied by the centred matrix and its transpose, and rotated to its
 * own principal axes, until the eigenvalues stand still.
 *
 * @param matrix - `[rows, columns]`, row-major
 * @returns at most `count` orthonormal vectors `[rows]`, fewer when the matrix has a lower rank; each sums to zero
 */
export function principalScores(matrix: Float32Array, rows: number, columns: number, count: number): Float64Array[] {
  const centred = centre(matrix, rows, columns);
  const size = Math.min(count + OVERSAMPLING, rows, columns);
  const random = new Random(0, 'principal-components');
  let block: Float64Array[] = Array.from({ length: size }, () => Float64Array.from(random.normals(rows)));
  let previous: readonly number[] = [];
  for (let iteration = 0; iteration < LARGEST_ITERATIONS; iteration++) {
    block = orthonormal(block);
    const projected = block.map((vector) => timesTransposed(centred, rows, columns, vector));
    const { values, vectors } = symmetricEigen(innerProducts(projected));
    const wanted = values.slice(0, count);
    const settled = wanted.every((value, i) => Math.abs(value - (previous[i] ?? 0)) <= TOLERANCE * values[0]);
    previous = wanted;
    if (settled) {
      return rotate(block, vectors)
        .slice(0, count)
        .filter((_, i) => values[i] > RANK_TOLERANCE * values[0]);
    }
    block = rotate(projected, vectors).map((vector) => times(centred, rows, columns, vector));
  }
  return orthonormal(block).slice(0, count);
}

function centre(matrix: Float32Array, rows: number, columns: number): Float64Array {
  const means = new Float64Array(columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) means[column] += matrix[row * columns + column] / rows;
  }
  return Float64Array.from(matrix, (value, i) => value - means[i % columns]);
}

/** Modified Gram and Schmidt, twice; vectors that depend on earlier ones become zero. */
function orthonormal(vectors: readonly Float64Array[]): Float64Array[] {
  const done: Float64Array[] = [];
  for (const vector of vectors) {
    const rest = Float64Array.from(vector);
    const length = Math.sqrt(dot(vector, vector));
    for (let pass = 0; pass < 2; pass++) {
      for (const axis of done) {
        const along = dot(axis, rest);
        for (let i = 0; i < rest.length; i++) rest[i] -= along * axis[i];
      }
    }
    const left = Math.sqrt(dot(rest, rest));
    done.push(left <= 1e-12 * length || left === 0 ? new Float64Array(rest.length) : rest.map((value) => value / left));
  }
  return done;
}

function innerProducts(vectors: readonly Float64Array[]): number[][] {
  return vectors.map((a) => vectors.map((b) => dot(a, b)));
}

/** Combinations of `vectors` by the columns of `weights`, which are sorted by eigenvalue. */
function rotate(vectors: readonly Float64Array[], weights: readonly (readonly number[])[]): Float64Array[] {
  return weights.map((weight) => {
    const sum = new Float64Array(vectors[0].length);
    vectors.forEach((vector, v) => {
      for (let i = 0; i < sum.length; i++) sum[i] += weight[v] * vector[i];
    });
    return sum;
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function times(matrix: Float64Array, rows: number, columns: number, vector: Float64Array): Float64Array {
  const product = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let column = 0, at = row * columns; column < columns; column++) sum += matrix[at + column] * vector[column];
    product[row] = sum;
  }
  return product;
}

function timesTransposed(matrix: Float64Array, rows: number, columns: number, vector: Float64Array): Float64Array {
  const product = new Float64Array(columns);
  for (let row = 0; row < rows; row++) {
    const weight = vector[row];
    for (let column = 0, at = row * columns; column < columns; column++)
      product[column] += matrix[at + column] * weight;
  }
  return product;
}
