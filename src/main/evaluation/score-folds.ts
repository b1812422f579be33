/** Scores over one or several sets of test items: the observed mean, its null distribution and its interval. */
import { smallerIsBetter, type Evaluation, type Method, type MetricName, type Score } from '../../shared/evaluation.ts';
import { CortextError } from '../../shared/errors.ts';
import type { ImageSet } from '../dataset/image-set.ts';
import { bootstrapInterval } from './bootstrap.ts';
import { nullDistributions, summariseNull, type PermutedFold } from './null-distribution.ts';
import { createPace, type Pace } from './pace.ts';
import { distinctStimuli, scoreTables, type ScoreTables, type TestStimuli } from './score-tables.ts';

/** Test items of one fold with the reconstructions of every method, in the same order and of the same size. */
export interface ScoredFold {
  readonly stimuli: ImageSet;
  /** One per item; items with the same id show the same stimulus and are never each other's foils. */
  readonly stimulusIds: readonly string[];
  readonly methods: Partial<Record<Method, ImageSet>>;
}

export interface ScoreOptions {
  readonly permutations: number;
  readonly bootstraps: number;
  readonly seed: number;
  readonly signal?: AbortSignal;
  /** Called with the share of the work that is done, 0 to 1. */
  readonly onProgress?: (share: number) => void;
}

/**
 * Scores of the methods that every fold has.
 *
 * Foils of an item are the other stimuli of its own fold; values are averaged over all items of all folds.
 *
 * @throws CortextError `IMAGE_COUNT`, `ARRAY_SHAPE`, `VALUES_NOT_FINITE` naming the method; `CANCELLED`
 */
export async function scoreFolds(folds: readonly ScoredFold[], options: ScoreOptions): Promise<Evaluation['scores']> {
  const pace = createPace(options.signal);
  const stimuli = folds.map((fold) => distinctStimuli(fold.stimuli, requireIds(fold)));
  const methods = methodsOfAll(folds);
  const scores: Evaluation['scores'] = {};
  for (const [done, method] of methods.entries()) {
    options.onProgress?.(done / methods.length);
    const tables: ScoreTables[] = [];
    for (const [f, fold] of folds.entries()) {
      tables.push(await scoreTables(stimuli[f], reconstructionsOf(fold, method), method, pace));
    }
    scores[method] = await scoreMethod(stimuli, tables, options, pace);
  }
  options.onProgress?.(1);
  return scores;
}

async function scoreMethod(
  stimuli: readonly TestStimuli[],
  tables: readonly ScoreTables[],
  options: ScoreOptions,
  pace: Pace,
): Promise<Partial<Record<MetricName, Score>>> {
  const everywhere = metricsOf(tables[0]).filter((metric) => tables.every((fold) => fold[metric] !== undefined));
  // SSIM may be computed within blocks only and is then permuted by itself.
  const isWhole = (metric: MetricName) => tables.every((fold) => tableOf(fold, metric).exchangeable.length === 1);
  const whole = everywhere.filter(isWhole);
  const rest = everywhere.filter((metric) => !isWhole(metric));
  const clusters = clusterItems(stimuli);
  const scores: Partial<Record<MetricName, Score>> = {};
  for (const metrics of [whole, ...rest.map((metric) => [metric])]) {
    const permuted = stimuli.map((fold, f): PermutedFold => {
      const chosen = metrics.map((metric) => tableOf(tables[f], metric));
      return {
        tables: chosen.map((table) => table.scores),
        ofItem: fold.ofItem,
        exchangeable: chosen[0]?.exchangeable ?? [],
        key: JSON.stringify(fold.ids),
      };
    });
    const nulls = await nullDistributions(permuted, { ...options, pace });
    for (const [m, metric] of metrics.entries()) {
      const perStimulus = permuted.flatMap(({ tables: { [m]: table }, ofItem }) =>
        Array.from(ofItem, (stimulus, item) => table.values[stimulus * table.columns + item]),
      );
      const value = perStimulus.reduce((sum, score) => sum + score, 0) / perStimulus.length;
      scores[metric] = {
        value,
        n: perStimulus.length,
        perStimulus,
        chance: summariseNull(nulls[m], value, smallerIsBetter.has(metric)),
        interval: await bootstrapInterval(perStimulus, clusters, { ...options, pace }),
      };
    }
  }
  return scores;
}

/** The stimulus of every item of all folds, numbered across folds by id. */
function clusterItems(folds: readonly TestStimuli[]): Int32Array {
  const numbers = new Map<string, number>();
  const ids = folds.flatMap((fold) => Array.from(fold.ofItem, (stimulus) => fold.ids[stimulus]));
  for (const id of ids) if (!numbers.has(id)) numbers.set(id, numbers.size);
  return Int32Array.from(ids, (id) => numbers.get(id) ?? 0);
}

function requireIds({ stimuli, stimulusIds }: ScoredFold): readonly string[] {
  if (stimulusIds.length === stimuli.count && stimuli.count > 0) return stimulusIds;
  throw new CortextError('IMAGE_COUNT', `${stimulusIds.length} test items came with ${stimuli.count} stimuli.`);
}

/** In the order of the first fold. */
export function methodsOfAll(folds: readonly ScoredFold[]): Method[] {
  // Object.keys widens the keys, which are methods.
  const methods = Object.keys(folds[0]?.methods ?? {}) as Method[];
  return methods.filter((method) => folds.every((fold) => fold.methods[method] !== undefined));
}

export function reconstructionsOf(fold: ScoredFold, method: Method): ImageSet {
  const drawn = fold.methods[method];
  if (drawn?.count === fold.stimuli.count) return drawn;
  throw new CortextError(
    'IMAGE_COUNT',
    `The method ${method} drew ${drawn?.count ?? 0} images for ${fold.stimuli.count} test items.`,
  );
}

function metricsOf(tables: ScoreTables | undefined): MetricName[] {
  // Object.keys widens the keys, which are metric names.
  return Object.keys(tables ?? {}) as MetricName[];
}

function tableOf(tables: ScoreTables, metric: MetricName) {
  const table = tables[metric];
  if (table === undefined) throw new CortextError('INTERNAL', `The metric ${metric} was not computed.`);
  return table;
}
