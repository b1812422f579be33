import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { draftFromRecipe } from '../../../src/main/dataset/import/read-import.ts';
import { guessRecipe } from '../../../src/main/dataset/import/guess-recipe.ts';
import { importRecording } from '../../../src/main/dataset/import/import-recording.ts';
import { readRecipe, recipeFromMappings } from '../../../src/main/dataset/import/load-recipe.ts';
import type { ArraysRecipeInput } from '../../../src/main/dataset/import/arrays-recipe.ts';
import { recogniseImport } from '../../../src/main/dataset/import/recognise.ts';
import { encodeStoredZip, writeNpz, type OutgoingArray } from '../../../src/main/dataset/simulate/npz-writer.ts';
import { simulateSubject } from '../../../src/main/dataset/simulate/subject.ts';
import { writeSimulatedSubject } from '../../../src/main/dataset/simulate/write-subject.ts';
import { encodePng, type ImageSet } from '../../../src/main/dataset/image-set.ts';
import { readRecordingMetadata } from '../../../src/main/dataset/recording-store.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { tinyOptions } from '../simulate/support.ts';
import {
  arrays,
  byteArray,
  imagesOf,
  mapping,
  matrix,
  options,
  pixel,
  response,
  SAMPLES,
  smallRecording,
  VOXELS,
} from './support.ts';

/** Colour value of a pixel: another one in every channel. */
const colour = (n: number, y: number, x: number, c: number): number => pixel(n, y, x) + c * 2;

type Layout = Record<string, unknown>;
const greyLayouts: readonly (readonly [Layout, OutgoingArray])[] = [
  [{ layout: 'NHW' }, byteArray([6, 2, 3], ([n, y, x]) => pixel(n, y, x))],
  [{ layout: 'HWN' }, byteArray([2, 3, 6], ([y, x, n]) => pixel(n, y, x))],
  [{ layout: 'auto' }, byteArray([2, 3, 6], ([y, x, n]) => pixel(n, y, x))],
  [{ layout: 'NHW', order: 'column-major' }, byteArray([6, 3, 2], ([n, x, y]) => pixel(n, y, x))],
  [{ layout: 'NHW', flip: 'left-right' }, byteArray([6, 2, 3], ([n, y, x]) => pixel(n, y, 2 - x))],
  [{ layout: 'NHW', order: 'column-major', flip: 'up-down' }, byteArray([6, 3, 2], ([n, x, y]) => pixel(n, 1 - y, x))],
  [{ layout: 'HWN', flip: 'both' }, byteArray([2, 3, 6], ([y, x, n]) => pixel(n, 1 - y, 2 - x))],
  [{ height: 2, width: 3 }, byteArray([6, 6], ([n, at]) => pixel(n, Math.floor(at / 3), at % 3))],
  [
    { layout: 'pixels-by-images', height: 2, width: 3, order: 'column-major' },
    byteArray([6, 6], ([at, n]) => pixel(n, at % 2, Math.floor(at / 2))),
  ],
];
const colourLayouts: readonly (readonly [Layout, OutgoingArray])[] = [
  [{ layout: 'NHWC' }, byteArray([6, 2, 3, 3], ([n, y, x, c]) => colour(n, y, x, c))],
  [{ layout: 'auto' }, byteArray([6, 3, 2, 5], ([n, c, y, x]) => colour(n, y, x, c))],
  [{ layout: 'NCHW' }, byteArray([6, 3, 2, 3], ([n, c, y, x]) => colour(n, y, x, c))],
  [{ layout: 'HWCN' }, byteArray([2, 3, 3, 6], ([y, x, c, n]) => colour(n, y, x, c))],
  [
    { layout: 'images-by-pixels', height: 2, width: 3, channels: 3, channelAxis: 'first' },
    byteArray([6, 18], ([n, at]) => colour(n, Math.floor((at % 6) / 3), at % 3, Math.floor(at / 6))),
  ],
  [
    { layout: 'images-by-pixels', height: 2, width: 3, channels: 3, order: 'column-major' },
    byteArray([6, 18], ([n, at]) => colour(n, at % 2, Math.floor((at % 6) / 2), Math.floor(at / 6))),
  ],
];

