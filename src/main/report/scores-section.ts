/** The table metric x method: value, interval, chance and p, with a small drawing of where the score stands. */
import type { Evaluation, Method, MetricName, Score } from '../../shared/evaluation.ts';
import { html, type Markup } from './html.ts';
import { formatP, formatScore, methodWords, metricOrder, metricWords, standing, standingWords } from './words.ts';

export function scoresSection(evaluation: Evaluation, methods: readonly Method[]): Markup {
  const scored = methods.filter((method) => evaluation.scores[method] !== undefined);
  const metrics = metricOrder.filter((metric) => scored.some((method) => evaluation.scores[method]?.[metric]));
  return html`<section aria-labelledby="scores">
    <h2 id="scores">Scores</h2>
    <p class="lead">
      Mean over ${evaluation.stimuli.length} test stimuli with its 95 % bootstrap interval. The grey band is what random
      assignment of reconstructions to stimuli reaches, up to its 95th percentile.
    </p>
    <div class="legend" aria-hidden="true">
      <span><i class="dot better"></i> better than chance</span><span><i class="dot chance"></i> within chance</span
      ><span><i class="dot worse"></i> worse than chance</span><span><i class="band"></i> chance</span>
    </div>
    <table class="scores" role="table">
      <caption class="hidden">
        Scores of every method in every metric
      </caption>
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">Metric</th>
          ${scored.map((m) => html`<th role="columnheader" scope="col" class="m-${m}" title="${methodWords[m].about}">${methodWords[m].title}</th>`)}
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${metrics.map((metric) => metricRow(metric, evaluation, scored))}
      </tbody>
    </table>
    <p class="note">${evaluation.protocol}</p>
  </section>`;
}

function metricRow(metric: MetricName, { scores }: Evaluation, methods: readonly Method[]): Markup {
  const { title, about, unit } = metricWords[metric];
  const present = methods.flatMap((method) => scores[method]?.[metric] ?? []);
  const bounds = present.flatMap(({ value, interval, chance }) => [
    value,
    interval.low,
    interval.high,
    chance.mean,
    chance.percentile95,
  ]);
  const scale = plotScale(Math.min(...bounds), Math.max(...bounds));
  return html`<tr role="row">
    <th role="rowheader" scope="row">
      ${title}${unit && html` <small>${unit}</small>`}<small class="about">${about}</small>
    </th>
    ${methods.map((method) => html`<td role="cell" class="m-${method}" data-label="${methodWords[method].title}">${scoreCell(metric, scores[method]?.[metric], scale)}</td>`)}
  </tr>`;
}

function scoreCell(metric: MetricName, score: Score | undefined, scale: (value: number) => number): Markup {
  if (score === undefined) return html`<span class="absent">not measured</span>`;
  const stands = standing(score);
  const { value, interval, chance } = score;
  const show = (each: number): string => formatScore(metric, each);
  const [low, high] = [scale(interval.low), scale(interval.high)];
  const [mean, limit] = [scale(chance.mean), scale(chance.percentile95)];
  const chanceText =
    Math.abs(chance.percentile99 - chance.mean) + Math.abs(chance.mean - value) < 1e-9
      ? 'the same for every assignment'
      : `chance ${show(chance.mean)}, 95 % ${show(chance.percentile95)}, p\u00a0${formatP(chance.p)
          .replace(/^(?=\d)/, '= ')
          .replace(' ', '\u00a0')}`;
  return html`<span class="value ${stands}">${show(value)}<span class="hidden">, ${standingWords[stands]}</span></span>
    <span class="interval">${show(interval.low)} – ${show(interval.high)}</span>
    <svg class="plot ${stands}" viewBox="0 0 100 14" preserveAspectRatio="none" aria-hidden="true">
      <rect
        class="band"
        x="${Math.min(mean, limit).toFixed(1)}"
        y="2"
        width="${Math.max(0.8, Math.abs(limit - mean)).toFixed(1)}"
        height="10"
      />
      <line class="axis" x1="0" y1="7" x2="100" y2="7" />
      <line class="whisker" x1="${low.toFixed(1)}" y1="7" x2="${high.toFixed(1)}" y2="7" />
      <line class="point" x1="${scale(value).toFixed(1)}" y1="2.5" x2="${scale(value).toFixed(1)}" y2="11.5" />
    </svg>
    <span class="against">${chanceText}</span>`;
}

function plotScale(low: number, high: number): (value: number) => number {
  const span = high - low || 1;
  return (value) => 3 + (94 * (value - low)) / span;
}

/** One row per fold: how even the pooled score is. */
export function foldsSection(
  folds: readonly { readonly label: string; readonly evaluation: Evaluation }[],
  pooled: Evaluation,
): Markup {
  const metrics = metricOrder.filter((metric) => pooled.scores.gan?.[metric] ?? pooled.scores.ridge?.[metric]);
  const cell = (scores: Evaluation['scores'], metric: MetricName): Markup => {
    const [gan, ridge] = [scores.gan?.[metric], scores.ridge?.[metric]];
    return html`<td>
      ${gan ? formatScore(metric, gan.value) : '\u2013'}<small
        >${ridge ? formatScore(metric, ridge.value) : '\u2013'}</small
      >
    </td>`;
  };
  const row = (label: string, { scores, stimuli }: Evaluation, name: string): Markup =>
    html`<tr class="${name}">
      <th scope="row">${label}</th>
      <td>${stimuli.length}</td>
      ${metrics.map((metric) => cell(scores, metric))}
    </tr>`;
  return html`<section aria-labelledby="folds">
    <h2 id="folds">Folds</h2>
    <p class="lead">The GAN's score in each fold, and ridge's beneath it in grey.</p>
    <div class="scroll" tabindex="0" role="region" aria-labelledby="folds">
      <table class="plain numbers">
        <thead>
          <tr>
            <th scope="col">Fold</th>
            <th scope="col">n</th>
            ${metrics.map((metric) => html`<th scope="col">${metricWords[metric].title}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${folds.map(({ label, evaluation }) => row(label, evaluation, ''))}
        </tbody>
        <tfoot>
          ${row('Pooled', pooled, 'pooled')}
        </tfoot>
      </table>
    </div>
  </section>`;
}
