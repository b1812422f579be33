/** Opens a workspace in this process, where this Electron can. */
import { CortextError } from '../../shared/errors.ts';
import type { OpenedWorkspace } from '../services/opened-workspace.ts';

/** Of the database driver; with an older one, loading it would take the process down. */
const NODE_API = 10;

/**
 * @throws CortextError `RUNTIME_UNSUITABLE` in an Electron that is too old; else as `openHere`
 */
export async function openInThisProcess(
  folder: string | null,
  nodeApi: string | undefined = process.versions.napi,
): Promise<OpenedWorkspace> {
  if (Number(nodeApi ?? 0) < NODE_API) {
    throw new CortextError(
      'RUNTIME_UNSUITABLE',
      `This Electron (${process.versions.electron ?? 'none'}, Node-API ${nodeApi ?? 'none'}) is too old to open a workspace of this computer.`,
      {
        hint: 'Start Cortext with its own Electron (npm start), or connect to a workspace that "cortext serve" serves.',
      },
    );
  }
  // Only now: the services bring the driver along.
  const { openHere } = await import('../services/open-here.ts');
  return openHere(folder);
}
