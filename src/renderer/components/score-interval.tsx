import { Text } from '@mantine/core';
import type { CatalogScore } from '../../shared/catalog.ts';
import { smallerIsBetter, type MetricName } from '../../shared/evaluation.ts';
import { formatScore } from './format.ts';

interface ScoreIntervalProps {
  readonly metric: MetricName;
  readonly score: CatalogScore;
  /** Ends of the axis, the same for all scores that are compared. */
  readonly from: number;
  readonly to: number;
  /** Whether it is coloured; by default, when it is better than chance. */
  readonly stands?: boolean;
  /** Says the ends of the interval in numbers too. */
  readonly exact?: boolean;
}

/** A score with its interval on an axis, over the band of what chance reaches. */
export function ScoreInterval({ metric, score, from, to, stands, exact = false }: ScoreIntervalProps) {
  const share = (value: number) => `${(100 * Math.min(Math.max(value - from, 0), to - from)) / (to - from)}%`;
  const width = (a: number, b: number) => `${(100 * Math.abs(b - a)) / (to - from)}%`;
  const [chanceLow, chanceHigh] = [score.chanceMean, score.chancePercentile95].sort((a, b) => a - b);
  const better = smallerIsBetter.has(metric)
    ? score.value < score.chancePercentile95
    : score.value > score.chancePercentile95;
  return (
    <div className={(stands ?? better) ? 'score-better' : undefined}>
      <span className="numbers">{formatScore(metric, score.value)}</span>
      {exact && (
        <Text span size="xs" c="dimmed" className="numbers">
          {' '}
          [{formatScore(metric, score.low)}, {formatScore(metric, score.high)}]
        </Text>
      )}
      <div className="interval" aria-hidden="true">
        <div className="interval-axis" />
        <div className="interval-chance" style={{ left: share(chanceLow), width: width(chanceLow, chanceHigh) }} />
        <div className="interval-range" style={{ left: share(score.low), width: width(score.low, score.high) }} />
        <div className="interval-value" style={{ left: share(score.value) }} />
      </div>
    </div>
  );
}

/** Ends of an axis that holds all scores with their intervals and chance. */
export function axisOf(scores: readonly CatalogScore[]): { from: number; to: number } {
  const values = scores.flatMap(({ low, high, chanceMean, chancePercentile95 }) => [
    low,
    high,
    chanceMean,
    chancePercentile95,
  ]);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const margin = Math.max(1e-9, (most - least) * 0.06);
  return { from: least - margin, to: most + margin };
}
