/**
 * The contract, the same over every adapter: what a window relies on must not depend on how it is connected.
 */
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createApplication, type Application } from '../../src/main/services/application/application.ts';
import { workspaceHere } from '../../src/main/services/opened-workspace.ts';
import { relayWorkspace } from '../../src/main/services/relay/relay-workspace.ts';
import { parseServerAddress } from '../../src/main/services/relay/server-address.ts';
import { openWorkspace } from '../../src/main/services/workspace.ts';
import type { ContractClient } from '../../src/shared/contract-client.ts';
import type { ContractEvent } from '../../src/shared/contract.ts';
import { dataRoutes } from '../../src/shared/data-routes.ts';
import { directClient } from '../support/direct-client.ts';
import { ipcPair } from '../support/electron/ipc-pair.ts';
import { serveForTests } from '../support/served-application.ts';
import { smallRecording, smallSettings } from '../support/small-workspace.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

interface Connected {
  readonly client: ContractClient;
  readonly close: () => Promise<void>;
}

const adapters: readonly (readonly [string, (application: Application) => Promise<Connected>])[] = [
  ['in process', (application) => Promise.resolve({ client: directClient(application), close: () => Promise.resolve() })],
  ['over HTTP and WebSocket', async (application) => {
    return serveForTests(application);
  }],
  ["over Electron's IPC", (application) => {
    const pair = ipcPair(workspaceHere(application));
    return Promise.resolve({ client: pair.client, close: () => Promise.resolve(pair.close()) });
  }],
  ["over Electron's IPC and a relay to another computer", async (application) => {
    const served = await serveForTests(application);
    const relayed = await relayWorkspace(parseServerAddress(served.server.url));
    const pair = ipcPair(relayed);
    return {
      client: pair.client,
      close: async () => {
        pair.close();
        await relayed.close();
        await served.close();
      },
    };
  }],
];

