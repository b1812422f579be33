/** A small recording as files, and what a workspace holds. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { joinImages, type ImageSet } from '../../../src/main/dataset/image-set.ts';
import { recipeFromMappings, type LoadedRecipe } from '../../../src/main/dataset/import/load-recipe.ts';
import type { ArraysRecipeInput } from '../../../src/main/dataset/import/arrays-recipe.ts';
import { writeNpz, type OutgoingArray } from '../../../src/main/dataset/simulate/npz-writer.ts';
import type { RecordingDraft } from '../../../src/main/dataset/recording-draft.ts';
import { sha256 } from '../../../src/main/files/hash.ts';

export const SAMPLES = 6;
export const VOXELS = 5;

export const options = { cortextVersion: '0.1.0' };

/** Value of a voxel in a sample; no two are equal. */
export const response = (sample: number, voxel: number): number => sample * 10 + voxel + 0.5;

export function matrix(rows: number, columns: number, value: (row: number, column: number) => number): OutgoingArray {
  return {
    shape: [rows, columns],
    data: Float32Array.from({ length: rows * columns }, (_, i) => value(Math.floor(i / columns), i % columns)),
  };
}

/** Three grey pictures of 2 rows and 3 columns, each shown twice; pixel values 0..255, no two alike in a picture. */
export const pixel = (image: number, row: number, column: number): number => (image % 3) * 60 + row * 30 + column * 5;

export function byteArray(shape: readonly number[], value: (at: readonly number[]) => number): OutgoingArray {
  const length = shape.reduce((product, side) => product * side, 1);
  return {
    shape,
    data: Uint8Array.from({ length }, (_, i) => {
      let rest = i;
      const at = shape.map(() => 0);
      for (let axis = shape.length - 1; axis >= 0; axis--) {
        at[axis] = rest % shape[axis];
        rest = Math.floor(rest / shape[axis]);
      }
      return value(at);
    }),
  };
}

export const arrays = (): Record<string, OutgoingArray> => ({
  voxels: matrix(SAMPLES, VOXELS, response),
  images: byteArray([SAMPLES, 2, 3], ([n, y, x]) => pixel(n, y, x)),
  V1_idx: { shape: [3], data: Int32Array.from([3, 1, 1]) },
  V2_mask: { shape: [VOXELS], data: Uint8Array.from([0, 0, 1, 0, 1]), boolean: true },
  run: { shape: [SAMPLES], data: Int32Array.from([1, 1, 1, 2, 2, 2]) },
  set: { shape: [SAMPLES], data: Uint8Array.from([1, 1, 1, 1, 2, 3]) },
});

export const mapping: ArraysRecipeInput = {
  subject: 'S1',
  file: 'data.npz',
  voxels: 'voxels',
  images: 'images',
  regions: { V1: { indices: 'V1_idx', base: 1 }, V2: { mask: 'V2_mask' } },
  columns: { run: 'run', set: { array: 'set', train: 1, test: 2 } },
};

/** Writes the arrays, some replaced or (null) left out, and gives the recipe, some entries of it replaced. */
export function smallRecording(
  folder: string,
  change: Readonly<Record<string, OutgoingArray | null>> = {},
  entries: { readonly [Key in keyof ArraysRecipeInput]?: ArraysRecipeInput[Key] | undefined } = {},
): LoadedRecipe {
  const written = Object.entries({ ...arrays(), ...change }).filter(
    (entry): entry is [string, OutgoingArray] => entry[1] !== null,
  );
  writeNpz(join(folder, 'data.npz'), Object.fromEntries(written));
  return recipeFromMappings({ ...mapping, ...entries }, folder);
}

/** Every file and folder below a folder, files with the hash of their content. */
export function contents(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((name) => {
      const path = join(root, name);
      return statSync(path).isDirectory() ? `${name}/` : `${name} ${sha256(readFileSync(path))}`;
    })
    .sort();
}

/** All images of a draft, which have one size. */
export async function imagesOf({ images }: RecordingDraft): Promise<ImageSet> {
  const loaded: ImageSet[] = [];
  for (let i = 0; i < images.count; i++) loaded.push(await images.load(i));
  return joinImages(loaded);
}
