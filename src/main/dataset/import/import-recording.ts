/** Import: from a recipe to a recording in a workspace. */
import { accessSync, constants, existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { toCortextError } from '../../../shared/errors.ts';
import type { RecordingMetadata } from '../../../shared/recording.ts';
import { writeRecording } from '../recording-store.ts';
import type { DraftOptions, DraftProgress } from './import-format.ts';
import type { LoadedRecipe } from './load-recipe.ts';
import { draftFromRecipe } from './read-import.ts';

export interface ImportProgress {
  readonly phase: DraftProgress['phase'] | 'stimuli';
  readonly done: number;
  readonly total: number;
}

export interface ImportOptions extends Omit<DraftOptions, 'onProgress'> {
  readonly cortextVersion: string;
  readonly onProgress?: (progress: ImportProgress) => void;
}

/**
 * Imports a recording into a workspace: wholly or not at all. The same content again is the recording that is there.
 *
 * @throws CortextError what `draftFromRecipe` and `writeRecording` throw; the workspace is as it was then
 */
export async function importRecording(
  root: string,
  recipe: LoadedRecipe,
  { cortextVersion, onProgress, ...options }: ImportOptions,
): Promise<RecordingMetadata> {
  requireWritable(root);
  const draft = await draftFromRecipe(recipe, { ...options, onProgress });
  return writeRecording(root, draft, {
    cortextVersion,
    signal: options.signal,
    onProgress: (progress) => onProgress?.({ phase: 'stimuli', ...progress }),
  });
}

/**
 * Said before minutes of reading; and on a read-only disk, making folders recursively fails as if the path did not
 * exist.
 */
function requireWritable(root: string): void {
  let folder = resolve(root);
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  try {
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw toCortextError(error, root);
  }
}
