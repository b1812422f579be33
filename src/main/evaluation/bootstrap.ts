/** Bootstrap intervals over stimuli. */
import type { Score } from '../../shared/evaluation.ts';
import { Random } from '../../shared/random.ts';
import type { Pace } from './pace.ts';
import { quantile } from './quantile.ts';

const LEVEL = 0.95;
/** Resamples between two chances to yield. */
const PIECE = 256;

interface BootstrapOptions {
  readonly bootstraps: number;
  readonly seed: number;
  readonly pace: Pace;
}

/**
 * The percentile interval (Efron 1979) of the mean, resampling stimuli with replacement.
 *
 * All items of a drawn stimulus come along: trials of one stimulus are not independent of each other.
 *
 * @param values - one per item
 * @param stimulusOfItem - index from 0 of the stimulus of each item
 */
export async function bootstrapInterval(
  values: readonly number[] | Float64Array,
  stimulusOfItem: Int32Array,
  { bootstraps, seed, pace }: BootstrapOptions,
): Promise<Score['interval']> {
  const stimuli = stimulusOfItem.reduce((largest, index) => Math.max(largest, index), -1) + 1;
  const sums = new Float64Array(stimuli);
  const counts = new Float64Array(stimuli);
  stimulusOfItem.forEach((stimulus, item) => {
    sums[stimulus] += values[item];
    counts[stimulus] += 1;
  });
  const random = new Random(seed, 'bootstrap');
  const means = new Float64Array(bootstraps);
  for (let draw = 0; draw < bootstraps; draw++) {
    let [sum, count] = [0, 0];
    for (let i = 0; i < stimuli; i++) {
      const stimulus = random.integer(stimuli);
      sum += sums[stimulus];
      count += counts[stimulus];
    }
    means[draw] = sum / count;
    if (draw % PIECE === 0) await pace();
  }
  means.sort();
  return {
    low: quantile(means, (1 - LEVEL) / 2),
    high: quantile(means, (1 + LEVEL) / 2),
    level: LEVEL,
    bootstraps,
  };
}
