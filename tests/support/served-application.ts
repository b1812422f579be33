/** An application behind a real server on loopback, with a client that brings the token. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHttpClient } from '../../src/renderer/api/http-client.ts';
import { loadRendererFiles } from '../../src/main/server/renderer-files.ts';
import { startServer, type RunningServer } from '../../src/main/server/server.ts';
import type { Application } from '../../src/main/services/application/application.ts';
import type { ContractClient } from '../../src/shared/contract-client.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface ServedApplication {
  readonly server: RunningServer;
  readonly origin: string;
  readonly client: ContractClient;
  /** What was refused, and why. */
  readonly refused: string[];
  close(): Promise<void>;
}

/** The folder of an interface that shows nothing, for tests that only talk to the server. */
export function emptyRenderer(): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><meta name="csp-nonce" content="%CORTEXT_NONCE%">');
  writeFileSync(join(folder, 'assets', 'index.js'), 'export {};');
  return folder;
}

export async function serveForTests(application: Application): Promise<ServedApplication> {
  const refused: string[] = [];
  const server = await startServer(application, {
    renderer: loadRendererFiles(emptyRenderer()),
    onRefused: (what) => refused.push(what),
  });
  const origin = `http://127.0.0.1:${server.port}`;
  const authorization = { Authorization: `Bearer ${server.token}` };
  const client = createHttpClient({
    origin,
    token: server.token,
    openSocket: (url) => new WebSocket(url, { headers: authorization }),
  });
  return {
    server,
    origin,
    client,
    refused,
    close: async () => {
      client.close();
      await server.close();
    },
  };
}
