/** From a recipe to a draft: everything is read, fitted together and checked; nothing is written. */
import { CortextError, toCortextError } from '../../../shared/errors.ts';
import type { ImageSet } from '../image-set.ts';
import type { DraftStimulus, RecordingDraft } from '../recording-draft.ts';
import { completeRecipe } from './guess-recipe.ts';
import { relativeTo, resolveFrom, type LoadedRecipe, type RecipeGuess } from './load-recipe.ts';
import { groupBySize, openPictures, type PictureRange, type PictureSource } from './picture-source.ts';
import type { ImagesRecipe, MissingRule, PartRecipe, Recipe } from './recipe.ts';
import { joinColumns, readColumns, type PartColumns } from './sample-columns.ts';
import { elementsOf, isVector, openSources, type FoundArray, type SourceFiles } from './source-files.ts';
import { resolveStimuli, withoutEnding } from './stimulus-names.ts';
import {
  completeVoxels,
  inspectVoxels,
  readVoxels,
  stackVoxels,
  type VoxelFindings,
  type VoxelMatrix,
} from './voxel-matrix.ts';
import { keepRegionVoxels, readPositions, readRegions } from './voxel-regions.ts';

export interface DraftProgress {
  readonly phase: 'arrays' | 'images';
  readonly done: number;
  readonly total: number;
}

export interface DraftOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: DraftProgress) => void;
  /** Takes the place of the recipe's rule. */
  readonly missing?: MissingRule;
}

/** A draft, and what was noticed while it was read. */
export interface ReadImport {
  readonly draft: RecordingDraft;
  readonly findings: VoxelFindings;
  readonly guesses: readonly RecipeGuess[];
  readonly ranges: readonly PictureRange[];
  /** Images that no sample shows; they are not imported. */
  readonly unshownImages: number;
}

/**
 * Reads a recipe's data completely.
 *
 * @throws CortextError as `readImport`, and `VALUES_NOT_FINITE` when responses are missing and the rule is `error`
 */
export async function draftFromRecipe(loaded: LoadedRecipe, options: DraftOptions = {}): Promise<RecordingDraft> {
  return (await readImport(loaded, options)).draft;
}

/**
 * @param options - with `tolerant`, missing responses stay in the draft (for the dry run, which counts them)
 * @throws CortextError `ARRAY_MISSING`, `ARRAY_SHAPE`, `ARRAY_TYPE`, `IMAGE_COUNT`, `STIMULUS_MISSING`, `REGION_EMPTY`,
 *   `VALUES_NOT_FINITE`, `CANCELLED`, and what the readers throw
 */
export async function readImport(
  loaded: LoadedRecipe,
  options: DraftOptions & { readonly tolerant?: boolean } = {},
): Promise<ReadImport> {
  const { signal } = options;
  try {
    signal?.throwIfAborted();
    const sources = await openSources(loaded, signal);
    try {
      return await readEverything(loaded, sources, options);
    } finally {
      sources.close();
    }
  } catch (error) {
    throw toCortextError(error);
  }
}

