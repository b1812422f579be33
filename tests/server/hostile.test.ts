/** The server against whoever should not reach it: other sites, other names, other people, and broken clients. */
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApplication, type Application } from '../../src/main/services/application/application.ts';
import { openWorkspace } from '../../src/main/services/workspace.ts';
import { calls } from '../../src/shared/contract.ts';
import { Random } from '../../src/shared/random.ts';
import { serveForTests, type ServedApplication } from '../support/served-application.ts';
import { smallRecording } from '../support/small-workspace.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let served: ServedApplication;
let application: Application;

beforeAll(async () => {
  const root = join(temporaryFolder(), 'workspace');
  await smallRecording(root);
  application = createApplication(openWorkspace(root));
  served = await serveForTests(application);
});

afterAll(async () => {
  await served.close();
  await application.close();
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Sends exactly these headers: `fetch` would put the host right. */
function send(method: string, path: string, headers: Record<string, string> = {}, body = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ port: served.server.port, host: '127.0.0.1', method, path, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const bearer = (): Record<string, string> => ({ Authorization: `Bearer ${served.server.token}` });
const json = { 'Content-Type': 'application/json' };

async function isAlive(): Promise<void> {
  await expect(served.client.call('workspace.show', {})).resolves.toMatchObject({ recordings: 1 });
}

describe('the server', () => {
  it('gives the key once, as a cookie that no script and no other site can use', async () => {
    const opened = await send('GET', `/?token=${served.server.token}`);
    expect(opened.status).toBe(303);
    expect(opened.headers.location).toBe('/');
    const [cookie] = opened.headers['set-cookie'] ?? [];
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict/);
    const page = await send('GET', '/', { Cookie: cookie.split(';')[0] });
    expect(page.status).toBe(200);
    expect(page.headers['content-security-policy']).not.toContain('unsafe-inline');
    expect(page.headers['cross-origin-embedder-policy']).toBe('require-corp');
    const nonce = /content="([^"]+)"/.exec(page.body)?.[1] ?? '';
    expect(page.headers['content-security-policy']).toContain(`'nonce-${nonce}'`);
  });

  it.each([
    ['without the key', 'GET', '/', {}, 401],
    ['with a wrong key', 'GET', '/', { Authorization: 'Bearer AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }, 401],
    ['with a wrong key in the address', 'GET', '/?token=wrong', {}, 401],
    ['data without the key', 'GET', '/data/stimuli/00', {}, 401],
  ] as const)('refuses who comes %s', async (_name, method, path, headers, status) => {
    const answered = await send(method, path, headers);
    expect(answered.status).toBe(status);
    expect(answered.body).not.toContain(served.server.token);
  });

  it.each([
    ['a name that an attacker lets point here', { Host: 'evil.example' }],
    ['the same with our port', { Host: 'evil.example:80' }],
    ['a name that only begins like ours', { Host: 'localhost.evil.example' }],
    ['a page of another site', { Origin: 'https://evil.example' }],
    ['a page of another port', { Origin: 'http://127.0.0.1:1' }],
    ['a page without an origin', { Origin: 'null' }],
  ])('refuses %s even with the key', async (_name, headers) => {
    const answered = await send('POST', '/call/workspace.show', { ...bearer(), ...json, ...headers }, '{}');
    expect(answered.status).toBe(403);
  });

  it('serves no file but those with an address', async () => {
    const paths = [
      '/data/../catalog.sqlite',
      '/data/%2e%2e/catalog.sqlite',
      '/data/experiments/../../catalog.sqlite/report',
      '/data/experiments/..%2f..%2f/report',
      '/data/stimuli/..%2fcatalog.sqlite',
      '/../../../../etc/passwd.txt',
      '/assets/..%2f..%2findex.html.png',
      '/%00.js',
      '/data/catalog.sqlite',
    ];
    for (const path of paths) {
      const { status, body } = await send('GET', path, bearer());
      expect(status, path).toBe(404);
      expect(body).toBe('There is no such file.');
    }
  });

  it('survives a thousand malformed calls and answers each', async () => {
    const random = new Random(11);
    const pick = <T>(values: readonly T[]): T => values[random.integer(values.length)];
    const junk: unknown[] = [null, 0, -1, 1e308, '', '../..', 'x'.repeat(5000), [], [[]], {}, { id: {} }, true];
    const names = Object.keys(calls);
    const statuses = new Set<number>();
    for (let at = 0; at < 1000; at++) {
      const keys = ['id', 'a', 'b', 'recording', 'preset', 'steps', 'settings', 'split', 'tags', '__proto__', 'sort'];
      const input = random.uniform() < 0.5 ? pick(junk) : Object.fromEntries(keys.map((key) => [key, pick(junk)]));
      const name = random.uniform() < 0.8 ? pick(names) : pick(['', '%', '%E0%A4%A', '__proto__', 'constructor', 'a/b', '..']);
      const body = random.uniform() < 0.2 ? pick(['{', '\u0000', '"', '[1,', 'NaN', '{"id":']) : JSON.stringify(input);
      // What starts long work is left out: this is about what is refused.
      if (/engine\.|workspace\.|\.list|experiments\.tags/.test(name)) continue;
      const { status, body: answered } = await send('POST', `/call/${name}`, { ...bearer(), ...json }, body);
      statuses.add(status);
      if (status === 200) expect(JSON.parse(answered)).toMatchObject({ ok: false, error: { code: expect.any(String) as string } });
    }
    expect([...statuses].every((status) => [200, 400, 404].includes(status))).toBe(true);
    await isAlive();
  });

  it('cuts off a body that is too large', async () => {
    const answered = await send('POST', '/call/experiments.annotate', { ...bearer(), ...json }, 'x'.repeat(3 << 20)).catch(
      () => null,
    );
    // Either the answer arrives, or the connection is gone before the sender is done.
    expect(answered === null ? 413 : answered.status).toBe(413);
    await isAlive();
  });

  it('admits sockets with the key only, and not without end', async () => {
    const open = (headers: Record<string, string>) =>
      new Promise<WebSocket | null>((resolve) => {
        const socket = new WebSocket(`ws://127.0.0.1:${served.server.port}/events`, { headers });
        socket.onopen = () => {
          resolve(socket);
        };
        socket.onerror = () => {
          resolve(null);
        };
      });
    expect(await open({})).toBeNull();
    expect(await open({ ...bearer(), Origin: 'https://evil.example' })).toBeNull();
    const sockets = await Promise.all(Array.from({ length: 50 }, () => open(bearer())));
    const admitted = sockets.filter((socket) => socket !== null);
    expect(admitted.length).toBeGreaterThan(20);
    expect(admitted.length).toBeLessThan(50);
    admitted[0].send('x'.repeat(100_000));
    for (const socket of admitted) socket.close();
    await isAlive();
  });

  it('goes on after clients that speak no HTTP or leave in the middle', async () => {
    await Promise.all(
      ['\u0000\u0001\u0002', 'GET / HTTP/1.1\r\nHost: localhost\r\n', 'POST /call/x HTTP/1.1\r\nContent-Length: 99\r\n\r\n{'].map(
        (text) =>
          new Promise<void>((resolve) => {
            const socket = connect(served.server.port, '127.0.0.1', () => {
              socket.write(text, () => {
                socket.destroy();
                resolve();
              });
            });
            socket.on('error', () => {
              resolve();
            });
          }),
      ),
    );
    await isAlive();
  });

  it('says whom it refused', () => {
    expect(served.refused.some((line) => line.includes('foreign-host'))).toBe(true);
    expect(served.refused.some((line) => line.includes('foreign-origin'))).toBe(true);
    expect(served.refused.some((line) => line.includes('no-token'))).toBe(true);
    expect(served.refused.join('\n')).not.toContain(served.server.token);
  });
});
