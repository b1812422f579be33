import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import {
  cropCentre,
  decodeImage,
  emptyImages,
  encodePng,
  encodePngPixels,
  imagePixels,
  joinImages,
  loadStimuli,
  MID_GREY,
  padToSquare,
  resizeImages,
  selectImages,
  toGrey,
  type ImageSet,
} from '../../src/main/dataset/image-set.ts';
import { sha256 } from '../../src/main/files/hash.ts';
import { Random } from '../../src/shared/random.ts';
import type { Stimulus } from '../../src/shared/recording.ts';
import reference from './fixtures/image-reference.json' with { type: 'json' };

function greatestDifference(actual: Float32Array, expected: readonly number[]): number {
  expect(actual.length).toBe(expected.length);
  return actual.reduce((worst, value, i) => Math.max(worst, Math.abs(value - expected[i])), 0);
}

function randomImages(count: number, height: number, width: number, channels: 1 | 3): ImageSet {
  const random = new Random(3);
  const set = emptyImages(count, height, width, channels);
  for (let i = 0; i < set.data.length; i++) set.data[i] = Math.round(random.uniform() * 255) / 255;
  return set;
}

const source: ImageSet = {
  count: 1,
  height: reference.source.height,
  width: reference.source.width,
  channels: 1,
  data: Float32Array.from(reference.source.values),
};

describe('resizing on float values', () => {
  for (const { filter, height, width, values } of reference.resizes) {
    it(`agrees with Pillow's float images: ${filter}, 10 x 12 to ${width} x ${height}`, async () => {
      const resized = await resizeImages(source, height, width, filter as 'area' | 'cubic' | 'lanczos');
      expect(greatestDifference(resized.data, values)).toBeLessThan(1e-6);
    });
  }

  it('averages areas when shrinking and interpolates when growing, unless told otherwise', async () => {
    const of = (filter: string, height: number) =>
      reference.resizes.find((entry) => entry.filter === filter && entry.height === height)?.values ?? [];
    expect(greatestDifference((await resizeImages(source, 6, 5)).data, of('area', 6))).toBeLessThan(1e-6);
    expect(greatestDifference((await resizeImages(source, 29, 23)).data, of('cubic', 29))).toBeLessThan(1e-6);
  });

  it('treats every channel and every image of a set alike', async () => {
    const set = randomImages(3, 9, 7, 3);
    const together = await resizeImages(set, 4, 11);
    const red: ImageSet = {
      ...emptyImages(1, 9, 7, 1),
      data: imagePixels(set, 2).filter((_, i) => i % 3 === 0),
    };
    const alone = await resizeImages(red, 4, 11);
    expect(imagePixels(together, 2).filter((_, i) => i % 3 === 0)).toEqual(alone.data);
  });

  it('keeps a constant image constant and never leaves [0, 1]', async () => {
    const flat = { ...emptyImages(1, 10, 10, 1), data: new Float32Array(100).fill(0.3) };
    for (const side of [3, 7, 10, 32]) {
      const { data } = await resizeImages(flat, side, side);
      expect(Math.max(...data.map((value) => Math.abs(value - 0.3)))).toBeLessThan(1e-6);
    }
    const edge = { ...emptyImages(1, 1, 4, 1), data: Float32Array.of(0, 0, 1, 1) };
    const { data } = await resizeImages(edge, 1, 32);
    expect(Math.min(...data)).toBe(0);
    expect(Math.max(...data)).toBe(1);
  });
});

