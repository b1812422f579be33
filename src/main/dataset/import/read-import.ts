/** From a recipe to a draft: everything is read, fitted together and checked; nothing is written. */
import { toCortextError } from '../../../shared/errors.ts';
import type { RecordingDraft } from '../recording-draft.ts';
import { formatOf } from './formats.ts';
import type { DraftOptions, ImportReadOptions, ReadImport } from './import-format.ts';
import type { LoadedRecipe } from './load-recipe.ts';

/**
 * Reads a recipe's data completely.
 *
 * @throws CortextError as `readImport`, and `VALUES_NOT_FINITE` when responses are missing and the rule is `error`
 */
export async function draftFromRecipe(loaded: LoadedRecipe, options: DraftOptions = {}): Promise<RecordingDraft> {
  return (await readImport(loaded, options)).draft;
}

/**
 * @throws CortextError `ARRAY_MISSING`, `ARRAY_SHAPE`, `ARRAY_TYPE`, `IMAGE_COUNT`, `STIMULUS_MISSING`, `REGION_EMPTY`,
 *   `VALUES_NOT_FINITE`, `CANCELLED`, and what the readers throw
 */
export async function readImport(loaded: LoadedRecipe, options: ImportReadOptions = {}): Promise<ReadImport> {
  try {
    options.signal?.throwIfAborted();
    return await formatOf(loaded.recipe).read(loaded, options);
  } catch (error) {
    throw toCortextError(error);
  }
}
