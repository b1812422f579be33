/** The server against whoever should not reach it: other sites, other names, other people, and broken clients. */
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApplication, type Application } from '../../src/main/services/application/application.ts';
import { openWorkspace } from '../../src/main/services/workspace.ts';
import { calls, isCallName } from '../../src/shared/contract.ts';
import { CortextError } from '../../src/shared/errors.ts';
import { Random } from '../../src/shared/random.ts';
import { workspaceLayout } from '../../src/shared/workspace-layout.ts';
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

const staging = (): string => workspaceLayout(application.root).staging;

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

  describe('as a place for files', () => {
    const put = (address: string, body = 'bytes', headers: Record<string, string> = bearer()) => send('PUT', `/data/${address}`, headers, body);
    const codeOf = ({ body }: Answer): string => (JSON.parse(body) as { error?: { code: string } }).error?.code ?? 'taken';
    const opened = async (bytes = 1000, files = 100) => (await served.client.call('imports.upload', { files, bytes })).upload;

    it.each([
      ['../out.txt'],
      ['%2e%2e/out.txt'],
      ['a/../../../out.txt'],
      ['a/%2E%2E/%2E%2E/out.txt'],
      ['..%2f..%2fout.txt'],
      ['%2fetc%2fpasswd'],
      ['/etc/passwd'],
      ['a//b'],
      ['a/'],
      [''],
      ['a%5c..%5cb'],
      ['a%00b'],
      ['a%0ab'],
      ['%E0%A4%A'],
      ['x'.repeat(241)],
      [Array.from({ length: 300 }, () => 'deep').join('/')],
    ])('takes no file called %j', async (name) => {
      const upload = await opened();
      const answered = await put(`uploads/${upload}/${name}`);
      expect(answered.status).toBe(200);
      expect(codeOf(answered)).toBe('INVALID_ARGUMENT');
      expect(readdirSync(join(staging(), upload))).toEqual([]);
    });

    it('takes files of uploads that were opened only, once each, and no more than was announced', async () => {
      expect(codeOf(await put('uploads/nobody/a.txt'))).toBe('INVALID_ARGUMENT');
      expect(codeOf(await put('uploads/../a.txt'))).toBe('INVALID_ARGUMENT');
      const upload = await opened(12, 3);
      expect(codeOf(await put(`uploads/${upload}/a.txt`, '12345'))).toBe('taken');
      expect(codeOf(await put(`uploads/${upload}/a.txt`, '12345'))).toBe('ALREADY_EXISTS');
      expect(codeOf(await put(`uploads/${upload}/b.txt`, '12345678'))).toBe('FILE_TOO_LARGE');
      // The same without saying beforehand how much comes.
      expect(codeOf(await put(`uploads/${upload}/b.txt`, '12345678', { ...bearer(), 'Transfer-Encoding': 'chunked' }))).toBe('FILE_TOO_LARGE');
      expect(codeOf(await put(`uploads/${upload}/a.txt/c.txt`, '1'))).toBe('INVALID_ARGUMENT');
      expect(readdirSync(join(staging(), upload))).toEqual(['a.txt']);
      await expect(served.client.call('imports.upload', { files: 1, bytes: 1e15 })).rejects.toMatchObject({ code: 'NO_SPACE_LEFT' });
      await expect(served.client.call('imports.upload', { files: 1e9, bytes: 1 })).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' });
    });

    it('follows no link out of the upload', async () => {
      const upload = await opened();
      const outside = temporaryFolder();
      symlinkSync(outside, join(staging(), upload, 'link'));
      symlinkSync(join(outside, 'new.txt'), join(staging(), upload, 'file.txt'));
      expect(codeOf(await put(`uploads/${upload}/link/a.txt`))).toBe('INVALID_ARGUMENT');
      expect(codeOf(await put(`uploads/${upload}/file.txt`))).toBe('ALREADY_EXISTS');
      expect(readdirSync(outside)).toEqual([]);
    });

    it('refuses who has no key, or comes from another page, before a byte is taken', async () => {
      const upload = await opened();
      expect((await put(`uploads/${upload}/a.txt`, 'x', {})).status).toBe(403);
      expect((await put(`uploads/${upload}/a.txt`, 'x', { Authorization: 'Bearer wrong' })).status).toBe(401);
      expect((await put(`uploads/${upload}/a.txt`, 'x', { ...bearer(), Origin: 'https://evil.example' })).status).toBe(403);
      expect((await send('POST', `/data/uploads/${upload}/a.txt`, bearer(), 'x')).status).toBe(405);
      expect((await send('GET', `/data/uploads/${upload}/a.txt`, bearer())).status).toBe(405);
      expect(readdirSync(join(staging(), upload))).toEqual([]);
    });

    it('keeps nothing of a file whose sender left in the middle', async () => {
      const upload = await opened();
      await new Promise<void>((resolve) => {
        const socket = connect(served.server.port, '127.0.0.1', () => {
          socket.write(`PUT /data/uploads/${upload}/half.txt HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${bearer().Authorization}\r\nContent-Length: 900\r\n\r\nhalf`);
        });
        const waiting = setInterval(() => {
          if (!readdirSync(join(staging(), upload)).includes('half.txt')) return;
          clearInterval(waiting);
          socket.destroy();
          resolve();
        }, 10);
      });
      await expect.poll(() => readdirSync(join(staging(), upload))).toEqual([]);
      await isAlive();
    });

    it('looks at hostile paths and recipes, and answers with codes', async () => {
      const paths = ['\u0000', '/dev/null', '/proc/self/mem', '../../..', '~nobody/x', '/'.repeat(4000), ' '];
      for (const path of paths) {
        const browsed = await served.client.call('files.browse', { folder: path }).catch((error: unknown) => error as CortextError);
        if (browsed instanceof CortextError) expect(browsed.code, path).not.toBe('INTERNAL');
        const task = await served.client.call('imports.look', { source: { paths: [path] } }).catch(() => null);
        // The zero is refused before anything begins.
        if (task === null) continue;
        const settled = async () => (await served.client.call('tasks.list', {})).find(({ id }) => id === task.id);
        await expect.poll(async () => (await settled())?.state).not.toBe('running');
        expect((await settled())?.error?.code, path).not.toBe('INTERNAL');
      }
      await expect(served.client.call('imports.look', { source: { upload: '../../x' } })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
      expect((await send('GET', '/data/imports/..%2f..%2f/slices', bearer())).status).toBe(404);
      await isAlive();
    });
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
      // Some need nothing, and begin long work; null stands for that.
      if (isCallName(name) && calls[name].input.safeParse(input ?? {}).success) continue;
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
