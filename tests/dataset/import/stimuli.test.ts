import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addStimuli } from '../../../src/main/dataset/import/add-stimuli.ts';
import { writeContactSheet } from '../../../src/main/dataset/import/contact-sheet.ts';
import { fitStimulus } from '../../../src/main/dataset/import/fit-stimulus.ts';
import { importRecording } from '../../../src/main/dataset/import/import-recording.ts';
import { recipeFromMappings, type LoadedRecipe } from '../../../src/main/dataset/import/load-recipe.ts';
import { recogniseImport } from '../../../src/main/dataset/import/recognise.ts';
import { stimulusReportCsv, type StimulusReport } from '../../../src/main/dataset/import/stimulus-report.ts';
import { decodeImage, emptyImages, encodePng, MID_GREY } from '../../../src/main/dataset/image-set.ts';
import { imagesInMemory } from '../../../src/main/dataset/recording-draft.ts';
import { openRecording, readRecordingMetadata } from '../../../src/main/dataset/recording-store.ts';
import { writeNpz } from '../../../src/main/dataset/simulate/npz-writer.ts';
import { workspaceLayout } from '../../../src/shared/workspace-layout.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { contents, matrix, options, response } from './support.ts';

const SAMPLES = 6;
const shown = ['n01_7', 'n02_3', 'n01_7', 'lost', 'N03_1.JPEG', 'n02_3'];

async function writePicture(path: string, grey: number, width = 4, height = 2): Promise<void> {
  const set = emptyImages(1, height, width, 3);
  set.data.fill(grey);
  writeFileSync(path, await encodePng(set));
}

/** Six samples whose stimuli are named in another spelling than the files in `pictures`. */
async function prepared(
  entries: Readonly<Record<string, unknown>> = {},
): Promise<{ folder: string; recipe: LoadedRecipe }> {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'pictures'));
  const pictures = { 'n01_0007.png': 0.2, 'N02_3.PNG': 0.4, 'n03_1.png': 0.6, 'spare.png': 0.8 };
  for (const [name, grey] of Object.entries(pictures)) await writePicture(join(folder, 'pictures', name), grey);
  writeNpz(join(folder, 'data.npz'), {
    voxels: matrix(SAMPLES, 3, response),
    names: { shape: [SAMPLES], data: shown },
    category: { shape: [SAMPLES], data: ['a', 'b', 'a', 'c', 'c', 'b'] },
  });
  return { folder, recipe: recipeIn(folder, entries) };
}

function recipeIn(folder: string, entries: Readonly<Record<string, unknown>>): LoadedRecipe {
  const columns = { stimulus: 'names', category: 'category' };
  const mapping = {
    subject: 'S1',
    file: 'data.npz',
    voxels: 'voxels',
    columns,
    images: { folder: 'pictures' },
    ...entries,
  };
  return recipeFromMappings(mapping, folder);
}

