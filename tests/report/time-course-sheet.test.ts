import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { readSteps } from '../../src/main/dataset/time-series/check-steps.ts';
import { previewVoxel } from '../../src/main/dataset/time-series/preview.ts';
import { drawTimeCourses } from '../../src/main/report/time-course-sheet.ts';
import { event, madeUpRun } from '../dataset/time-series/support.ts';

const run = madeUpRun({
  voxelSeries: [Array.from({ length: 60 }, (_, t) => 100 + t + 5 * Math.sin(t))],
  events: [event(-4, 2, 'before'), event(4, 6, 'cat'), event(30, 0, 'flash'), event(55, 30, 'cut')],
});

/** How many pixels have a colour, roughly. */
async function pixelsLike(png: Buffer, colour: readonly number[]): Promise<number> {
  const { data } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  let count = 0;
  for (let at = 0; at < data.length; at += 3) {
    if (colour.every((value, c) => Math.abs(data[at + c] - value) < 6)) count++;
  }
  return count;
}

describe('the time course of a voxel', () => {
  it('is drawn once as recorded and once after every step, over the events', async () => {
    const steps = readSteps([{ step: 'shift', seconds: 4 }, { step: 'detrend' }, { step: 'average-block' }]);
    const courses = await previewVoxel([run], steps, { run: '1', voxel: 0 });
    const draw = (panels: number) =>
      drawTimeCourses({ title: 'Voxel 0', courses: courses.slice(0, panels), events: run.events }, 'bitmap');
    const [one, all] = [await draw(1), await draw(4)];
    const [short, tall] = [await sharp(one).metadata(), await sharp(all).metadata()];
    expect(tall.height).toBeGreaterThan(short.height + 2 * 84);
    expect(await pixelsLike(one, [47, 111, 159])).toBeGreaterThan(100);
    expect(await pixelsLike(all, [246, 217, 196])).toBeGreaterThan(2 * (await pixelsLike(one, [246, 217, 196])));
  });

  it('is drawn also where nothing varies or is known', async () => {
    const courses = [{ step: null, times: [0, 1, 2], values: [5, NaN, 5] }];
    expect((await sharp(await drawTimeCourses({ title: 'Flat', courses, events: [] }, 'bitmap')).metadata()).format).toBe('png');
  });
});
