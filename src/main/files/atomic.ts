/** Files that are either wholly there or not at all. */
import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { z } from 'zod';
import { CortextError, toCortextError, type ErrorCode } from '../../shared/errors.ts';

/**
 * Writes `data` to `path` so that a reader, or a crash at any moment, sees the old file or the new one.
 *
 * Writes beside the target, flushes to disk, renames, and flushes the folder.
 *
 * @throws CortextError `NO_SPACE_LEFT`, `WORKSPACE_READ_ONLY`; the old file is untouched then.
 */
export function writeFileAtomic(path: string, data: string | Uint8Array | readonly Uint8Array[]): void {
  const temporary = temporaryName(path);
  try {
    mkdirSync(dirname(path), { recursive: true });
    const file = openSync(temporary, 'w');
    try {
      const parts = typeof data === 'string' ? [Buffer.from(data)] : data instanceof Uint8Array ? [data] : data;
      for (const part of parts) writeFully(file, part);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
    flushFolder(dirname(path));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw toCortextError(error, path);
  }
}

/**
 * The same for a file that something else writes: `fill` gets the path of a temporary file beside the target.
 *
 * @throws CortextError `NO_SPACE_LEFT`, `WORKSPACE_READ_ONLY`, and what `fill` throws; the old file is untouched then.
 */
export async function fillFileAtomic(path: string, fill: (temporary: string) => Promise<void> | void): Promise<void> {
  const temporary = temporaryName(path);
  try {
    mkdirSync(dirname(path), { recursive: true });
    await fill(temporary);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw toCortextError(error, path);
  }
}

function temporaryName(path: string): string {
  return `${path}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`;
}

function writeFully(file: number, part: Uint8Array): void {
  let offset = 0;
  while (offset < part.length) offset += writeSync(file, part, offset, part.length - offset);
}

/** Makes a rename survive a power cut. Windows cannot open folders and needs no such thing. */
export function flushFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

export function writeJsonAtomic(path: string, value: unknown): void {
  writeFileAtomic(path, `${JSON.stringify(value, null, 1)}\n`);
}

/**
 * Reads and validates a JSON file of ours.
 *
 * @param whenBad - code of the error for a file that is not JSON or does not fit the schema
 * @throws CortextError `FILE_NOT_FOUND`, or `whenBad` naming the file and the first thing that does not fit
 */
export function readJson<T extends z.ZodType>(path: string, schema: T, whenBad: ErrorCode): z.infer<T> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw toCortextError(error, path);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new CortextError(whenBad, `${path} is not valid JSON.`, { cause: error });
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new CortextError(whenBad, `${path}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'does not fit'}.`, {
      hint: 'The file was changed by hand, or written by another version of Cortext.',
    });
  }
  return parsed.data;
}
