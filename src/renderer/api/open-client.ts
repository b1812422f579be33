/** The client that fits where this page is shown. */
import { navigate } from 'wouter/use-browser-location';
import type { ContractClient } from '../../shared/contract-client.ts';
import { desktopContract } from './desktop.ts';
import { createHttpClient } from './http-client.ts';
import { createIpcClient } from './ipc-client.ts';

export function openClient(): ContractClient {
  const { origin } = window.location;
  if (desktopContract === null) return createHttpClient({ origin });
  const client = createIpcClient(desktopContract, origin);
  client.onShow((path) => {
    navigate(path);
  });
  return client;
}
