import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder that is removed when the present test ends, or, asked for in a hook, when the file's process does. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'cortext-test-'));
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    onTestFinished(remove);
  } catch {
    // There is no present test. Every file of tests has a process of its own.
    process.once('exit', remove);
  }
  return folder;
}
