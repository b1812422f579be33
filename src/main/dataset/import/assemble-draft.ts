/** The part of an import that is the same for all formats: missing responses, pictures, categories, provenance. */
import type { PreprocessingStep, Region } from '../../../shared/recording.ts';
import type { DraftStimulus, RecordingDraft } from '../recording-draft.ts';
import type { ImportReadOptions, ReadImport } from './import-format.ts';
import type { LoadedRecipe, RecipeGuess } from './load-recipe.ts';
import type { Recipe } from './recipe.ts';
import { rebaseRecipe } from './recipe-paths.ts';
import { readPictures, type PicturePart } from './shown-pictures.ts';
import type { SourceFiles } from './source-files.ts';
import { completeVoxels, inspectVoxels, type VoxelMatrix } from './voxel-matrix.ts';
import { keepRegionVoxels } from './voxel-regions.ts';

/** What a format found in its files. */
export interface FoundSamples {
  /** Called so where the recipe does not say. */
  readonly name: string;
  readonly subject: string;
  readonly matrix: VoxelMatrix;
  /** Where the responses are, for messages: `R2 of figures.mat`. */
  readonly where: string;
  readonly regions: readonly Region[];
  readonly positions: RecordingDraft['positions'];
  /** One entry per sample; which picture it shows follows from `pictures`. */
  readonly columns: Omit<RecordingDraft['columns'], 'stimulus'>;
  /** The samples in order, cut where their pictures come from different places. */
  readonly pictures: readonly PicturePart[];
  /** What the format itself did to the responses. */
  readonly preprocessing: readonly PreprocessingStep[];
  readonly guesses: readonly RecipeGuess[];
}

/**
 * Makes a draft of what a format found.
 *
 * @param loaded - the recipe with everything that the format filled in
 * @param sources - for pictures, and for the list of files that were read
 * @throws CortextError `VALUES_NOT_FINITE`, `REGION_EMPTY`, `IMAGE_COUNT`, `STIMULUS_MISSING`, `CANCELLED`, and what
 *   reading pictures throws
 */
export async function assembleDraft(
  found: FoundSamples,
  loaded: LoadedRecipe,
  sources: SourceFiles,
  { signal, onProgress, missing, tolerant = false }: ImportReadOptions,
): Promise<ReadImport> {
  const { recipe } = loaded;
  const { matrix } = found;
  const rule = missing ?? recipe.missing;
  const findings = inspectVoxels(matrix);
  const complete = tolerant ? { ...matrix, kept: null, steps: [] } : completeVoxels(matrix, rule, found.where);
  const guesses: RecipeGuess[] = [...loaded.guesses, ...found.guesses];
  const pictures = await readPictures(sources, found.pictures, guesses, { signal, onProgress });
  const resolved: Recipe = { ...recipe, missing: rule };
  const { kept } = complete;
  return {
    draft: {
      name: recipe.name ?? recipe.subject ?? found.name,
      subject: recipe.subject ?? found.subject,
      voxels: complete.values,
      sampleCount: complete.samples,
      voxelCount: complete.voxels,
      positions: found.positions === null ? null : keepOf(found.positions, kept),
      regions: keepRegionVoxels(found.regions, kept),
      images: pictures.sets,
      stimuli: categorise(pictures.stimuli, pictures.stimulus, found.columns.category),
      columns: { ...found.columns, stimulus: pictures.stimulus },
      preprocessing: [...(recipe.preprocessing ?? []), ...found.preprocessing, ...complete.steps],
      provenance: { sources: await sources.sources(), recipe: { ...rebaseRecipe(resolved, loaded.folder) } },
    },
    findings,
    guesses,
    ranges: pictures.ranges,
    unshownImages: pictures.unshown,
  };
}

function keepOf<T>(values: readonly T[], kept: readonly number[] | null): readonly T[] {
  return kept === null ? values : kept.map((index) => values[index]);
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
