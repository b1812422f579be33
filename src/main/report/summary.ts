/** What the scores say, in sentences: first against chance, then against ridge, then what to be careful about. */
import type { Evaluation, MetricName, Score } from '../../shared/evaluation.ts';
import { formatNumber, formatP, formatScore, isBetter, metricOrder, metricWords, standing } from './words.ts';

export interface Summary {
  /** The finding in one sentence. */
  readonly finding: string;
  /** How the GAN and ridge compare, metric by metric. */
  readonly ridge: string | null;
  readonly cautions: readonly string[];
}

export function summarise(evaluation: Evaluation): Summary {
  return { finding: finding(evaluation), ridge: againstRidge(evaluation), cautions: cautions(evaluation) };
}

function finding({ scores }: Evaluation): string {
  const score = scores.gan?.['two-way-identification'];
  if (score === undefined) return 'The GAN has no 2-way identification score; see the table for what was measured.';
  const { value, chance, n } = score;
  const verdict =
    standing(score) === 'better'
      ? 'which is better than chance'
      : standing(score) === 'worse'
        ? 'which is worse than chance'
        : 'which cannot be told from chance';
  return (
    `In 2-way identification the GAN reaches ${formatNumber(value, 3)}, ${verdict} ` +
    `(chance ${formatNumber(chance.mean, 2)}, its 95th percentile ${formatNumber(chance.percentile95, 3)}, ` +
    `p\u00a0${equals(chance.p)}, ${n} stimuli).`
  );
}

function equals(p: number): string {
  const text = formatP(p);
  return (text.startsWith('<') ? text : `= ${text}`).replace(' ', '\u00a0');
}

function againstRidge({ scores }: Evaluation): string | null {
  const { gan, ridge } = scores;
  if (gan === undefined || ridge === undefined) return null;
  const won: Record<'gan' | 'ridge' | 'tied', string[]> = { gan: [], ridge: [], tied: [] };
  let withinIntervals = false;
  for (const metric of metricOrder) {
    const [a, b] = [gan[metric], ridge[metric]];
    if (a === undefined || b === undefined) continue;
    // Judged on what the table shows: a difference that rounding hides is none.
    const shown = [formatScore(metric, a.value), formatScore(metric, b.value)];
    const winner = shown[0] === shown[1] ? 'tied' : isBetter(metric, a.value, b.value) ? 'gan' : 'ridge';
    if (winner !== 'tied' && overlap(a, b)) withinIntervals = true;
    const [mine, theirs] = winner === 'ridge' ? [shown[1], shown[0]] : shown;
    won[winner].push(headline.has(metric) ? `${titleOf(metric)} (${mine} against ${theirs})` : titleOf(metric));
  }
  const sentences = [
    won.ridge.length > 0 && `Ridge regression is better in ${list(won.ridge)}.`,
    won.gan.length > 0 && `The GAN is better in ${list(won.gan)}.`,
    won.tied.length > 0 && `They are level in ${list(won.tied)}.`,
    withinIntervals && 'Where their intervals overlap the order may be chance.',
  ].filter((sentence) => sentence !== false);
  return sentences.length === 0 ? null : sentences.join(' ');
}

const headline: ReadonlySet<MetricName> = new Set<MetricName>(['two-way-identification', 'ssim', 'pixel-correlation']);

function titleOf(metric: MetricName): string {
  return metricWords[metric].title.replace(/^Pixel|^Retrieval/, (word) => word.toLowerCase());
}

function overlap(a: Score, b: Score): boolean {
  return a.interval.low <= b.interval.high && b.interval.low <= a.interval.high;
}

function cautions({ scores, stimuli }: Evaluation): string[] {
  const found: string[] = [];
  const shuffled = scores['shuffled-voxels']?.['two-way-identification'];
  if (shuffled !== undefined && standing(shuffled) === 'better') {
    found.push(
      `The network trained on shuffled voxels is also better than chance (${formatNumber(shuffled.value, 3)}): ` +
        'something other than the response tells the stimuli apart. Look for leakage before trusting the scores.',
    );
  }
  const correlation = scores.gan?.['pixel-correlation'];
  const withoutBrain = scores['shuffled-voxels']?.['pixel-correlation'] ?? scores['mean-image']?.['pixel-correlation'];
  if (correlation !== undefined && withoutBrain !== undefined && withoutBrain.value > 0.3) {
    found.push(
      `Pixel correlation says little here: ${formatNumber(withoutBrain.value, 2)} is reached without using the ` +
        `response at all (the GAN: ${formatNumber(correlation.value, 2)}).`,
    );
  }
  if (stimuli.length < 20) {
    found.push(`There are only ${stimuli.length} test images, so intervals are wide and single images weigh much.`);
  }
  return found;
}

/** `a`, `a and b`, `a, b and c`. */
export function list(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}
