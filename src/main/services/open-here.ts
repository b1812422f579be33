/** Opens a workspace of this computer for the desktop window. Brings the whole of the services along: import it late. */
import { createApplication } from './application/application.ts';
import { workspaceHere, type OpenedWorkspace } from './opened-workspace.ts';
import { openWorkspace, resolveWorkspaceFolder } from './workspace.ts';

/**
 * @param folder - made into a workspace when it is absent or empty; null for the usual one
 * @throws CortextError as `openWorkspace`
 */
export function openHere(folder: string | null): OpenedWorkspace {
  const root = folder ?? resolveWorkspaceFolder(undefined, process.cwd());
  return workspaceHere(createApplication(openWorkspace(root, { create: true })));
}
