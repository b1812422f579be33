/** Losses over steps: small charts with an axis each, apart for every phase, linear or logarithmic. */
import type { ExperimentPhase, HistoryLine } from '../../shared/experiment.ts';
import { html, type Markup } from './html.ts';
import { phaseWords } from './words.ts';

export interface CurveSource {
  /** Null when there is only one; else for example `Fold 2`. */
  readonly label: string | null;
  readonly history: readonly HistoryLine[];
}

interface Series {
  readonly steps: readonly number[];
  readonly values: readonly number[];
}

const width = 300;
const height = 170;
const plot = { left: 46, right: 290, top: 10, bottom: 138 };
/** More points than pixels only make the page heavy. */
const mostPoints = 240;

export function curvesSection(sources: readonly CurveSource[]): Markup | null {
  const phases = (['image-encoder', 'training', 'training-control'] as const).filter((phase) =>
    sources.some(({ history }) => history.some((line) => line.phase === phase)),
  );
  if (phases.length === 0) return null;
  return html`<section aria-labelledby="curves" class="linear" id="curves-section">
    <h2 id="curves">Training curves</h2>
    <div class="controls" role="group" aria-label="Vertical axis" hidden>
      <button type="button" data-axis="linear" aria-pressed="true">Linear</button
      ><button type="button" data-axis="log" aria-pressed="false">Logarithmic</button>
    </div>
    ${phases.map((phase) => phaseCharts(phase, sources))}
  </section>`;
}

function phaseCharts(phase: ExperimentPhase, sources: readonly CurveSource[]): Markup {
  const names = new Set(
    sources.flatMap(({ history }) => linesOf(history, phase).flatMap((l) => Object.keys(l.scalars))),
  );
  return html`<h3>${phaseWords[phase]}</h3>
    <div class="charts" data-phase="${phase}">
      ${[...names].map((name) => {
        const series = sources.map(({ history }) => seriesOf(linesOf(history, phase), name));
        return chart(
          scalarTitle(name),
          series.filter(({ steps }) => steps.length > 0),
        );
      })}
    </div>`;
}

function linesOf(history: readonly HistoryLine[], phase: ExperimentPhase): HistoryLine[] {
  return history.filter((line) => line.phase === phase);
}

/** After a resume from a checkpoint the steps since then were logged twice: the later line counts. */
function seriesOf(lines: readonly HistoryLine[], name: string): Series {
  const byStep = new Map<number, number>();
  for (const { step, scalars } of lines) {
    if (Number.isFinite(scalars[name])) byStep.set(step, scalars[name]);
  }
  const steps = [...byStep.keys()].sort((a, b) => a - b);
  const perPoint = Math.ceil(steps.length / mostPoints);
  const groups = Array.from({ length: Math.ceil(steps.length / perPoint) || 0 }, (_, index) =>
    steps.slice(index * perPoint, (index + 1) * perPoint),
  );
  return {
    steps: groups.map((group) => group[group.length - 1]),
    values: groups.map((group) => group.reduce((sum, step) => sum + (byStep.get(step) ?? 0), 0) / group.length),
  };
}

/** `gradientPenalty` as `Gradient penalty`. */
function scalarTitle(name: string): string {
  const words = name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll(/[-_]/g, ' ')
    .toLowerCase();
  return words === 'ssim' ? 'SSIM' : words.charAt(0).toUpperCase() + words.slice(1);
}

