/** Scores under random assignment of reconstructions to stimuli. */
import type { Score } from '../../shared/evaluation.ts';
import { Random } from '../../shared/random.ts';
import type { Matrix } from './linear-algebra/matrix.ts';
import type { Pace } from './pace.ts';
import { quantile } from './quantile.ts';

/** Reconstructions that are scored against one set of stimuli: a whole test, or one fold of a cross-validation. */
export interface PermutedFold {
  /** Per metric `[stimuli, items]`: what each item scores if the stimulus were its own. */
  readonly tables: readonly Matrix[];
  /** Index of the stimulus of each item. */
  readonly ofItem: Int32Array;
  /** Stimuli that are exchanged for one another. */
  readonly exchangeable: readonly (readonly number[])[];
  /** Folds of the same key have the same stimuli in the same order and are permuted alike, where stimuli are exchanged. */
  readonly key: string;
}

interface PermutationOptions {
  readonly permutations: number;
  readonly seed: number;
  readonly pace: Pace;
}

/** Permutations between two chances to yield. */
const PIECE = 64;

/**
 * Mean scores over all items of all folds, for `permutations` random assignments; one array per metric.
 *
 * The stimuli are what is exchanged: all reconstructions of one stimulus, and the same stimulus in other folds, go
 * together to another stimulus. Reconstructions of one stimulus are alike whether or not they are right, so exchanging
 * them one by one would make the null distribution too narrow. Where stimuli were shown unequally often, their
 * reconstructions cannot change places whole; there single reconstructions are exchanged.
 */
export async function nullDistributions(
  folds: readonly PermutedFold[],
  { permutations, seed, pace }: PermutationOptions,
): Promise<Float64Array[]> {
  const random = new Random(seed, 'permutations');
  const metrics = folds[0]?.tables.length ?? 0;
  const items = folds.reduce((sum, fold) => sum + fold.ofItem.length, 0);
  const nulls = Array.from({ length: metrics }, () => new Float64Array(permutations));
  const whole = folds.map(isBalanced);
  for (let draw = 0; draw < permutations; draw++) {
    const drawn = new Map<string, Int32Array>();
    for (const [f, fold] of folds.entries()) {
      const dealt = whole[f] ? dealStimuli(fold, drawn, random) : dealItems(fold, random);
      for (let metric = 0; metric < metrics; metric++) nulls[metric][draw] += sumOfDealt(fold.tables[metric], dealt);
    }
    if (draw % PIECE === 0) await pace();
  }
  for (const scores of nulls) for (let draw = 0; draw < permutations; draw++) scores[draw] /= items;
  return nulls;
}

/** Whether all stimuli that are exchanged for one another have the same number of items. */
function isBalanced({ ofItem, exchangeable }: PermutedFold): boolean {
  const counts = new Map<number, number>();
  for (const stimulus of ofItem) counts.set(stimulus, (counts.get(stimulus) ?? 0) + 1);
  return exchangeable.every((members) => new Set(members.map((stimulus) => counts.get(stimulus))).size <= 1);
}

/**
 * For every item the stimulus that takes the place of its own.
 *
 * @param drawn - exchanges of this permutation by the key of the fold
 */
function dealStimuli({ ofItem, exchangeable, key }: PermutedFold, drawn: Map<string, Int32Array>, random: Random) {
  const exchange = drawn.get(key) ?? new Int32Array(exchangeable.reduce((sum, members) => sum + members.length, 0));
  if (!drawn.has(key)) {
    for (const members of exchangeable) {
      const order = random.permutation(members.length);
      for (let i = 0; i < order.length; i++) exchange[members[i]] = members[order[i]];
    }
    drawn.set(key, exchange);
  }
  return ofItem.map((own) => exchange[own]);
}

/** For every item the stimulus it is dealt when the items of exchangeable stimuli are shuffled one by one. */
function dealItems({ ofItem, exchangeable }: PermutedFold, random: Random): Int32Array {
  const dealt = new Int32Array(ofItem.length);
  for (const members of exchangeable) {
    const inside = new Set(members);
    const items = [...ofItem.keys()].filter((item) => inside.has(ofItem[item]));
    const order = random.permutation(items.length);
    for (let i = 0; i < items.length; i++) dealt[items[i]] = ofItem[items[order[i]]];
  }
  return dealt;
}

function sumOfDealt({ columns, values }: Matrix, dealt: Int32Array): number {
  let sum = 0;
  for (let item = 0; item < columns; item++) sum += values[dealt[item] * columns + item];
  return sum;
}

/** Mean and percentiles of a null distribution, and the p value of an observed score. */
export function summariseNull(scores: Float64Array, observed: number, smallerIsBetter: boolean): Score['chance'] {
  const ascending = scores.toSorted();
  // Sums of the same numbers in another order differ by rounding.
  const rounding = 1e-12 * Math.max(1, Math.abs(observed));
  const atLeastAsGood = scores.reduce(
    (count, score) => count + Number(smallerIsBetter ? score <= observed + rounding : score >= observed - rounding),
    0,
  );
  const towardsBetter = (share: number) => quantile(ascending, smallerIsBetter ? 1 - share : share);
  return {
    mean: scores.reduce((sum, score) => sum + score, 0) / scores.length,
    percentile95: towardsBetter(0.95),
    percentile99: towardsBetter(0.99),
    permutations: scores.length,
    p: (1 + atLeastAsGood) / (1 + scores.length),
  };
}
