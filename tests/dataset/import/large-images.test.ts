/** Arrays of images that are larger than what is in memory at a time, in every order in which files have them. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeBigHdf5, writeBigMatlab, writeBigNpy, writeBigNpz, type BigArray } from '../../../bench/big-files.ts';
import { recipeFromMappings } from '../../../src/main/dataset/import/load-recipe.ts';
import { draftFromRecipe } from '../../../src/main/dataset/import/read-import.ts';
import type { ImageLayout } from '../../../src/main/dataset/import/recipe-entries.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const [COUNT, HEIGHT, WIDTH] = [700, 128, 112];

const shade = (n: number, y: number, x: number): number => (n * 7 + y * 3 + x * 5) % 256;

/** Values as they lie in the file, the last of three axes fastest. */
function* values([outer, middle, inner]: readonly number[], of: (a: number, b: number, c: number) => number) {
  for (let a = 0; a < outer; a++) {
    const part = new Float32Array(middle * inner);
    for (let b = 0, at = 0; b < middle; b++) for (let c = 0; c < inner; c++) part[at++] = of(a, b, c);
    yield new Uint8Array(part.buffer);
  }
}

const imagesFirst = () => values([COUNT, HEIGHT, WIDTH], shade);
const imagesLast = () => values([HEIGHT, WIDTH, COUNT], (y, x, n) => shade(n, y, x));
/** MATLAB's first axis is the fastest. */
const matlabLast = () => values([COUNT, WIDTH, HEIGHT], (n, x, y) => shade(n, y, x));
const matlabFirst = () => values([WIDTH, HEIGHT, COUNT], (x, y, n) => shade(n, y, x));

const responses: BigArray = {
  name: 'voxels',
  shape: [COUNT, 3],
  type: 'float32',
  parts: [new Uint8Array(Float32Array.from({ length: COUNT * 3 }, (_, i) => i + 0.5).buffer)],
};
const images = (shape: readonly number[], parts: BigArray['parts']): BigArray => ({
  name: 'images',
  shape,
  type: 'float32',
  parts,
});
const [first, last] = [
  [COUNT, HEIGHT, WIDTH],
  [HEIGHT, WIDTH, COUNT],
];

const files: readonly (readonly [string, ImageLayout, (folder: string) => unknown, Record<string, string>])[] = [
  [
    'a NumPy file',
    'NHW',
    (folder) => {
      writeBigNpy(join(folder, 'images.npy'), images(first, imagesFirst()));
      writeBigNpy(join(folder, 'voxels.npy'), responses);
    },
    { images: 'images.npy', voxels: 'voxels.npy' },
  ],
  [
    'a compressed archive',
    'NHW',
    (folder) => writeBigNpz(join(folder, 'a.npz'), [responses, images(first, imagesFirst())]),
    { a: 'a.npz' },
  ],
  [
    'an archive, images last',
    'HWN',
    (folder) => writeBigNpz(join(folder, 'a.npz'), [responses, images(last, imagesLast())]),
    { a: 'a.npz' },
  ],
  [
    'MATLAB, images last',
    'HWN',
    (folder) => writeBigMatlab(join(folder, 'a.mat'), [responses, images(last, matlabLast())]),
    { a: 'a.mat' },
  ],
  [
    'MATLAB, images first',
    'NHW',
    (folder) => writeBigMatlab(join(folder, 'a.mat'), [responses, images(first, matlabFirst())]),
    { a: 'a.mat' },
  ],
  [
    'HDF5',
    'NHW',
    (folder) =>
      writeBigHdf5(join(folder, 'a.h5'), [
        { ...responses, rowsPerPart: COUNT },
        { ...images(first, imagesFirst()), rowsPerPart: 1 },
      ]),
    { a: 'a.h5' },
  ],
];

describe('a large array of images', () => {
  it.each(files)(
    'in %s gives every image, in whatever order they are asked for',
    async (_what, layout, write, names) => {
      const folder = temporaryFolder();
      await write(folder);
      const recipe = recipeFromMappings(
        {
          subject: 'S1',
          files: names,
          voxels: 'voxels',
          images: { array: 'images', layout },
          regions: { all: { all: true } },
        },
        folder,
      );
      const draft = await draftFromRecipe(recipe);
      expect(draft.images.count).toBe(COUNT);
      for (const n of [0, 1, 350, COUNT - 1, 5]) {
        const { height, width, data } = await draft.images.load(n);
        expect([height, width]).toEqual([HEIGHT, WIDTH]);
        const wrong = data.findIndex(
          (value, at) => Math.abs(value * 255 - shade(n, Math.floor(at / WIDTH), at % WIDTH)) > 1e-3,
        );
        expect(wrong, `image ${n}`).toBe(-1);
      }
    },
  );
});
