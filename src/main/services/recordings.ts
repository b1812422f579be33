/** Recordings: import, list, look. */
import type { RecordingRow } from '../../shared/catalog.ts';
import { possibleSplits } from '../dataset/splits.ts';
import { readRecordingMetadata } from '../dataset/recording-store.ts';
import type { Workspace } from './workspace.ts';

export function listRecordings(workspace: Workspace): RecordingRow[] {
  return workspace.catalog.listRecordings();
}

/** @throws CortextError `RECORDING_NOT_FOUND`, `RECORDING_DAMAGED` */
export function showRecording(workspace: Workspace, id: string) {
  const metadata = readRecordingMetadata(workspace.root, id);
  return {
    id: metadata.id,
    name: metadata.name,
    subject: metadata.subject,
    contentHash: metadata.contentHash,
    samples: metadata.samples,
    voxels: metadata.voxels,
    stimuli: metadata.stimuli.length,
    regions: metadata.regions.map((region) => ({ name: region.name, voxels: region.voxels.length })),
    splits: possibleSplits(metadata),
    quality: metadata.quality,
    preprocessing: metadata.preprocessing,
    sources: metadata.provenance.sources,
  };
}
