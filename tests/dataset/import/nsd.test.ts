import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { File, ready } from 'h5wasm/node';
import { describe, expect, it } from 'vitest';
import { recogniseFiles } from '../../../src/main/dataset/import/formats.ts';
import { recipeFromMappings } from '../../../src/main/dataset/import/load-recipe.ts';
import { draftFromRecipe } from '../../../src/main/dataset/import/read-import.ts';
import type { RecordingDraft } from '../../../src/main/dataset/recording-draft.ts';
import { writeNpz } from '../../../src/main/dataset/simulate/npz-writer.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { niftiBytes } from '../volumes/nifti-bytes.ts';

/** Voxels along x, y and z. */
const [X, Y, Z] = [4, 3, 2];
const TRIALS = 3;

/** Stored number of a voxel in a trial; no two are equal. */
const stored = (session: number, trial: number, x: number, y: number, z: number) =>
  session * 1000 + trial * 100 + x + X * (y + Y * z);

/** Two sessions of three trials, as MATLAB writes them: the last axis first. */
async function writeSessions(folder: string): Promise<string[]> {
  await ready;
  return [1, 2].map((session) => {
    const path = join(folder, `betas_session0${session}.hdf5`);
    const file = new File(path, 'w');
    const data = new Int16Array(TRIALS * Z * Y * X);
    let at = 0;
    for (let trial = 0; trial < TRIALS; trial++) {
      for (let z = 0; z < Z; z++) {
        for (let y = 0; y < Y; y++) for (let x = 0; x < X; x++) data[at++] = stored(session, trial, x, y, z);
      }
    }
    file.create_dataset({ name: 'betas', data, shape: [TRIALS, Z, Y, X], dtype: '<h' });
    file.close();
    return path;
  });
}

/** Image of each trial, counted from 1; images 1 and 2 of the subject's 10,000 are shared. */
const shown = [
  [3, 1, 2],
  [5, 3, 4],
];
const own = [
  [2, 5000, 1700],
  [8000, 2, 1001],
];

function writeResponses(folder: string): string {
  const path = join(folder, 'responses.tsv');
  const lines = shown.flatMap((images, s) =>
    images.map((image, t) => [1, s + 1, t < 2 ? 1 : 2, t + 1, image, own[s][t], 'NaN'].join('\t')),
  );
  writeFileSync(path, `SUBJECT\tSESSION\tRUN\tTRIAL\t73KID\t10KID\tRT\n${lines.join('\n')}\n`);
  return path;
}

async function writeStimuli(folder: string): Promise<string> {
  await ready;
  const path = join(folder, 'nsd_stimuli.hdf5');
  const file = new File(path, 'w');
  const data = Uint8Array.from({ length: 6 * 2 * 2 * 3 }, (_, i) => Math.floor(i / 12) * 40);
  file.create_dataset({ name: 'imgBrick', data, shape: [6, 2, 2, 3], dtype: '<B' });
  file.close();
  return path;
}

/** Masks as numpy saves them from NIfTI volumes, x first. */
function writeMasks(
  folder: string,
  names: Readonly<Record<string, (x: number, y: number, z: number) => number>>,
): string {
  const path = join(folder, 'masks.npz');
  const array = (value: (x: number, y: number, z: number) => number) => ({
    shape: [X, Y, Z],
    data: Int32Array.from({ length: X * Y * Z }, (_, i) =>
      value(Math.floor(i / (Y * Z)), Math.floor(i / Z) % Y, i % Z),
    ),
  });
  writeNpz(path, Object.fromEntries(Object.entries(names).map(([name, value]) => [name, array(value)])));
  return path;
}

async function recognised(
  paths: readonly string[],
  entries: Readonly<Record<string, unknown>> = {},
): Promise<RecordingDraft> {
  const { recipe } = await recogniseFiles(paths);
  expect(recipe.format).toBe('nsd');
  return draftFromRecipe(recipeFromMappings({ ...recipe, ...entries }));
}

const masks = {
  nsdgeneral: (x: number) => (x < 2 ? 1 : -1),
  prf_visualrois: (x: number, y: number) => (x > 2 ? 0 : y === 0 ? 1 : y === 1 ? 3 : x === 1 ? 7 : 5),
};

