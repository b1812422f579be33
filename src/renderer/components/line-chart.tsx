/** Curves over training steps. */
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import UPlot from 'uplot';
import { lineColours } from '../theme.ts';
import { formatMeasured } from './format.ts';

export interface ChartLine {
  readonly title: string;
  /** Ascending. */
  readonly x: readonly number[];
  readonly y: readonly number[];
}

interface LineChartProps {
  readonly lines: readonly ChartLine[];
  readonly label: string;
  readonly height?: number;
}

/** Draws all lines over their common steps; zoom by dragging, back by a double click. */
export function LineChart({ lines, label, height = 280 }: LineChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<UPlot | null>(null);
  const scheme = useComputedColorScheme('light');
  const titles = lines.map(({ title }) => title).join('\n');

  useEffect(() => {
    const parent = place.current;
    if (parent === null) return;
    const ink = scheme === 'dark' ? '#9aa0ab' : '#6b7280';
    const grid = { stroke: scheme === 'dark' ? '#26282e' : '#eceef2', width: 1 };
    const axis = { stroke: ink, grid, ticks: grid, font: '12px system-ui' };
    chart.current = new UPlot(
      {
        width: parent.clientWidth,
        height,
        scales: { x: { time: false } },
        axes: [axis, { ...axis, size: 56 }],
        series: [
          { label: 'step' },
          ...titles.split('\n').map((title, at) => ({
            label: title,
            stroke: lineColours[at % lineColours.length],
            width: 1.5,
            spanGaps: true,
            points: { show: false },
            value: (_: UPlot, value: number | null) => (value === null ? '–' : formatMeasured(value)),
          })),
        ],
      },
      [[], ...titles.split('\n').map(() => [])],
      parent,
    );
    const observer = new ResizeObserver(() => chart.current?.setSize({ width: parent.clientWidth, height }));
    observer.observe(parent);
    return () => {
      observer.disconnect();
      chart.current?.destroy();
      chart.current = null;
    };
  }, [titles, scheme, height]);

  useEffect(() => {
    chart.current?.setData(aligned(lines));
  }, [lines, titles, scheme, height]);

  return <div className="chart" ref={place} role="img" aria-label={label} />;
}

/** One column of steps, and the value of every line at each of them. */
function aligned(lines: readonly ChartLine[]): UPlot.AlignedData {
  const steps = [...new Set(lines.flatMap(({ x }) => x))].sort((a, b) => a - b);
  return [
    steps,
    ...lines.map(({ x, y }) => {
      const at = new Map(x.map((step, i) => [step, y[i]]));
      return steps.map((step) => at.get(step) ?? null);
    }),
  ];
}
