/** How much a workspace takes on the disk. */
import { readdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { CortextError } from '../../shared/errors.ts';
import { workspaceLayout } from '../../shared/workspace-layout.ts';
import type { WorkspaceSize } from '../../shared/workspace-care.ts';

export interface SizeOptions {
  readonly signal: AbortSignal;
  /** Files counted so far. */
  readonly onProgress: (files: number) => void;
}

/** Told after so many files. */
const TELL_EVERY = 500;

/** @throws CortextError `CANCELLED` */
export async function measureWorkspace(root: string, { signal, onProgress }: SizeOptions): Promise<WorkspaceSize> {
  let files = 0;
  /** Bytes below a folder; what vanishes while it is counted does not count. */
  const below = async (folder: string): Promise<number> => {
    if (signal.aborted) throw new CortextError('CANCELLED', 'Cancelled.');
    let bytes = 0;
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) bytes += await below(path);
      else if (entry.isFile()) {
        bytes += (await stat(path).catch(() => ({ size: 0 }))).size;
        if (++files % TELL_EVERY === 0) onProgress(files);
      }
    }
    return bytes;
  };
  const layout = workspaceLayout(root);
  const recordings = await below(layout.recordings);
  const stimuli = await below(layout.stimuli);
  const experiments = await below(layout.experiments);
  const total = await below(root);
  const { bavail, bsize } = await statfs(root);
  return {
    recordings,
    stimuli,
    experiments,
    rest: total - recordings - stimuli - experiments,
    total,
    free: bavail * bsize,
  };
}