describe('names of stimuli', () => {
  it('are the same whether letters and accents are one character or, as macOS writes them, two', async () => {
    const { folder, recipe } = await prepared();
    await writePicture(join(folder, 'pictures', 'lo\u0308st.png'), 0.1);
    writeNpz(join(folder, 'data.npz'), {
      voxels: matrix(SAMPLES, 3, response),
      names: { shape: [SAMPLES], data: shown.map(() => 'l\u00f6st') },
      category: { shape: [SAMPLES], data: shown.map(() => 'a') },
    });
    const { report } = await recogniseImport(recipe);
    expect(report.stimuli.report.missing).toEqual([]);
  });

  it('of links to images that were not fetched are missing', async () => {
    const { folder, recipe } = await prepared();
    rmSync(join(folder, 'pictures', 'n01_0007.png'));
    symlinkSync(join(folder, 'annex', 'gone'), join(folder, 'pictures', 'n01_0007.png'));
    const { report } = await recogniseImport(recipe);
    expect(report.stimuli.report.missing.map(({ stimulus }) => stimulus)).toEqual(['n01_7', 'lost']);
  });

  it('find their files whatever the ending, the case and the zeros in front; the report says what is missing and unused', async () => {
    const { recipe } = await prepared();
    const { report } = await recogniseImport(recipe);
    expect(report.stimuli.report).toEqual({
      matched: [
        { stimulus: 'n01_7', image: 'n01_0007.png', samples: 2 },
        { stimulus: 'n02_3', image: 'N02_3.PNG', samples: 2 },
        { stimulus: 'N03_1.JPEG', image: 'n03_1.png', samples: 1 },
      ],
      missing: [{ stimulus: 'lost', samples: 1 }],
      double: [],
      unused: ['spare.png'],
    });
    expect(report.warnings.join('\n')).toMatch(/1 image that was shown is missing \(lost\); the import will refuse/);
    expect(stimulusReportCsv(report.stimuli.report).split('\n').slice(0, 4)).toEqual([
      'state,stimulus,image,samples',
      'missing,lost,,1',
      'unused,,spare.png,0',
      'matched,n01_7,n01_0007.png,2',
    ]);
  });

  it('that are numbers stay names when a file is missing: no other picture takes its place', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'pictures'));
    for (const number of [2, 3, 4, 9]) await writePicture(join(folder, 'pictures', `0${number}.png`), number / 10);
    writeNpz(join(folder, 'data.npz'), {
      voxels: matrix(SAMPLES, 3, response),
      names: { shape: [SAMPLES], data: Int32Array.from([1, 2, 3, 4, 3, 2]) },
    });
    const recipe = (names: unknown) => recipeIn(folder, { columns: { stimulus: names } });
    const { report } = await recogniseImport(recipe('names'));
    expect(report.stimuli.report).toMatchObject({
      matched: [2, 3, 4].map((number) => ({ stimulus: String(number), image: `0${number}.png` })),
      missing: [{ stimulus: '1', samples: 1 }],
    });
    expect(report.guesses).toContainEqual(expect.objectContaining({ choice: 'numbers as names' }) as unknown);
    const places = await recogniseImport(recipe({ array: 'names', base: 1 }));
    expect(places.report.stimuli.report.matched[0]).toMatchObject({ stimulus: '1', image: '02.png' });
  });

  it('that may mean two files are refused, and reported as double', async () => {
    const { folder, recipe } = await prepared({ stimuli: { missing: 'keep' } });
    mkdirSync(join(folder, 'pictures', 'more'));
    await writePicture(join(folder, 'pictures', 'more', 'n01_07.png'), 0.1);
    const { report } = await recogniseImport(recipe);
    expect(report.stimuli.report.double).toEqual([
      { stimulus: 'n01_7', images: ['more/n01_07.png', 'n01_0007.png'], samples: 2 },
    ]);
    const root = temporaryFolder();
    await expect(importRecording(root, recipe, options)).rejects.toMatchObject({ code: 'INVALID_RECIPE' });
    expect(contents(root)).toEqual([]);
  });
});

describe('samples whose image is missing', () => {
  it('are refused unless the recipe accepts that, and the report is told all the same', async () => {
    const { recipe } = await prepared();
    const root = temporaryFolder();
    let told: StimulusReport | null = null;
    const importing = importRecording(root, recipe, { ...options, onStimuli: (report) => (told = report) });
    await expect(importing).rejects.toMatchObject({ code: 'STIMULUS_MISSING', details: { missing: ['lost'] } });
    expect(told).toMatchObject({ missing: [{ stimulus: 'lost', samples: 1 }] });
    expect(contents(root)).toEqual([]);
  });

  it('are left out by "drop", which is recorded as a step', async () => {
    const { recipe } = await prepared({ stimuli: { missing: 'drop' } });
    const root = temporaryFolder();
    const { id } = await importRecording(root, recipe, options);
    const { metadata, voxels } = openRecording(root, id);
    const left = [0, 1, 2, 4, 5];
    expect([...voxels]).toEqual(left.flatMap((sample) => [0, 1, 2].map((voxel) => response(sample, voxel))));
    expect(metadata.columns.category).toEqual(left.map((sample) => ['a', 'b', 'a', 'c', 'c', 'b'][sample]));
    expect(metadata.columns.stimulusName).toBeUndefined();
    expect(metadata.preprocessing).toEqual([
      { name: 'samples without image', parameters: { rule: 'drop', samples: 1 } },
    ]);
  });

  it('stay with the name of their stimulus by "keep"', async () => {
    const { recipe } = await prepared({ stimuli: { missing: 'keep' } });
    const root = temporaryFolder();
    const { columns, stimuli } = await importRecording(root, recipe, options);
    expect(columns.stimulusName).toEqual([null, null, null, 'lost', null, null]);
    expect(columns.stimulus.map((index) => (index === null ? null : stimuli[index].name))).toEqual([
      'n01_0007',
      'N02_3',
      'n01_0007',
      null,
      'n03_1',
      'N02_3',
    ]);
  });
});