async function readEverything(
  given: LoadedRecipe,
  sources: SourceFiles,
  { signal, onProgress, missing, tolerant = false }: DraftOptions & { readonly tolerant?: boolean },
): Promise<ReadImport> {
  const loaded = await completeRecipe(sources, given);
  const { recipe } = loaded;
  const parts = partsOf(recipe);
  const guesses: RecipeGuess[] = [...loaded.guesses];
  const steps = parts.length * 2 + 1;
  const arrays: FoundArray[] = [];
  const matrices: VoxelMatrix[] = [];
  for (const part of parts) {
    const array = sources.find(part.voxels.array);
    arrays.push(array);
    matrices.push(await readVoxels(array, part.voxels, expectedSizes(sources, recipe, part)));
    signal?.throwIfAborted();
    onProgress?.({ phase: 'arrays', done: matrices.length, total: steps });
  }
  const matrix = stackVoxels(matrices, arrays);
  const findings = inspectVoxels(matrix);
  const { regions, guesses: regionGuesses } = await readRegions(sources, recipe, matrix.voxels);
  guesses.push(...regionGuesses);
  const positions = await readPositions(sources, recipe, matrix.voxels);
  const name = arrays.map((array) => `${array.name} of ${array.file}`).join(' and ');
  const rule = missing ?? recipe.missing;
  const complete = tolerant ? { ...matrix, kept: null, steps: [] } : completeVoxels(matrix, rule, name);

  const columns: PartColumns[] = [];
  for (const [index, part] of parts.entries()) {
    columns.push(await readColumns(sources, part.columns ?? {}, matrices[index].samples));
    onProgress?.({ phase: 'arrays', done: parts.length + columns.length, total: steps });
  }
  const joined = joinColumns(
    parts.map((part, index) => ({
      columns: columns[index],
      samples: matrices[index].samples,
      set: part.set,
      name: part.set ?? `part ${index + 1}`,
    })),
  );
  onProgress?.({ phase: 'arrays', done: steps, total: steps });
  const pictures = await readPictures(sources, recipe, parts, matrices, columns, arrays, guesses, {
    signal,
    onProgress,
  });
  const resolved: Recipe = { ...recipe, missing: rule };
  return {
    draft: {
      name: recipe.name ?? recipe.subject ?? withoutFolder(arrays[0].file),
      subject: recipe.subject ?? withoutFolder(arrays[0].file),
      voxels: complete.values,
      sampleCount: complete.samples,
      voxelCount: complete.voxels,
      positions:
        positions === null || complete.kept === null ? positions : complete.kept.map((voxel) => positions[voxel]),
      regions: keepRegionVoxels(regions, complete.kept),
      images: pictures.sets,
      stimuli: categorise(pictures.stimuli, pictures.stimulus, joined.category),
      columns: { ...joined, stimulus: pictures.stimulus },
      preprocessing: [...(recipe.preprocessing ?? []), ...complete.steps],
      provenance: { sources: await sources.sources(), recipe: { ...portable(resolved, loaded.folder) } },
    },
    findings,
    guesses,
    ranges: pictures.ranges,
    unshownImages: pictures.unshown,
  };
}

function partsOf(recipe: Recipe): PartRecipe[] {
  if (recipe.parts !== undefined) return recipe.parts;
  // A recipe without both was completed, or refused.
  return recipe.voxels === undefined ? [] : [{ voxels: recipe.voxels, columns: recipe.columns }];
}

