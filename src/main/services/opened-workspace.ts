/** What the desktop window works on: a workspace of this computer, or one that another computer serves. */
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { CallAnswer } from '../../shared/contract-client.ts';
import type { ContractEvent } from '../../shared/contract.ts';
import type { WindowPlace } from '../../shared/window-bridge.ts';
import type { Application } from './application/application.ts';
import { savedAs } from './data-files.ts';

/** A request for an address under `data/`. */
export interface DataRequest {
  readonly method: string;
  /** After `data/`, as it was sent. */
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable | null;
  readonly signal?: AbortSignal | undefined;
}

export interface DataAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable | string;
}

export interface OpenedWorkspace {
  readonly place: WindowPlace;
  /** The folder, or the server's address without its key. */
  readonly name: string;
  /** Never throws: what goes wrong is the answer. */
  call(name: string, input: unknown, signal?: AbortSignal): Promise<CallAnswer>;
  /** @returns how to stop listening */
  subscribe(listener: (event: ContractEvent) => void): () => void;
  /** Told at once, and at every change. @returns how to stop listening */
  onConnection(listener: (connected: boolean) => void): () => void;
  data(request: DataRequest): Promise<DataAnswer>;
  /** Experiments that would pause if this program ended now. */
  running(): string[];
  /** Pauses what runs here, and lets go of the workspace. */
  close(): Promise<void>;
}

export function plainAnswer(status: number, text: string): DataAnswer {
  return { status, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body: text };
}

/** @param application - closed with what is returned */
export function workspaceHere(application: Application): OpenedWorkspace {
  return {
    place: 'this-computer',
    name: application.root,
    call: (name, input, signal) => application.call(name, input, signal),
    subscribe: (listener) => application.subscribe(listener),
    onConnection: (listener) => {
      listener(true);
      return () => undefined;
    },
    data: (request) =>
      request.address.startsWith('uploads/')
        ? receive(application, request)
        : Promise.resolve(send(application, request)),
    running: () => application.running(),
    close: () => application.close(),
  };
}

async function receive(
  application: Application,
  { method, address, headers, body, signal }: DataRequest,
): Promise<DataAnswer> {
  if (method !== 'PUT') return plainAnswer(405, 'Files are put here.');
  const stated = headers['content-length'];
  // An empty file has no body.
  const answer = await application.upload(address, body ?? Readable.from([]), {
    bytes: stated === undefined ? null : Number(stated),
    signal,
  });
  return {
    status: 200,
    headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' },
    body: JSON.stringify(answer),
  };
}

function send(application: Application, { method, address }: DataRequest): DataAnswer {
  if (method !== 'GET' && method !== 'HEAD') return plainAnswer(405, 'Only GET.');
  const file = application.data(address);
  if (file === null) return plainAnswer(404, 'There is no such file.');
  return {
    status: 200,
    headers: {
      'Content-Type': file.contentType,
      'Content-Length': String(file.bytes),
      'Cache-Control': file.immutable ? 'private, max-age=31536000, immutable' : 'no-cache',
      ...(file.downloadName === undefined ? {} : { 'Content-Disposition': savedAs(file.downloadName) }),
    },
    body: method === 'HEAD' ? '' : createReadStream(file.path),
  };
}
