/** Writes the index of a workspace anew from its folders; works also when the present index is beyond opening. */
import { existsSync } from 'node:fs';
import type { CatalogRebuild } from '../../shared/catalog.ts';
import { CortextError } from '../../shared/errors.ts';
import { workspaceLayout } from '../../shared/workspace-layout.ts';
import { rebuildCatalog } from '../catalog/synchronise.ts';

/** @throws CortextError `WORKSPACE_NOT_FOUND`, `WORKSPACE_READ_ONLY`, `NO_SPACE_LEFT`, `CANCELLED` */
export function rebuildWorkspaceCatalog(root: string, options: Parameters<typeof rebuildCatalog>[1]): CatalogRebuild {
  if (!existsSync(workspaceLayout(root).marker)) {
    throw new CortextError('WORKSPACE_NOT_FOUND', `There is no workspace in ${root}.`, {
      hint: 'Name one with --workspace.',
    });
  }
  return rebuildCatalog(root, options);
}
