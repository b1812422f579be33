/** The whole page, in one file: nothing in it is fetched from anywhere. */
import { readFileSync } from 'node:fs';
import type { Evaluation, Method, MetricName } from '../../shared/evaluation.ts';
import { html, raw, type Markup } from './html.ts';
import { summarise } from './summary.ts';
import { formatNumber, formatScore, metricWords, standing, standingWords } from './words.ts';

export interface PageInput {
  /** Small line over the title: what this is. */
  readonly kind: string;
  readonly title: string;
  readonly state: string;
  /** Whose data, which preset, when. */
  readonly facts: readonly string[];
  readonly evaluation: Evaluation;
  readonly sections: readonly (Markup | null)[];
  readonly footer: string;
}

const asset = (name: string): Markup => raw(readFileSync(new URL(`./assets/${name}`, import.meta.url), 'utf8'));

export function renderPage({ kind, title, state, facts, evaluation, sections, footer }: PageInput): string {
  const summary = summarise(evaluation);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
        />
        <title>${title} – Cortext report</title>
        <style>
          ${asset('report.css')}
        </style>
      </head>
      <body>
        <main>
          <header class="head">
            <p class="kind">${kind} <span class="state">${state}</span></p>
            <h1>${title}</h1>
            <p class="facts">${facts.map((fact) => html`<span>${fact}</span>`)}</p>
            <p class="finding">${summary.finding}</p>
            ${summary.ridge !== null && html`<p class="ridge">${summary.ridge}</p>`}
            ${
              summary.cautions.length > 0 &&
              html`<ul class="cautions">
                ${summary.cautions.map((caution) => html`<li>${caution}</li>`)}
              </ul>`
            }
            ${figures(evaluation)}
          </header>
          ${sections}
          <footer><p>${footer}</p></footer>
        </main>
        <script>
          ${asset('report.js')};
        </script>
      </body>
    </html> `.markup;
}

const headlines: readonly MetricName[] = ['two-way-identification', 'ssim', 'pixel-correlation'];

/** The three scores that people ask for, the GAN's large and what it stands against beneath. */
function figures({ scores }: Evaluation): Markup | false {
  const shown = headlines.flatMap((metric) => {
    const score = scores.gan?.[metric];
    return score === undefined ? [] : [{ metric, score }];
  });
  if (shown.length === 0) return false;
  const against = (method: Method, metric: MetricName): Markup | false => {
    const score = scores[method]?.[metric];
    return (
      score !== undefined &&
      html`<div>
        <dt>${method === 'ridge' ? 'Ridge' : 'Shuffled voxels'}</dt>
        <dd>${formatScore(metric, score.value)}</dd>
      </div>`
    );
  };
  return html`<div class="figures">
    ${shown.map(
      ({ metric, score }) =>
        html`<div class="figure">
          <h2>${metricWords[metric].title}</h2>
          <p class="big ${standing(score)}">
            ${formatScore(metric, score.value)}<span class="hidden">, ${standingWords[standing(score)]}</span>
          </p>
          <dl>
            <div>
              <dt>95 % interval</dt>
              <dd>${formatScore(metric, score.interval.low)} – ${formatScore(metric, score.interval.high)}</dd>
            </div>
            ${against('ridge', metric)}
            <div>
              <dt>Chance, 95 %</dt>
              <dd>${formatNumber(score.chance.percentile95, metricWords[metric].digits)}</dd>
            </div>
            ${against('shuffled-voxels', metric)}
          </dl>
        </div>`,
    )}
  </div>`;
}
