/**
 * Runs several experiments, a few at a time, each with an engine of its own.
 *
 * The queue is nothing but the experiments' own states on disk: whoever runs it may die at any moment, and the next to run it
 * goes on with what is left.
 */
import type { ExperimentQuery } from '../../shared/catalog.ts';
import type { EngineEvent } from '../../shared/engine-protocol.ts';
import { CortextError, toCortextError, type ErrorEnvelope } from '../../shared/errors.ts';
import type { ExperimentState, ExperimentStatus } from '../../shared/experiment.ts';
import { readStatus } from '../engine/trainer/experiment-folder.ts';
import { runExperiment, type RunningExperiment } from './experiments.ts';
import type { Workspace } from './workspace.ts';

/** States that running an experiment goes on from. The user chose to end a stopped one, and a failed one fails again. */
const waitingStates: readonly ExperimentState[] = ['created', 'paused', 'interrupted'];

/** Every experiment that waits to be run, the oldest first; archived ones do not wait. */
export function waitingExperiments(workspace: Workspace): string[] {
  const ids: string[] = [];
  for (let page = workspace.catalog.list(waitingQuery(0)); page.rows.length > 0; ) {
    ids.push(...page.rows.map((row) => row.id));
    page = workspace.catalog.list(waitingQuery(ids.length));
  }
  return ids;
}

function waitingQuery(offset: number): ExperimentQuery {
  return { state: [...waitingStates], sort: { by: 'createdAt', descending: false }, limit: 1000, offset };
}

export interface QueueOptions {
  /** Experiments trained at the same time. One graphics card serves one at a time. */
  readonly parallel: number;
  /** Aborting pauses what runs, each with a checkpoint, and starts nothing more. */
  readonly signal: AbortSignal;
  /** Whether the first experiment that fails pauses the others; by default they go on. */
  readonly endAtFailure?: boolean;
  readonly onEvent: (id: string, event: EngineEvent) => void;
}

export interface QueueOutcome {
  readonly id: string;
  /** `running` when another process runs it. */
  readonly state: ExperimentState;
  /** Why it is not complete, where something went wrong. */
  readonly error: ErrorEnvelope | null;
}

/**
 * Runs the experiments in order; those that are complete are passed over.
 *
 * @returns what became of each that was started, in the order in which they ended
 */
export async function runQueue(
  workspace: Workspace,
  ids: readonly string[],
  { parallel, signal, endAtFailure = false, onEvent }: QueueOptions,
): Promise<QueueOutcome[]> {
  const waiting = [...ids];
  const running = new Set<RunningExperiment>();
  const outcomes: QueueOutcome[] = [];
  let failed = false;
  const pauseAll = (): void => {
    for (const { engine } of running) engine.pause();
  };

  const runOne = async (id: string): Promise<QueueOutcome> => {
    let status: ExperimentStatus;
    try {
      const experiment = runExperiment(workspace, id, (event) => {
        onEvent(id, event);
      });
      running.add(experiment);
      status = await experiment.ended.finally(() => running.delete(experiment));
    } catch (error) {
      const refused = toCortextError(error);
      return { id, state: refused.code === 'EXPERIMENT_RUNNING' ? 'running' : 'failed', error: refused.toEnvelope() };
    }
    // The envelope's code was written by this version's engine.
    return { id, state: status.state, error: status.error as ErrorEnvelope | null };
  };
  const worker = async (): Promise<void> => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      if (signal.aborted || (failed && endAtFailure)) return;
      if (isDone(workspace, id)) continue;
      const outcome = await runOne(id);
      outcomes.push(outcome);
      if (outcome.state === 'completed' || signal.aborted || failed) continue;
      failed = true;
      if (endAtFailure) pauseAll();
    }
  };
  signal.addEventListener('abort', pauseAll);
  try {
    await Promise.all(Array.from({ length: Math.max(1, parallel) }, worker));
  } finally {
    signal.removeEventListener('abort', pauseAll);
  }
  return outcomes;
}

/** An experiment whose files are damaged is not done: running it says what is wrong. */
function isDone(workspace: Workspace, id: string): boolean {
  try {
    return readStatus(workspace.root, id).state === 'completed';
  } catch (error) {
    if (error instanceof CortextError) return false;
    throw error;
  }
}
