import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { splitColours } from '../../src/main/dataset/split-picture.ts';
import type { FoldedSplit } from '../../src/main/dataset/split-folds.ts';
import { drawSplitSheet } from '../../src/main/report/split-sheet.ts';
import { recordingFixture } from '../dataset/recording-fixture.ts';

const metadata = recordingFixture({
  stimulus: [0, 1, 2, 3, 0, 1, 2, 3],
  stimuli: ['cat', 'cat', 'dog', 'owl'].map((category) => ({ category })),
  columns: {
    run: ['1', '1', '2', '2', '1', '1', '2', '2'],
    session: ['a', 'a', 'a', 'a', 'b', 'b', 'b', 'b'],
    set: ['train', 'train', 'train', 'train', 'test', 'test', 'test', 'other'],
  },
});

/** Which colours a picture has, out of those of splits. */
async function coloursOf(png: Buffer): Promise<string[]> {
  const { data } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  const seen = new Set<string>();
  for (let at = 0; at < data.length; at += 3) seen.add(`${data[at]},${data[at + 1]},${data[at + 2]}`);
  return Object.entries(splitColours)
    .filter(([, colour]) => seen.has(colour.map((value) => Math.round(value * 255)).join(',')))
    .map(([name]) => name);
}

describe('the picture of a split', () => {
  const every: FoldedSplit[] = [
    { kind: 'shipped' },
    { kind: 'leave-run-out' },
    { kind: 'leave-session-out' },
    { kind: 'leave-repetition-out' },
    { kind: 'leave-stimulus-out', folds: null },
    { kind: 'leave-category-out', folds: null },
    { kind: 'k-fold', folds: 2, seed: 1 },
    { kind: 'fixed', train: [0, 1], test: [2] },
  ];

  it.each(every)('exists for $kind', async (spec) => {
    expect(await coloursOf(await drawSplitSheet(metadata, spec, 'bitmap'))).toEqual(['leftOut', 'train', 'test']);
  });

  it('stays of a size to look at, however many folds and samples there are', async () => {
    const many = recordingFixture({ stimulus: Array.from({ length: 3000 }, (_, i) => i % 600) });
    const { width, height } = await sharp(
      await drawSplitSheet(many, { kind: 'leave-stimulus-out', folds: null }, 'bitmap'),
    ).metadata();
    expect([width < 1400, height < 900]).toEqual([true, true]);
  });
});