describe('a recording without images', () => {
  it('gets them later as the recording that an import with all images gives, and stays as it is itself', async () => {
    const root = temporaryFolder();
    const { folder, recipe } = await prepared();
    await writePicture(join(folder, 'pictures', 'lost.png'), 0.9);
    const bare = await importRecording(root, recipeIn(folder, { images: undefined }), options);
    expect(bare.stimuli).toEqual([]);
    expect(bare.columns.stimulusName).toEqual(shown);
    expect(bare.columns.repetition).toEqual([0, 0, 1, 0, 0, 1]);
    const images = { folder: join(folder, 'pictures') };
    const added = await addStimuli(root, bare.id, { images }, options);
    expect(added.provenance.derivedFrom).toEqual({ recording: bare.id, contentHash: bare.contentHash });
    expect(readRecordingMetadata(root, bare.id)).toEqual(bare);
    const whole = await importRecording(temporaryFolder(), recipe, options);
    expect(added.contentHash).toBe(whole.contentHash);
    await expect(addStimuli(root, added.id, { images }, options)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('gets some of them now and the others later', async () => {
    const root = temporaryFolder();
    const { folder } = await prepared();
    const bare = await importRecording(root, recipeIn(folder, { images: undefined }), options);
    const images = { folder: join(folder, 'pictures') };
    await expect(addStimuli(root, bare.id, { images }, options)).rejects.toMatchObject({ code: 'STIMULUS_MISSING' });
    const some = await addStimuli(root, bare.id, { images, stimuli: { missing: 'keep' } }, options);
    expect(some.columns.stimulusName).toEqual([null, null, null, 'lost', null, null]);
    mkdirSync(join(folder, 'found'));
    await writePicture(join(folder, 'found', 'lost.png'), 0.9);
    const all = await addStimuli(root, some.id, { images: { folder: join(folder, 'found') } }, options);
    expect(all.columns.stimulusName).toBeUndefined();
    expect(all.columns.stimulus.map((index) => (index === null ? null : all.stimuli[index].name))).toEqual([
      'n01_0007',
      'N02_3',
      'n01_0007',
      'lost',
      'n03_1',
      'N02_3',
    ]);
  });
});

describe('a contact sheet', () => {
  it('says the category where it fits beside the name, and the whole name before anything else', async () => {
    const folder = temporaryFolder();
    const image = emptyImages(1, 4, 4, 1);
    const sheet = async (file: string, category: string | null): Promise<Buffer> => {
      const draft = {
        images: imagesInMemory([image]),
        stimuli: [{ name: 'train-0001', category }],
        columns: { stimulus: [0], averagedOver: null, run: null, session: null, category: null, set: null },
      };
      await writeContactSheet(join(folder, file), draft);
      return readFileSync(join(folder, file));
    };
    const plain = await sheet('plain.png', null);
    expect((await sheet('short.png', 'cat')).equals(plain)).toBe(false);
    expect((await sheet('long.png', 'butterfly-017')).equals(plain)).toBe(true);
  });
});

describe('stimuli on import', () => {
  it.each([
    [{ size: 2 }, 2, 2],
    [{ fit: 'crop' as const }, 2, 2],
    [{ fit: 'pad' as const }, 4, 4],
    [{ fit: 'pad' as const, size: 8 }, 8, 8],
    [{ fit: 'stretch' as const, size: [3, 5] as [number, number] }, 3, 5],
    [{ fit: 'crop' as const, size: [2, 4] as [number, number] }, 2, 4],
    [{ grey: true }, 4, 2],
  ])('are brought to their size by %o, which the recording tells', async (stimuli, width, height) => {
    const { recipe } = await prepared({ stimuli: { ...stimuli, missing: 'keep' } });
    const metadata = await importRecording(temporaryFolder(), recipe, options);
    expect(metadata.stimuli[0]).toMatchObject({ width, height, channels: 'grey' in stimuli ? 1 : 3 });
    expect(metadata.provenance.recipe.stimuli).toMatchObject(stimuli);
  });

  it('keep their centre when cropped, and lie in mid grey when padded', async () => {
    const image = { ...emptyImages(1, 1, 4, 1), data: Float32Array.from([0.1, 0.2, 0.3, 0.4]) };
    const shape = { missing: 'error' as const, grey: false };
    const cropped = await fitStimulus(image, { ...shape, fit: 'crop', size: [2, 1] });
    expect([...cropped.data]).toEqual([...Float32Array.from([0.2, 0.3])]);
    const padded = await fitStimulus(image, { ...shape, fit: 'pad' });
    expect([padded.height, padded.width]).toEqual([4, 4]);
    expect([...padded.data.subarray(4, 8)]).toEqual([...image.data]);
    expect(padded.data[0]).toBeCloseTo(MID_GREY, 6);
  });

  it('have thumbnails of at most 128 pixels, made once', async () => {
    const { folder, recipe } = await prepared({ stimuli: { missing: 'keep' } });
    await writePicture(join(folder, 'pictures', 'n01_0007.png'), 0.5, 512, 256);
    const root = temporaryFolder();
    const { stimuli } = await importRecording(root, recipe, options);
    const layout = workspaceLayout(root);
    const large = stimuli.find(({ width }) => width === 512);
    const thumbnail = await decodeImage(layout.thumbnail(large?.id ?? ''));
    expect([thumbnail.width, thumbnail.height]).toEqual([128, 64]);
    expect(stimuli.every(({ id }) => existsSync(layout.thumbnail(id)))).toBe(true);
  });
});
