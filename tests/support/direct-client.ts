/** The contract in process: what every adapter must be equal to. */
import type { ContractClient } from '../../src/shared/contract-client.ts';
import type { CallInput, CallName, CallOutput } from '../../src/shared/contract.ts';
import { CortextError } from '../../src/shared/errors.ts';
import type { Application } from '../../src/main/services/application/application.ts';

export function directClient(application: Application): ContractClient {
  return {
    async call<N extends CallName>(name: N, input: CallInput<N>, signal?: AbortSignal): Promise<CallOutput<N>> {
      const answer = await application.call(name, input, signal);
      if (!answer.ok) throw CortextError.fromEnvelope(answer.error);
      // Checked by the dispatcher.
      return answer.value as CallOutput<N>;
    },
    subscribe: (listener) => application.subscribe(listener),
    onConnection: (listener) => {
      listener(true);
      return () => undefined;
    },
    dataUrl: (route) => route,
    close: () => undefined,
  };
}
