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

interface ProgressOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ImportProgress) => void;
}

/** @throws CortextError as `addStimuli` */
export async function addStimuliTo(
  workspace: Workspace,
  request: AddStimuliRequest,
  options: ProgressOptions,
): Promise<RecordingMetadata> {
  const metadata = await addNamedStimuli(workspace.root, request, options);
  synchroniseRecording(workspace.catalog, workspace.root, metadata.id);
  return metadata;
}

/** Writes a recording that the catalog does not know yet. @throws CortextError as `addStimuli` */
export async function addNamedStimuli(
  root: string,
  { recording, images, missing = 'error', fit, size, grey = false, stimulusReport }: AddStimuliRequest,
  { signal, onProgress }: ProgressOptions,
): Promise<RecordingMetadata> {
  const path = resolve(images);
  return addStimuli(
    root,
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
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    throw toCortextError(error);
  }
}
