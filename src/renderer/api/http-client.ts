/** The contract over HTTP and WebSocket: for a browser, and for whoever speaks to a server from elsewhere. */
import type { CallAnswer, ContractClient } from '../../shared/contract-client.ts';
import type { CallInput, CallName, CallOutput, ContractEvent } from '../../shared/contract.ts';
import { CortextError } from '../../shared/errors.ts';

export interface HttpClientOptions {
  /** Of the server, without a slash at the end. */
  readonly origin: string;
  /** For programs. A page has its cookie. */
  readonly token?: string;
  /** For programs, whose sockets must bring the token along. */
  readonly openSocket?: (url: string) => WebSocket;
}

/** Waits between attempts to connect again, in milliseconds; the last one repeats. */
const RECONNECT = [200, 500, 1000, 2000, 5000];

export function createHttpClient({ origin, token, openSocket }: HttpClientOptions): ContractClient {
  const headers: Record<string, string> = {
    'Content-Type': 'application/json',
    ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
  };
  const events = connectEvents(origin, openSocket ?? ((url) => new WebSocket(url)));
  return {
    async call<N extends CallName>(name: N, input: CallInput<N>, signal?: AbortSignal): Promise<CallOutput<N>> {
      let response: Response;
      try {
        response = await fetch(`${origin}/call/${name}`, {
          method: 'POST',
          headers,
          body: JSON.stringify(input),
          ...(signal === undefined ? {} : { signal }),
        });
      } catch (error) {
        if (signal?.aborted === true) throw new CortextError('CANCELLED', 'Cancelled.', { cause: error });
        throw connectionLost(error);
      }
      if (!response.ok) throw refused(response.status, await response.text());
      const answer = (await response.json()) as CallAnswer;
      if (!answer.ok) throw CortextError.fromEnvelope(answer.error);
      // The dispatcher has checked it against the contract.
      return answer.value as CallOutput<N>;
    },
    subscribe: events.subscribe,
    onConnection: events.onConnection,
    dataUrl: (route) => `${origin}/data/${route}`,
    close: events.close,
  };
}

function connectionLost(cause: unknown): CortextError {
  return new CortextError('CONNECTION_LOST', 'Cortext does not answer.', {
    hint: 'Is "cortext serve" still running, and the tunnel to it open? Trainings go on without this window.',
    cause,
  });
}

function refused(status: number, text: string): CortextError {
  return status === 401
    ? new CortextError('CONNECTION_LOST', 'This window was opened by a server that has ended since.', {
        hint: 'Open the address that "cortext serve" prints now.',
      })
    : new CortextError('INTERNAL', `The server refused a call (${status}): ${text}`);
}

/** Keeps one socket open for as long as anybody listens, and opens it again when it is lost. */
function connectEvents(origin: string, openSocket: (url: string) => WebSocket) {
  const listeners = new Set<(event: ContractEvent) => void>();
  const connectionListeners = new Set<(connected: boolean) => void>();
  let socket: WebSocket | null = null;
  let attempts = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let closed = false;
  const tellConnection = (connected: boolean): void => {
    for (const listener of connectionListeners) listener(connected);
  };
  const wanted = (): boolean => !closed && listeners.size + connectionListeners.size > 0;
  const open = (): void => {
    if (socket !== null || !wanted()) return;
    socket = openSocket(`${origin.replace(/^http/, 'ws')}/events`);
    socket.onopen = () => {
      attempts = 0;
      tellConnection(true);
    };
    socket.onmessage = ({ data }) => {
      // Our own server's events; the dispatcher's side has made them by the contract.
      const event = JSON.parse(String(data)) as ContractEvent;
      for (const listener of listeners) listener(event);
    };
    socket.onclose = () => {
      socket = null;
      if (closed) return;
      tellConnection(false);
      clearTimeout(retry);
      retry = setTimeout(open, RECONNECT[Math.min(attempts++, RECONNECT.length - 1)]);
    };
    socket.onerror = () => undefined;
  };
  const listen = <T>(set: Set<T>, listener: T): (() => void) => {
    set.add(listener);
    open();
    return () => {
      set.delete(listener);
    };
  };
  return {
    subscribe: (listener: (event: ContractEvent) => void) => listen(listeners, listener),
    onConnection: (listener: (connected: boolean) => void) => listen(connectionListeners, listener),
    close: () => {
      closed = true;
      clearTimeout(retry);
      socket?.close();
    },
  };
}
