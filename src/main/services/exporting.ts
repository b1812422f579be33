/** Export: a recording back into the formats that laboratories use. */
import { resolve } from 'node:path';
import { exportBids } from '../dataset/export/export-bids.ts';
import { exportBData } from '../dataset/export/export-bdata.ts';
import { exportNumpy } from '../dataset/export/export-numpy.ts';
import { openRecording, type Recording } from '../dataset/recording-store.ts';
import type { ExportFormat } from './export-formats.ts';
import type { Workspace } from './workspace.ts';

type Exporter = (path: string, recording: Recording, signal: AbortSignal) => Promise<void> | void;

const exporters: Readonly<Record<ExportFormat, Exporter>> = {
  bdata: exportBData,
  numpy: exportNumpy,
  bids: exportBids,
};

/**
 * @returns the absolute path of what was written
 * @throws CortextError `RECORDING_NOT_FOUND`, `RECORDING_DAMAGED`, `NO_SPACE_LEFT`, `WORKSPACE_READ_ONLY`, `CANCELLED`
 */
export async function exportRecording(
  workspace: Workspace,
  id: string,
  { format, path, signal }: { readonly format: ExportFormat; readonly path: string; readonly signal: AbortSignal },
): Promise<string> {
  const target = resolve(path);
  await exporters[format](target, openRecording(workspace.root, id), signal);
  return target;
}
