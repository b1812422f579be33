/** What `cortext://app/` answers: the interface, data of the workspace, and the page after a crash. */
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { commonHeaders, contentSecurityPolicy, reportSecurityPolicy } from '../server/page-headers.ts';
import type { RendererFiles } from '../server/renderer-files.ts';
import { plainAnswer, type DataAnswer, type DataRequest } from '../services/opened-workspace.ts';
import { crashPage } from './crash-page.ts';
import { isAppUrl } from './trusted-sender.ts';

export interface PageRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: DataRequest['headers'];
  readonly body: DataRequest['body'];
  readonly signal?: AbortSignal | undefined;
}

export interface PageSources {
  readonly renderer: RendererFiles;
  readonly data: (request: DataRequest) => Promise<DataAnswer>;
}

/** Data that is no report is never a page: opened as one, it may do nothing. */
const dataSecurityPolicy = "default-src 'none'; sandbox";

export async function answerPage(request: PageRequest, sources: PageSources): Promise<DataAnswer> {
  const { status, headers, body } = await find(request, sources);
  // Ours come last: a server at the other end of a relay has no say about what a page here may do.
  return { status, headers: { ...lowerCase(headers), ...lowerCase(commonHeaders) }, body };
}

async function find(request: PageRequest, { renderer, data }: PageSources): Promise<DataAnswer> {
  if (!isAppUrl(request.url)) return plainAnswer(403, 'There is no such place.');
  // As it was sent, without decoding: what is not plain finds nothing.
  const path = new URL(request.url).pathname;
  if (path.startsWith('/data/')) {
    const answer = await data({ ...request, address: path.slice('/data/'.length) });
    const headers = lowerCase(answer.headers);
    const isReport = headers['content-type']?.startsWith('text/html') === true;
    return {
      ...answer,
      headers: { ...headers, 'content-security-policy': isReport ? reportSecurityPolicy : dataSecurityPolicy },
    };
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') return plainAnswer(405, 'Only GET.');
  const file = renderer.files.get(path.slice(1));
  if (file !== undefined) {
    return {
      status: 200,
      headers: { 'content-type': file.contentType, 'cache-control': 'no-cache' },
      body: createReadStream(file.path),
    };
  }
  if (/\.\w+$/.test(path)) return plainAnswer(404, 'There is no such file.');
  const nonce = randomBytes(16).toString('base64');
  return {
    status: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': contentSecurityPolicy(nonce),
      'cache-control': 'no-store',
    },
    // Every other address is a place inside the interface, which finds it by itself.
    body: path === '/crashed' ? crashPage(nonce) : renderer.page(nonce),
  };
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
