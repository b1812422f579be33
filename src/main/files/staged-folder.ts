/** Folders that are either wholly there or not at all. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { CortextError, toCortextError } from '../../shared/errors.ts';
import { flushFolder } from './atomic.ts';
import { removeAbandoned, stagedName } from './staging.ts';

/**
 * Fills a new folder beside `folder` and renames it into place at the end; on failure nothing is left.
 *
 * @param folder - must not exist yet, or be empty
 * @param fill - writes into the folder whose path it gets
 * @returns the absolute path of `folder`
 * @throws CortextError `ALREADY_EXISTS`, `NO_SPACE_LEFT`, `WORKSPACE_READ_ONLY`, and what `fill` throws
 */
export async function writeFolder(folder: string, fill: (staged: string) => Promise<void>): Promise<string> {
  const target = resolve(folder);
  if (existsSync(target) && !isEmptyFolder(target)) {
    throw new CortextError('ALREADY_EXISTS', `${folder} exists and is not empty.`, {
      hint: 'Name another folder, or remove this one first.',
    });
  }
  const staged = join(dirname(target), `.${stagedName(basename(target))}.tmp`);
  try {
    removeLeftOvers(target);
    mkdirSync(staged, { recursive: true });
    await fill(staged);
    if (existsSync(target)) rmdirSync(target);
    renameSync(staged, target);
    flushFolder(dirname(target));
  } catch (error) {
    rmSync(staged, { recursive: true, force: true });
    throw toCortextError(error, folder);
  }
  return target;
}

/** Takes away what was staged for the same folder by processes that were killed. */
function removeLeftOvers(target: string): void {
  const start = `.${basename(target)}-`;
  removeAbandoned(
    dirname(target),
    (name) => name.startsWith(start) && /^[0-9a-f]{6}-\d+-\d+-[0-9a-f]{12}\.tmp$/.test(name.slice(start.length)),
  );
}

function isEmptyFolder(path: string): boolean {
  try {
    return readdirSync(path).length === 0;
  } catch {
    return false;
  }
}