describe.each(adapters)('the contract %s', (_name, connect) => {
  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) await one.close();
  });

  async function connected() {
    const root = join(temporaryFolder(), 'workspace');
    const { id: recording } = await smallRecording(root);
    const application = createApplication(openWorkspace(root));
    open.push(application);
    const connection = await connect(application);
    open.push(connection);
    const events: ContractEvent[] = [];
    const { client } = connection;
    await new Promise<void>((resolve) => {
      client.onConnection((there) => {
        if (there) resolve();
      });
    });
    client.subscribe((event) => events.push(event));
    return { application, client, events, recording };
  }

  it('trains an experiment that a window created, tells how it goes, and shows what came out', async () => {
    const { client, events, recording } = await connected();
    const { id } = await client.call('experiments.create', {
      recording,
      preset: 'quick',
      settings: smallSettings(12),
    });
    const started = await client.call('experiments.run', { id });
    expect(started.state).toBe('running');
    await until(() => events.some(({ name, payload }) => name === 'experiment.event' && payload.event.type === 'ended'));
    await until(async () => (await client.call('experiments.show', { id })).status.state === 'completed');

    const heard = events.filter((event) => event.name === 'experiment.event').map(({ payload }) => payload.event.type);
    expect(heard).toEqual(expect.arrayContaining(['ready', 'progress', 'history', 'samples', 'checkpoint', 'ended']));
    const history = await client.call('experiments.history', { id });
    expect(history.map((line) => line.step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(await client.call('experiments.history', { id, known: 10 })).toHaveLength(2);
    expect(await client.call('experiments.samples', { id })).toEqual([0, 10, 12]);
    const gallery = await client.call('experiments.gallery', { id });
    expect(gallery.entries).toHaveLength(6);
    expect(gallery.entries[0].methods).toContain('ridge');
    const { rows } = await client.call('experiments.list', {});
    expect(rows.map((row) => row.id)).toEqual([id]);
  });

  it('pauses on request, and goes on from there', async () => {
    const { client, events, recording } = await connected();
    const { id } = await client.call('experiments.create', {
      recording,
      preset: 'quick',
      settings: smallSettings(100_000),
    });
    await client.call('experiments.run', { id });
    await until(() => events.some(({ name, payload }) => name === 'experiment.event' && payload.event.type === 'history'));
    const paused = await client.call('experiments.pause', { id });
    expect(paused.state).toBe('paused');
    await client.call('experiments.run', { id });
    const stopped = await client.call('experiments.stop', { id });
    expect(stopped.state).toBe('stopped');
    expect(stopped.checkpointStep).toBeGreaterThanOrEqual(paused.checkpointStep);
  });

  it('remembers what the user says of an experiment, and tells other windows', async () => {
    const { client, events, recording } = await connected();
    const { id } = await client.call('experiments.create', { recording, preset: 'quick', settings: smallSettings(4) });
    await client.call('experiments.annotate', { id, tags: ['pilot'], note: 'with the new masks' });
    const { rows } = await client.call('experiments.list', { search: 'masks' });
    expect(rows.map((row) => row.tags)).toEqual([['pilot']]);
    await until(() => events.filter(({ name }) => name === 'experiment.changed').length >= 2);
  });

  it('answers wrong calls with coded errors that name the entry', async () => {
    const { client, recording } = await connected();
    const wrong = (name: string, input: unknown) =>
      // Calls as a mistaken or hostile window makes them.
      client.call(name as 'experiments.show', input as { id: string });
    await expect(wrong('no.such.call', {})).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(wrong('toString', {})).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(wrong('experiments.show', { id: '../..' })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('id') as string,
    });
    await expect(wrong('experiments.show', { id: 'nobody' })).rejects.toMatchObject({ code: 'EXPERIMENT_NOT_FOUND' });
    await expect(
      client.call('experiments.create', { recording, preset: 'quick', regions: ['V9'] }),
    ).rejects.toMatchObject({ code: 'REGION_UNKNOWN', hint: expect.stringContaining('V1') as string });
  });

  it('ends a task that is cancelled', async () => {
    const { client, events } = await connected();
    const task = await client.call('engine.diagnose', {});
    await client.call('tasks.cancel', { id: task.id });
    await until(() => events.some(({ name, payload }) => name === 'task.changed' && payload.state === 'cancelled'));
    expect((await client.call('tasks.list', {})).map(({ state }) => state)).toEqual(['cancelled']);
  });

  it('defines regions, tells other windows, and offers them for training', async () => {
    const { client, application, events, recording } = await connected();
    const definition = { kind: 'expression', expression: 'V1 + V2' } as const;
    expect(await client.call('regions.preview', { recording, definition })).toEqual([{ name: null, voxels: 40, lost: 0 }]);
    expect(await client.call('regions.define', { recording, name: 'early', definition })).toEqual([
      { name: 'early', voxels: 40, lost: 0 },
    ]);
    await client.call('regions.rename', { recording, name: 'early', to: 'both' });
    const list = await client.call('regions.list', { recording });
    expect(list.regions.map(({ name, voxels, contains }) => [name, voxels, contains])).toEqual([
      ['V1', 25, []],
      ['V2', 15, []],
      ['both', 40, ['V1', 'V2']],
    ]);
    // Without volumes there is a label per column.
    expect(application.data(dataRoutes.labelColumns(recording, list.revision))?.bytes).toBe(40 * 4);
    expect(application.data(dataRoutes.labelVolume(recording, list.revision))).toBeNull();
    expect(application.data(`recordings/${recording}/label-columns/../../recording.json`)).toBeNull();
    const details = await client.call('recordings.show', { id: recording });
    expect(details.regions.map(({ name }) => name)).toEqual(['V1', 'V2', 'both']);
    expect(details.defaultRegions).toEqual(['V1', 'V2']);

    const statistic = await client.call('regions.statistic', { recording, statistic: 'variance', split: { kind: 'shipped' } });
    expect([statistic.samples, statistic.regions.length]).toEqual([14, 3]);
    expect(application.data(dataRoutes.statisticColumns(recording, statistic.key))?.bytes).toBe(40 * 8);
    await client.call('regions.remove', { recording, name: 'both' });
    await until(() => events.filter(({ name }) => name === 'recordings.changed').length >= 3);
    await expect(client.call('regions.remove', { recording, name: 'V1' })).rejects.toMatchObject({ code: 'REGION_UNKNOWN' });
    const mask = { kind: 'mask', path: '/no/mask.nii' } as const;
    await expect(client.call('regions.preview', { recording, definition: mask })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('does not come from volumes') as string,
    });
  });

  it('knows its recordings, with pictures to look at', async () => {
    const { client, application, recording } = await connected();
    const details = await client.call('recordings.show', { id: recording });
    expect(details.regions).toEqual([
      { name: 'V1', voxels: 25 },
      { name: 'V2', voxels: 15 },
    ]);
    expect(application.data(dataRoutes.stimulus(details.firstStimuli[0]))?.contentType).toBe('image/png');
    expect(application.data('stimuli/../catalog.sqlite')).toBeNull();
    expect(application.data('experiments/..%2f..%2fetc/report')).toBeNull();
  });
});

async function until(condition: () => boolean | Promise<boolean>, seconds = 60): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}