function expectPixels(set: ImageSet, channels: 1 | 3): void {
  expect(set.channels).toBe(channels);
  let at = 0;
  for (let n = 0; n < set.count; n++) {
    for (let y = 0; y < set.height; y++) {
      for (let x = 0; x < set.width; x++) {
        for (let c = 0; c < channels; c++) expect(set.data[at++] * 255).toBeCloseTo(colour(n, y, x, c), 3);
      }
    }
  }
}

describe('images from an array', () => {
  it.each(greyLayouts)('stand upright from %o', async (images, array) => {
    const entries = { images: { array: 'images', range: [0, 255], ...images } } as Partial<ArraysRecipeInput>;
    const draft = await draftFromRecipe(smallRecording(temporaryFolder(), { images: array }, entries));
    const set = await imagesOf(draft);
    expect([set.height, set.width]).toEqual([2, 3]);
    expectPixels(set, 1);
  });

  it.each(colourLayouts)('keep their colours from %o', async (images, array) => {
    const entries = { images: { array: 'images', range: [0, 255], ...images } } as Partial<ArraysRecipeInput>;
    const draft = await draftFromRecipe(smallRecording(temporaryFolder(), { images: array }, entries));
    expectPixels(await imagesOf(draft), 3);
  });

  it.each([
    [-1, 1, [-1, 1]],
    [0, 1, [0, 1]],
    [0, 255, [0, 255]],
    [0.25, 0.5, [0, 1]],
    [3, 200, [0, 255]],
  ])('with values from %d to %d have black and white at %o', async (least, greatest, [black, white]) => {
    const images = {
      shape: [SAMPLES, 1, 2],
      data: Float32Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? least : greatest)),
    };
    const { report, draft } = await recogniseImport(smallRecording(temporaryFolder(), { images }));
    expect(report.stimuli.ranges).toEqual([{ black, white, minimum: least, maximum: greatest, outside: 0 }]);
    expect((await imagesOf(draft)).data[1]).toBeCloseTo((greatest - black) / (white - black), 6);
  });

  it('are clipped only when the recipe says so, and the values are counted', async () => {
    const recipe = smallRecording(temporaryFolder(), {}, { images: { array: 'images', range: [0, 100], clip: true } });
    const { report, draft } = await recogniseImport(recipe);
    const pixels = [...(arrays().images.data as Uint8Array)];
    expect(report.stimuli.ranges[0].outside).toBe(pixels.filter((value) => value > 100).length);
    const { data } = await imagesOf(draft);
    expect(data.every((value, i) => Math.abs(value - Math.min(1, pixels[i] / 100)) < 1e-6)).toBe(true);
    expect(report.warnings.join()).toContain('outside 0..100');
  });
});

