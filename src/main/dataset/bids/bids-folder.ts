/** The files of a BIDS dataset, raw or derived, without the datasets that lie inside of it. */
import { readdirSync, readFileSync, realpathSync, statSync, type Dirent } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { CortextError, toCortextError } from '../../../shared/errors.ts';
import { parseBidsName, type BidsName } from './bids-name.ts';

export interface BidsFile extends BidsName {
  /** Absolute. */
  readonly path: string;
  /** Folders from the dataset down to the file. */
  readonly folders: readonly string[];
}

export interface BidsFolder {
  /** Absolute. */
  readonly root: string;
  readonly description: BidsDescription;
  /** Sorted by folder and name, runs and sessions in the order of their numbers. */
  readonly files: readonly BidsFile[];
}

const descriptionSchema = z.object({
  Name: z.string().optional(),
  DatasetType: z.string().optional(),
  GeneratedBy: z.array(z.object({ Name: z.string().optional() })).optional(),
  PipelineDescription: z.object({ Name: z.string().optional() }).optional(),
});
export type BidsDescription = z.infer<typeof descriptionSchema>;

/** Folders of a dataset that hold no runs of its own. */
const otherFolders = new Set(['derivatives', 'sourcedata', 'code', 'stimuli', 'figures', 'log', 'logs', 'node_modules']);
const MOST_FILES = 1_000_000;

/** What a folder says of itself; null when it is no dataset. */
export function readDescription(root: string): BidsDescription | null {
  let text: string;
  try {
    text = readFileSync(join(root, 'dataset_description.json'), 'utf8');
  } catch {
    return null;
  }
  try {
    return descriptionSchema.parse(JSON.parse(text));
  } catch {
    // A description with mistakes still says that this is a dataset.
    return {};
  }
}

export function isDerivative({ DatasetType, GeneratedBy, PipelineDescription }: BidsDescription): boolean {
  // Before version 1.4 of BIDS, only derivatives said what made them.
  return DatasetType === undefined
    ? GeneratedBy !== undefined || PipelineDescription !== undefined
    : DatasetType === 'derivative';
}

/**
 * Lists a dataset.
 *
 * @param subject - only the files of this subject (without `sub-`), and those of all; null for everything
 * @throws CortextError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `FILE_TOO_LARGE` for more files than any dataset has
 */
export function openBidsFolder(root: string, subject: string | null): BidsFolder {
  const files: BidsFile[] = [];
  let seen = 0;
  const walk = (folders: readonly string[], around: readonly string[]): void => {
    const folder = join(root, ...folders);
    const real = realPath(folder);
    // A link to a folder around it leads in circles.
    if (around.includes(real)) return;
    let entries;
    try {
      entries = readdirSync(folder, { withFileTypes: true });
    } catch (error) {
      throw toCortextError(error, folder);
    }
    seen += entries.length;
    if (seen > MOST_FILES) {
      throw new CortextError('FILE_TOO_LARGE', `${root} has more than ${MOST_FILES} files.`, {
        hint: 'Name the folder of the dataset itself.',
      });
    }
    for (const entry of entries) {
      if (entry.name.startsWith('.')) continue;
      if (isFolder(entry)) {
        const isOther = otherFolders.has(entry.name) || (subject !== null && isOfOther(entry.name, subject));
        if (!isOther) walk([...folders, entry.name], [...around, real]);
        continue;
      }
      const name = parseBidsName(entry.name);
      if (name === null || (subject !== null && (name.entities.sub ?? subject) !== subject)) continue;
      files.push({ ...name, path: join(folder, entry.name), folders });
    }
  };
  walk([], []);
  const collator = new Intl.Collator('en', { numeric: true });
  files.sort((a, b) => collator.compare(a.path, b.path));
  return { root, description: readDescription(root) ?? {}, files };
}

/** Also a link to a folder: large data often lie on another disk. */
function isFolder(entry: Dirent): boolean {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  return statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    throw toCortextError(error, path);
  }
}

function isOfOther(folder: string, subject: string): boolean {
  return folder.startsWith('sub-') && folder !== `sub-${subject}`;
}

/** Subjects that have a folder, without `sub-`. */
export function subjectsOf(root: string): string[] {
  try {
    return readdirSync(root, { withFileTypes: true })
      .filter((entry) => /^sub-[A-Za-z0-9]+$/.test(entry.name) && isFolder(entry))
      .map((entry) => entry.name.slice('sub-'.length))
      .sort();
  } catch {
    return [];
  }
}
