/** A window that loses the program behind it: over a real server that goes and comes back. */
import { QueryClient } from '@tanstack/react-query';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { loadRendererFiles } from '../../../src/main/server/renderer-files.ts';
import { startServer } from '../../../src/main/server/server.ts';
import { createApplication, type Application } from '../../../src/main/services/application/application.ts';
import { openWorkspace } from '../../../src/main/services/workspace.ts';
import { followEvents } from '../../../src/renderer/api/follow-events.ts';
import { createHttpClient } from '../../../src/renderer/api/http-client.ts';
import type { ContractEvent } from '../../../src/shared/contract.ts';
import { emptyRenderer } from '../../support/served-application.ts';
import { smallRecording, smallSettings } from '../../support/small-workspace.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

describe('a window whose server goes and comes back', () => {
  const open: { close(): unknown }[] = [];
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) await one.close();
  });

  async function served() {
    const root = join(temporaryFolder(), 'workspace');
    const { id: recording } = await smallRecording(root);
    const application = createApplication(openWorkspace(root));
    const renderer = loadRendererFiles(emptyRenderer());
    let server = await startServer(application, { renderer });
    open.push(application, { close: () => server.close() });
    const { port, token } = server;
    const client = createHttpClient({
      origin: `http://127.0.0.1:${port}`,
      token,
      openSocket: (url) => new WebSocket(url, { headers: { Authorization: `Bearer ${token}` } }),
    });
    open.push(client);
    return {
      application,
      recording,
      client,
      stop: () => server.close(),
      /** In the same place, with the same key or another. */
      startAgain: async (key?: string) => {
        server = await startServer(application, {
          renderer,
          port,
          ...(key === undefined ? { token } : { token: key }),
        });
      },
    };
  }

  it('says so, connects by itself, hears events again, and asks anew for what it knew', async () => {
    const { application, recording, client, stop, startAgain } = await served();
    const heard: ContractEvent[] = [];
    const states: boolean[] = [];
    client.subscribe((event) => heard.push(event));
    client.onConnection((connected) => states.push(connected));
    const queries = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity, retry: false } } });
    followEvents(client, queries);
    const known = () =>
      queries.fetchQuery({
        queryKey: ['experiments.list', {}],
        queryFn: () => client.call('experiments.list', {}),
      });
    expect((await known()).total).toBe(0);
    await expect.poll(() => states).toEqual([true]);

    await stop();
    await expect.poll(() => states).toEqual([true, false]);
    await expect(client.call('workspace.show', {})).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    // What happens meanwhile goes by unheard.
    const created = await create(application, recording);
    expect(heard).toEqual([]);

    await startAgain();
    await expect.poll(() => states.at(-1), { timeout: 10_000 }).toBe(true);
    await expect.poll(async () => (await known()).rows.map(({ id }) => id)).toEqual([created]);
    await client.call('experiments.annotate', { id: created, note: 'heard again' });
    await expect.poll(() => heard.map(({ name }) => name)).toContain('experiment.changed');
  });

  it('is told to open the new address when the key is another', async () => {
    const { client, stop, startAgain } = await served();
    await stop();
    await startAgain('another key');
    await expect(client.call('workspace.show', {})).rejects.toMatchObject({
      code: 'CONNECTION_LOST',
      hint: expect.stringContaining('cortext serve') as string,
    });
  });
});

async function create(application: Application, recording: string): Promise<string> {
  const answer = await application.call('experiments.create', {
    recording,
    preset: 'quick',
    settings: smallSettings(4),
  });
  if (!answer.ok) throw new Error(answer.error.message);
  // The contract says so.
  return (answer.value as { id: string }).id;
}
