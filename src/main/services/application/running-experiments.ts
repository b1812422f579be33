/** The engines that this program runs, by experiment, what waits for its turn, and what an earlier program has left. */
import type { ContractEvent } from '../../../shared/contract.ts';
import type { ExperimentStatus } from '../../../shared/experiment.ts';
import type { TrainingQueue } from '../../../shared/training.ts';
import { readStatus } from '../../engine/trainer/experiment-folder.ts';
import { runExperiment, type RunningExperiment } from '../experiments.ts';
import { leftQueued, markQueued, unmarkQueued } from '../queue-marks.ts';
import type { Workspace } from '../workspace.ts';

/** Two trainings on one graphics card or one processor take longer than one after the other. */
const AT_A_TIME = 1;

export interface RunningExperiments {
  /**
   * Resolves when the engine has taken the experiment up or has ended already, or when the experiment waits for its turn.
   *
   * @throws CortextError as `runExperiment`
   */
  start(id: string): Promise<void>;
  /**
   * Pauses or stops, and gives the status at the end; one that waits, or was left by an earlier program, leaves the queue.
   * Null when this program does neither run nor hold it.
   */
  ask(id: string, request: 'pause' | 'stop'): Promise<ExperimentStatus> | null;
  queue(): TrainingQueue;
  /** Pauses all and waits until their engines have gone. */
  close(): Promise<void>;
}

export function createRunningExperiments(
  workspace: Workspace,
  tell: (event: ContractEvent) => void,
): RunningExperiments {
  const running = new Map<string, RunningExperiment>();
  let waiting: string[] = [];
  let left = leftQueued(workspace);
  let closing = false;

  const changed = (id: string): void => {
    tell({ name: 'experiment.changed', payload: { id } });
  };
  const queue = (): TrainingQueue => ({ running: [...running.keys()], waiting: [...waiting], left: [...left] });
  const queueChanged = (): void => {
    tell({ name: 'queue.changed', payload: queue() });
  };

  const run = async (id: string): Promise<void> => {
    await new Promise<void>((resolve) => {
      const experiment = runExperiment(workspace, id, (event) => {
        // By its first progress, its folder says that it runs.
        if (event.type === 'progress') resolve();
        tell({ name: 'experiment.event', payload: { id, event } });
      });
      running.set(id, experiment);
      // It stays wanted until it has ended, also when this program ends before.
      markQueued(workspace, id);
      const ended = (): void => {
        running.delete(id);
        // What ends because the program does is gone on with later.
        if (!closing) unmarkQueued(workspace, id);
        changed(id);
        queueChanged();
        resolve();
        startNext();
      };
      experiment.ended.then(ended, ended);
    });
    changed(id);
  };
  const startNext = (): void => {
    if (closing || running.size >= AT_A_TIME) return;
    const next = waiting.shift();
    if (next === undefined) return;
    run(next).catch(() => {
      // It was finished, deleted or taken up by another program while it waited: its own page says so.
      unmarkQueued(workspace, next);
      changed(next);
      startNext();
    });
    queueChanged();
  };

  return {
    async start(id) {
      // Also when it cannot run any more: then that is said, once.
      left = left.filter((one) => one !== id);
      if (running.size >= AT_A_TIME && !running.has(id)) {
        readStatus(workspace.root, id);
        if (!waiting.includes(id)) waiting.push(id);
        markQueued(workspace, id);
        queueChanged();
        return;
      }
      const taken = run(id);
      queueChanged();
      await taken;
    },
    ask(id, request) {
      if (waiting.includes(id) || left.includes(id)) {
        waiting = waiting.filter((one) => one !== id);
        left = left.filter((one) => one !== id);
        unmarkQueued(workspace, id);
        queueChanged();
        return Promise.resolve(readStatus(workspace.root, id));
      }
      const experiment = running.get(id);
      if (experiment === undefined) return null;
      // Reaches also an engine that is still starting, which a request in its folder would not.
      experiment.engine[request]();
      return experiment.ended;
    },
    queue,
    async close() {
      closing = true;
      for (const { engine } of running.values()) engine.pause();
      await Promise.allSettled([...running.values()].map(({ ended }) => ended));
    },
  };
}
