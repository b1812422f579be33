import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { importRecording } from '../../../src/main/dataset/import/import-recording.ts';
import { readRecipe, recipeFromMappings, type LoadedRecipe } from '../../../src/main/dataset/import/load-recipe.ts';
import { verifyRecording } from '../../../src/main/dataset/recording-store.ts';
import { encodeStoredZip } from '../../../src/main/dataset/simulate/npz-writer.ts';
import type { CortextError } from '../../../src/shared/errors.ts';
import { workspaceLayout } from '../../../src/shared/workspace-layout.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { byteArray, contents, mapping, matrix, options, response, SAMPLES, smallRecording, VOXELS } from './support.ts';

/** A workspace that holds a recording, and a folder for wrong input. */
async function prepared(): Promise<{ root: string; folder: string }> {
  const [root, folder] = [temporaryFolder(), temporaryFolder()];
  await importRecording(root, smallRecording(folder), options);
  return { root, folder };
}

async function failureOf(importing: Promise<unknown>): Promise<CortextError> {
  return importing.then(
    () => {
      throw new Error('It was imported.');
    },
    (error: unknown) => error as CortextError,
  );
}

const withValue = (value: number) =>
  matrix(SAMPLES, VOXELS, (sample, voxel) => (sample === 2 && voxel === 3 ? value : response(sample, voxel)));
const transposed = matrix(VOXELS, SAMPLES, (voxel, sample) => response(sample, voxel));

interface Refusal {
  readonly what: string;
  readonly recipe: (folder: string) => LoadedRecipe;
  readonly code: string;
  readonly message: readonly (string | RegExp)[];
  readonly hint: string | RegExp;
}