describe('responses', () => {
  it('are the same from either layout', async () => {
    const voxels = matrix(VOXELS, SAMPLES, (voxel, sample) => response(sample, voxel));
    const turned = smallRecording(
      temporaryFolder(),
      { voxels },
      { voxels: { array: 'voxels', layout: 'voxels-by-samples' } },
    );
    const plain = smallRecording(temporaryFolder());
    expect((await draftFromRecipe(turned)).voxels).toEqual((await draftFromRecipe(plain)).voxels);
  });

  it('that are missing drop their voxel from regions too, or become 0, and the recording says so', async () => {
    const voxels = matrix(SAMPLES, VOXELS, (sample, voxel) =>
      sample === 1 && voxel === 2 ? NaN : response(sample, voxel),
    );
    const dropped = await draftFromRecipe(smallRecording(temporaryFolder(), { voxels }, { missing: 'drop-voxels' }));
    expect([dropped.voxelCount, dropped.voxels[2]]).toEqual([4, response(0, 3)]);
    expect(dropped.regions).toEqual([
      { name: 'V1', voxels: [0] },
      { name: 'V2', voxels: [3] },
    ]);
    const zeroed = await draftFromRecipe(smallRecording(temporaryFolder(), { voxels }), { missing: 'zero' });
    expect([zeroed.voxelCount, zeroed.voxels[VOXELS + 2]]).toEqual([5, 0]);
    expect(zeroed.preprocessing).toEqual([
      { name: 'missing values', parameters: { rule: 'zero', values: 1, voxels: 1 } },
    ]);
    const { report } = await recogniseImport(smallRecording(temporaryFolder(), { voxels }));
    expect(report.responses.notFinite).toEqual({ values: 1, voxels: 1, first: [{ sample: 1, voxel: 2 }] });
    expect(report.warnings[0]).toContain('the import will refuse them');
  });

  it('shipped as two matrices become one recording with both sets, their runs kept apart', async () => {
    const folder = temporaryFolder();
    const change = {
      train: matrix(4, VOXELS, response),
      test: matrix(2, VOXELS, (sample, voxel) => response(sample + 4, voxel)),
      trainImages: byteArray([4, 2, 3], ([n, y, x]) => pixel(n, y, x)),
      testImages: byteArray([2, 2, 3], ([n, y, x]) => pixel(n, y, x) + 1),
      trainRun: { shape: [4], data: Int32Array.from([1, 1, 2, 2]) },
      testRun: { shape: [2], data: Int32Array.from([1, 1]) },
    };
    const parts: ArraysRecipeInput['parts'] = [
      {
        set: 'train',
        voxels: 'train',
        images: { array: 'trainImages', range: [0, 255] },
        columns: { run: 'trainRun' },
      },
      { set: 'test', voxels: 'test', images: { array: 'testImages', range: [0, 255] }, columns: { run: 'testRun' } },
    ];
    const recipe = smallRecording(folder, change, { voxels: undefined, images: undefined, columns: undefined, parts });
    const draft = await draftFromRecipe(recipe);
    expect(draft.voxels).toEqual((await draftFromRecipe(smallRecording(folder))).voxels);
    expect(draft.columns.set).toEqual(['train', 'train', 'train', 'train', 'test', 'test']);
    expect(draft.columns.run).toEqual(['train 1', 'train 1', 'train 2', 'train 2', 'test 1', 'test 1']);
    expect(draft.columns.stimulus).toEqual([0, 1, 2, 3, 4, 5]);
  });
});

describe('regions and columns', () => {
  it('come from indices of either base, masks and labels', async () => {
    const change = { roi: { shape: [VOXELS], data: ['V4', '', 'V4', 'LOC', 'n/a'] } };
    const regions = { V1: { indices: 'V1_idx', base: 1 }, V2: { mask: 'V2_mask' }, labels: 'roi' };
    const entries = { regions: regions as ArraysRecipeInput['regions'] };
    const draft = await draftFromRecipe(smallRecording(temporaryFolder(), change, entries));
    expect(draft.regions).toEqual([
      { name: 'V1', voxels: [0, 2] },
      { name: 'V2', voxels: [2, 4] },
      { name: 'LOC', voxels: [3] },
      { name: 'V4', voxels: [0, 2] },
    ]);
    expect(draft.columns).toMatchObject({
      run: ['1', '1', '1', '2', '2', '2'],
      set: ['train', 'train', 'train', 'train', 'test', 'other'],
    });
  });
});

