/**
 * Sets right what a killed process left behind: an experiment that says `running` while nobody runs it, and folders that
 * never reached the catalog.
 */
import { existsSync, readdirSync } from 'node:fs';
import type { ErrorEnvelope } from '../../shared/errors.ts';
import type { ExperimentStatus } from '../../shared/experiment.ts';
import { workspaceLayout } from '../../shared/workspace-layout.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { synchroniseExperiment, synchroniseRecording } from '../catalog/synchronise.ts';
import { isRunning, readStatus, writeStatus } from '../engine/trainer/experiment-folder.ts';

/** Marks an experiment without an engine as interrupted, with the reason. Returns its status as it now is. */
export function settleStatus(root: string, id: string, reason: ErrorEnvelope): ExperimentStatus {
  const status = readStatus(root, id);
  return status.state === 'running' ? interrupt(root, id, reason) : status;
}

/** The same for an experiment in any state: its engine died before it could write that it runs. */
export function interrupt(root: string, id: string, reason: ErrorEnvelope): ExperimentStatus {
  const status = readStatus(root, id);
  if (isRunning(root, id)) return status;
  const settled: ExperimentStatus = {
    ...status,
    state: 'interrupted',
    engine: null,
    secondsLeft: null,
    error: { code: reason.code, message: reason.message, hint: reason.hint },
  };
  writeStatus(root, settled);
  return settled;
}

/** Brings the catalog up to date with the folders wherever they can have drifted apart. Run when a workspace opens. */
export function recover(root: string, catalog: Catalog): void {
  const layout = workspaceLayout(root);
  for (const { id } of catalog.list({ state: 'running', archived: 'with', limit: 1000 }).rows) {
    if (existsSync(layout.experiment(id).status)) {
      settleStatus(root, id, {
        code: 'ENGINE_CRASHED',
        message: 'The program that trained this experiment ended without a word: it was killed, or the computer went down.',
        hint: `Go on from the last checkpoint with: cortext resume ${id}`,
      });
    }
    ignoreDamage(() => synchroniseExperiment(catalog, root, id));
  }
  const known = new Set(catalog.experimentIds());
  for (const id of foldersIn(layout.experiments)) {
    if (!known.has(id)) ignoreDamage(() => synchroniseExperiment(catalog, root, id));
  }
  const recordings = new Set(catalog.listRecordings().map((row) => row.id));
  for (const id of foldersIn(layout.recordings)) {
    if (!recordings.has(id)) ignoreDamage(() => { synchroniseRecording(catalog, root, id); });
  }
}

function foldersIn(path: string): string[] {
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}

/** One damaged folder must not keep the workspace from opening; `catalog rebuild` lists them. */
function ignoreDamage(work: () => unknown): void {
  try {
    work();
  } catch {
    // Nothing to do here: the folder stays as it is.
  }
}
