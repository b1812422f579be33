/** The engines that this program runs, by experiment. */
import type { ContractEvent } from '../../../shared/contract.ts';
import type { ExperimentStatus } from '../../../shared/experiment.ts';
import { runExperiment, type RunningExperiment } from '../experiments.ts';
import type { Workspace } from '../workspace.ts';

export interface RunningExperiments {
  /**
   * Resolves when the engine has taken the experiment up, or has ended already.
   *
   * @throws CortextError as `runExperiment`
   */
  start(id: string): Promise<void>;
  /** Pauses or stops, and gives the status at the end; null when this program does not run the experiment. */
  ask(id: string, request: 'pause' | 'stop'): Promise<ExperimentStatus> | null;
  ids(): string[];
  /** Pauses all and waits until their engines have gone. */
  close(): Promise<void>;
}

export function createRunningExperiments(
  workspace: Workspace,
  tell: (event: ContractEvent) => void,
): RunningExperiments {
  const running = new Map<string, RunningExperiment>();
  return {
    async start(id) {
      const changed = (): void => {
        tell({ name: 'experiment.changed', payload: { id } });
      };
      await new Promise<void>((resolve) => {
        const experiment = runExperiment(workspace, id, (event) => {
          // By its first progress, its folder says that it runs.
          if (event.type === 'progress') resolve();
          tell({ name: 'experiment.event', payload: { id, event } });
        });
        running.set(id, experiment);
        const ended = (): void => {
          running.delete(id);
          changed();
          resolve();
        };
        experiment.ended.then(ended, ended);
      });
      changed();
    },
    ask(id, request) {
      const experiment = running.get(id);
      if (experiment === undefined) return null;
      // Reaches also an engine that is still starting, which a request in its folder would not.
      experiment.engine[request]();
      return experiment.ended;
    },
    ids: () => [...running.keys()],
    async close() {
      for (const { engine } of running.values()) engine.pause();
      await Promise.allSettled([...running.values()].map(({ ended }) => ended));
    },
  };
}
