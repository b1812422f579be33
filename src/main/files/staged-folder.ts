/** Folders that are either wholly there or not at all. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, statSync } from 'node:fs';
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
    removeExpired(target);
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

/** Staged folders older than this were left by a process that was killed, in milliseconds. */
const STAGING_EXPIRES = 24 * 3600 * 1000;

/** Takes away what was staged for the same folder long ago. */
function removeExpired(target: string): void {
  const parent = dirname(target);
  if (!existsSync(parent)) return;
  const start = `.${basename(target)}.`;
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(start) || !/^[0-9a-f]{8}\.tmp$/.test(name.slice(start.length))) continue;
    const path = join(parent, name);
    const left = statSync(path, { throwIfNoEntry: false });
    if (left !== undefined && Date.now() - left.mtimeMs > STAGING_EXPIRES) rmSync(path, { recursive: true, force: true });
  }
}

function isEmptyFolder(path: string): boolean {
  try {
    return readdirSync(path).length === 0;
  } catch {
    return false;
  }
}