const refusals: readonly Refusal[] = [
  {
    what: 'a missing array',
    recipe: (folder) => smallRecording(folder, {}, { voxels: 'Voxels' }),
    code: 'ARRAY_MISSING',
    message: ['Voxels', 'data.npz'],
    hint: /Did you mean voxels\?.*run \[6\]/,
  },
  {
    what: 'a matrix with three axes',
    recipe: (folder) => smallRecording(folder, { voxels: { shape: [6, 5, 1], data: new Float32Array(30) } }),
    code: 'ARRAY_SHAPE',
    message: ['voxels', '[6, 5, 1]'],
    hint: 'matrix',
  },
  {
    what: 'a transposed matrix',
    recipe: (folder) => smallRecording(folder, { voxels: transposed }),
    code: 'ARRAY_SHAPE',
    message: ['voxels', '[5, 6]', '6 samples x 5 voxels'],
    hint: 'layout: voxels-by-samples',
  },
  {
    what: 'a column of another length',
    recipe: (folder) =>
      smallRecording(
        folder,
        { run: { shape: [4], data: new Int32Array(4) } },
        { columns: { run: 'run' }, regions: undefined },
      ),
    code: 'ARRAY_SHAPE',
    message: ['run of', '[4]', 'each of 6 samples'],
    hint: 'Check',
  },
  {
    what: 'too few images',
    recipe: (folder) => smallRecording(folder, { images: byteArray([4, 2, 3], ([n]) => n) }),
    code: 'IMAGE_COUNT',
    message: ['images of', '4 images', '6 samples'],
    hint: 'stimulus',
  },
  {
    what: 'NaN',
    recipe: (folder) => smallRecording(folder, { voxels: withValue(NaN) }),
    code: 'VALUES_NOT_FINITE',
    message: ['voxels of', '1 of 30', 'voxel 3 of sample 2'],
    hint: /drop-voxels.*zero/,
  },
  {
    what: 'an infinite value',
    recipe: (folder) => smallRecording(folder, { voxels: withValue(-Infinity) }),
    code: 'VALUES_NOT_FINITE',
    message: ['voxel 3 of sample 2'],
    hint: 'drop-voxels',
  },
  {
    what: 'a mask without a voxel',
    recipe: (folder) =>
      smallRecording(folder, { V2_mask: { shape: [VOXELS], data: new Uint8Array(VOXELS), boolean: true } }),
    code: 'REGION_EMPTY',
    message: ['V2', 'data.npz'],
    hint: 'base',
  },
  {
    what: 'an index of a region out of range',
    recipe: (folder) => smallRecording(folder, {}, { regions: { V1: { indices: [0, 5], base: 1 } } }),
    code: 'REGION_EMPTY',
    message: ['V1', 'index 0', '1..5'],
    hint: 'base',
  },
  {
    what: 'indices that may count from 0 or from 1',
    recipe: (folder) => smallRecording(folder, {}, { regions: { V1: { indices: 'V1_idx' } } }),
    code: 'INVALID_RECIPE',
    message: ['V1', 'from 1 to 3'],
    hint: 'base: 1',
  },
  {
    what: 'a truncated file',
    recipe: (folder) => {
      const recipe = smallRecording(folder);
      truncateSync(join(folder, 'data.npz'), 700);
      return recipe;
    },
    code: 'FILE_TRUNCATED',
    message: ['data.npz'],
    hint: 'again',
  },
  {
    what: 'a file that is not there',
    recipe: (folder) => recipeFromMappings({ ...mapping, file: 'nothing.npz' }, folder),
    code: 'FILE_NOT_FOUND',
    message: ['nothing.npz'],
    hint: 'path',
  },
  {
    what: 'pixels beyond the stated white',
    recipe: (folder) => smallRecording(folder, {}, { images: { array: 'images', range: [0, 100] } }),
    code: 'ARRAY_TYPE',
    message: ['images', '0..100', '160'],
    hint: 'clip: true',
  },
  {
    what: 'stimuli whose pictures are missing',
    recipe: (folder) => {
      mkdirSync(join(folder, 'pictures'), { recursive: true });
      writeFileSync(join(folder, 'pictures', 'face.png'), '');
      const stimulus = { shape: [SAMPLES], data: ['face', 'house', 'face', 'cat', 'face', 'cat'] };
      return smallRecording(
        folder,
        { stimulus },
        { images: { folder: 'pictures' }, columns: { stimulus: 'stimulus' } },
      );
    },
    code: 'STIMULUS_MISSING',
    message: ['2 images', 'house, cat'],
    hint: 'Add',
  },
  {
    what: 'an archive whose picture unpacks to more than any picture',
    recipe: (folder) => {
      const zip = Buffer.concat(encodeStoredZip([{ name: 'bomb.png', parts: [new Uint8Array(100)] }]));
      const directory = zip.indexOf('PK\x01\x02', 0, 'latin1');
      zip.writeUInt32LE(3_000_000_000, directory + 24);
      writeFileSync(join(folder, 'bomb.zip'), zip);
      return smallRecording(folder, {}, { images: { zip: 'bomb.zip' } });
    },
    code: 'FILE_TOO_LARGE',
    message: ['bomb.zip', 'bomb.png', '3000000000'],
    hint: 'archive',
  },
];

