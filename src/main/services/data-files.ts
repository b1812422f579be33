/** From the address of a picture or report to its file: nothing else of the disk can be asked for. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { methodSchema } from '../../shared/evaluation.ts';
import { galleryFormatSchema, type GalleryFormat } from '../../shared/gallery.ts';
import { workspaceLayout } from '../../shared/workspace-layout.ts';

export interface DataFile {
  readonly path: string;
  readonly contentType: string;
  readonly bytes: number;
  /** Content-addressed or never rewritten: may be kept for ever. */
  readonly immutable: boolean;
  /** The name under which it is saved; what has none is shown. */
  readonly downloadName?: string;
}

interface Route {
  readonly pattern: RegExp;
  readonly contentType: string | ((parts: readonly string[]) => string);
  readonly immutable: boolean;
  readonly downloadName?: (parts: readonly string[]) => string;
  readonly path: (root: string, parts: readonly string[]) => string;
}

const galleryContentTypes: Record<GalleryFormat, string> = {
  png: 'image/png',
  pdf: 'application/pdf',
  csv: 'text/csv; charset=utf-8',
  h5: 'application/x-hdf5',
};

/** Says which experiment and what, wherever it will lie. */
export function galleryFileName(experiment: string, format: GalleryFormat): string {
  return `${experiment}-${format === 'csv' ? 'scores' : 'gallery'}.${format}`;
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
    pattern: /^stimuli\/([0-9a-f]{64})\/thumbnail$/,
    contentType: 'image/png',
    immutable: true,
    path: (root, [sha256]) => {
      const { thumbnail, stimulus } = workspaceLayout(root);
      // Thumbnails can be thrown away; the picture itself does too.
      return existsSync(thumbnail(sha256)) ? thumbnail(sha256) : stimulus(sha256);
    },
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
    pattern: new RegExp(`^experiments/${ID}/exports/(${galleryFormatSchema.options.join('|')})$`),
    // The pattern admits nothing but formats.
    contentType: ([, format]) => galleryContentTypes[format as GalleryFormat],
    immutable: false,
    downloadName: ([id, format]) => galleryFileName(id, format as GalleryFormat),
    path: (root, [id, format]) => workspaceLayout(root).experiment(id).galleryExport(format),
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
  {
    pattern: new RegExp(`^imports/${ID}/(contact-sheet|slices)$`),
    contentType: 'image/png',
    immutable: true,
    path: (root, [look, picture]) => join(workspaceLayout(root).staging, look, `${picture}.png`),
  },
  {
    pattern: new RegExp(`^imports/${ID}/stimuli$`),
    contentType: 'text/csv; charset=utf-8',
    immutable: true,
    path: (root, [look]) => join(workspaceLayout(root).staging, look, 'stimuli.csv'),
  },
  {
    pattern: new RegExp(`^recordings/${ID}/slices$`),
    contentType: 'image/png',
    // Another import may take the name of a recording that was taken away.
    immutable: false,
    path: (root, [id]) => workspaceLayout(root).slices(id),
  },
];

/**
 * @param address - as `dataRoutes` makes it, decoded
 * @returns null when there is no such address or no such file
 */
export function findDataFile(root: string, address: string): DataFile | null {
  for (const { pattern, contentType, immutable, downloadName, path } of routes) {
    const match = pattern.exec(address);
    if (match === null) continue;
    const parts = match.slice(1);
    const file = path(root, parts);
    const stats = statSync(file, { throwIfNoEntry: false });
    if (stats?.isFile() !== true) return null;
    return {
      path: file,
      contentType: typeof contentType === 'string' ? contentType : contentType(parts),
      bytes: stats.size,
      immutable,
      ...(downloadName === undefined ? {} : { downloadName: downloadName(parts) }),
    };
  }
  return null;
}

/** The header that has a browser save a file under its name. @param name - of letters, digits, dots, dashes, underscores */
export function savedAs(name: string): string {
  return `attachment; filename="${name}"`;
}
