/** Files of arrays: MATLAB, HDF5, NumPy, tables. A recipe maps them to meaning; what it leaves open is recognised. */
import type { ArraysRecipe, PartRecipe } from './arrays-recipe.ts';
import { assembleDraft } from './assemble-draft.ts';
import { completeRecipe, recipeOfFiles } from './guess-recipe.ts';
import type { ImportFormat, ImportReadOptions, ReadImport } from './import-format.ts';
import type { LoadedRecipe } from './load-recipe.ts';
import { joinColumns, readColumns, type PartColumns } from './sample-columns.ts';
import type { PicturePart } from './shown-pictures.ts';
import { elementsOf, isVector, openSources, type FoundArray, type SourceFiles } from './source-files.ts';
import { allocateVoxels, findResponses, readVoxels, voxelSizes, type VoxelPart } from './voxel-matrix.ts';
import { readPositions, readRegions } from './voxel-regions.ts';

/** Any files can be tried as arrays, so nothing is refused here. */
export const arraysFormat: ImportFormat<'arrays'> = {
  name: 'arrays',
  title: 'arrays by name',
  recognise: (paths) =>
    Promise.resolve({ recipe: recipeOfFiles(paths), reason: 'the files are of no format that is known as a whole' }),
  read: async (loaded, options) => {
    const sources = await openSources(loaded, options.signal);
    try {
      return await readArrays(loaded, sources, options);
    } finally {
      sources.close();
    }
  },
};

/** What a recipe of arrays may name, and the recipe as far as it can be completed: for data that cannot be read as it says. */
export async function describeArrays(
  loaded: LoadedRecipe<ArraysRecipe>,
  signal?: AbortSignal,
): Promise<{ arrays: { name: string; shape: readonly number[]; type: string }[]; loaded: LoadedRecipe<ArraysRecipe> }> {
  const sources = await openSources(loaded, signal);
  try {
    const arrays = sources.arrays().map(({ reference, array: { shape, type } }) => ({ name: reference, shape, type }));
    return { arrays, loaded: await completeRecipe(sources, loaded).catch(() => loaded) };
  } finally {
    sources.close();
  }
}

async function readArrays(
  given: LoadedRecipe<ArraysRecipe>,
  sources: SourceFiles,
  options: ImportReadOptions,
): Promise<ReadImport> {
  const { signal, onProgress } = options;
  const loaded = await completeRecipe(sources, given);
  const { recipe } = loaded;
  const parts = partsOf(recipe);
  const steps = parts.length * 2 + 1;
  const responses = parts.map((part): VoxelPart => {
    const { array, layout } = findResponses(sources, part.voxels);
    return { array, layout, ...voxelSizes(array, layout, expectedSizes(sources, recipe, part)) };
  });
  const matrix = allocateVoxels(responses);
  let start = 0;
  for (const [index, part] of responses.entries()) {
    const end = start + part.samples * part.voxels;
    await readVoxels(part, matrix.values.subarray(start, end));
    start = end;
    signal?.throwIfAborted();
    onProgress?.({ phase: 'arrays', done: index + 1, total: steps });
  }
  const { regions, guesses } = await readRegions(sources, recipe, matrix.voxels);
  const columns: PartColumns[] = [];
  for (const [index, part] of parts.entries()) {
    columns.push(await readColumns(sources, part.columns ?? {}, responses[index].samples));
    onProgress?.({ phase: 'arrays', done: parts.length + columns.length, total: steps });
  }
  const joined = joinColumns(
    parts.map((part, index) => ({
      columns: columns[index],
      samples: responses[index].samples,
      set: part.set,
      name: part.set ?? `part ${index + 1}`,
    })),
  );
  onProgress?.({ phase: 'arrays', done: steps, total: steps });
  const name = withoutFolder(responses[0].array.file);
  return assembleDraft(
    {
      name,
      subject: name,
      matrix,
      where: responses.map(({ array }) => `${array.name} of ${array.file}`).join(' and '),
      regions,
      positions: await readPositions(sources, recipe, matrix.voxels),
      columns: joined,
      pictures: parts.map((part, index) =>
        picturePart(recipe, part, responses[index].samples, columns[index], responses[index].array),
      ),
      preprocessing: [],
      guesses,
    },
    loaded,
    sources,
    options,
  );
}

function partsOf(recipe: ArraysRecipe): PartRecipe[] {
  if (recipe.parts !== undefined) return recipe.parts;
  // A recipe without both was completed, or refused.
  return recipe.voxels === undefined ? [] : [{ voxels: recipe.voxels, columns: recipe.columns }];
}

function picturePart(
  recipe: ArraysRecipe,
  part: PartRecipe,
  samples: number,
  columns: PartColumns,
  responses: FoundArray,
): PicturePart {
  const images = part.images ?? recipe.images;
  return {
    samples,
    images,
    labels: columns.stimulus,
    base: part.columns?.stimulus?.base ?? 'auto',
    where: `${responses.name} of ${responses.file}`,
    hint: (count) => {
      if ('layout' in part.voxels && responses.shape.includes(count)) {
        const other = part.voxels.layout === 'voxels-by-samples' ? 'samples-by-voxels' : 'voxels-by-samples';
        return `The responses have a side of ${count}: "layout: ${other}" would fit.`;
      }
      return images !== undefined && 'array' in images ? 'Check the layout of the images.' : undefined;
    },
  };
}

/** How many samples and voxels other arrays speak of, as far as their shapes tell without reading them. */
function expectedSizes(
  sources: SourceFiles,
  recipe: ArraysRecipe,
  part: PartRecipe,
): { samples: number[]; voxels: number[] } {
  const lengths = (references: readonly (string | undefined)[]) => [
    ...new Set(
      references.flatMap((reference) => {
        if (reference === undefined) return [];
        const { shape, type } = sources.find(reference);
        // The shape of text may count characters.
        return isVector(shape) && !/char/i.test(type) ? [elementsOf(shape)] : [];
      }),
    ),
  ];
  const { columns = {} } = part;
  const { labels, ...regions } = recipe.regions ?? {};
  const arrayOf = (column: object | undefined | number) =>
    typeof column === 'object' && 'array' in column && typeof column.array === 'string' ? column.array : undefined;
  const masks = Object.values(regions).map((region) =>
    typeof region === 'object' && region !== null && 'mask' in region && typeof region.mask === 'string'
      ? region.mask
      : undefined,
  );
  return {
    samples: lengths(Object.values(columns).map(arrayOf)),
    voxels: lengths([...masks, labels?.array]),
  };
}

function withoutFolder(path: string): string {
  return path.replace(/^.*[\\/]/, '').replace(/\.[^.]*$/, '');
}
