/** The process that looks at data and imports them, in place of the one that serves windows. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createWorkProcess, type WorkProcess } from '../../src/main/services/work/work-process.ts';
import { openWorkspace } from '../../src/main/services/workspace.ts';
import { workspaceLayout } from '../../src/shared/workspace-layout.ts';
import { smallDataset } from '../support/small-dataset.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const root = join(temporaryFolder(), 'workspace');
let data: { paths: string[] };
let work: WorkProcess;

beforeAll(async () => {
  openWorkspace(root, { create: true }).close();
  data = { paths: [await smallDataset(temporaryFolder())] };
  work = createWorkProcess(root);
});

afterAll(async () => {
  await work.close();
  expect(staged()).toEqual([]);
});

function staged(): string[] {
  const { staging } = workspaceLayout(root);
  return existsSync(staging) ? readdirSync(staging) : [];
}

/** Processes for work that this one has started, on systems that tell. */
function workers(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const parent = Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(')').at(-1)?.split(' ').at(2));
        return parent === process.pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('work-main');
      } catch {
        // It has ended meanwhile.
        return false;
      }
    });
}

it('tells how far it is, and keeps a look when another is cancelled', async () => {
  const told: string[] = [];
  const { look, problem } = await work.call('imports.look', { data }, { onProgress: ({ text }) => told.push(text) });
  expect(problem).toBeNull();
  expect(told).toContain('Reading responses');
  const abort = new AbortController();
  const other = work.call(
    'imports.look',
    { data },
    {
      signal: abort.signal,
      onProgress: () => {
        abort.abort();
      },
    },
  );
  await expect(other).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(staged()).toEqual([look]);
  expect((await work.call('imports.course', { look })).courses.length).toBeGreaterThan(1);
});

it('tells errors of the data with code and remedy', async () => {
  const missing = work.call('imports.look', { data: { paths: [join(root, 'nowhere.h5')] } });
  await expect(missing).rejects.toMatchObject({ code: 'FILE_NOT_FOUND', hint: expect.any(String) as string });
});

it.skipIf(!existsSync('/proc/self/stat'))('that is killed fails its calls, and starts anew with the next', async () => {
  const { look } = await work.call('imports.look', { data });
  const [worker] = workers();
  const killed = work.call('imports.start', { data }, { onProgress: () => process.kill(worker, 'SIGKILL') });
  await expect(killed).rejects.toMatchObject({ code: 'INTERNAL', message: expect.stringContaining('died') as string });
  await expect(work.call('imports.course', { look })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  // What it has left goes when the workspace is opened.
  expect(staged()).not.toEqual([]);
  openWorkspace(root).close();
  expect(staged()).toEqual([]);
});
