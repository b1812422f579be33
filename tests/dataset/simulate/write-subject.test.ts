import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { decodeImage } from '../../../src/main/dataset/image-set.ts';
import { arraysRecipeSchema } from '../../../src/main/dataset/import/arrays-recipe.ts';
import { simulateSubject } from '../../../src/main/dataset/simulate/subject.ts';
import { writeSimulatedSubject } from '../../../src/main/dataset/simulate/write-subject.ts';
import { tinyOptions } from './support.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'simulated-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const filesIn = (root: string): string[] =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(root, name)).isFile())
    .sort();

describe('the files of a simulated subject', () => {
  it('are the same bytes for the same seed', async () => {
    const write = async (name: string, seed: number): Promise<string> =>
      (await writeSimulatedSubject(join(folder, name), await simulateSubject({ ...tinyOptions, seed }))).folder;
    const [first, again, other] = [await write('first', 1), await write('again', 1), await write('other', 2)];
    expect(filesIn(first)).toHaveLength(13 + 3);
    expect(filesIn(again)).toEqual(filesIn(first));
    const same = (a: string, b: string) =>
      filesIn(a).map((name) => readFileSync(join(a, name)).equals(readFileSync(join(b, name))));
    expect(same(first, again)).not.toContain(false);
    expect(same(first, other)).not.toContain(true);
  });

  it('hold the pictures without loss, named as in the stimulus column', async () => {
    const subject = await simulateSubject(tinyOptions);
    const written = await writeSimulatedSubject(join(folder, 's'), subject);
    const last = subject.stimuli.length - 1;
    const picture = await decodeImage(join(written.stimuli, `${subject.stimuli[last].name}.png`));
    const area = subject.options.imageSize ** 2 * 3;
    expect(Array.from(picture.data, (value) => Math.round(value * 255))).toEqual([
      ...subject.pixels.subarray(last * area),
    ]);
  });

  it('come with a recipe that the import accepts and whose arrays are all there', async () => {
    const written = await writeSimulatedSubject(join(folder, 's'), await simulateSubject(tinyOptions));
    const recipe = arraysRecipeSchema.parse(parse(readFileSync(written.recipe, 'utf8')));
    const arrays = Object.keys(unzipSync(readFileSync(written.arrays)));
    const { labels, ...regions } = recipe.regions ?? {};
    expect(labels).toBeUndefined();
    expect(Object.keys(regions)).toEqual(['V1', 'V2', 'V3', 'V4', 'LOC', 'FFA', 'PPA']);
    for (const region of Object.values(regions)) expect(arrays).toContain(`${(region as { mask: string }).mask}.npy`);
    for (const column of ['stimulus', 'category', 'run', 'session', 'set', 'responses', 'positions']) {
      expect(arrays).toContain(`${column}.npy`);
    }
  });

  it('never replace what a folder holds, and leave nothing behind when cancelled', async () => {
    const subject = await simulateSubject(tinyOptions);
    mkdirSync(join(folder, 'mine'));
    writeFileSync(join(folder, 'mine', 'thesis.txt'), 'years of work');
    await expect(writeSimulatedSubject(join(folder, 'mine'), subject)).rejects.toMatchObject({
      code: 'ALREADY_EXISTS',
    });
    expect(readdirSync(join(folder, 'mine'))).toEqual(['thesis.txt']);
    await expect(
      writeSimulatedSubject(join(folder, 'stopped'), subject, { signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(existsSync(join(folder, 'stopped'))).toBe(false);
    expect(readdirSync(folder)).toEqual(['mine']);
  });
});
