/** The part of an import that is the same for all formats: missing responses, pictures, categories, provenance. */
import { CortextError } from '../../../shared/errors.ts';
import type { PreprocessingStep, Region } from '../../../shared/recording.ts';
import type { DraftStimulus, RecordingDraft } from '../recording-draft.ts';
import type { ImportReadOptions, ReadImport } from './import-format.ts';
import type { LoadedRecipe, RecipeGuess } from './load-recipe.ts';
import type { Recipe } from './recipe.ts';
import { rebaseRecipe } from './recipe-paths.ts';
import { defaultStimuli, type StimuliRecipe } from './recipe-entries.ts';
import { readPictures, refuseUnclear, type PicturePart, type ShownPictures } from './shown-pictures.ts';
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
  /** For responses that come from volumes. */
  readonly space?: RecordingDraft['space'];
  readonly reference?: RecordingDraft['reference'];
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
  { missing, missingStimuli, onStimuli, tolerant = false }: ImportReadOptions,
): Promise<ReadImport> {
  const { recipe } = loaded;
  const stimuliRecipe = { ...defaultStimuli, ...recipe.stimuli, ...(missingStimuli && { missing: missingStimuli }) };
  const guesses: RecipeGuess[] = [...loaded.guesses, ...found.guesses];
  const pictures = await readPictures(sources, found.pictures, stimuliRecipe, guesses);
  onStimuli?.(pictures.report);
  if (!tolerant) refuseUnclear(pictures, stimuliRecipe.missing);
  const dropped = stimuliRecipe.missing === 'drop' ? pictures.withoutPicture : [];
  const samples = keepSamples(found.matrix, dropped, found.where);
  const rule = missing ?? recipe.missing;
  const findings = inspectVoxels(samples.matrix);
  const complete = tolerant
    ? { ...samples.matrix, kept: null, steps: [] }
    : completeVoxels(samples.matrix, rule, found.where);
  const columns = keepColumns(found.columns, samples.kept);
  const stimulus = keepOf(pictures.stimulus, samples.kept);
  const names = namesWithoutPicture(pictures, samples.kept);
  const resolved: Recipe = { ...recipe, missing: rule, ...(isChosen(stimuliRecipe) && { stimuli: stimuliRecipe }) };
  const { kept } = complete;
  return {
    draft: {
      name: recipe.name ?? recipe.subject ?? found.name,
      subject: recipe.subject ?? found.subject,
      voxels: complete.values,
      sampleCount: complete.samples,
      voxelCount: complete.voxels,
      positions: found.positions === null ? null : keepOf(found.positions, kept),
      ...(found.space && { space: { ...found.space, indices: [...keepOf(found.space.indices, kept)] } }),
      ...(found.reference && { reference: found.reference }),
      regions: keepRegionVoxels(found.regions, kept),
      images: pictures.images,
      stimuli: categorise(pictures.stimuli, stimulus, columns.category),
      columns: { ...columns, stimulus, ...(names && { stimulusName: names }) },
      preprocessing: [...(recipe.preprocessing ?? []), ...found.preprocessing, ...samples.steps, ...complete.steps],
      provenance: { sources: await sources.sources(), recipe: { ...rebaseRecipe(resolved, loaded.folder) } },
    },
    findings,
    guesses,
    ranges: pictures.ranges,
    stimuli: pictures.report,
  };
}

/** Whether the recipe differs from what is done without a word. */
function isChosen(stimuli: StimuliRecipe): boolean {
  return stimuli.missing !== 'error' || stimuli.fit !== undefined || stimuli.size !== undefined || stimuli.grey;
}

/** Leaves samples out, in place: the matrix may be most of what memory holds. */
function keepSamples(matrix: VoxelMatrix, dropped: readonly number[], where: string) {
  if (dropped.length === 0) return { matrix, kept: null, steps: [] };
  const { values, samples, voxels } = matrix;
  const left = new Set(dropped);
  const kept = Array.from({ length: samples }, (_, sample) => sample).filter((sample) => !left.has(sample));
  if (kept.length === 0) {
    throw new CortextError('STIMULUS_MISSING', `No sample of ${where} has its image, so none is left.`, {
      hint: 'Check that the images belong to this recording, or use "stimuli: { missing: keep }".',
    });
  }
  kept.forEach((from, to) => values.copyWithin(to * voxels, from * voxels, (from + 1) * voxels));
  const steps: PreprocessingStep[] = [
    { name: 'samples without image', parameters: { rule: 'drop', samples: dropped.length } },
  ];
  return { matrix: { values: values.subarray(0, kept.length * voxels), samples: kept.length, voxels }, kept, steps };
}

function keepColumns(columns: FoundSamples['columns'], kept: readonly number[] | null): FoundSamples['columns'] {
  const of = <T>(column: readonly T[] | null): T[] | null => (column === null ? null : [...keepOf(column, kept)]);
  return {
    averagedOver: of(columns.averagedOver),
    run: of(columns.run),
    session: of(columns.session),
    category: of(columns.category),
    set: of(columns.set),
  };
}

/** What samples without a picture show, so that it can be added later; undefined when all have theirs. */
function namesWithoutPicture(pictures: ShownPictures, kept: readonly number[] | null): (string | null)[] | undefined {
  const names = pictures.labels.map((label, sample) => (pictures.stimulus[sample] === null ? label : null));
  const left = keepOf(names, kept);
  return left.some((name) => name !== null) ? [...left] : undefined;
}

function keepOf<T>(values: readonly T[], kept: readonly number[] | null): readonly T[] {
  return kept === null ? values : kept.map((index) => values[index]);
}

/** A stimulus belongs to a category when all samples that show it do. */
export function categorise(
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
