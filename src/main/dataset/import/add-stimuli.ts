/** Images for a recording that was imported without them: a new recording with the same responses. */
import { CortextError } from '../../../shared/errors.ts';
import type { RecordingMetadata } from '../../../shared/recording.ts';
import { recordingAsDraft } from '../recording-as-draft.ts';
import type { DraftImages, RecordingDraft } from '../recording-draft.ts';
import { writeRecording } from '../recording-store.ts';
import { categorise } from './assemble-draft.ts';
import { imaginedSamples } from './bdata/imagined-samples.ts';
import type { ImportOptions } from './import-recording.ts';
import { recipeFromMappings, type RecipeGuess } from './load-recipe.ts';
import { defaultStimuli, type ImagesRecipe, type StimuliRecipe } from './recipe-entries.ts';
import { rebaseRecipe } from './recipe-paths.ts';
import { readPictures, refuseUnclear, type ShownPictures } from './shown-pictures.ts';
import { openSources, type SourceFiles } from './source-files.ts';

export interface AddedImages {
  /** A folder or archive; its path is absolute. */
  readonly images: Exclude<ImagesRecipe, { array: string }>;
  readonly stimuli?: Partial<StimuliRecipe>;
}

/**
 * Writes a recording like `id`, with images for the samples whose stimulus is known only by name. The recording itself
 * stays as it is: experiments refer to it.
 *
 * Where no sample had its image before, the result is the recording that an import with all images gives.
 *
 * @throws CortextError `RECORDING_NOT_FOUND`, `RECORDING_DAMAGED`, `INVALID_ARGUMENT` when no image is missing,
 *   `STIMULUS_MISSING` under the rule `error`, and what reading images and `writeRecording` throw
 */
export async function addStimuli(
  root: string,
  id: string,
  { images, stimuli }: AddedImages,
  { cortextVersion, signal, onProgress, onStimuli }: Omit<ImportOptions, 'missing' | 'missingStimuli'>,
): Promise<RecordingMetadata> {
  const { recording, draft } = recordingAsDraft(root, id);
  const { metadata } = recording;
  const labels = metadata.columns.stimulusName;
  if (labels === undefined) {
    throw new CortextError(
      'INVALID_ARGUMENT',
      `No sample of the recording ${id} lacks an image that it has a name for.`,
      {
        hint: 'Only recordings that were imported without images, or without some of them, can get more.',
      },
    );
  }
  const rule = { ...defaultStimuli, ...stimuli };
  const loaded = recipeFromMappings({ images, stimuli: rule });
  const sources = await openSources(loaded, signal);
  const guesses: RecipeGuess[] = [];
  const { samples, columns, provenance } = metadata;
  const optional = provenance.recipe.format === 'bdata' ? imaginedSamples(columns.set) : undefined;
  const part = { samples, images, labels, base: 'auto' as const, where: `the recording ${id}`, optional };
  const pictures = await readPictures(sources, [part], rule, guesses);
  onStimuli?.(pictures.report);
  refuseUnclear(pictures, rule.missing);
  const added = rebaseRecipe({ images, stimuli: rule }, loaded.folder);
  const revised = await withImages(draft, metadata, pictures, sources, added);
  return writeRecording(root, revised, {
    cortextVersion,
    signal,
    onProgress: (progress) => onProgress?.({ phase: 'stimuli', ...progress }),
  });
}

async function withImages(
  draft: RecordingDraft,
  { id, contentHash, columns, provenance }: RecordingMetadata,
  pictures: ShownPictures,
  sources: SourceFiles,
  added: Readonly<Record<string, unknown>>,
): Promise<RecordingDraft> {
  const before = draft.stimuli.length;
  const stimulus = columns.stimulus.map((index, sample) => {
    const place = pictures.stimulus[sample];
    return index ?? (place === null ? null : before + place);
  });
  const names = (columns.stimulusName ?? []).map((name, sample) => (stimulus[sample] === null ? name : null));
  const { stimulusName: _named, ...others } = columns;
  return {
    ...draft,
    images: joinedImages(draft.images, pictures.images),
    stimuli: [...draft.stimuli, ...categorise(pictures.stimuli, pictures.stimulus, columns.category)],
    columns: { ...others, stimulus, ...(names.some((name) => name !== null) && { stimulusName: names }) },
    provenance: {
      sources: [...provenance.sources, ...(await sources.sources())],
      recipe: { ...provenance.recipe, ...added },
      derivedFrom: { recording: id, contentHash },
    },
  };
}

function joinedImages(first: DraftImages, second: DraftImages): DraftImages {
  return {
    count: first.count + second.count,
    load: (index, signal) =>
      index < first.count ? first.load(index, signal) : second.load(index - first.count, signal),
  };
}
