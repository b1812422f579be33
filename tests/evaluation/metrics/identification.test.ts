import { describe, expect, it } from 'vitest';
import { matrixFrom } from '../../../src/main/evaluation/linear-algebra/matrix.ts';
import { nWayIdentification, twoWayIdentification } from '../../../src/main/evaluation/metrics/identification.ts';
import { retrievalRank } from '../../../src/main/evaluation/metrics/retrieval.ts';
import { Random } from '../../../src/shared/random.ts';
import { mean } from '../support.ts';

/** All ways to draw `size` of `items`. */
function subsets(items: readonly number[], size: number): number[][] {
  if (size === 0) return [[]];
  return items.flatMap((item, i) => subsets(items.slice(i + 1), size - 1).map((rest) => [item, ...rest]));
}

/** Share of draws in which `own` is among the `top` best, equal values in every order. */
function byDrawing(own: number, others: readonly number[], ways: number, top: number): number {
  const shares = subsets(others, ways - 1).map((foils) => {
    const better = foils.filter((foil) => foil > own).length;
    const tied = foils.filter((foil) => foil === own).length;
    return mean(Array.from({ length: tied + 1 }, (_, ahead) => Number(better + ahead < top)));
  });
  return mean(shares);
}

describe('identification', () => {
  it('in two ways is the share of other stimuli that correlate less, ties counting half', () => {
    // Columns: the reconstructions; rows: the stimuli.
    const scores = twoWayIdentification(matrixFrom([0.9, 0.1, 0.5, 0.1, 0.2, 0.5, 0.3, 0.1, 0.5], 3, 3));
    expect([...scores.values]).toEqual([1, 0.25, 0.5, 0, 1, 0.5, 0.5, 0.25, 0.5]);
  });

  it('is at chance exactly when all correlations are equal', () => {
    const flat = matrixFrom(new Float64Array(144), 12, 12);
    expect(mean(twoWayIdentification(flat).values)).toBe(0.5);
    expect(mean(nWayIdentification(flat, 10, 1).values)).toBeCloseTo(0.1, 12);
    expect(mean(nWayIdentification(flat, 10, 5).values)).toBeCloseTo(0.5, 12);
  });

  it('does not let rounding decide between equals', () => {
    const scores = twoWayIdentification(matrixFrom([0.3, 0.3 + 1e-16, 0.3 - 1e-16], 3, 1));
    expect([...scores.values]).toEqual([0.5, 0.5, 0.5]);
  });

  it.each([
    { stimuli: 8, ways: 4, top: 1 },
    { stimuli: 8, ways: 5, top: 2 },
    { stimuli: 12, ways: 10, top: 5 },
    { stimuli: 10, ways: 10, top: 5 },
  ])('in $ways ways of $stimuli, top $top, is the expectation over all draws of foils', ({ stimuli, ways, top }) => {
    const random = new Random(3, `${stimuli} ${ways}`);
    // Few levels, so that there are ties.
    const column = Array.from({ length: stimuli }, () => random.integer(6));
    const scores = nWayIdentification(matrixFrom(column, stimuli, 1), ways, top);
    column.forEach((own, i) => {
      const expected = byDrawing(own, column.toSpliced(i, 1), ways, top);
      expect(scores.values[i]).toBeCloseTo(expected, 10);
    });
  });

  it('ranks the own stimulus among all, ties sharing the mean of their ranks', () => {
    expect([...retrievalRank(matrixFrom([0.9, 0.5, 0.5, 0.1], 4, 1)).values]).toEqual([1, 2.5, 2.5, 4]);
  });
});