/** How many samples and voxels other arrays speak of, as far as their shapes tell without reading them. */
function expectedSizes(
  sources: SourceFiles,
  recipe: Recipe,
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

interface ReadPictures {
  readonly sets: ImageSet[];
  readonly stimuli: DraftStimulus[];
  readonly stimulus: (number | null)[];
  readonly ranges: PictureRange[];
  readonly unshown: number;
}

/** Only images that were shown are loaded. */
async function readPictures(
  sources: SourceFiles,
  recipe: Recipe,
  parts: readonly PartRecipe[],
  matrices: readonly VoxelMatrix[],
  columns: readonly PartColumns[],
  arrays: readonly FoundArray[],
  guesses: RecipeGuess[],
  { signal, onProgress }: Pick<DraftOptions, 'signal' | 'onProgress'>,
): Promise<ReadPictures> {
  const opened = new Map<ImagesRecipe, PictureSource>();
  try {
    /** Per sample: the source of its image and the place there. */
    const shown: ({ source: PictureSource; place: number } | null)[] = [];
    for (const [index, part] of parts.entries()) {
      const { samples } = matrices[index];
      const images = part.images ?? recipe.images;
      const labels = columns[index].stimulus;
      if (images === undefined) {
        if (labels !== null) {
          throw new CortextError('INVALID_RECIPE', 'The recipe has a stimulus column, but no images.', {
            hint: 'Add "images", or leave the column out.',
          });
        }
        shown.push(...new Array<null>(samples).fill(null));
        continue;
      }
      let source = opened.get(images);
      if (source === undefined) {
        source = await openPictures(sources, images, labels === null ? samples : null);
        opened.set(images, source);
        guesses.push(...source.guesses);
      }
      const places =
        labels === null
          ? ownPlaces(source, samples, arrays[index], part, images)
          : resolveStimuli(labels, part.columns?.stimulus?.base ?? 'auto', source, guesses);
      const from = source;
      shown.push(...places.map((place) => (place === null ? null : { source: from, place })));
    }
    return await loadShown(shown, [...opened.values()], signal, onProgress);
  } finally {
    for (const source of opened.values()) source.close();
  }
}

function ownPlaces(
  { count, where }: PictureSource,
  samples: number,
  voxels: FoundArray,
  part: PartRecipe,
  images: ImagesRecipe,
): number[] {
  if (count === samples) return Array.from({ length: samples }, (_, place) => place);
  const hints = [
    'If samples share images, name the array that says which one each sample shows: "columns: { stimulus }".',
  ];
  if (voxels.shape.includes(count)) {
    const other = part.voxels.layout === 'voxels-by-samples' ? 'samples-by-voxels' : 'voxels-by-samples';
    hints.unshift(`The responses have a side of ${count}: "layout: ${other}" would fit.`);
  } else if ('array' in images) hints.unshift('Check the layout of the images.');
  throw new CortextError(
    'IMAGE_COUNT',
    `${where} has ${count} images, but the responses ${voxels.name} of ${voxels.file} have ${samples} samples.`,
    { hint: hints.join(' '), details: { images: count, samples } },
  );
}

async function loadShown(
  shown: readonly ({ source: PictureSource; place: number } | null)[],
  opened: readonly PictureSource[],
  signal: AbortSignal | undefined,
  onProgress: DraftOptions['onProgress'],
): Promise<ReadPictures> {
  const wanted = opened.map((source) => ({
    source,
    places: [...new Set(shown.flatMap((entry) => (entry?.source === source ? [entry.place] : [])))].sort(
      (a, b) => a - b,
    ),
  }));
  const total = wanted.reduce((sum, { places }) => sum + places.length, 0);
  const images: ImageSet[] = [];
  const stimuli: DraftStimulus[] = [];
  const indexOf = new Map(opened.map((source) => [source, new Map<number, number>()]));
  for (const { source, places } of wanted) {
    for (const place of places) {
      indexOf.get(source)?.set(place, images.length);
      images.push(await source.load(place, signal));
      stimuli.push({ name: nameOf(source, place), category: null });
      if (images.length % 16 === 0) {
        onProgress?.({ phase: 'images', done: images.length, total });
        await new Promise((resolve) => setImmediate(resolve));
        signal?.throwIfAborted();
      }
    }
  }
  if (total > 0) onProgress?.({ phase: 'images', done: total, total });
  const { sets, order } = groupBySize(images);
  const moved = new Map(order.map((from, to) => [from, to]));
  return {
    sets,
    stimuli: order.map((index) => stimuli[index]),
    stimulus: shown.map((entry) =>
      entry === null ? null : (moved.get(indexOf.get(entry.source)?.get(entry.place) ?? -1) ?? null),
    ),
    ranges: opened.flatMap(({ range }) => range ?? []),
    unshown: opened.reduce((sum, { count }) => sum + count, 0) - total,
  };
}

function nameOf({ names }: PictureSource, place: number): string {
  return names === null ? `image-${String(place).padStart(4, '0')}` : withoutEnding(names[place]);
}

/** A stimulus belongs to a category when all samples that show it do. */
function categorise(
  stimuli: readonly DraftStimulus[],
  stimulus: readonly (number | null)[],
  category: readonly (string | null)[] | null,
): DraftStimulus[] {
  if (category === null) return [...stimuli];
  const found = stimuli.map(() => new Set<string | null>());
  stimulus.forEach((index, sample) => {
    if (index !== null) found[index].add(category[sample]);
  });
  return stimuli.map(({ name }, index) => ({ name, category: found[index].size === 1 ? [...found[index]][0] : null }));
}

function withoutFolder(path: string): string {
  return path.replace(/^.*[\\/]/, '').replace(/\.[^.]*$/, '');
}

/** The recipe with all paths relative to its folder. */
function portable(recipe: Recipe, folder: string): Recipe {
  const shorten = (path: string) => relativeTo(folder, resolveFrom(folder, path));
  const images = <T extends { images?: ImagesRecipe }>(owner: T): T => {
    if (owner.images === undefined || 'array' in owner.images) return owner;
    const moved =
      'folder' in owner.images ? { folder: shorten(owner.images.folder) } : { zip: shorten(owner.images.zip) };
    return { ...owner, images: moved };
  };
  return images({
    ...recipe,
    ...(recipe.file === undefined ? {} : { file: shorten(recipe.file) }),
    ...(recipe.files === undefined
      ? {}
      : { files: Object.fromEntries(Object.entries(recipe.files).map(([alias, path]) => [alias, shorten(path)])) }),
    ...(recipe.parts === undefined ? {} : { parts: recipe.parts.map((part) => images(part)) }),
  });
}
