import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { answerPage, type PageRequest } from '../../src/main/electron/app-pages.ts';
import { loadRendererFiles } from '../../src/main/server/renderer-files.ts';
import type { DataAnswer, DataRequest } from '../../src/main/services/opened-workspace.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

function sources(answer: DataAnswer = { status: 200, headers: { 'Content-Type': 'image/png' }, body: 'picture' }) {
  const folder = join(temporaryFolder(), 'renderer');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(join(folder, 'index.html'), '<meta name="csp-nonce" content="%CORTEXT_NONCE%">');
  writeFileSync(join(folder, 'assets', 'index.js'), 'export {};');
  writeFileSync(join(folder, '..', 'secret.txt'), 'secret');
  const asked: DataRequest[] = [];
  return {
    asked,
    renderer: loadRendererFiles(folder),
    data: (request: DataRequest) => {
      asked.push(request);
      return Promise.resolve(answer);
    },
  };
}

const get = (url: string, method = 'GET'): PageRequest => ({ method, url, headers: {}, body: null });

describe('the pages of cortext://app', () => {
  it('are the interface at every place inside it, each with a nonce of its own', async () => {
    const from = sources();
    const nonces = new Set<string>();
    for (const path of ['/', '/library', '/experiments/x/gallery']) {
      const { status, headers, body } = await answerPage(get(`cortext://app${path}`), from);
      expect(status).toBe(200);
      const nonce = typeof body === 'string' ? /content="([^"]+)"/.exec(body)?.[1] : undefined;
      expect(headers['content-security-policy']).toContain(`style-src 'self' 'nonce-${nonce ?? ''}'`);
      expect(headers['content-security-policy']).not.toContain('unsafe-inline');
      expect(headers['cross-origin-embedder-policy']).toBe('require-corp');
      nonces.add(nonce ?? '');
    }
    expect(nonces.size).toBe(3);
  });

  it.each([
    'cortext://app/../secret.txt',
    'cortext://app/..%2fsecret.txt',
    'cortext://app/assets/..%2f..%2fsecret.txt',
    'cortext://app/assets/%2e%2e/%2e%2e/secret.txt',
    'cortext://app//etc/passwd.txt',
    'cortext://app/assets/index.js/../../../secret.txt',
    'cortext://app/%00.txt',
  ])('are none that lie elsewhere: %s', async (url) => {
    const { status, body } = await answerPage(get(url), sources());
    expect(status).toBe(404);
    expect(body).toBe('There is no such file.');
  });

  it('answer no other host, and change nothing', async () => {
    expect((await answerPage(get('cortext://elsewhere/'), sources())).status).toBe(403);
    expect((await answerPage(get('cortext://app/', 'POST'), sources())).status).toBe(405);
  });

  it('hand data requests on, with their body', async () => {
    const from = sources();
    const body = Readable.from([Buffer.from('bytes')]);
    const request = {
      ...get('cortext://app/data/uploads/u1/a%20b.nii', 'PUT'),
      headers: { 'content-length': '5' },
      body,
    };
    await answerPage(request, from);
    expect(from.asked).toMatchObject([
      { method: 'PUT', address: 'uploads/u1/a%20b.nii', headers: { 'content-length': '5' } },
    ]);
    expect(from.asked[0].body).toBe(body);
  });

  it('let neither data nor the other end of a relay decide what a page may do', async () => {
    const loose = {
      'Content-Security-Policy': '',
      'X-Content-Type-Options': 'x',
      'Cross-Origin-Embedder-Policy': 'unsafe-none',
    };
    const picture = await answerPage(
      get('cortext://app/data/stimuli/0'),
      sources({ status: 200, headers: { ...loose, 'Content-Type': 'image/svg+xml' }, body: '' }),
    );
    expect(picture.headers['content-security-policy']).toBe("default-src 'none'; sandbox");
    expect(picture.headers['x-content-type-options']).toBe('nosniff');
    expect(picture.headers['cross-origin-embedder-policy']).toBe('require-corp');
    const report = await answerPage(
      get('cortext://app/data/experiments/x/report'),
      sources({ status: 200, headers: { ...loose, 'Content-Type': 'text/html' }, body: '' }),
    );
    expect(report.headers['content-security-policy']).toMatch(
      /^default-src 'none'.* sandbox allow-scripts allow-downloads$/,
    );
  });
});
