/**
 * What every reconstruction would score if any of the stimuli were its own.
 *
 * The right assignment picks one entry of each column: the observed score. Permuted assignments pick others: the null
 * distribution. So metrics are computed once, and ten thousand permutations are sums over a table.
 */
import type { MetricName } from '../../shared/evaluation.ts';
import { Random } from '../../shared/random.ts';
import { selectImages, type ImageSet } from '../dataset/image-set.ts';
import type { Matrix } from './linear-algebra/matrix.ts';
import { comparable } from './metrics/image-pairs.ts';
import { countFoils, nWayIdentification, twoWayIdentification } from './metrics/identification.ts';
import { decibels } from './metrics/mse-psnr.ts';
import { pairwisePixels } from './metrics/pairwise-pixels.ts';
import { retrievalRank } from './metrics/retrieval.ts';
import { ssimMatrix, ssimWindow } from './metrics/ssim.ts';
import type { Pace } from './pace.ts';

/** Items are reconstructed; several items may show one stimulus (single trials). */
export interface TestStimuli {
  /** Distinct stimuli, sorted by id. */
  readonly ids: readonly string[];
  readonly images: ImageSet;
  /** For every item the index of its stimulus in `ids`. */
  readonly ofItem: Int32Array;
}

export interface ScoreTable {
  /** `[stimuli, items]`; NaN where it was too much to compute. */
  readonly scores: Matrix;
  /** Stimuli that may be exchanged for one another in permutations: one class of all where the table is complete. */
  readonly exchangeable: readonly (readonly number[])[];
}

export type ScoreTables = Partial<Record<MetricName, ScoreTable>>;

/** Up to so many stimulus-reconstruction pairs, SSIM is computed for all of them. */
const MOST_SSIM_PAIRS = 40_000;
/** Multiply-adds that SSIM may cost for one method: half a minute. */
const MOST_SSIM_WORK = 3e10;
/** Fewer exchangeable stimuli would make a coarse null distribution. */
const SMALLEST_BLOCK = 10;
/** Side of SSIM's window on images that it fits into. */
const LARGEST_WINDOW = 11;
const WAYS = 10;

/** Distinct stimuli that a metric needs; with fewer it is absent. Metrics that are not named need one. */
export const fewestStimuli: Readonly<Partial<Record<MetricName, number>>> = {
  'two-way-identification': 2,
  'retrieval-rank': 2,
  'ten-way-top-1': WAYS,
  'ten-way-top-5': WAYS,
};

/** Groups items by stimulus. @param stimulusIds - one per item: items with the same id show the same stimulus */
export function distinctStimuli(stimuli: ImageSet, stimulusIds: readonly string[]): TestStimuli {
  const ids = [...new Set(stimulusIds)].sort();
  const first = ids.map((id) => stimulusIds.indexOf(id));
  const index = new Map(ids.map((id, i) => [id, i]));
  return {
    ids,
    images: selectImages(stimuli, first),
    ofItem: Int32Array.from(stimulusIds, (id) => index.get(id) ?? 0),
  };
}

/**
 * Tables of every metric that can be computed: identification needs two stimuli, 10-way identification ten.
 *
 * @param drawn - one reconstruction per item, at the stimuli's size
 * @throws CortextError `ARRAY_SHAPE`, `VALUES_NOT_FINITE`
 */
export async function scoreTables(stimuli: TestStimuli, drawn: ImageSet, name: string, pace: Pace) {
  const pairs = comparable(stimuli.images, drawn, name);
  const { correlation, meanSquaredError } = await pairwisePixels(pairs.stimuli, pairs.reconstructions, pace);
  const all = [stimuli.ids.map((_, i) => i)];
  const complete = (scores: Matrix): ScoreTable => ({ scores, exchangeable: all });
  const tables: ScoreTables = {
    'pixel-correlation': complete(correlation),
    ssim: await ssimTable(stimuli, drawn, pace),
    mse: complete(meanSquaredError),
    psnr: complete({ ...meanSquaredError, values: meanSquaredError.values.map(decibels) }),
  };
  await pace();
  const foils = countFoils(correlation);
  const enough = (metric: MetricName) => stimuli.ids.length >= (fewestStimuli[metric] ?? 1);
  if (enough('two-way-identification')) {
    tables['two-way-identification'] = complete(twoWayIdentification(correlation, foils));
    tables['retrieval-rank'] = complete(retrievalRank(correlation, foils));
  }
  if (enough('ten-way-top-1')) {
    tables['ten-way-top-1'] = complete(nWayIdentification(correlation, WAYS, 1, foils));
    tables['ten-way-top-5'] = complete(nWayIdentification(correlation, WAYS, 5, foils));
  }
  await pace();
  return tables;
}

/**
 * SSIM of all pairs, or, when they are too many, of those within random blocks of stimuli.
 *
 * Permuting within blocks is a permutation test in its own right: under the null hypothesis every such permutation is
 * as probable as the true assignment.
 */
async function ssimTable(stimuli: TestStimuli, drawn: ImageSet, pace: Pace): Promise<ScoreTable> {
  const size = blockSize(stimuli, drawn);
  const count = stimuli.ids.length;
  const order = [...new Random(count, 'ssim-blocks').permutation(count)];
  const blocks = Math.ceil(count / size);
  // Equal parts: a rest of one or two stimuli could hardly be permuted.
  const classes = Array.from({ length: blocks }, (_, b) =>
    order.slice(Math.round((b * count) / blocks), Math.round(((b + 1) * count) / blocks)),
  );
  const pairs = classes.map((members) => {
    const inside = new Set(members);
    return {
      stimuli: members,
      reconstructions: [...stimuli.ofItem.keys()].filter((k) => inside.has(stimuli.ofItem[k])),
    };
  });
  return { scores: await ssimMatrix(stimuli.images, drawn, pairs, pace), exchangeable: classes };
}

function blockSize({ ids, images: { height, width } }: TestStimuli, drawn: ImageSet): number {
  const window = ssimWindow(height, width);
  const workPerPair = 2 * window * height * width;
  const pairs = Math.min(MOST_SSIM_PAIRS, MOST_SSIM_WORK / workPerPair);
  const affordable = Math.max(SMALLEST_BLOCK, Math.floor(pairs / drawn.count));
  return ids.length * drawn.count <= pairs ? ids.length : Math.min(ids.length, affordable);
}

/** Multiply-adds of one method's SSIM table. @param pixels - of a stimulus */
export function ssimWork(items: number, pixels: number): number {
  const workPerPair = 2 * LARGEST_WINDOW * pixels;
  return Math.min(items ** 2, MOST_SSIM_PAIRS, MOST_SSIM_WORK / workPerPair) * workPerPair;
}
