/** Identification: is a reconstruction more like its own stimulus than like others? */
import { zeros, type Matrix } from '../linear-algebra/matrix.ts';

/** Correlations closer than this are equal: their difference is rounding. */
const TIE = 1e-12;

/** How the stimuli stand beside each other for one reconstruction; `[stimuli, reconstructions]` each. */
export interface FoilCounts {
  /** Other stimuli that correlate more with the reconstruction than this stimulus does. */
  readonly better: Matrix;
  /** Other stimuli that correlate as much. */
  readonly equal: Matrix;
}

/** @param correlations - of stimulus i with reconstruction j at `[i, j]`; every row is another stimulus */
export function countFoils(correlations: Matrix): FoilCounts {
  const { rows, columns, values } = correlations;
  const better = zeros(rows, columns);
  const equal = zeros(rows, columns);
  for (let j = 0; j < columns; j++) {
    const column = Float64Array.from({ length: rows }, (_, i) => values[i * columns + j]);
    const sorted = column.toSorted();
    // For ascending values the limits of what counts as equal ascend too.
    const order = Array.from(column.keys()).sort((a, b) => column[a] - column[b]);
    let from = 0;
    let to = 0;
    for (const i of order) {
      while (sorted[from] < column[i] - TIE) from++;
      while (to < rows && sorted[to] <= column[i] + TIE) to++;
      better.values[i * columns + j] = rows - to;
      equal.values[i * columns + j] = to - from - 1;
    }
  }
  return { better, equal };
}

/**
 * 2-way identification for every possible assignment: at `[i, j]` the share of the other stimuli that correlate less
 * with reconstruction j than stimulus i does. Ties count half; chance is 0.5. Needs two stimuli.
 *
 * @param correlations - of stimulus i with reconstruction j at `[i, j]`; every row is another stimulus
 */
export function twoWayIdentification(correlations: Matrix, { better, equal } = countFoils(correlations)): Matrix {
  const foils = correlations.rows - 1;
  return { ...better, values: better.values.map((count, at) => (foils - count - equal.values[at] / 2) / foils) };
}

/**
 * n-way identification for every possible assignment: at `[i, j]` the probability that stimulus i is among the `top`
 * that correlate most with reconstruction j, beside n - 1 distractors drawn from the other stimuli. Needs n stimuli.
 *
 * The expectation over all draws, which is hypergeometric, not a sample of them; ties are broken by chance.
 */
export function nWayIdentification(
  correlations: Matrix,
  ways: number,
  top: number,
  { better, equal } = countFoils(correlations),
): Matrix {
  const foils = correlations.rows - 1;
  const hits = Float64Array.from({ length: foils + 1 }, (_, count) => hitProbability(foils, count, ways - 1, top));
  const sums = new Float64Array(foils + 2);
  for (let count = 0; count <= foils; count++) sums[count + 1] = sums[count] + hits[count];
  return {
    ...better,
    values: better.values.map((count, at) => {
      const ties = equal.values[at];
      if (ties === 0) return hits[count];
      // Each number of tied foils that come before the stimulus is as likely as every other.
      return (sums[count + ties + 1] - sums[count]) / (ties + 1);
    }),
  };
}

/** Probability that fewer than `top` of `drawn` foils are among the `better` ones of all. */
function hitProbability(foils: number, better: number, drawn: number, top: number): number {
  let ways = 0;
  for (let k = 0; k < Math.min(top, drawn + 1); k++) ways += choose(better, k) * choose(foils - better, drawn - k);
  return Math.min(1, ways / choose(foils, drawn));
}

function choose(from: number, count: number): number {
  if (count > from) return 0;
  let ways = 1;
  for (let i = 0; i < count; i++) ways = (ways * (from - i)) / (i + 1);
  return ways;
}
