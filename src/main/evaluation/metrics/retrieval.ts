/** Retrieval: where the right stimulus stands among all test stimuli, ordered by correlation with a reconstruction. */
import type { Matrix } from '../linear-algebra/matrix.ts';
import { countFoils } from './identification.ts';

/**
 * The rank of stimulus i for reconstruction j at `[i, j]`: 1 is the best, chance is (stimuli + 1) / 2. Ties share the
 * mean of their ranks.
 *
 * @param correlations - of stimulus i with reconstruction j at `[i, j]`; every row is another stimulus
 */
export function retrievalRank(correlations: Matrix, { better, equal } = countFoils(correlations)): Matrix {
  return { ...better, values: better.values.map((count, at) => 1 + count + equal.values[at] / 2) };
}
