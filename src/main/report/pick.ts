/** Which test stimuli are shown when there are too many. */
import { Random } from '../../shared/random.ts';

/**
 * At most `most` of the indices 0 .. count - 1, ascending, drawn at random with the experiment's seed.
 *
 * Not every n-th: test sets repeat their stimuli in order, and every n-th would then always leave out the same ones.
 */
export function pickAtRandom(count: number, most: number, seed: number): number[] {
  const order = [...new Random(seed, 'shown stimuli').permutation(count)];
  return order.slice(0, most).sort((a, b) => a - b);
}
