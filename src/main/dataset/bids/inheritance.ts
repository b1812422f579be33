/**
 * The inheritance principle of BIDS: a sidecar or a table applies to every file at or below its folder whose name has
 * the same suffix and at least its entities; of several, the nearer one has the last word.
 */
import { readFileSync } from 'node:fs';
import { CortextError, toCortextError } from '../../../shared/errors.ts';
import { agrees } from './bids-name.ts';
import type { BidsFile, BidsFolder } from './bids-folder.ts';

type Target = Pick<BidsFile, 'folders' | 'entities'>;

/** Files that apply to `target`, the most general first. */
export function applicable(
  { files }: Pick<BidsFolder, 'files'>,
  target: Target,
  suffix: string,
  extension: string,
): BidsFile[] {
  return files
    .filter(
      (file) =>
        file.suffix === suffix &&
        file.extension === extension &&
        file.folders.length <= target.folders.length &&
        file.folders.every((folder, depth) => folder === target.folders[depth]) &&
        agrees(file.entities, target.entities),
    )
    .sort(
      (a, b) =>
        a.folders.length - b.folders.length || Object.keys(a.entities).length - Object.keys(b.entities).length,
    );
}

/**
 * The metadata of a file, from all its sidecars.
 *
 * @throws CortextError `FILE_DAMAGED` for a sidecar that is no JSON object
 */
export function inheritedMetadata(dataset: Pick<BidsFolder, 'files'>, file: BidsFile): Record<string, unknown> {
  return Object.assign({}, ...applicable(dataset, file, file.suffix, '.json').map(({ path }) => readObject(path))) as Record<
    string,
    unknown
  >; // Object.assign of a list of objects has no narrower type.
}

function readObject(path: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw toCortextError(error);
  }
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new CortextError('FILE_DAMAGED', `${path} is not valid JSON.`, { hint: 'Correct the sidecar.', cause: error });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new CortextError('FILE_DAMAGED', `${path} is no JSON object.`, { hint: 'Correct the sidecar.' });
  }
  // Checked just above: an object that is no list.
  return value as Record<string, unknown>;
}
