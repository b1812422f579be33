/**
 * A process that does work on one workspace, call by call, until the process that started it hangs up.
 *
 * Argument: the workspace's folder. What is said: `work-process.ts`.
 */
import { toCortextError } from '../../../shared/errors.ts';
import type { WorkNews, WorkOrder } from './work-process.ts';
import { createWorks } from './works.ts';

const works = createWorks(process.argv[2]);
const running = new Map<number, AbortController>();
const tell = (news: WorkNews): void => {
  // Whoever hung up meanwhile needs no answer.
  if (process.connected) process.send?.(news);
};

process.on('message', (order: WorkOrder) => {
  if ('cancel' in order) {
    running.get(order.cancel)?.abort();
    return;
  }
  const { call, name, input } = order;
  const abort = new AbortController();
  running.set(call, abort);
  const onProgress = (progress: Extract<WorkNews, { progress: unknown }>['progress']): void => {
    tell({ call, progress });
  };
  void works
    .do(name, input, { signal: abort.signal, onProgress })
    .then(
      (output) => {
        tell({ call, output });
      },
      (error: unknown) => {
        tell({ call, error: toCortextError(error).toEnvelope() });
      },
    )
    .finally(() => running.delete(call));
});

process.once('disconnect', () => {
  for (const abort of running.values()) abort.abort();
  works.close();
  // What was cancelled cleans up in its own time.
  const leave = (): void => {
    if (running.size === 0) process.exit(0);
    else setTimeout(leave, 20);
  };
  leave();
});
