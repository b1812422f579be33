/** Scores per test stimulus as a table for statistics programs. */
import { methodSchema, metricNames, type Evaluation, type Method, type MetricName } from '../../shared/evaluation.ts';
import { writeFileAtomic } from '../files/atomic.ts';

/**
 * One line per stimulus and method: index (from 0), stimulus, name, category, trials, method, then a column per metric.
 * RFC 4180, UTF-8; a metric that was not measured is empty.
 */
export function scoresCsv(evaluation: Evaluation): string {
  const metrics = measured([evaluation]);
  return table([
    [...stimulusColumns, ...metrics],
    ...evaluation.stimuli.flatMap((_, index) => linesOf(evaluation, index, metrics)),
  ]);
}

/**
 * The same for several experiments that were tested on the same stimuli, with the experiment as the first column.
 *
 * @param order - the stimuli to write, by their place in the evaluation
 * @param methods - those of the first experiment; of the others it is their GAN
 */
export function galleryCsv(
  [first, ...others]: readonly [Evaluation, ...Evaluation[]],
  order: readonly number[],
  methods: readonly Method[],
): string {
  const metrics = measured([first, ...others]);
  const lines = order.flatMap((index) => [
    ...linesOf(first, index, metrics, methods).map((line) => [first.experiment, ...line]),
    ...others.flatMap((other) => linesOf(other, index, metrics, ['gan']).map((line) => [other.experiment, ...line])),
  ]);
  return table([['experiment', ...stimulusColumns, ...metrics], ...lines]);
}

const stimulusColumns = ['index', 'stimulus', 'name', 'category', 'trials', 'method'] as const;

function measured(evaluations: readonly Evaluation[]): MetricName[] {
  const scores = evaluations.flatMap((evaluation) => Object.values(evaluation.scores));
  return metricNames.filter((metric) => scores.some((score) => score[metric] !== undefined));
}

function linesOf(
  { scores, stimuli }: Evaluation,
  index: number,
  metrics: readonly MetricName[],
  methods: readonly Method[] = methodSchema.options,
): string[][] {
  const { id, name, category, trials } = stimuli[index];
  return methods.flatMap((method) => {
    const score = scores[method];
    if (score === undefined) return [];
    const values = metrics.map((metric) => String(score[metric]?.perStimulus[index] ?? ''));
    return [[String(index), id, name, category ?? '', String(trials), method, ...values]];
  });
}

function table(lines: readonly (readonly string[])[]): string {
  return lines.map((cells) => `${cells.map(quoted).join(',')}\r\n`).join('');
}

/** @throws CortextError `WORKSPACE_READ_ONLY`, `NO_SPACE_LEFT` */
export function writeScoresCsv(path: string, evaluation: Evaluation): void {
  writeFileAtomic(path, scoresCsv(evaluation));
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
