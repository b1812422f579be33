/** A workspace of another computer, through a tunnel that can break. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApplication, type Application } from '../../../src/main/services/application/application.ts';
import { relayWorkspace } from '../../../src/main/services/relay/relay-workspace.ts';
import { parseServerAddress } from '../../../src/main/services/relay/server-address.ts';
import { openWorkspace } from '../../../src/main/services/workspace.ts';
import { dataRoutes } from '../../../src/shared/data-routes.ts';
import { openTunnel, type Tunnel } from '../../support/electron/tunnel.ts';
import { serveForTests, type ServedApplication } from '../../support/served-application.ts';
import { smallRecording } from '../../support/small-workspace.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

let application: Application;
let served: ServedApplication;
let tunnel: Tunnel;
let stimulus: string;

beforeAll(async () => {
  const root = join(temporaryFolder(), 'workspace');
  stimulus = (await smallRecording(root)).stimuli[0].id;
  application = createApplication(openWorkspace(root));
  served = await serveForTests(application);
  tunnel = await openTunnel(served.server.port);
});

afterAll(async () => {
  await tunnel.close();
  await served.close();
  await application.close();
});

const near = () => parseServerAddress(`http://localhost:${tunnel.port}/?token=${served.server.token}`);
const get = (address: string) => ({ method: 'GET', address, headers: {}, body: null });

describe('a relayed workspace', () => {
  it('brings pictures over byte by byte, and no file that has no address', async () => {
    const workspace = await relayWorkspace(near());
    const { status, headers, body } = await workspace.data(get(dataRoutes.stimulus(stimulus)));
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('image/png');
    const bytes = await buffer(body as Readable);
    expect(bytes.length).toBe(Number(headers['content-length']));
    expect(bytes.subarray(1, 4).toString()).toBe('PNG');
    for (const address of ['../../call/workspace.show', 'catalog.sqlite', '..%2fcatalog.sqlite']) {
      expect((await workspace.data(get(address))).status, address).toBe(404);
    }
    await workspace.close();
  });

  it('makes no other request of the name of a call', async () => {
    const workspace = await relayWorkspace(near());
    for (const name of ['../data/x', 'a/b?c', '', '%', '\r\nHost: evil']) {
      expect(await workspace.call(name, {}), name).toMatchObject({ ok: false });
    }
    expect(await workspace.call('workspace.show', {})).toMatchObject({ ok: true, value: { recordings: 1 } });
    await workspace.close();
  });

  it('tells that the connection is lost, and finds it again', async () => {
    const workspace = await relayWorkspace(near());
    const told: boolean[] = [];
    workspace.onConnection((connected) => told.push(connected));
    await expect.poll(() => told).toEqual([true]);
    await tunnel.close();
    await expect.poll(() => told).toEqual([true, false]);
    expect(await workspace.call('workspace.show', {})).toMatchObject({ ok: false, error: { code: 'CONNECTION_LOST' } });
    expect((await workspace.data(get(dataRoutes.stimulus(stimulus)))).status).toBe(502);
    await tunnel.reopen();
    await expect.poll(() => told, { timeout: 10_000 }).toEqual([true, false, true]);
    expect(await workspace.call('workspace.show', {})).toMatchObject({ ok: true });
    await workspace.close();
  });

  it('says that a key is refused', async () => {
    const wrong = parseServerAddress(`http://localhost:${tunnel.port}/?token=AAAAAAAAAAAAAAAAAAAAAAAA`);
    await expect(relayWorkspace(wrong)).rejects.toMatchObject({
      code: 'CONNECTION_LOST',
      message: expect.stringContaining('does not accept this key') as string,
    });
  });

  it.each([
    ['a page', '<html>'],
    ['JSON of another kind', '{"hello":1}'],
  ])('tells another program from Cortext by its answer: %s', async (_name, answer) => {
    const other = createServer((_request, response) => response.end(answer)).listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    await expect(relayWorkspace(parseServerAddress(`127.0.0.1:${port}/?token=AAAAAAAAAAAA`))).rejects.toMatchObject({
      message: expect.stringContaining('is not Cortext') as string,
    });
    other.close();
  });
});

describe('the address of a server', () => {
  it('is what "cortext serve" prints, with or without its scheme', () => {
    expect(parseServerAddress(' http://127.0.0.1:7007/?token=abcdefgh12 ')).toEqual({
      origin: 'http://127.0.0.1:7007',
      hostname: '127.0.0.1',
      port: 7007,
      token: 'abcdefgh12',
    });
    expect(parseServerAddress('localhost:7007/?token=abcdefgh12').origin).toBe('http://localhost:7007');
  });

  it.each([
    '',
    'localhost',
    'http://localhost:7007/',
    'https://localhost:7007/?token=abcdefgh12',
    'http://localhost:7007/?token=a b',
    'file:///etc/passwd',
  ])('is not %j', (typed) => {
    expect(() => parseServerAddress(typed)).toThrow();
  });

  it('never sends a key to another computer in clear: it says how to dig a tunnel', () => {
    expect(() => parseServerAddress('http://gpu.lab.example:7007/?token=abcdefgh12')).toThrow(
      'not this end of an SSH tunnel',
    );
    expect(() => parseServerAddress('http://localhost.evil.example:7007/?token=abcdefgh12')).toThrow();
  });
});
