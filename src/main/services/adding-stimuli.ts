/** Images for a recording that was imported without them. */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { toCortextError } from '../../shared/errors.ts';
import type { RecordingMetadata } from '../../shared/recording.ts';
import { synchroniseRecording } from '../catalog/synchronise.ts';
import { addStimuli } from '../dataset/import/add-stimuli.ts';
import type { ImportProgress } from '../dataset/import/import-recording.ts';
import type { StimuliRecipe } from '../dataset/import/recipe-entries.ts';
import { cortextVersion } from './version.ts';
import { saveStimulusReport } from './importing.ts';
import type { Workspace } from './workspace.ts';

export interface AddStimuliRequest {
  readonly recording: string;
  /** A folder, or a zip archive. */
  readonly images: string;
  /** Samples are never left out here: that would be another recording altogether. */
  readonly missing?: Exclude<StimuliRecipe['missing'], 'drop'> | undefined;
  readonly fit?: StimuliRecipe['fit'];
  readonly size?: StimuliRecipe['size'];
  readonly grey?: boolean | undefined;
  /** Where to write which images were found, are missing, double or unused: CSV, or JSON by its ending. */
  readonly stimulusReport?: string | undefined;
}

/** @throws CortextError as `addStimuli` */
export async function addStimuliTo(
  workspace: Workspace,
  { recording, images, missing = 'error', fit, size, grey = false, stimulusReport }: AddStimuliRequest,
  { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: (progress: ImportProgress) => void },
): Promise<RecordingMetadata> {
  const path = resolve(images);
  const metadata = await addStimuli(
    workspace.root,
    recording,
    { images: isFolder(path) ? { folder: path } : { zip: path }, stimuli: { missing, fit, size, grey } },
    {
      cortextVersion,
      signal,
      onProgress,
      onStimuli: (report) => {
        if (stimulusReport !== undefined) saveStimulusReport(stimulusReport, report);
      },
    },
  );
  synchroniseRecording(workspace.catalog, workspace.root, metadata.id);
  return metadata;
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    throw toCortextError(error);
  }
}
