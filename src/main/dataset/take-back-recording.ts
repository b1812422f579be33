/** What a process that was killed in the middle of an import had published already is taken back. */
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { recordingMetadataSchema, type RecordingMetadata } from '../../shared/recording.ts';
import { workspaceLayout } from '../../shared/workspace-layout.ts';
import { readJson } from '../files/atomic.ts';
import { listRecordingIds } from './recording-store.ts';

/**
 * Stimuli are published one by one before their recording: those that came without it go again, unless another recording
 * shows them, or one that is being written. A recording that was moved aside to be replaced comes back.
 *
 * @param staged - the folder in which the recording was being made
 */
export function takeBackRecording(root: string, staged: string): void {
  const layout = workspaceLayout(root);
  const unfinished = metadataIn(join(staged, 'recording'));
  if (unfinished === null) return;
  const target = layout.recording(unfinished.id);
  const replaced = join(staged, 'replaced');
  if (existsSync(replaced) && !existsSync(target)) renameSync(replaced, target);
  const others = [
    ...listRecordingIds(root).map((id) => layout.recording(id)),
    ...readdirSync(layout.staging)
      .map((name) => join(layout.staging, name))
      .filter((path) => path !== staged)
      .map((path) => join(path, 'recording')),
  ];
  const shown = new Set(others.flatMap((folder) => metadataIn(folder)?.stimuli.map(({ id }) => id) ?? []));
  for (const { id } of unfinished.stimuli) {
    if (shown.has(id)) continue;
    for (const path of [layout.stimulus(id), layout.thumbnail(id)]) rmSync(path, { force: true });
  }
}

/** Null where there is no description of a recording, or none that can be read. */
function metadataIn(folder: string): RecordingMetadata | null {
  try {
    return readJson(join(folder, 'recording.json'), recordingMetadataSchema, 'RECORDING_DAMAGED');
  } catch {
    return null;
  }
}
