import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeFolder } from '../../src/main/files/staged-folder.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe('a folder that is written whole', () => {
  it('appears at the end, and not at all when filling it fails', async () => {
    const parent = temporaryFolder();
    const target = join(parent, 'out');
    await expect(
      writeFolder(target, (staged) => {
        writeFileSync(join(staged, 'half'), '');
        return Promise.reject(new Error('no more'));
      }),
    ).rejects.toMatchObject({ message: 'no more' });
    expect(readdirSync(parent)).toEqual([]);
    await writeFolder(target, (staged) => {
      expect(readdirSync(parent)).not.toContain('out');
      writeFileSync(join(staged, 'all'), 'text');
      return Promise.resolve();
    });
    expect(readdirSync(parent)).toEqual(['out']);
    expect(readFileSync(join(target, 'all'), 'utf8')).toBe('text');
  });

  it('takes away what a killed process has left a day ago, and nothing younger or of others', async () => {
    const parent = temporaryFolder();
    for (const name of ['.out.0123abcd.tmp', '.out.0000ffff.tmp', '.other.0123abcd.tmp', '.out.notes.tmp']) mkdirSync(join(parent, name));
    const before = new Date(Date.now() - 48 * 3600 * 1000);
    for (const name of ['.out.0123abcd.tmp', '.other.0123abcd.tmp', '.out.notes.tmp']) utimesSync(join(parent, name), before, before);
    await writeFolder(join(parent, 'out'), () => Promise.resolve());
    expect(readdirSync(parent).sort()).toEqual(['.other.0123abcd.tmp', '.out.0000ffff.tmp', '.out.notes.tmp', 'out']);
  });
});
