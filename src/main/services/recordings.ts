/** Recordings: import, list, look. */
import type { RecordingRow } from '../../shared/catalog.ts';
import { possibleSplits } from '../dataset/splits.ts';
import { regionsOf, type RecordingRegions } from './recording-regions.ts';
import type { Workspace } from './workspace.ts';

export function listRecordings(workspace: Workspace): RecordingRow[] {
  return workspace.catalog.listRecordings();
}

/**
 * A recording in figures, with the regions of its import and those that were defined after it.
 *
 * @throws CortextError `RECORDING_NOT_FOUND`, `RECORDING_DAMAGED`
 */
export function showRecording(workspace: Workspace, id: string) {
  return recordingFigures(regionsOf(workspace, id));
}

/** The same of a recording that was read. */
export function recordingFigures({ metadata, regions }: RecordingRegions) {
  return {
    id: metadata.id,
    name: metadata.name,
    subject: metadata.subject,
    contentHash: metadata.contentHash,
    samples: metadata.samples,
    voxels: metadata.voxels,
    stimuli: metadata.stimuli.length,
    regions: regions.map((region) => ({ name: region.name, voxels: region.voxels.length })),
    splits: possibleSplits(metadata),
    quality: metadata.quality,
    preprocessing: metadata.preprocessing,
    sources: metadata.provenance.sources,
  };
}
