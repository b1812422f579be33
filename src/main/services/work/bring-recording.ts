/** A recording brought into the workspace, all but its row in the catalog: only one process writes there. */
import { z } from 'zod';
import { addStimuliSchema, importRequestSchema, type Imported } from '../../../shared/imports.ts';
import type { RecordingMetadata } from '../../../shared/recording.ts';
import type { ImportProgress } from '../../dataset/import/import-recording.ts';
import { addNamedStimuli } from '../adding-stimuli.ts';
import { importLoaded } from '../importing.ts';
import { loadImport } from '../import-source.ts';
import type { WorkProgress } from './work-process.ts';
import type { WorkOptions } from './works.ts';

/** Where data are, when what was uploaded has its folder. */
const givenDataSchema = z.strictObject({ paths: z.array(z.string()).min(1).readonly(), folder: z.string().optional() });

export const recordingToBringSchema = importRequestSchema.omit({ source: true }).extend({ data: givenDataSchema });
export type RecordingToBring = z.infer<typeof recordingToBringSchema>;

export const stimuliToBringSchema = addStimuliSchema.omit({ source: true }).extend({ images: z.string() });
export type StimuliToBring = z.infer<typeof stimuliToBringSchema>;

/** @throws CortextError as `loadImport` and `importRecording` */
export async function bringRecording(
  root: string,
  { data, recipe }: RecordingToBring,
  { signal, onProgress }: WorkOptions,
): Promise<Imported> {
  const { loaded } = await loadImport(data, recipe, signal);
  return asImported(await importLoaded(root, loaded, { signal, onProgress: inWords(onProgress) }));
}

/** @throws CortextError as `addStimuli` */
export async function bringStimuli(
  root: string,
  request: StimuliToBring,
  { signal, onProgress }: WorkOptions,
): Promise<Imported> {
  return asImported(await addNamedStimuli(root, request, { signal, onProgress: inWords(onProgress) }));
}

function asImported({ id, contentHash, samples, voxels, stimuli }: RecordingMetadata): Imported {
  return { recording: id, contentHash, samples, voxels, stimuli: stimuli.length };
}

const phases: Record<ImportProgress['phase'], string> = { arrays: 'Reading responses', stimuli: 'Writing stimuli' };

export function inWords(tell: WorkProgress): (progress: ImportProgress) => void {
  return ({ phase, done, total }) => {
    tell({ text: phases[phase], done, total });
  };
}