describe('responses of the Natural Scenes Dataset', () => {
  it('come voxel by voxel of the mask in percent, with sessions, runs, shared test images and pictures', async () => {
    const folder = temporaryFolder();
    const paths = [...(await writeSessions(folder)), writeResponses(folder), await writeStimuli(folder)];
    const draft = await recognised([...paths, writeMasks(folder, masks)], { subject: 'subj01' });
    // x fastest, as in the volume; of x only 0 and 1 are in the mask.
    const voxels = Array.from({ length: X * Y * Z }, (_, i) => [
      i % X,
      Math.floor(i / X) % Y,
      Math.floor(i / (X * Y)),
    ]).filter(([x]) => x < 2);
    const expected = [1, 2].flatMap((session) =>
      [0, 1, 2].flatMap((trial) => voxels.map(([x, y, z]) => Math.fround(stored(session, trial, x, y, z) / 300))),
    );
    expect([...draft.voxels]).toEqual(expected);
    const columns = (where: (x: number, y: number) => boolean) =>
      [...voxels.keys()].filter((column) => where(voxels[column][0], voxels[column][1]));
    expect(draft.regions).toEqual([
      { name: 'V1', voxels: columns((_, y) => y === 0) },
      { name: 'V2', voxels: columns((_, y) => y === 1) },
      { name: 'V3', voxels: columns((x, y) => y === 2 && x === 0) },
      { name: 'hV4', voxels: columns((x, y) => y === 2 && x === 1) },
    ]);
    expect(draft.columns).toMatchObject({
      session: ['1', '1', '1', '2', '2', '2'],
      run: ['1', '1', '2', '1', '1', '2'],
      set: ['test', 'train', 'train', 'train', 'test', 'train'],
    });
    const greys: (number | null)[] = [];
    for (const index of draft.columns.stimulus)
      greys.push(index === null ? null : (await draft.images.load(index)).data[0]);
    expect(greys.map((grey) => Math.round((grey ?? -1) * 255))).toEqual(shown.flat().map((image) => (image - 1) * 40));
  });

  it('read every voxel of the regions where there is no mask, and name stimuli by number without pictures', async () => {
    const folder = temporaryFolder();
    const paths = [...(await writeSessions(folder)), writeResponses(folder)];
    const corner = { corner: (x: number, y: number, z: number) => (x + y + z === 0 ? 1 : 0) };
    const draft = await recognised([...paths, writeMasks(folder, corner)]);
    expect([...draft.voxels].map((value) => Math.round(value * 300))).toEqual([1000, 1100, 1200, 2000, 2100, 2200]);
    expect(draft.columns.stimulusName).toEqual(shown.flat().map(String));
  });

  it('take masks from NIfTI volumes, which say where the voxels lie, and trials from the design of all participants', async () => {
    const folder = temporaryFolder();
    const [first] = await writeSessions(folder);
    const volume = join(folder, 'V1.nii');
    const values = Array.from({ length: X * Y * Z }, (_, index) => (index === 5 || index === 23 ? 1 : 0));
    writeFileSync(volume, niftiBytes({ shape: [X, Y, Z], values }));
    // The second participant of two; of the 750 trials of a session, this one has three.
    const design = join(folder, 'nsd_expdesign.npz');
    const ordering = Int32Array.from([2, 1500, 2]);
    const images = Int32Array.from({ length: 2 * 10_000 }, (_, i) => i + 1);
    writeNpz(design, {
      masterordering: { shape: [1, 3], data: ordering },
      subjectim: { shape: [2, 10_000], data: images },
    });
    const draft = await recognised([first, design, volume], { participant: 2 });
    expect(draft.regions).toEqual([{ name: 'V1', voxels: [0, 1] }]);
    expect([...draft.voxels].map((value) => Math.round(value * 300))).toEqual([1005, 1023, 1105, 1123, 1205, 1223]);
    expect(draft.space?.indices).toEqual([5, 23]);
    expect(draft.columns).toMatchObject({
      stimulusName: ['10002', '11500', '10002'],
      set: ['test', 'train', 'test'],
      run: null,
    });
  });

  it('are refused when trials and design, or mask and grid, do not fit', async () => {
    const folder = temporaryFolder();
    const [first, second] = await writeSessions(folder);
    const responses = writeResponses(folder);
    const fitting = writeMasks(folder, masks);
    const files = { a: first, responses, masks: fitting };
    const recipe = (change: object) =>
      draftFromRecipe(recipeFromMappings({ format: 'nsd', files, mask: 'masks:nsdgeneral', ...change }));
    await expect(recipe({})).rejects.toMatchObject({
      code: 'INVALID_RECIPE',
      message: expect.stringContaining('session a') as string,
    });
    await expect(recipe({ sessions: { a: 3 } })).rejects.toMatchObject({
      code: 'ARRAY_SHAPE',
      message: /3 responses, but 0 trials/,
    });
    await expect(recipe({ sessions: { a: 1 }, mask: undefined, regions: {} })).rejects.toMatchObject({
      code: 'INVALID_RECIPE',
    });
    await expect(recipe({ sessions: { a: 1 }, mask: 'a:betas' })).rejects.toMatchObject({ code: 'ARRAY_SHAPE' });
    await expect(recipe({ files: { s1: first, s2: second, masks: fitting } })).rejects.toMatchObject({
      code: 'ARRAY_MISSING',
    });
  });
});
