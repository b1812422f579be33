import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImageSet } from '../../src/main/dataset/image-set.ts';
import { bitmapText } from '../../src/main/report/bitmap-font.ts';
import { writeExperimentSheet } from '../../src/main/report/experiment-sheet.ts';
import { drawSheet, type SheetInput } from '../../src/main/report/sheet.ts';
import { workspaceLayout } from '../../src/shared/workspace-layout.ts';
import { writeExperimentFixture } from '../support/experiment-fixture.ts';

function plain(count: number, colour: readonly [number, number, number]): ImageSet {
  const data = Float32Array.from({ length: count * 4 * 4 * 3 }, (_, at) => colour[at % 3]);
  return { count, height: 4, width: 4, channels: 3, data };
}

const input: SheetInput = {
  title: 'Folds',
  subtitle: 'pooled',
  rows: [
    { label: 'Stimulus', images: plain(5, [1, 0, 0]) },
    { label: 'Ridge', images: plain(4, [0, 0, 1]) },
  ],
};

/** How many pixels have this colour, in units of one cell. */
async function cells(png: Buffer, cell: number, colour: readonly number[]): Promise<number> {
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  let found = 0;
  for (let at = 0; at < data.length; at += info.channels) {
    if (colour.every((value, channel) => Math.abs(data[at + channel] - value) < 3)) found++;
  }
  return found / cell ** 2;
}

describe('a sheet', () => {
  it('shows every image of every row at the same size, in bands', async () => {
    const wide = await drawSheet(input, { cell: 40 });
    expect(await cells(wide, 40, [255, 0, 0])).toBe(5);
    expect(await cells(wide, 40, [0, 0, 255])).toBe(4);
    const banded = await drawSheet(input, { cell: 40, columns: 3 });
    expect(await cells(banded, 40, [255, 0, 0])).toBe(5);
    const [a, b] = [await sharp(wide).metadata(), await sharp(banded).metadata()];
    expect(b.height).toBeGreaterThan(a.height + 80);
  });

  it('has readable labels with and without a font on the computer', async () => {
    for (const letters of [undefined, 'bitmap'] as const) {
      const png = await drawSheet(input, { cell: 40, letters });
      const left = await sharp(png)
        .extract({ left: 0, top: 100, width: 100, height: 100 })
        .greyscale()
        .raw()
        .toBuffer();
      expect(left.filter((value) => value < 128).length).toBeGreaterThan(60);
    }
  });

  it('has built-in letters for all that scores need', () => {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,:%()-+=<>/[]';
    const drawings = new Set([...letters].map((letter) => bitmapText(letter, 0, 7, 7)));
    expect(drawings.size).toBe(letters.length);
    expect(drawings.has(bitmapText('?', 0, 7, 7))).toBe(false);
    expect(bitmapText('é\u2212', 0, 7, 7)).toBe(bitmapText('E-', 0, 7, 7));
  });

  it('is refused without images', async () => {
    await expect(drawSheet({ ...input, rows: [] })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});

describe('the sheet of an experiment', () => {
  let root = '';
  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'cortext-sheet-'));
    await writeExperimentFixture(root, { id: 'e', testStimuli: 6, size: 16, methods: ['gan', 'ridge'] });
  });
  afterAll(() => {
    rmSync(root, { recursive: true, force: true });
  });

  it('is drawn from the folder, sorted by a score and thinned out', async () => {
    const path = await writeExperimentSheet({ root, experiment: 'e', sort: 'mse', most: 4, cell: 50 });
    expect(path).toBe(workspaceLayout(root).experiment('e').sheet);
    expect((await sharp(path).metadata()).height).toBeGreaterThan(3 * 50);
  });

  it('says so when it cannot be sorted by a score that was not measured', async () => {
    await writeExperimentFixture(root, { id: 'plain', testStimuli: 2, size: 16, methods: ['ridge'] });
    const request = { root, experiment: 'plain', out: join(root, 'x.png') };
    await expect(writeExperimentSheet({ ...request, sort: 'ssim' })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    expect(existsSync(request.out)).toBe(false);
    await writeExperimentSheet(request);
  });
});