describe('wrong input is refused with file, cause and remedy, and leaves the workspace byte for byte as it was', () => {
  it.each(refusals)('$what', async ({ recipe, code, message, hint }) => {
    const { root, folder } = await prepared();
    const before = contents(root);
    const failure = await failureOf(importRecording(root, recipe(folder), options));
    expect(failure).toMatchObject({ code });
    for (const part of message) expect(failure.message).toMatch(part instanceof RegExp ? part : literally(part));
    expect(failure.hint).toMatch(hint instanceof RegExp ? hint : literally(hint));
    expect(contents(root)).toEqual(before);
  });

  it('a workspace in which nothing can be made, as on a read-only disk', async () => {
    // Permissions do not bind root, so a file stands where a folder is needed.
    const folder = temporaryFolder();
    const recipe = smallRecording(folder);
    for (const blocked of ['staging', 'recordings', 'stimuli'] as const) {
      const root = temporaryFolder();
      writeFileSync(workspaceLayout(root)[blocked], 'in the way');
      const before = contents(root);
      await failureOf(importRecording(root, recipe, options));
      expect(contents(root)).toEqual(before);
    }
  });

  it('a disk without space left', async (context) => {
    const root = temporaryFolder();
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', root], { stdio: 'ignore' });
    } catch {
      context.skip('a small disk cannot be mounted here');
    }
    onTestFinished(() => {
      execFileSync('umount', [root]);
    });
    const folder = temporaryFolder();
    const large = { voxels: matrix(SAMPLES, 10_000, response), V2_mask: null };
    const recipe = smallRecording(folder, large, { regions: { V1: 'all' } });
    const failure = await failureOf(importRecording(root, recipe, options));
    expect(failure).toMatchObject({ code: 'NO_SPACE_LEFT', hint: expect.stringContaining('space') as string });
    expect(contents(root)).toEqual([]);
  });

  it('a disk that was mounted read-only', async (context) => {
    const root = temporaryFolder();
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro,size=64k', 'tmpfs', root], { stdio: 'ignore' });
    } catch {
      context.skip('a read-only disk cannot be mounted here');
    }
    onTestFinished(() => {
      execFileSync('umount', [root]);
    });
    const failure = await failureOf(importRecording(root, smallRecording(temporaryFolder()), options));
    expect(failure).toMatchObject({ code: 'WORKSPACE_READ_ONLY' });
    expect(contents(root)).toEqual([]);
  });

  it.each(['arrays', 'stimuli'] as const)('an import cancelled among its %s', async (phase) => {
    const { root, folder } = await prepared();
    const before = contents(root);
    const cancel = new AbortController();
    const other = smallRecording(folder, {
      voxels: withValue(0),
      images: byteArray([SAMPLES, 2, 3], ([n, y, x]) => n + 10 * y + x),
    });
    const failure = await failureOf(
      importRecording(root, other, {
        ...options,
        signal: cancel.signal,
        onProgress: (progress) => {
          if (progress.phase === phase) cancel.abort();
        },
      }),
    );
    expect(failure).toMatchObject({ code: 'CANCELLED' });
    expect(contents(root)).toEqual(before);
  });
});

describe('a recipe that is wrong', () => {
  it.each([
    ['is no YAML', 'voxels: [', ['recipe.yaml', 'line 1'], 'brackets'],
    ['has an unknown entry', 'file: a.npz\nvoxel: R2\n', ['recipe.yaml', 'voxel'], 'docs/importing.md'],
    [
      'has an unknown layout',
      'voxels: { array: R2, layout: sideways }\n',
      ['recipe.yaml at voxels.layout', 'voxels-by-samples'],
      'docs/importing.md',
    ],
    [
      'has a wrong base',
      'voxels: R2\nregions: { V1: { indices: i, base: 2 } }\n',
      ['recipe.yaml at regions.V1.base'],
      'docs/importing.md',
    ],
    ['has voxels and parts', 'voxels: R2\nparts: [{ voxels: R1 }]\n', ['recipe.yaml at parts'], 'docs/importing.md'],
  ])('and %s is refused with the file and the entry', (_what, text, message, hint) => {
    const path = join(temporaryFolder(), 'recipe.yaml');
    writeFileSync(path, text);
    let failure: CortextError | undefined;
    try {
      readRecipe(path);
    } catch (error) {
      failure = error as CortextError;
    }
    expect(failure).toMatchObject({ code: 'INVALID_RECIPE', hint: expect.stringContaining(hint) as string });
    for (const part of message) expect(failure?.message).toContain(part);
  });
});

it('an import repairs what was damaged since, and verification finds a changed byte before', async () => {
  const { root, folder } = await prepared();
  const { id } = await importRecording(root, smallRecording(folder), options);
  const path = workspaceLayout(root).voxels(id);
  const bytes = readFileSync(path);
  bytes[5] ^= 1;
  writeFileSync(path, bytes);
  await expect(verifyRecording(root, id)).rejects.toMatchObject({ code: 'RECORDING_DAMAGED' });
  rmSync(workspaceLayout(root).recording(id), { recursive: true });
  await importRecording(root, smallRecording(folder), options);
  await verifyRecording(root, id);
});

function literally(text: string): RegExp {
  return new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
}
