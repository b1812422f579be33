/** Scores of one experiment: its reconstructions and those of its controls against the stimuli. */
import type { Evaluation, Method } from '../../shared/evaluation.ts';
import type { ImageSet } from '../dataset/image-set.ts';
import { ssimWindow } from './metrics/ssim.ts';
import { scoreFolds, type ScoreOptions } from './score-folds.ts';

export interface ScoreRequest extends ScoreOptions {
  /** One per test item, at the stimuli's own size. */
  readonly stimuli: ImageSet;
  /** One per test item: items with the same id show the same stimulus. Left out, all are different. */
  readonly stimulusIds?: readonly string[];
  /** Reconstructions of each method in the order of the items, at the stimuli's own size. */
  readonly methods: Partial<Record<Method, ImageSet>>;
}

/**
 * Every metric of every method with its null distribution, its bootstrap interval and n.
 *
 * Foils in identification are the other stimuli, each once, however many test items show them. A metric that cannot be
 * computed is absent: identification with a single stimulus, 10-way identification with fewer than ten. Percentiles of
 * the null lie in the metric's better direction: 5 % of the permutations are better than `percentile95`.
 *
 * @throws CortextError `IMAGE_COUNT`, `ARRAY_SHAPE`, `VALUES_NOT_FINITE` naming the method; `CANCELLED`
 */
export async function scoreReconstructions(request: ScoreRequest): Promise<Evaluation['scores']> {
  const { stimuli, methods } = request;
  const stimulusIds = request.stimulusIds ?? Array.from({ length: stimuli.count }, (_, i) => `stimulus ${i}`);
  return scoreFolds([{ stimuli, stimulusIds, methods }], request);
}

/** What `evaluation.json` says about how the metrics were computed on images of this size. */
export function describeMetrics({ height, width, channels }: Pick<ImageSet, 'height' | 'width' | 'channels'>): string {
  const window = ssimWindow(height, width);
  const smaller = window < 11 ? `, the largest that fits images of ${width} x ${height} px` : '';
  return (
    `Pixel correlation and MSE over all pixels${channels === 3 ? ' and colour channels' : ''}, 0 for constant images; ` +
    `SSIM on luminance with a Gaussian window of 1.5 px cut off at ${window} x ${window} px${smaller}, data range 1; ` +
    'identification by pixel correlation, ties count half; retrieval rank is 1 when the right stimulus is the best ' +
    'of all test stimuli. Null distributions permute which stimulus the reconstructions belong to; intervals resample stimuli.'
  );
}
