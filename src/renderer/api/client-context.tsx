/** Gives components the program behind the window. */
import {
  keepPreviousData,
  useMutation,
  useQueries,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import { createContext, useContext, useEffect, useState, type ReactNode } from 'react';
import type { ContractClient } from '../../shared/contract-client.ts';
import type { CallInput, CallName, CallOutput } from '../../shared/contract.ts';
import type { Task } from '../../shared/task.ts';

const ClientContext = createContext<ContractClient | null>(null);

export function ClientProvider({ client, children }: { client: ContractClient; children: ReactNode }) {
  return <ClientContext value={client}>{children}</ClientContext>;
}

export function useClient(): ContractClient {
  const client = useContext(ClientContext);
  if (client === null) throw new Error('There is no client around this component.');
  return client;
}

/** The answer of a call, asked again whenever an event says that it has changed; by the clock only where no event tells. */
export function useCall<N extends CallName>(
  name: N,
  input: CallInput<N>,
  options: { enabled?: boolean; keepPrevious?: boolean; everyMilliseconds?: number } = {},
): UseQueryResult<CallOutput<N>> {
  const client = useClient();
  return useQuery<CallOutput<N>>({
    queryKey: [name, input],
    queryFn: ({ signal }) => client.call(name, input, signal),
    enabled: options.enabled ?? true,
    ...(options.keepPrevious === true ? { placeholderData: keepPreviousData } : {}),
    ...(options.everyMilliseconds === undefined ? {} : { refetchInterval: options.everyMilliseconds }),
  });
}

/** The same call for several inputs; what has not been answered yet is undefined. The answers stay the same array until one changes. */
export function useCalls<N extends CallName>(
  name: N,
  inputs: readonly CallInput<N>[],
): readonly (CallOutput<N> | undefined)[] {
  const client = useClient();
  return useQueries({
    queries: inputs.map((input) => ({
      queryKey: [name, input],
      queryFn: ({ signal }: { signal: AbortSignal }) => client.call(name, input, signal),
    })),
    combine: answersOf,
  });
}

function answersOf<T>(results: readonly UseQueryResult<T>[]): (T | undefined)[] {
  return results.map(({ data }) => data);
}

/** A task that this window started, as it goes; undefined before it was. */
export function useTask(id: string | null): Task | undefined {
  const { data: tasks = [] } = useCall('tasks.list', {});
  return tasks.find((task) => task.id === id);
}

/** A call that changes something. */
export function useAction<N extends CallName>(
  name: N,
  onDone?: (output: CallOutput<N>) => void,
): UseMutationResult<CallOutput<N>, Error, CallInput<N>> {
  const client = useClient();
  const queries = useQueryClient();
  return useMutation<CallOutput<N>, Error, CallInput<N>>({
    mutationFn: (input: CallInput<N>) => client.call(name, input),
    onSuccess: async (output) => {
      // Its own window should not wait for the event to come round.
      const [domain] = name.split('.');
      await queries.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[0]).startsWith(`${domain}.`) });
      onDone?.(output);
    },
  });
}

export function useConnected(): boolean {
  const client = useClient();
  const [connected, setConnected] = useState(true);
  useEffect(() => client.onConnection(setConnected), [client]);
  return connected;
}
