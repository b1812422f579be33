import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import elsewhere from '../../src/main/electron/sharp-elsewhere.ts';

// What stands in for the library has its type wherever it is bundled in its place.
const sharpElsewhere = elsewhere as typeof sharp;

const pixels = Buffer.from(Array.from({ length: 8 * 6 * 3 }, (_, i) => (i * 37) % 256));
const raw = { width: 8, height: 6, channels: 3 } as const;

describe('sharp in a real Node', () => {
  it('gives the same bytes as sharp itself', async () => {
    const draw = (library: typeof sharp) =>
      library({ create: { width: 16, height: 12, channels: 3, background: '#ffffff' } })
        .composite([{ input: pixels, raw, left: 2, top: 3 }])
        .resize(32, 24, { kernel: 'cubic' })
        .png()
        .toBuffer();
    expect(await draw(sharpElsewhere)).toEqual(await draw(sharp));
  });

  it('gives pixels with their shape, and facts about files', async () => {
    const png = await sharp(pixels, { raw }).png().toBuffer();
    const { data, info } = await sharpElsewhere(png).raw().toBuffer({ resolveWithObject: true });
    expect(data).toEqual(pixels);
    expect(info).toMatchObject({ width: 8, height: 6, channels: 3 });
    expect(await sharpElsewhere(png).metadata()).toMatchObject({ format: 'png', depth: 'uchar' });
  });

  it('says what the library says of a damaged file', async () => {
    const damaged = Buffer.from('no image');
    const words = await sharp(damaged)
      .metadata()
      .then(String, (error: Error) => error.message);
    await expect(sharpElsewhere(damaged).metadata()).rejects.toThrow(words);
  });
});
