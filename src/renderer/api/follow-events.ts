/** Keeps what a window has asked for true: events change it or have it asked again. */
import type { QueryClient } from '@tanstack/react-query';
import type { ContractClient } from '../../shared/contract-client.ts';
import type { ContractEvent, EventPayload } from '../../shared/contract.ts';
import type { HistoryLine } from '../../shared/experiment.ts';
import type { Task } from '../../shared/task.ts';
import type { TrainingQueue } from '../../shared/training.ts';
import { gatherLines, withLines, type GatheredLines } from './gathered-lines.ts';

type EngineEvent = EventPayload<'experiment.event'>['event'];
export type LiveProgress = Extract<EngineEvent, { type: 'progress' }>;

/** Where the progress of a running experiment stands, between two looks at its folder. */
export const liveProgressKey = (id: string) => ['live.progress', id] as const;

/** @returns how to stop */
export function followEvents(client: ContractClient, queries: QueryClient): () => void {
  let wasLost = false;
  const stopConnection = client.onConnection((connected) => {
    // Whatever happened in between went by unheard.
    if (connected && wasLost) void queries.invalidateQueries();
    wasLost = !connected;
  });
  const lines = gatherLines((id, heard) => {
    queries.setQueryData<HistoryLine[]>(['experiments.history', { id }], (known) => known && withLines(known, heard));
  });
  const stopEvents = client.subscribe((event) => {
    follow(queries, lines, event);
  });
  return () => {
    stopConnection();
    stopEvents();
    lines.stop();
  };
}

function follow(queries: QueryClient, lines: GatheredLines, event: ContractEvent): void {
  switch (event.name) {
    case 'experiment.changed':
      invalidate(queries, 'experiments.list', 'experiments.tags', 'gallery.comparable', 'experiments.compare', 'workspace.show', 'recordings.list');
      invalidateExperiment(queries, event.payload.id);
      break;
    case 'recordings.changed':
      invalidate(queries, 'recordings.list', 'recordings.show', 'workspace.show');
      invalidate(queries, 'regions.list', 'regions.preview', 'regions.statistic');
      break;
    case 'workspace.changed':
      void queries.invalidateQueries();
      break;
    case 'experiment.event':
      followEngine(queries, lines, event.payload.id, event.payload.event);
      break;
    case 'queue.changed':
      queries.setQueryData<TrainingQueue>(['training.queue', {}], event.payload);
      break;
    case 'task.changed':
      queries.setQueryData<Task[]>(['tasks.list', {}], (tasks = []) => [
        ...tasks.filter(({ id }) => id !== event.payload.id),
        event.payload,
      ]);
      break;
  }
}

function followEngine(queries: QueryClient, lines: GatheredLines, id: string, event: EngineEvent): void {
  switch (event.type) {
    case 'progress':
      queries.setQueryData(liveProgressKey(id), event);
      break;
    case 'history':
      lines.add(id, event.line);
      break;
    case 'samples':
      queries.setQueryData<number[]>(['experiments.samples', { id }], (steps) => steps && [...new Set([...steps, event.step])]);
      break;
    case 'ready':
    case 'warning':
      invalidateExperiment(queries, id);
      break;
    case 'ended':
      // What it left is asked for when its process has gone, which `experiment.changed` tells: only then can it run again.
      queries.removeQueries({ queryKey: liveProgressKey(id) });
      break;
    default:
      break;
  }
}

function invalidate(queries: QueryClient, ...names: string[]): void {
  for (const name of names) void queries.invalidateQueries({ queryKey: [name] });
}

function invalidateExperiment(queries: QueryClient, id: string): void {
  void queries.invalidateQueries({
    predicate: ({ queryKey: [name, input] }) =>
      String(name).startsWith('experiments.') &&
      typeof input === 'object' &&
      input !== null &&
      'id' in input &&
      input.id === id,
  });
}
