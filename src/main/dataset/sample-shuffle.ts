/** The shuffled-voxels control: the same network, trained on responses that belong to other samples. */
import { Random } from '../../shared/random.ts';

/**
 * For every training sample, the training sample whose voxels it is given.
 *
 * A plain random permutation, on purpose. Forbidding that a stimulus keeps a response of its own would leak: with few
 * repeated stimuli the network then learns which picture a response does *not* belong to, and falls below chance. On
 * 10 patterns x 7 repeats of real V1 data, ridge on such derangements reaches 0.42 in 2-way identification, on plain
 * permutations 0.50 (means of 20 x 8 folds).
 *
 * @param stimuli - the stimulus of every training sample; only a permutation that changes no stimulus at all (possible
 *   with a handful of samples) is drawn again
 * @returns a permutation of 0 .. samples - 1; the same seed gives the same one
 */
export function shuffledTrainingOrder(stimuli: readonly number[], seed: number): Int32Array {
  const random = new Random(seed, 'shuffled-voxels');
  const changes = new Set(stimuli).size > 1;
  for (;;) {
    const order = random.permutation(stimuli.length);
    if (!changes || order.some((from, to) => stimuli[from] !== stimuli[to])) return order;
  }
}