describe('images from files', () => {
  const names = ['10.png', '2.png', 'odd.png'];
  const pictures = Promise.all(
    names.map((_, i) =>
      encodePng({ count: 1, height: 2, width: 2, channels: 1, data: new Float32Array(4).fill(i / 2) }),
    ),
  );
  const shown = { shape: [SAMPLES], data: ['odd', '2.png', 'somewhere/10.png', 'n/a', '2', 'odd'] };

  it.each(['folder', 'zip'] as const)('in a %s are found with or without ending and folder', async (kind) => {
    const folder = temporaryFolder();
    const contents = await pictures;
    mkdirSync(join(folder, 'pictures'));
    names.forEach((name, i) => {
      writeFileSync(join(folder, 'pictures', name), contents[i]);
    });
    const entries = names.map((name, i) => ({ name: `pictures/${name}`, parts: [contents[i]] }));
    writeFileSync(join(folder, 'pictures.zip'), Buffer.concat(encodeStoredZip(entries)));
    const images = kind === 'folder' ? { folder: 'pictures' } : { zip: 'pictures.zip' };
    const draft = await draftFromRecipe(
      smallRecording(folder, { stimulus: shown }, { images, columns: { stimulus: 'stimulus' } }),
    );
    const { data } = await imagesOf(draft);
    const value = draft.columns.stimulus.map((index) => (index === null ? null : data[index * 4]));
    expect(value.map((grey) => (grey === null ? null : Math.round(grey * 2)))).toEqual([2, 1, 0, null, 1, 2]);
    expect(draft.stimuli.map(({ name }) => name.replace('pictures/', ''))).toEqual(['2', '10', 'odd']);
    expect(draft.provenance.sources.map(({ path }) => path)).toContain(
      kind === 'folder' ? 'pictures/2.png' : 'pictures.zip',
    );
  });

  it('are meant in natural order by indices', async () => {
    const folder = temporaryFolder();
    const contents = await pictures;
    mkdirSync(join(folder, 'pictures'));
    ['s10.png', 's9.png', 't.png'].forEach((name, i) => {
      writeFileSync(join(folder, 'pictures', name), contents[i]);
    });
    const stimulus = { shape: [SAMPLES], data: Int32Array.from([1, 2, 3, 1, 2, 3]) };
    const draft = await draftFromRecipe(
      smallRecording(
        folder,
        { stimulus },
        { images: { folder: 'pictures' }, columns: { stimulus: { array: 'stimulus', base: 1 } } },
      ),
    );
    expect(draft.columns.stimulus.map((index) => draft.stimuli[index ?? -1]?.name)).toEqual([
      's9',
      's10',
      't',
      's9',
      's10',
      't',
    ]);
  });
});

