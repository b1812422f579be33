/**
 * The server shell: the application on a loopback address, for a browser on this computer or at the end of an SSH tunnel.
 *
 * `POST /call/<name>` carries calls, a WebSocket at `/events` carries events, `GET /data/...` serves pictures, `PUT
 * /data/uploads/...` takes files in, and all else is the interface.
 */
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { CortextError } from '../../shared/errors.ts';
import type { Application } from '../services/application/application.ts';
import { workspaceHere, type OpenedWorkspace } from '../services/opened-workspace.ts';
import { createAdmission, type Admission } from './admission.ts';
import { serveEvents } from './events-socket.ts';
import { commonHeaders, contentSecurityPolicy, reportSecurityPolicy } from './page-headers.ts';
import type { RendererFiles } from './renderer-files.ts';

export interface ServerOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number | undefined;
  /** By default a new one. A server that takes the place of another keeps its windows when it has that one's. */
  readonly token?: string;
  readonly renderer: RendererFiles;
  /** Told of every request that was refused, and why. */
  readonly onRefused?: (what: string) => void;
}

export interface RunningServer {
  readonly port: number;
  readonly token: string;
  /** Opens the interface; holds the token, so it is for the user alone. */
  readonly url: string;
  close(): Promise<void>;
}

/** No call carries more than settings and text. */
const LARGEST_CALL = 1 << 20;
/** The body of a call must be there, and a file must go on, within this time, in milliseconds. */
const PATIENCE = 60_000;

/**
 * Starts serving an application, which stays the caller's to close.
 *
 * @throws CortextError `ALREADY_EXISTS` when the port is taken
 */
export async function startServer(application: Application, options: ServerOptions): Promise<RunningServer> {
  const token = options.token ?? randomBytes(24).toString('base64url');
  const admission = createAdmission(token);
  const refused = options.onRefused ?? (() => undefined);
  const served = { application, workspace: workspaceHere(application), renderer: options.renderer, admission, refused };
  const server = createServer((request, response) => {
    answer(served, request, response).catch((error: unknown) => {
      refused(`${request.method ?? ''} ${pathOf(request)}: ${String(error)}`);
      if (!response.headersSent) finish(response, 500, 'Something went wrong.');
      else response.destroy();
    });
  });
  // Files of an upload take as long as they take; calls and silence are watched where they are read.
  server.requestTimeout = 0;
  server.headersTimeout = 10_000;
  server.maxConnections = 200;
  const events = serveEvents(server, application, admission, refused);
  await listen(server, options.port ?? 0);
  // A TCP server's address is never a pipe's name.
  const { port } = server.address() as AddressInfo;
  return {
    port,
    token,
    url: `http://127.0.0.1:${port}/?token=${token}`,
    async close() {
      events.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new CortextError('ALREADY_EXISTS', `Port ${port} is taken by another program.`, {
              hint: 'Choose another with --port, or leave it out for any free one.',
            })
          : error,
      );
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}

interface Served {
  readonly application: Application;
  readonly workspace: OpenedWorkspace;
  readonly renderer: RendererFiles;
  readonly admission: Admission;
  readonly refused: (what: string) => void;
}

async function answer(served: Served, request: IncomingMessage, response: ServerResponse): Promise<void> {
  for (const [name, value] of Object.entries(commonHeaders)) response.setHeader(name, value);
  const path = pathOf(request);
  if (request.method === 'GET' && path === '/' && exchangeToken(served.admission, request, response)) return;
  const refusal = served.admission.refuse(request);
  if (refusal !== null) {
    served.refused(`${request.method ?? ''} ${path.slice(0, 200)}: ${refusal}`);
    finish(response, refusal === 'no-token' ? 401 : 403, refusalText[refusal]);
    return;
  }
  if (path.startsWith('/data/')) await answerData(served, path.slice('/data/'.length), request, response);
  else if (path.startsWith('/call/')) await answerCall(served.application, path.slice('/call/'.length), request, response);
  else if (request.method !== 'GET' && request.method !== 'HEAD') finish(response, 405, 'Only GET.');
  else await sendInterface(served.renderer, path, request, response);
}

const refusalText = {
  'foreign-host': 'This server only answers to the name of this computer.',
  'foreign-origin': 'Requests of other pages are refused.',
  'no-token': 'Open the address that "cortext serve" has printed: it holds the key.',
} as const;

/** The first visit brings the token in the address; from then on it is a cookie, and the address shows it no longer. */
function exchangeToken(admission: Admission, request: IncomingMessage, response: ServerResponse): boolean {
  const given = new URL(request.url ?? '/', 'http://localhost').searchParams.get('token');
  if (given === null || !admission.accepts(given)) return false;
  response.setHeader('Set-Cookie', admission.cookie);
  response.setHeader('Cache-Control', 'no-store');
  response.writeHead(303, { Location: '/' }).end();
  return true;
}

async function answerCall(
  application: Application,
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'POST' || !/^application\/json\b/.test(request.headers['content-type'] ?? '')) {
    finish(response, 405, 'Calls are made with POST and JSON.');
    return;
  }
  const body = await readBody(request, LARGEST_CALL);
  if (body === null) {
    response.setHeader('Connection', 'close');
    finish(response, 413, 'The request is too large.');
    return;
  }
  let input: unknown;
  try {
    input = JSON.parse(body === '' ? '{}' : body);
  } catch {
    finish(response, 400, 'The request is not JSON.');
    return;
  }
  const abort = new AbortController();
  response.on('close', () => {
    if (!response.writableFinished) abort.abort();
  });
  const answered = await application.call(name, input, abort.signal);
  response.setHeader('Cache-Control', 'no-store');
  finish(response, 200, JSON.stringify(answered), 'application/json');
}

