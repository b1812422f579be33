import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { gatherLines, withLines } from '../../../src/renderer/api/gathered-lines.ts';
import type { HistoryLine } from '../../../src/shared/experiment.ts';

const line = (step: number): HistoryLine => ({
  phase: 'training',
  step,
  scalars: { pixel: 1 / step },
  samplesPerSecond: 100,
  time: new Date(1_700_000_000_000 + step).toISOString(),
});

describe('logged lines of running experiments', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('reach a chart in few pieces however fast they come, none lost and in order', () => {
    const handed: [string, number[]][] = [];
    const lines = gatherLines((id, some) => handed.push([id, some.map(({ step }) => step)]));
    for (let step = 1; step <= 100; step++) {
      lines.add(step % 2 === 0 ? 'even' : 'odd', line(step));
      vi.advanceTimersByTime(10);
    }
    vi.advanceTimersByTime(1000);
    // One second of lines from two experiments.
    expect(handed.length).toBeLessThanOrEqual(10);
    const of = (id: string) => handed.flatMap(([experiment, steps]) => (experiment === id ? steps : []));
    expect(of('odd')).toEqual(Array.from({ length: 50 }, (_, at) => 2 * at + 1));
    expect(of('even')).toEqual(Array.from({ length: 50 }, (_, at) => 2 * at + 2));
  });

  it('are not shown twice when a call has given them meanwhile', () => {
    expect(withLines([line(1), line(2)], [line(2), line(3)]).map(({ step }) => step)).toEqual([1, 2, 3]);
  });
});
