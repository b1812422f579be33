import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeFolder } from '../../src/main/files/staged-folder.ts';
import { removeAbandoned } from '../../src/main/files/staging.ts';
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

  it('takes away what a killed process has left, and nothing that is being filled or belongs to others', async () => {
    const parent = temporaryFolder();
    const target = join(parent, 'out');
    const fill = `
      import { writeFolder } from ${JSON.stringify(new URL('../../src/main/files/staged-folder.ts', import.meta.url).href)};
      await writeFolder(${JSON.stringify(target)}, () => new Promise(() => setInterval(() => undefined, 1000)));`;
    const start = async () => {
      const child = spawn(process.execPath, ['--input-type=module', '--eval', fill], { stdio: 'ignore' });
      const mark = `-${child.pid}-`;
      while (!readdirSync(parent).some((name) => name.includes(mark))) await new Promise((resolve) => setTimeout(resolve, 20));
      return { child, name: readdirSync(parent).find((name) => name.includes(mark)) ?? '' };
    };
    const [killed, living] = [await start(), await start()];
    killed.child.kill('SIGKILL');
    await once(killed.child, 'close');
    for (const name of ['.other.0123abcd.tmp', '.out.notes.tmp']) mkdirSync(join(parent, name));
    await writeFolder(target, () => Promise.resolve());
    expect(readdirSync(parent).sort()).toEqual(['.other.0123abcd.tmp', '.out.notes.tmp', living.name, 'out'].sort());
    living.child.kill('SIGKILL');
    await once(living.child, 'close');
  });

  it('keeps what another computer is filling, until it was not touched for a day', () => {
    const folder = temporaryFolder();
    const foreign = ['recording-ffffff-12-34-0123456789ab', 'recording-ffffff-12-35-0123456789ab'];
    for (const name of foreign) mkdirSync(join(folder, name));
    const before = new Date(Date.now() - 48 * 3600 * 1000);
    utimesSync(join(folder, foreign[1]), before, before);
    removeAbandoned(folder);
    expect(readdirSync(folder)).toEqual([foreign[0]]);
  });
});
