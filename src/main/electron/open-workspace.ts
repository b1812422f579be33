/** Opens a workspace in this process, where this Electron can. */
import { resolve } from 'node:path';
import { CortextError } from '../../shared/errors.ts';
import type { OpenedWorkspace } from '../services/opened-workspace.ts';

/** Of the database driver; with an older one, loading it would take the process down. */
const NODE_API = 10;

/**
 * The workspace that was asked for when the program was started: `--workspace`, else `CORTEXT_WORKSPACE`, else none.
 *
 * npm says in `INIT_CWD` where the user called from.
 */
export function namedWorkspace(args: readonly string[], environment: NodeJS.ProcessEnv): string | null {
  const at = args.findIndex((arg) => /^--workspace(=|$)/.test(arg));
  const given = at < 0 ? undefined : args[at].includes('=') ? args[at].slice('--workspace='.length) : args[at + 1];
  const folder = given ?? environment.CORTEXT_WORKSPACE;
  return folder ? resolve(environment.INIT_CWD ?? process.cwd(), folder) : null;
}

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
