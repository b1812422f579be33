/** The client that fits where this page is shown. */
import { navigate } from 'wouter/use-browser-location';
import type { ContractClient } from '../../shared/contract-client.ts';
import { createHttpClient } from './http-client.ts';
import { createIpcClient } from './ipc-client.ts';
import './shell.ts';

export function openClient(): ContractClient {
  const { origin } = window.location;
  if (window.cortextContract === undefined) return createHttpClient({ origin });
  const client = createIpcClient(window.cortextContract, origin);
  client.onShow((path) => {
    navigate(path);
  });
  return client;
}
