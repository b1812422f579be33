/** One set of scores from the folds of a cross-validation. */
import type { Evaluation, Method } from '../../shared/evaluation.ts';
import { CortextError } from '../../shared/errors.ts';
import { joinImages, type ImageSet } from '../dataset/image-set.ts';
import { methodsOfAll, reconstructionsOf, scoreFolds, type ScoredFold, type ScoreOptions } from './score-folds.ts';

export type { ScoredFold } from './score-folds.ts';

/** Whether an item's foils are the other stimuli of its own fold, or those of all folds. */
export type FoilRule = 'own-fold' | 'all-folds';

export interface PoolRequest extends ScoreOptions {
  /** Test items of each fold, scored by the network that never saw them. */
  readonly folds: readonly ScoredFold[];
  /** Left out: `own-fold` where every fold has at least two stimuli, else `all-folds`. */
  readonly foils?: FoilRule;
}

export interface PooledScores {
  readonly scores: Evaluation['scores'];
  readonly foils: FoilRule;
  /** Index of the fold of each value in `perStimulus`. */
  readonly foldOfItem: readonly number[];
  /** How folds were pooled, for the protocol. */
  readonly protocol: string;
}

/**
 * Scores the items of each fold against the foils of that fold, and averages over all items.
 *
 * The null distribution permutes stimuli within folds. Folds that test the same stimuli (leave-repetition-out) are
 * permuted alike, and the bootstrap draws a stimulus with its items of all folds: eight reconstructions of one picture
 * are not eight independent successes.
 *
 * With foils from all folds (leave-one-stimulus-out), note that every fold has its own mean training image, which lacks
 * the left-out stimulus: methods that draw little but that mean can fall below chance.
 *
 * @throws CortextError `SPLIT_INVALID` without folds; as `scoreReconstructions`
 */
export async function poolFolds(request: PoolRequest): Promise<PooledScores> {
  const { folds } = request;
  if (folds.length === 0) throw new CortextError('SPLIT_INVALID', 'There are no folds to score.');
  const foils = request.foils ?? (folds.every(hasFoils) ? 'own-fold' : 'all-folds');
  const scores = await scoreFolds(foils === 'own-fold' ? folds : [mergeFolds(folds)], request);
  const against =
    foils === 'own-fold'
      ? 'every item against the other stimuli of its fold; permutations stay within folds'
      : 'every item against the stimuli of all folds; permutations cross folds';
  return {
    scores,
    foils,
    foldOfItem: folds.flatMap((fold, f) => fold.stimulusIds.map(() => f)),
    protocol: `${folds.length} folds: ${against}; values are means over all items.`,
  };
}

function hasFoils(fold: ScoredFold): boolean {
  return new Set(fold.stimulusIds).size >= 2;
}

function mergeFolds(folds: readonly ScoredFold[]): ScoredFold {
  const methods: Partial<Record<Method, ImageSet>> = {};
  for (const method of methodsOfAll(folds)) {
    methods[method] = joinImages(folds.map((fold) => reconstructionsOf(fold, method)));
  }
  return {
    stimuli: joinImages(folds.map((fold) => fold.stimuli)),
    stimulusIds: folds.flatMap((fold) => fold.stimulusIds),
    methods,
  };
}
