/** What a program had running or waiting is known to the next one, which starts nothing by itself. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { writeJsonAtomic } from '../../src/main/files/atomic.ts';
import { createApplication } from '../../src/main/services/application/application.ts';
import { openWorkspace } from '../../src/main/services/workspace.ts';
import type { ContractClient } from '../../src/shared/contract-client.ts';
import { workspaceLayout } from '../../src/shared/workspace-layout.ts';
import { directClient } from '../support/direct-client.ts';
import { smallRecording, smallSettings } from '../support/small-workspace.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe('the queue of a program that ended', () => {
  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) await one.close();
  });

  async function workspace() {
    const root = join(temporaryFolder(), 'workspace');
    const { id: recording } = await smallRecording(root);
    return { root, recording };
  }

  function started(root: string) {
    const application = createApplication(openWorkspace(root));
    open.push(application);
    return {
      client: directClient(application),
      end: async () => {
        open.splice(open.indexOf(application), 1);
        await application.close();
      },
    };
  }

  const created = async (client: ContractClient, recording: string, steps: number, name: string): Promise<string> =>
    (await client.call('experiments.create', { recording, preset: 'quick', name, settings: smallSettings(steps) })).id;

  const queue = (client: ContractClient) => client.call('training.queue', {});

  it('is left in its order, and waits for the user to go on with it or to let it be', async () => {
    const { root, recording } = await workspace();
    const first = started(root);
    const ids: string[] = [];
    for (const [name, steps] of [
      ['Running', 100_000],
      ['Second', 4],
      ['Third', 4],
    ] as const) {
      const id = await created(first.client, recording, steps, name);
      await first.client.call('experiments.run', { id });
      ids.push(id);
    }
    await first.end();

    const next = started(root);
    expect(await queue(next.client)).toEqual({ running: [], waiting: [], left: ids });
    await next.client.call('experiments.pause', { id: ids[1] });
    expect((await queue(next.client)).left).toEqual([ids[0], ids[2]]);
    await next.client.call('experiments.run', { id: ids[2] });
    await expect
      .poll(async () => (await next.client.call('experiments.show', { id: ids[2] })).status.state, { timeout: 120_000 })
      .toBe('completed');
    await next.end();

    // What has ended, and what was let be, is not wanted any more.
    const last = started(root);
    expect(await queue(last.client)).toEqual({ running: [], waiting: [], left: [ids[0]] });
  });

  it('has forgotten what the user paused', async () => {
    const { root, recording } = await workspace();
    const first = started(root);
    const id = await created(first.client, recording, 100_000, 'Paused');
    await first.client.call('experiments.run', { id });
    await first.client.call('experiments.pause', { id });
    await first.end();
    expect((await queue(started(root).client)).left).toEqual([]);
  });

  it('is that of programs that are gone: another one that lives keeps its own', async () => {
    const { root, recording } = await workspace();
    const first = started(root);
    const id = await created(first.client, recording, 4, 'Elsewhere');
    await first.end();
    const mark = (pid: number): void => {
      writeJsonAtomic(workspaceLayout(root).experiment(id).queued, {
        since: new Date().toISOString(),
        program: { pid, host: hostname(), started: null },
      });
    };
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    mark(other.pid ?? 0);
    const beside = started(root);
    expect((await queue(beside.client)).left).toEqual([]);
    await beside.end();
    await new Promise((resolve) => {
      other.once('exit', resolve);
      other.kill('SIGKILL');
    });
    expect((await queue(started(root).client)).left).toEqual([id]);
  });

  it('marks nothing for an experiment that is not there', async () => {
    const { root } = await workspace();
    const { client } = started(root);
    await expect(client.call('experiments.run', { id: 'nobody' })).rejects.toMatchObject({
      code: 'EXPERIMENT_NOT_FOUND',
    });
    expect(existsSync(workspaceLayout(root).experiment('nobody').folder)).toBe(false);
  });
});
