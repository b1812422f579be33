/** A workspace with one small recording that was scanned: it comes from volumes, so its regions lie in a head. */
import { join } from 'node:path';
import { importInto } from '../../src/main/services/importing.ts';
import { simulateBids } from '../../src/main/services/simulation.ts';
import { openWorkspace } from '../../src/main/services/workspace.ts';
import type { RecordingMetadata } from '../../src/shared/recording.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface ScannedWorkspace {
  /** Of the workspace. */
  readonly root: string;
  readonly recording: RecordingMetadata;
  /** The dataset that it was imported from: anatomy, masks and an atlas of its regions. */
  readonly dataset: string;
}

/** 16 stimuli shown once train, 4 others shown three times test; 560 voxels in seven regions, imported from BIDS. */
export async function scannedWorkspace(): Promise<ScannedWorkspace> {
  const folder = temporaryFolder();
  const [dataset, root] = [join(folder, 'dataset'), join(folder, 'workspace')];
  const { signal } = new AbortController();
  const quiet = { signal, onProgress: () => undefined };
  await simulateBids(
    dataset,
    {
      trainingCategories: 8,
      exemplars: 2,
      testCategories: 4,
      testRepetitions: 3,
      imageSize: 32,
      trialsPerRun: 14,
      voxels: { V1: 120, V2: 110, V3: 90, V4: 70, LOC: 70, FFA: 40, PPA: 60 },
    },
    {},
    quiet,
  );
  const workspace = openWorkspace(root, { create: true });
  try {
    return { root, recording: await importInto(workspace, { paths: [dataset] }, quiet), dataset };
  } finally {
    workspace.close();
  }
}
