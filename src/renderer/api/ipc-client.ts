/** The contract through the preload's bridge: for the desktop window. */
import type { ContractBridge, Told } from '../../shared/contract-bridge.ts';
import type { ContractClient } from '../../shared/contract-client.ts';
import type { CallInput, CallName, CallOutput, ContractEvent } from '../../shared/contract.ts';
import { CortextError } from '../../shared/errors.ts';

export interface IpcClient extends ContractClient {
  /** The user chose a page in the menu. @returns how to stop listening */
  onShow(listener: (path: string) => void): () => void;
}

/** @param origin - of the page, without a slash at the end */
export function createIpcClient(bridge: ContractBridge, origin: string): IpcClient {
  const eventListeners = new Set<(event: ContractEvent) => void>();
  const connectionListeners = new Set<(connected: boolean) => void>();
  const showListeners = new Set<(path: string) => void>();
  let connected: boolean | null = null;
  const stop = bridge.listen((told: Told) => {
    switch (told.kind) {
      case 'event':
        for (const listener of eventListeners) listener(told.event);
        break;
      case 'connected':
        connected = told.connected;
        for (const listener of connectionListeners) listener(told.connected);
        break;
      case 'show':
        for (const listener of showListeners) listener(told.path);
        break;
    }
  });
  const listen = <T>(set: Set<T>, listener: T): (() => void) => {
    set.add(listener);
    return () => {
      set.delete(listener);
    };
  };
  let calls = 0;
  return {
    async call<N extends CallName>(name: N, input: CallInput<N>, signal?: AbortSignal): Promise<CallOutput<N>> {
      signal?.throwIfAborted();
      const number = calls++;
      const cancel = (): void => {
        bridge.cancel(number);
      };
      signal?.addEventListener('abort', cancel, { once: true });
      try {
        const answer = await bridge.call(number, name, input);
        if (!answer.ok) throw CortextError.fromEnvelope(answer.error);
        // The dispatcher has checked it against the contract.
        return answer.value as CallOutput<N>;
      } catch (error) {
        if (signal?.aborted === true) throw new CortextError('CANCELLED', 'Cancelled.', { cause: error });
        throw error;
      } finally {
        signal?.removeEventListener('abort', cancel);
      }
    },
    subscribe: (listener) => listen(eventListeners, listener),
    onConnection: (listener) => {
      if (connected !== null) listener(connected);
      return listen(connectionListeners, listener);
    },
    onShow: (listener) => listen(showListeners, listener),
    dataUrl: (route) => `${origin}/data/${route}`,
    close: stop,
  };
}