function chart(title: string, series: readonly Series[]): Markup {
  const values = series.flatMap((each) => each.values);
  const lastStep = Math.max(...series.flatMap(({ steps }) => steps), 1);
  const positive = values.every((value) => value > 0);
  const last = series.length === 1 ? series[0].values.at(-1) : undefined;
  const data = JSON.stringify(series.map(({ steps, values: ys }) => [steps, ys.map((y) => Number(y.toPrecision(4)))]));
  return html`<figure class="chart">
    <figcaption>${title} <span class="reading">${last !== undefined && short(last)}</span></figcaption>
    <svg
      viewBox="0 0 ${width} ${height}"
      role="img"
      aria-label="${title} over ${lastStep} steps"
      data-series="${data}"
      data-last="${lastStep}"
      data-left="${plot.left}"
      data-right="${plot.right}"
    >
      ${axis('lin', linearScale(values), series, lastStep)}
      ${positive ? axis('log', logScale(values), series, lastStep) : axis('log', linearScale(values), series, lastStep)}
      ${stepTicks(lastStep).map((step) => {
        const x = stepToX(step, lastStep).toFixed(1);
        return html`<text class="tick" x="${x}" y="${plot.bottom + 14}" text-anchor="middle"
          >${step.toLocaleString('en-US')}</text
        >`;
      })}
      <text class="label" x="${(plot.left + plot.right) / 2}" y="${height - 3}" text-anchor="middle">step</text>
      <line class="cursor" x1="0" x2="0" y1="${plot.top}" y2="${plot.bottom}" />
    </svg>
  </figure>`;
}

interface Scale {
  readonly toY: (value: number) => number;
  readonly ticks: readonly number[];
}

function axis(name: 'lin' | 'log', { toY, ticks }: Scale, series: readonly Series[], lastStep: number): Markup {
  return html`<g class="${name}">
    ${ticks.map((tick) => {
      const y = toY(tick).toFixed(1);
      return html`<line class="grid" x1="${plot.left}" x2="${plot.right}" y1="${y}" y2="${y}" /><text
          class="tick"
          x="${plot.left - 6}"
          y="${(toY(tick) + 3.5).toFixed(1)}"
          text-anchor="end"
          >${short(tick)}</text
        >`;
    })}
    ${series.map(({ steps, values }) => {
      const points = steps.map((step, at) => `${stepToX(step, lastStep).toFixed(1)},${toY(values[at]).toFixed(1)}`);
      return html`<polyline class="${series.length > 1 && 'many'}" points="${points.join(' ')}" />`;
    })}
  </g>`;
}

function stepToX(step: number, lastStep: number): number {
  return plot.left + ((plot.right - plot.left) * step) / lastStep;
}

function linearScale(values: readonly number[]): Scale {
  const ticks = niceTicks(Math.min(0, ...values), Math.max(...values));
  const [low, high] = [Math.min(...ticks, ...values), Math.max(...ticks, ...values)];
  return { ticks, toY: (value) => plot.bottom - ((plot.bottom - plot.top) * (value - low)) / (high - low || 1) };
}

function logScale(values: readonly number[]): Scale {
  const [low, high] = [Math.log10(Math.min(...values)), Math.log10(Math.max(...values))];
  const toY = (value: number): number =>
    plot.bottom - 4 - ((plot.bottom - plot.top - 8) * (Math.log10(value) - low)) / (high - low || 1);
  const decades = Array.from({ length: Math.floor(high) - Math.floor(low) + 1 }, (_, at) => Math.floor(low) + at);
  const within = (steps: readonly number[]): number[] =>
    decades
      .flatMap((decade) => steps.map((step) => step * 10 ** decade))
      .filter((tick) => Math.log10(tick) >= low - 0.01 && Math.log10(tick) <= high + 0.01);
  const candidates = [within([1]), within([1, 3]), within([1, 2, 5]), within([1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9])];
  const even = niceTicks(10 ** low, 10 ** high).filter((tick) => tick >= 10 ** low && tick <= 10 ** high);
  const ticks = candidates.find((each) => each.length >= 3) ?? even;
  return { toY, ticks: ticks.length > 6 ? ticks.filter((_, at) => at % Math.ceil(ticks.length / 5) === 0) : ticks };
}

/** Three to six round numbers that cover the range. */
export function niceTicks(low: number, high: number): number[] {
  const span = high - low || Math.abs(high) || 1;
  const rough = span / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const ticks: number[] = [];
  for (let at = Math.floor(low / step + 0.001); at < high / step + 0.999; at++) {
    ticks.push(Number((at * step).toPrecision(12)));
  }
  return ticks;
}

function stepTicks(last: number): number[] {
  return niceTicks(0, last).filter((tick) => Number.isInteger(tick) && tick <= last);
}

function short(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  const text = size >= 1e4 || size < 1e-3 ? value.toExponential(0) : String(Number(value.toPrecision(3)));
  return text.replace('-', '\u2212');
}
