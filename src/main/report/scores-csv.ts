/** Scores per test stimulus as a table for statistics programs. */
import { metricNames, type Evaluation } from '../../shared/evaluation.ts';
import { writeFileAtomic } from '../files/atomic.ts';

/**
 * One line per stimulus and method: index (from 0), stimulus, name, category, trials, method, then a column per metric.
 * RFC 4180, UTF-8; a metric that was not measured is empty.
 */
export function scoresCsv(evaluation: Evaluation): string {
  const metrics = metricNames.filter((metric) => Object.values(evaluation.scores).some((scores) => scores[metric]));
  const lines = [['index', 'stimulus', 'name', 'category', 'trials', 'method', ...metrics]];
  for (const [index, { id, name, category, trials }] of evaluation.stimuli.entries()) {
    for (const [method, scores] of Object.entries(evaluation.scores)) {
      const values = metrics.map((metric) => String(scores[metric]?.perStimulus[index] ?? ''));
      lines.push([String(index), id, name, category ?? '', String(trials), method, ...values]);
    }
  }
  return lines.map((cells) => `${cells.map(quoted).join(',')}\r\n`).join('');
}

/** @throws CortextError `WORKSPACE_READ_ONLY`, `NO_SPACE_LEFT` */
export function writeScoresCsv(path: string, evaluation: Evaluation): void {
  writeFileAtomic(path, scoresCsv(evaluation));
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
