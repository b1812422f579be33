/** What an engine has said: the end of its log. */
import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import type { LogTail } from '../../shared/training.ts';

/** So much of the end is read, in bytes. */
const TAIL = 256 * 1024;

/** A log that does not exist yet is empty. */
export function readLogTail(path: string): LogTail {
  if (!existsSync(path)) return { lines: [], cut: false };
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const start = Math.max(0, size - TAIL);
    const bytes = Buffer.alloc(size - start);
    readSync(file, bytes, 0, bytes.length, start);
    const lines = bytes.toString('utf8').split(/\r?\n/);
    if (lines.at(-1) === '') lines.pop();
    // The first line of a cut log has lost its beginning.
    return { lines: start > 0 ? lines.slice(1) : lines, cut: start > 0 };
  } finally {
    closeSync(file);
  }
}