describe('a recording', () => {
  it('is the same from a YAML recipe and from mappings, and keeps no absolute path', async () => {
    const [folder, root] = [temporaryFolder(), temporaryFolder()];
    const mapped = await importRecording(root, smallRecording(folder), options);
    writeFileSync(join(folder, 'recipe.yaml'), stringify(mapping));
    const other = await importRecording(temporaryFolder(), readRecipe(join(folder, 'recipe.yaml')), options);
    expect(other.contentHash).toBe(mapped.contentHash);
    expect(mapped.provenance.sources.map(({ path }) => path)).toEqual(['data.npz']);
    const absolute = recipeFromMappings({ ...mapping, file: join(folder, 'data.npz') }, folder);
    expect(JSON.stringify((await draftFromRecipe(absolute)).provenance)).not.toContain(folder);
  });

  it('is recognised from the names and shapes of its arrays', async () => {
    const folder = temporaryFolder();
    writeNpz(join(folder, 'data.npz'), { ...arrays(), V1_idx: { shape: [3], data: Int32Array.from([0, 1, 2]) } });
    const { recipe } = await guessRecipe([join(folder, 'data.npz')]);
    expect(recipe).toMatchObject({
      voxels: { array: 'voxels', layout: 'samples-by-voxels' },
      images: { array: 'images' },
      regions: { V1: { indices: 'V1_idx', base: 0 }, V2: { mask: 'V2_mask' } },
      columns: { run: { array: 'run' }, set: { array: 'set', train: '1', test: '2' } },
    });
  });

  it('without images keeps the names of its stimuli, by which images are found when they come', async () => {
    const folder = temporaryFolder();
    const names = ['a', 'b', 'c', 'a', 'b', 'c'];
    writeNpz(join(folder, 'data.npz'), { voxels: arrays().voxels, stimulus: { shape: [SAMPLES], data: names } });
    const draft = await draftFromRecipe(await guessRecipe([join(folder, 'data.npz')]));
    expect(draft.columns.stimulusName).toEqual(names);
  });

  it.each([
    ['its values per sample are no square', 30, (_row: number, column: number) => column / 30, /30 values per image are no square/],
    ['its values are none of pictures', 25, (row: number, column: number) => (row - column) / 4, /values are none of pictures/],
    ['its values have a sign, as residuals do', 25, (row: number, column: number) => (row - column) / 25, /values are none of pictures/],
  ])('has no pictures in a further matrix when %s, and that is said', async (_what, columns, value, reason) => {
    const folder = temporaryFolder();
    writeNpz(join(folder, 'data.npz'), { betas: arrays().voxels, residuals: matrix(SAMPLES, columns, value) });
    const { report } = await recogniseImport(await guessRecipe([join(folder, 'data.npz')]));
    expect(report.stimuli.count).toBe(0);
    expect(report.guesses).toContainEqual({
      about: 'images',
      choice: expect.stringContaining('residuals') as string,
      reason: expect.stringMatching(reason) as string,
    });
  });

  it.each([
    ['rows of pixels', byteArray([SAMPLES, 25], ([n, at]) => n * 30 + at)],
    ['pictures of values around 0', { shape: [SAMPLES, 2, 3, 3], data: Float32Array.from({ length: 108 }, (_, i) => i / 54 - 1) }],
  ])('has its pictures in a further array of %s without a telling name', async (_what, shown) => {
    const folder = temporaryFolder();
    writeNpz(join(folder, 'data.npz'), { betas: arrays().voxels, shown });
    const { report } = await recogniseImport(await guessRecipe([join(folder, 'data.npz')]));
    expect(report.stimuli.count).toBe(SAMPLES);
  });

  it('has no pictures in volumes beside it', async () => {
    const folder = temporaryFolder();
    const volumes = { shape: [SAMPLES, 4, 5, 6], data: new Float32Array(SAMPLES * 120) };
    writeNpz(join(folder, 'data.npz'), { betas: arrays().voxels, volumes });
    const { guesses, recipe } = await guessRecipe([join(folder, 'data.npz')]);
    expect(recipe.images).toBeUndefined();
    expect(guesses.map(({ choice }) => choice)).toContain(`volumes [${SAMPLES}, 4, 5, 6] float32: not used`);
  });

  it('as a table with names of voxels is not turned by voxels that are called like visual areas', async () => {
    const folder = temporaryFolder();
    const voxels = ['v1', 'v2', 'v3', 'v4', 'v5'];
    const rows = Array.from({ length: SAMPLES }, (_, sample) => voxels.map((_, voxel) => response(sample, voxel)));
    writeFileSync(join(folder, 'data.csv'), [voxels, ...rows].map((row) => `${row.join(',')}\n`).join(''));
    const { recipe } = await guessRecipe([join(folder, 'data.csv')]);
    expect(recipe.voxels).toEqual({ array: 'data', layout: 'samples-by-voxels' });
    expect(recipe.regions).toBeUndefined();
  });

  it('whose responses may be either of two arrays is refused with both', async () => {
    const folder = temporaryFolder();
    writeNpz(join(folder, 'data.npz'), { a: matrix(20, 8, response), b: matrix(5, 8, response) });
    await expect(guessRecipe([join(folder, 'data.npz')])).rejects.toMatchObject({
      code: 'INVALID_RECIPE',
      message: expect.stringMatching(/a \[20, 8\].*b \[5, 8\]/) as string,
    });
  });

  it('of a simulated subject is imported by the recipe that comes with it', async () => {
    const [folder, root] = [temporaryFolder(), temporaryFolder()];
    const subject = await simulateSubject(tinyOptions);
    const written = await writeSimulatedSubject(join(folder, 's'), subject);
    const { id } = await importRecording(root, readRecipe(written.recipe), options);
    const metadata = readRecordingMetadata(root, id);
    expect(metadata).toMatchObject({ samples: subject.trials.length, voxels: subject.voxels.length });
    expect(metadata.regions.map(({ name }) => name)).toEqual(['V1', 'V2', 'V3', 'V4', 'LOC', 'FFA', 'PPA']);
    const names = metadata.columns.stimulus.map((index) => (index === null ? null : metadata.stimuli[index].name));
    expect(names).toEqual(subject.trials.map(({ stimulus }) => subject.stimuli[stimulus].name));
    expect(metadata.columns.set).toEqual(subject.trials.map(({ set }) => set));
    expect(metadata.positions).toHaveLength(subject.voxels.length);
    expect(readFileSync(written.recipe, 'utf8')).toContain(metadata.subject);
  });
});
