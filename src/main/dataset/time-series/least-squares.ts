/** Ordinary least squares with columns that may depend on each other. */

/** A column whose part beyond the others is a smaller share of it than this depends on them. */
const DEPENDENT = 1e-8;

export interface OrthonormalBasis {
  /** Orthonormal, `[rows]` each; spans all columns given. */
  readonly vectors: readonly Float64Array[];
  /** Positions of the columns that added a vector, and of those that depend on earlier ones. */
  readonly kept: readonly number[];
  readonly dependent: readonly number[];
}

/**
 * Gram and Schmidt in the order of the columns, every projection made twice (Daniel 1976), for full precision.
 *
 * @param given - orthonormal vectors that the basis begins with
 */
export function orthonormalBasis(
  columns: readonly Float64Array[],
  given: readonly Float64Array[] = [],
): OrthonormalBasis {
  const vectors = [...given];
  const kept: number[] = [];
  const dependent: number[] = [];
  columns.forEach((column, position) => {
    const rest = residual(column, vectors);
    const length = norm(rest);
    if (length <= DEPENDENT * norm(column)) {
      dependent.push(position);
      return;
    }
    vectors.push(rest.map((value) => value / length));
    kept.push(position);
  });
  return { vectors, kept, dependent };
}

/** What of a column the orthonormal vectors do not explain. */
export function residual(column: Float64Array, vectors: readonly Float64Array[]): Float64Array {
  const rest = Float64Array.from(column);
  for (let pass = 0; pass < 2; pass++) {
    for (const vector of vectors) {
      const along = dot(vector, rest);
      for (let i = 0; i < rest.length; i++) rest[i] -= along * vector[i];
    }
  }
  return rest;
}

/** Whether orthonormal vectors explain a column but for rounding. */
export function isWithin(column: Float64Array, vectors: readonly Float64Array[]): boolean {
  return norm(residual(column, vectors)) <= DEPENDENT * norm(column);
}

/**
 * Weights `[rows]` that turn a time series into its least-squares coefficient of every column of interest: rows of the
 * pseudo-inverse of `[nuisance, interest]`.
 *
 * @param nuisance - orthonormal vectors that span all other columns of the model
 * @returns null for a column that the others explain, or that helps to explain another: it has no coefficient of its own
 */
export function coefficientWeights(
  interest: readonly Float64Array[],
  nuisance: readonly Float64Array[],
): (Float64Array | null)[] {
  const own = interest.map((column) => residual(column, nuisance));
  // A column within the span of the nuisance leaves only rounding, which must not pass for a direction.
  const lost = own.map((column, i) => norm(column) <= DEPENDENT * norm(interest[i]));
  const { vectors, kept, dependent } = orthonormalBasis(own.map((column, i) => (lost[i] ? column.fill(0) : column)));
  const entangled = new Set(dependent);
  for (const position of dependent) {
    const shares = solveUpper(own, vectors, kept, vectors.map((vector) => dot(vector, own[position])));
    const size = norm(own[position]);
    kept.forEach((column, k) => {
      if (Math.abs(shares[k]) * norm(own[column]) > DEPENDENT * size) entangled.add(column);
    });
  }
  const weights: (Float64Array | null)[] = interest.map(() => null);
  const rows = inverseRows(own, vectors, kept);
  kept.forEach((column, k) => {
    if (!entangled.has(column)) weights[column] = rows[k];
  });
  return weights;
}

/** Solves R x = b for the triangle R[i][j] = vectors[i] . own[kept[j]]. */
function solveUpper(
  own: readonly Float64Array[],
  vectors: readonly Float64Array[],
  kept: readonly number[],
  right: readonly number[],
): number[] {
  const solution = [...right];
  for (let i = kept.length - 1; i >= 0; i--) {
    for (let j = i + 1; j < kept.length; j++) solution[i] -= dot(vectors[i], own[kept[j]]) * solution[j];
    solution[i] /= dot(vectors[i], own[kept[i]]);
  }
  return solution;
}

/** Rows of R^-1 Q^T, by back substitution on whole rows. */
function inverseRows(
  own: readonly Float64Array[],
  vectors: readonly Float64Array[],
  kept: readonly number[],
): Float64Array[] {
  const rows = vectors.map((vector) => Float64Array.from(vector));
  for (let i = kept.length - 1; i >= 0; i--) {
    for (let j = i + 1; j < kept.length; j++) {
      const along = dot(vectors[i], own[kept[j]]);
      for (let t = 0; t < rows[i].length; t++) rows[i][t] -= along * rows[j][t];
    }
    const pivot = dot(vectors[i], own[kept[i]]);
    for (let t = 0; t < rows[i].length; t++) rows[i][t] /= pivot;
  }
  return rows;
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function norm(values: Float64Array): number {
  return Math.sqrt(dot(values, values));
}
