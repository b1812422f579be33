/** What distinguishes two experiments: their settings, and then their scores. */
import type {
  CatalogScore,
  ConfigDifference,
  ExperimentComparison,
  ExperimentDetails,
  ScoreComparison,
} from '../../shared/catalog.ts';
import { methodSchema, metricNames, smallerIsBetter, type MetricName } from '../../shared/evaluation.ts';

/** They differ between any two experiments and say nothing. */
const ignoredPaths = new Set(['id', 'name', 'createdAt']);

export function compareDetails(a: ExperimentDetails, b: ExperimentDetails): ExperimentComparison {
  return {
    a: withoutDetails(a),
    b: withoutDetails(b),
    differences: configDifferences(a.config, b.config),
    scores: scoreComparisons(a, b),
    cautions: cautions(a, b),
  };
}

/** Paths whose values differ, in the order of the configuration. Lists are compared as a whole. */
export function configDifferences(a: unknown, b: unknown, path = ''): ConfigDifference[] {
  if (isObject(a) && isObject(b)) {
    return [...new Set([...Object.keys(a), ...Object.keys(b)])]
      .map((key) => ({ key, inner: path === '' ? key : `${path}.${key}` }))
      .filter(({ inner }) => !ignoredPaths.has(inner))
      .flatMap(({ key, inner }) => configDifferences(a[key], b[key], inner));
  }
  return JSON.stringify(a) === JSON.stringify(b) ? [] : [{ path, a, b }];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function scoreComparisons(a: ExperimentDetails, b: ExperimentDetails): ScoreComparison[] {
  return metricNames.flatMap((metric) =>
    methodSchema.options.flatMap((method) => {
      const ofA = a.scores[method]?.[metric] ?? null;
      const ofB = b.scores[method]?.[metric] ?? null;
      return ofA === null && ofB === null ? [] : [compareScores(method, metric, ofA, ofB)];
    }),
  );
}

function compareScores(
  method: ScoreComparison['method'],
  metric: MetricName,
  a: CatalogScore | null,
  b: CatalogScore | null,
): ScoreComparison {
  if (a === null || b === null) {
    return { method, metric, a, b, difference: null, better: null, intervalsOverlap: null };
  }
  const difference = b.value - a.value;
  const gain = smallerIsBetter.has(metric) ? -difference : difference;
  return {
    method,
    metric,
    a,
    b,
    difference,
    better: gain > 0 ? 'b' : gain < 0 ? 'a' : null,
    intervalsOverlap: a.low <= b.high && b.low <= a.high,
  };
}

/** Why the scores of two experiments cannot be compared directly. */
export function cautions(a: ExperimentDetails, b: ExperimentDetails): string[] {
  const found: string[] = [];
  if (a.config.recording.contentHash !== b.config.recording.contentHash) {
    found.push('They were trained on different recordings.');
  }
  for (const experiment of [a, b]) {
    if (experiment.evaluation === null) found.push(`${experiment.name} (${experiment.id}) has not been evaluated yet.`);
  }
  if (a.evaluation !== null && b.evaluation !== null) {
    if (a.evaluation.stimuliHash !== b.evaluation.stimuliHash) {
      found.push(
        `They were tested on different stimuli (${a.evaluation.stimuli} and ${b.evaluation.stimuli}), ` +
          'so their scores are not on the same scale.',
      );
    }
    if (a.evaluation.protocol !== b.evaluation.protocol) found.push('Their images were compared in different ways.');
  }
  return found;
}

/** Its row in the history. */
export function withoutDetails(details: ExperimentDetails): ExperimentComparison['a'] {
  const { config: _config, error: _error, evaluation: _evaluation, ...row } = details;
  return row;
}
