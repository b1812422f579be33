/** What distinguishes several experiments: their settings, and then their scores. */
import type { CatalogScore, ExperimentDetails } from '../../shared/catalog.ts';
import type { ManyCompared } from '../../shared/comparison.ts';
import { methodSchema, metricNames, smallerIsBetter, type MetricName } from '../../shared/evaluation.ts';
import { cautions, configDifferences, withoutDetails } from './compare.ts';

export function compareMany(experiments: readonly ExperimentDetails[]): ManyCompared {
  const [first, ...others] = experiments;
  return {
    experiments: experiments.map(withoutDetails),
    settings: differingSettings(experiments),
    scores: metricNames.flatMap((metric) =>
      methodSchema.options.flatMap((method) => {
        const scores = experiments.map((experiment) => experiment.scores[method]?.[metric] ?? null);
        return scores.every((score) => score === null) ? [] : [{ method, metric, scores, ...bestOf(metric, scores) }];
      }),
    ),
    // Every one against the first: what sets any two apart sets one of them apart from it.
    cautions: [...new Set(others.flatMap((other) => cautions(first, other)))],
  };
}

function differingSettings(experiments: readonly ExperimentDetails[]): ManyCompared['settings'] {
  const [{ config: first }, ...others] = experiments;
  const paths = new Set(others.flatMap(({ config }) => configDifferences(first, config).map(({ path }) => path)));
  return [...paths].map((path) => ({
    path,
    values: experiments.map(({ config }) => {
      const value = settingOf(config, path);
      return value === undefined ? {} : { value };
    }),
  }));
}

function settingOf(config: object, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, key) =>
        typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined,
      config,
    );
}

function bestOf(
  metric: MetricName,
  scores: readonly (CatalogScore | null)[],
): { best: number | null; bestByChance: boolean } {
  const sign = smallerIsBetter.has(metric) ? -1 : 1;
  const ranked = scores
    .flatMap((score, at) => (score === null ? [] : [{ at, score }]))
    .sort((a, b) => sign * (b.score.value - a.score.value));
  const [winner, ...rest] = ranked;
  if (rest.length === 0 || winner.score.value === rest[0].score.value) return { best: null, bestByChance: false };
  const { low, high } = winner.score;
  return { best: winner.at, bestByChance: rest.some(({ score }) => low <= score.high && score.low <= high) };
}
