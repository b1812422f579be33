/** Tasks: long work that goes on whoever looks, tells how far it is, and can be cancelled. */
import { randomUUID } from 'node:crypto';
import { CortextError, toCortextError } from '../../../shared/errors.ts';
import type { Task, TaskProgress } from '../../../shared/task.ts';

/** Ended tasks are remembered for a window that comes back; so many of them. */
const MOST_ENDED = 50;
/** Progress is told at most this often, in milliseconds. */
const TELL_INTERVAL = 100;

export interface TaskRequest {
  readonly kind: string;
  readonly title: string;
  run(signal: AbortSignal, onProgress: (progress: TaskProgress) => void): Promise<unknown>;
}

export interface Tasks {
  start(request: TaskRequest): Task;
  list(): Task[];
  /** @throws CortextError `INVALID_ARGUMENT` when there is no such task */
  cancel(id: string): Task;
  /** Cancels all and waits for them. */
  close(): Promise<void>;
}

interface Entry {
  task: Task;
  readonly abort: AbortController;
  ended: Promise<void>;
  toldAt: number;
}

export function createTasks(onChange: (task: Task) => void): Tasks {
  const entries = new Map<string, Entry>();

  const update = (entry: Entry, change: Partial<Task>): void => {
    entry.task = { ...entry.task, ...change };
    const now = performance.now();
    if (change.state === undefined && now - entry.toldAt < TELL_INTERVAL) return;
    entry.toldAt = now;
    onChange(entry.task);
  };

  const run = async (entry: Entry, request: TaskRequest): Promise<void> => {
    const end = (change: Partial<Task>): void => {
      update(entry, { ...change, progress: null, endedAt: new Date().toISOString() });
      forgetOldest(entries);
    };
    try {
      const result = await request.run(entry.abort.signal, (progress) => {
        update(entry, { progress });
      });
      end({ state: 'done', result });
    } catch (error) {
      const coded = toCortextError(error);
      const { details: _details, ...envelope } = coded.toEnvelope();
      end({ state: coded.code === 'CANCELLED' ? 'cancelled' : 'failed', error: envelope });
    }
  };

  return {
    start(request) {
      const entry: Entry = {
        task: {
          id: randomUUID(),
          kind: request.kind,
          title: request.title,
          state: 'running',
          progress: null,
          result: null,
          error: null,
          startedAt: new Date().toISOString(),
          endedAt: null,
        },
        abort: new AbortController(),
        ended: Promise.resolve(),
        toldAt: -Infinity,
      };
      entries.set(entry.task.id, entry);
      onChange(entry.task);
      entry.ended = run(entry, request);
      return entry.task;
    },
    list: () => [...entries.values()].map(({ task }) => task),
    cancel(id) {
      const entry = entries.get(id);
      if (entry === undefined) throw new CortextError('INVALID_ARGUMENT', `There is no task ${id}.`);
      entry.abort.abort();
      return entry.task;
    },
    async close() {
      for (const { abort } of entries.values()) abort.abort();
      await Promise.all([...entries.values()].map(({ ended }) => ended));
    },
  };
}

function forgetOldest(entries: Map<string, Entry>): void {
  const ended = [...entries.values()].filter(({ task }) => task.endedAt !== null);
  for (const { task } of ended.slice(0, Math.max(0, ended.length - MOST_ENDED))) entries.delete(task.id);
}