describe('image files', () => {
  for (const file of reference.files) {
    it(`reads ${file.name} as Pillow does`, async () => {
      const image = await decodeImage(Buffer.from(file.base64, 'base64'), file.name);
      expect([image.height, image.width, image.channels]).toEqual([file.height, file.width, file.channels]);
      expect(greatestDifference(image.data, file.values)).toBeLessThan(file.tolerance);
    });
  }

  it('names a file that is cut short, whatever its format', async () => {
    for (const name of ['colour.png', 'smooth.jpg', 'colour.tif', 'colour.bmp']) {
      const whole = Buffer.from(reference.files.find((file) => file.name === name)?.base64 ?? '', 'base64');
      const cut = whole.subarray(0, Math.floor(whole.length * 0.6));
      const failure: unknown = await decodeImage(cut, name).catch((error: unknown) => error);
      expect(failure, name).toMatchObject({ code: 'IMAGE_UNREADABLE' });
      expect(String(failure)).toContain(name);
    }
  });

  it('says which formats work when given something else', async () => {
    await expect(decodeImage(Buffer.from('no image at all'), 'notes.txt')).rejects.toMatchObject({
      code: 'FORMAT_UNSUPPORTED',
    });
    const drawing = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>');
    await expect(decodeImage(drawing, 'figure.svg')).rejects.toMatchObject({ code: 'FORMAT_UNSUPPORTED' });
    const compressed = Buffer.from(reference.files.find((file) => file.name === 'grey.bmp')?.base64 ?? '', 'base64');
    compressed.writeUInt32LE(1, 30);
    await expect(decodeImage(compressed, 'rle.bmp')).rejects.toMatchObject({ code: 'FORMAT_UNSUPPORTED' });
    await expect(decodeImage('/nowhere/at-all.png')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });

  it('with more pixels than any screen are refused before they unfold', async () => {
    const blank = { create: { width: 4097, height: 4096, channels: 3, background: 'black' } } as const;
    const bomb = await sharp(blank).png().toBuffer();
    expect(bomb.length).toBeLessThan(1e6);
    await expect(decodeImage(bomb, 'bomb.png')).rejects.toMatchObject({
      code: 'FILE_TOO_LARGE',
      message: expect.stringMatching(/bomb\.png has 4097 x 4096/) as string,
    });
  });
});

describe('PNG files', () => {
  it('give back exactly the 8-bit values that went in, grey and colour', async () => {
    for (const channels of [1, 3] as const) {
      const set = randomImages(2, 13, 11, channels);
      const file = await encodePng(set, 1);
      expect((await decodeImage(file)).data).toEqual(imagePixels(set, 1));
      expect((await sharp(file).metadata()).channels).toBe(channels);
    }
  });

  it('have the same hash for the same pixels for ever: stimuli are named by it', async () => {
    const gradient = Uint8Array.from({ length: 24 * 20 * 3 }, (_, i) => (i * 7 + (i >> 5) * 13) & 255);
    const file = encodePngPixels({ height: 24, width: 20, channels: 3, data: gradient });
    expect(sha256(file)).toBe('ad9e58199c2f1fd473b02ea733d30489a24bc116f9896633d6fe276a44b15e8f');
    const set: ImageSet = { ...emptyImages(1, 24, 20, 3), data: Float32Array.from(gradient, (value) => value / 255) };
    expect(sha256(await encodePng(set))).toBe(sha256(file));
  });

  it('compress smooth images', () => {
    const smooth = Uint8Array.from({ length: 64 * 64 }, (_, i) => (i % 64) + Math.floor(i / 64));
    expect(encodePngPixels({ height: 64, width: 64, channels: 1, data: smooth }).length).toBeLessThan(400);
  });
});

describe('shapes and colours', () => {
  it('weighs red, green and blue as scikit-image does', () => {
    const colour: ImageSet = { ...emptyImages(1, 5, 7, 3), data: Float32Array.from(reference.grey.colour) };
    expect(greatestDifference(toGrey(colour).data, reference.grey.values)).toBeLessThan(1e-6);
  });

  it('crops the centre of wide and of tall images', () => {
    const wide: ImageSet = { ...emptyImages(1, 2, 5, 1), data: Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9) };
    expect([...cropCentre(wide).data]).toEqual([1, 2, 6, 7]);
    const tall: ImageSet = { ...emptyImages(1, 4, 2, 1), data: Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7) };
    expect([...cropCentre(tall).data]).toEqual([2, 3, 4, 5]);
  });

  it('pads with mid grey so that nothing of the image is lost', () => {
    const wide: ImageSet = { ...emptyImages(1, 1, 3, 1), data: Float32Array.of(0.1, 0.2, 0.3) };
    const grey = Math.fround(MID_GREY);
    const row = [0.1, 0.2, 0.3].map(Math.fround);
    expect([...padToSquare(wide).data]).toEqual([grey, grey, grey, ...row, grey, grey, grey]);
  });

  it('joins and selects images in the order asked for', () => {
    const set = randomImages(3, 4, 4, 1);
    const chosen = selectImages(set, [2, 0, 2]);
    expect(imagePixels(chosen, 0)).toEqual(imagePixels(set, 2));
    expect(imagePixels(chosen, 1)).toEqual(imagePixels(set, 0));
    const joined = joinImages([set, randomImages(1, 4, 4, 3)]);
    expect([joined.count, joined.channels]).toEqual([4, 3]);
    expect(() => joinImages([set, randomImages(1, 5, 4, 1)])).toThrow(expect.objectContaining({ code: 'ARRAY_SHAPE' }));
  });
});

