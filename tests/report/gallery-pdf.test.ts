/** How pictures stand on the pages of an exported gallery. */
import { describe, expect, it } from 'vitest';
import { layOut } from '../../src/main/report/gallery-pdf.ts';

/** Of A4 on its side without margins, in points; beside the labels of rows and below the heading. */
const room = { width: 841.89 - 2 * 36 - 104, height: 595.28 - 2 * 36 - 50 };

const layoutOf = (stimuli: number, methods: number) =>
  layOut({
    rows: Array.from({ length: methods + 1 }, () => ({ label: '', paths: [] })),
    columnLabels: Array.from({ length: stimuli }, () => ''),
  });

describe('the pages of a gallery', () => {
  it('show few stimuli large, all on one page, and many as small as ever', () => {
    const few = layoutOf(5, 1);
    expect(few.side).toBeGreaterThan(100);
    expect(few.columns * few.bands).toBeGreaterThanOrEqual(5);
    expect(layoutOf(500, 1).side).toBe(64);
  });

  it.each([
    [1, 1],
    [5, 1],
    [50, 7],
    [400, 3],
    [9, 25],
  ])('keep %i stimuli of %i methods within their margins, and reach both', (stimuli, methods) => {
    const { side, columns, pitch, bands, bandHeight } = layoutOf(stimuli, methods);
    expect((columns - 1) * pitch + side).toBeCloseTo(columns === 1 ? side : room.width, 6);
    expect(pitch).toBeGreaterThanOrEqual(side);
    expect(bands * bandHeight).toBeLessThanOrEqual(room.height + 1e-6);
  });
});
