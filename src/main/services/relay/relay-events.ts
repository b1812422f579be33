/** The events of a served workspace: one socket, opened again whenever it is lost. */
import { WebSocket, type RawData } from 'ws';
import { events, type ContractEvent } from '../../../shared/contract.ts';
import type { ServerAddress } from './server-address.ts';

/** Waits between attempts, in milliseconds; the last one repeats. */
const RECONNECT = [200, 500, 1000, 2000, 5000];
/** The server greets every 20 s; a tunnel that died without a word is noticed after so long, in milliseconds. */
const SILENCE = 50_000;

export interface RelayedEvents {
  subscribe(listener: (event: ContractEvent) => void): () => void;
  onConnection(listener: (connected: boolean) => void): () => void;
  close(): void;
}

export function relayEvents(address: ServerAddress): RelayedEvents {
  const listeners = new Set<(event: ContractEvent) => void>();
  const connectionListeners = new Set<(connected: boolean) => void>();
  let socket: WebSocket | null = null;
  let connected: boolean | null = null;
  let attempts = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let closed = false;
  const tell = (state: boolean): void => {
    if (connected === state) return;
    connected = state;
    for (const listener of connectionListeners) listener(state);
  };
  const open = (): void => {
    const opened = new WebSocket(`${address.origin.replace(/^http/, 'ws')}/events`, {
      headers: { Authorization: `Bearer ${address.token}` },
      handshakeTimeout: 10_000,
      maxPayload: 64 << 20,
    });
    socket = opened;
    let silence: ReturnType<typeof setTimeout> | undefined;
    const heard = (): void => {
      clearTimeout(silence);
      silence = setTimeout(() => {
        opened.terminate();
      }, SILENCE);
    };
    opened.on('open', () => {
      attempts = 0;
      heard();
      tell(true);
    });
    opened.on('ping', heard);
    opened.on('message', (data: RawData) => {
      heard();
      const event = eventOf(data);
      if (event !== null) for (const listener of listeners) listener(event);
    });
    // Followed by `close`, which tries again.
    opened.on('error', () => undefined);
    opened.on('close', () => {
      clearTimeout(silence);
      if (closed) return;
      tell(false);
      retry = setTimeout(open, RECONNECT[Math.min(attempts++, RECONNECT.length - 1)]);
    });
  };
  open();
  const listen = <T>(set: Set<T>, listener: T): (() => void) => {
    set.add(listener);
    return () => set.delete(listener);
  };
  return {
    subscribe: (listener) => listen(listeners, listener),
    onConnection: (listener) => {
      if (connected !== null) listener(connected);
      return listen(connectionListeners, listener);
    },
    close: () => {
      closed = true;
      clearTimeout(retry);
      socket?.terminate();
    },
  };
}

/** The window and the server may be of different versions: what is no event of ours is not passed on. */
function eventOf(data: RawData): ContractEvent | null {
  try {
    const event = JSON.parse((data as Buffer).toString('utf8')) as ContractEvent;
    return Object.hasOwn(events, event.name) ? event : null;
  } catch {
    return null;
  }
}