describe('stimuli of a workspace', () => {
  const root = mkdtempSync(join(tmpdir(), 'cortext-stimuli-'));
  afterAll(() => {
    rmSync(root, { recursive: true });
  });
  mkdirSync(join(root, 'stimuli'));

  async function store(set: ImageSet, name: string): Promise<Stimulus> {
    const file = await encodePng(set);
    const id = sha256(file);
    writeFileSync(join(root, 'stimuli', `${id}.png`), file);
    return { id, name, width: set.width, height: set.height, channels: set.channels, category: null };
  }

  it('come in the order asked for, at their own size or resized', async () => {
    const images = randomImages(2, 8, 8, 1);
    const first = await store(selectImages(images, [0]), 'first');
    const second = await store(selectImages(images, [1]), 'second');
    const own = await loadStimuli(root, [second, first], 'own');
    expect(imagePixels(own, 0)).toEqual(imagePixels(images, 1));
    expect(imagePixels(own, 1)).toEqual(imagePixels(images, 0));
    const small = await loadStimuli(root, [first], 4);
    expect(small.data).toEqual((await resizeImages(selectImages(images, [0]), 4, 4)).data);
  });

  it('are cropped to the same square for training and for evaluation', async () => {
    const wide = randomImages(1, 6, 10, 3);
    const stimulus = await store(wide, 'wide');
    expect((await loadStimuli(root, [stimulus], 'own')).data).toEqual(cropCentre(wide).data);
    expect((await loadStimuli(root, [stimulus], 3)).data).toEqual((await resizeImages(cropCentre(wide), 3, 3)).data);
    expect((await loadStimuli(root, [stimulus], 'own', 'keep')).width).toBe(10);
    expect((await loadStimuli(root, [stimulus], 'own', 'pad')).height).toBe(10);
  });

  it('of different sizes have no own size, which the error says by name', async () => {
    const small = await store(randomImages(1, 5, 5, 1), 'small.png');
    const large = await store(randomImages(1, 6, 6, 1), 'large.png');
    await expect(loadStimuli(root, [small, large], 'own')).rejects.toThrow(/small\.png has 5 x 5.*large\.png 6 x 6/);
    expect((await loadStimuli(root, [small, large], 8)).count).toBe(2);
  });

  it('that are missing or were changed are named', async () => {
    const stimulus = await store(randomImages(1, 7, 7, 1), 'gone.png');
    const path = join(root, 'stimuli', `${stimulus.id}.png`);
    const bytes = readFileSync(path);
    bytes[bytes.length - 20] ^= 1;
    writeFileSync(path, bytes);
    await expect(loadStimuli(root, [stimulus], 'own')).rejects.toMatchObject({ code: 'IMAGE_UNREADABLE' });
    rmSync(path);
    const failure: unknown = await loadStimuli(root, [stimulus], 'own').catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'STIMULUS_MISSING' });
    expect(String(failure)).toContain('gone.png');
    expect(String(failure)).toContain(stimulus.id);
  });
});
