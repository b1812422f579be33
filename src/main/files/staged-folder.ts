/** Folders that are either wholly there or not at all. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { CortextError, toCortextError } from '../../shared/errors.ts';
import { flushFolder } from './atomic.ts';

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
  const staged = join(dirname(target), `.${basename(target)}.${randomBytes(4).toString('hex')}.tmp`);
  try {
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

function isEmptyFolder(path: string): boolean {
  try {
    return readdirSync(path).length === 0;
  } catch {
    return false;
  }
}
