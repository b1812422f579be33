/** From the address of a picture or report to its file: nothing else of the disk can be asked for. */
import { statSync } from 'node:fs';
import { methodSchema } from '../../shared/evaluation.ts';
import { workspaceLayout } from '../../shared/workspace-layout.ts';

export interface DataFile {
  readonly path: string;
  readonly contentType: string;
  readonly bytes: number;
  /** Content-addressed or never rewritten: may be kept for ever. */
  readonly immutable: boolean;
}

interface Route {
  readonly pattern: RegExp;
  readonly contentType: string;
  readonly immutable: boolean;
  readonly path: (root: string, parts: readonly string[]) => string;
}

const ID = String.raw`((?!\.)[\w.-]{1,200})`;
const NUMBER = String.raw`(\d{1,9})`;
const HASH = '([0-9a-f]{64})';

/** Files of a recording that are named by a hash of what they hold. */
const regionFiles = {
  'label-volumes': 'labelVolume',
  'label-columns': 'labelColumns',
  'statistic-volumes': 'statisticVolume',
  'statistic-columns': 'statisticColumns',
  positions: 'positions',
} as const;

/** The patterns admit no separator and no leading dot inside a part, so no address leads out of the workspace. */
const routes: readonly Route[] = [
  {
    pattern: /^stimuli\/([0-9a-f]{64})$/,
    contentType: 'image/png',
    immutable: true,
    path: (root, [sha256]) => workspaceLayout(root).stimulus(sha256),
  },
  {
    pattern: new RegExp(`^experiments/${ID}/reconstructions/(${methodSchema.options.join('|')})/${NUMBER}$`),
    contentType: 'image/png',
    // Training longer draws them anew.
    immutable: false,
    path: (root, [id, method, index]) => workspaceLayout(root).experiment(id).reconstruction(method, Number(index)),
  },
  {
    pattern: new RegExp(`^experiments/${ID}/samples/${NUMBER}$`),
    contentType: 'image/png',
    immutable: false,
    path: (root, [id, step]) => workspaceLayout(root).experiment(id).sample(Number(step)),
  },
  {
    pattern: new RegExp(`^experiments/${ID}/report$`),
    contentType: 'text/html; charset=utf-8',
    immutable: false,
    path: (root, [id]) => workspaceLayout(root).experiment(id).report,
  },
  {
    pattern: new RegExp(`^experiments/${ID}/sheet$`),
    contentType: 'image/png',
    immutable: false,
    path: (root, [id]) => workspaceLayout(root).experiment(id).sheet,
  },
  {
    pattern: new RegExp(`^recordings/${ID}/reference$`),
    contentType: 'application/gzip',
    // Another import may take the name of a recording that was taken away.
    immutable: false,
    path: (root, [id]) => workspaceLayout(root).reference(id),
  },
  ...Object.entries(regionFiles).map(([part, file]): Route => ({
    pattern: new RegExp(`^recordings/${ID}/${part}/${HASH}$`),
    contentType: part.endsWith('volumes') ? 'application/gzip' : 'application/octet-stream',
    immutable: true,
    path: (root, [id, hash]) => workspaceLayout(root).regionCache(id)[file](hash),
  })),
];

/**
 * @param address - as `dataRoutes` makes it, decoded
 * @returns null when there is no such address or no such file
 */
export function findDataFile(root: string, address: string): DataFile | null {
  for (const { pattern, contentType, immutable, path } of routes) {
    const match = pattern.exec(address);
    if (match === null) continue;
    const file = path(root, match.slice(1));
    const stats = statSync(file, { throwIfNoEntry: false });
    return stats?.isFile() === true ? { path: file, contentType, bytes: stats.size, immutable } : null;
  }
  return null;
}
