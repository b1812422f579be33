/** A stored recording as a draft again, so that another one can be made of it. */
import { readFileSync } from 'node:fs';
import { toCortextError } from '../../shared/errors.ts';
import type { RecordingMetadata } from '../../shared/recording.ts';
import { workspaceLayout } from '../../shared/workspace-layout.ts';
import { loadStimuli } from './image-set.ts';
import type { RecordingDraft } from './recording-draft.ts';
import { openRecording, type Recording } from './recording-store.ts';

/** The recording, and the draft that would write it anew. @throws CortextError `RECORDING_NOT_FOUND`, `RECORDING_DAMAGED` */
export function recordingAsDraft(root: string, id: string): { recording: Recording; draft: RecordingDraft } {
  const recording = openRecording(root, id);
  const { metadata, voxels } = recording;
  const { stimuli, columns } = metadata;
  const draft: RecordingDraft = {
    name: metadata.name,
    subject: metadata.subject,
    voxels,
    sampleCount: metadata.samples,
    voxelCount: metadata.voxels,
    positions: metadata.positions,
    space: metadata.space,
    reference: referenceOf(root, metadata),
    regions: metadata.regions,
    images: { count: stimuli.length, load: (index) => loadStimuli(root, [stimuli[index]], 'own', 'keep') },
    stimuli: stimuli.map(({ name, category }) => ({ name, category })),
    columns,
    preprocessing: metadata.preprocessing,
    provenance: metadata.provenance,
  };
  return { recording, draft };
}

function referenceOf(root: string, { id, reference }: RecordingMetadata): RecordingDraft['reference'] {
  if (reference === null) return null;
  const path = workspaceLayout(root).reference(id);
  try {
    return { kind: reference.kind, nifti: readFileSync(path) };
  } catch (error) {
    throw toCortextError(error, path);
  }
}
