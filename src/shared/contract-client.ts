/** What an interface sees of the program behind it, whatever lies between. */
import type { CallInput, CallName, CallOutput, ContractEvent } from './contract.ts';
import type { ErrorEnvelope } from './errors.ts';

/** How the answer to a call crosses from one process to another. */
export type CallAnswer = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: ErrorEnvelope };

export interface ContractClient {
  /** @throws CortextError with the code, sentence and remedy of the other side; `CONNECTION_LOST` when it cannot be reached */
  call<N extends CallName>(name: N, input: CallInput<N>, signal?: AbortSignal): Promise<CallOutput<N>>;
  /** @returns how to stop listening */
  subscribe(listener: (event: ContractEvent) => void): () => void;
  /** Told at every change; after a loss, everything that was known must be asked anew. @returns how to stop listening */
  onConnection(listener: (connected: boolean) => void): () => void;
  /** Address of a picture or another file, for `src` and `fetch`. @param route - from `dataRoutes` */
  dataUrl(route: string): string;
  close(): void;
}