/** @returns null when there is more than `limit` bytes */
async function readBody(request: IncomingMessage, limit: number): Promise<string | null> {
  // A body that dribbles in would hold its socket for ever.
  const tooSlow = setTimeout(() => request.destroy(), PATIENCE);
  const parts: Buffer[] = [];
  let length = 0;
  // The stream of a request has no encoding set, so it gives buffers.
  try {
    for await (const part of request as AsyncIterable<Buffer>) {
      length += part.length;
      if (length > limit) return null;
      parts.push(part);
    }
  } finally {
    clearTimeout(tooSlow);
  }
  return Buffer.concat(parts).toString('utf8');
}

async function answerData(
  { workspace }: Served,
  address: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const abort = new AbortController();
  request.on('error', () => { abort.abort(); });
  // As long as bytes come, a file may take its time.
  if (request.method === 'PUT') request.setTimeout(PATIENCE, () => request.destroy());
  const { status, headers, body } = await workspace.data({
    method: request.method ?? 'GET',
    address,
    // Of the headers that matter here none may come twice.
    headers: request.headers as Record<string, string>,
    body: request,
    signal: abort.signal,
  });
  if (headers['Content-Type']?.startsWith('text/html')) response.setHeader('Content-Security-Policy', reportSecurityPolicy);
  // The rest of a file that was refused is not waited for.
  if (!request.complete) response.setHeader('Connection', 'close');
  response.writeHead(status, headers);
  if (typeof body === 'string') response.end(body);
  else await pipeline(body, response);
}

async function sendInterface(
  renderer: RendererFiles,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const file = renderer.files.get(path.slice(1));
  if (file !== undefined) {
    await sendFile(file, request, response);
    return;
  }
  if (/\.\w+$/.test(path)) {
    finish(response, 404, 'There is no such file.');
    return;
  }
  // Every other address is a place inside the interface, which finds it by itself.
  const nonce = randomBytes(16).toString('base64');
  response.setHeader('Content-Security-Policy', contentSecurityPolicy(nonce));
  response.setHeader('Cache-Control', 'no-store');
  finish(response, 200, renderer.page(nonce), 'text/html; charset=utf-8');
}

async function sendFile(
  { path, contentType, immutable }: { path: string; contentType: string; immutable: boolean },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.setHeader('Content-Type', contentType);
  response.setHeader('Cache-Control', immutable ? 'private, max-age=31536000, immutable' : 'no-cache');
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  await pipeline(createReadStream(path), response);
}

function finish(response: ServerResponse, status: number, text: string, contentType = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, { 'Content-Type': contentType, 'Content-Length': Buffer.byteLength(text) }).end(text);
}

/** The path as it was sent, without decoding: what is not plain finds nothing. */
function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split(/[?#]/, 1)[0];
}
