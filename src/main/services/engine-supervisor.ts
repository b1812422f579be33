/**
 * Starts engines and watches over them: one real Node process per experiment.
 *
 * The supervisor never trusts an engine to say goodbye. However its process ends, the experiment's status is true
 * afterwards, with the reason.
 */
import { ENGINE_PROTOCOL_VERSION, type EngineEvent } from '../../shared/engine-protocol.ts';
import { CortextError } from '../../shared/errors.ts';
import type { ExperimentStatus } from '../../shared/experiment.ts';
import { workspaceLayout } from '../../shared/workspace-layout.ts';
import { isRunning, readStatus } from '../engine/trainer/experiment-folder.ts';
import { startEngineProcess, type EngineEnd, type EngineProcessOptions } from './engine-process.ts';
import { interrupt, settleStatus } from './recovery.ts';

export interface EngineHandle {
  readonly pid: number;
  /** Asks the engine to write a checkpoint and exit. */
  pause(): void;
  /** Asks the engine to end training and evaluate what was learnt. */
  stop(): void;
  /** Ends the process at once; training loses what came after the last checkpoint. */
  kill(): void;
  /** The experiment's status after the engine has gone. Never rejects for an engine that died. */
  readonly ended: Promise<ExperimentStatus>;
}

/** How an engine is run, where that differs from the default. */
export type EngineSettings = Pick<EngineProcessOptions, 'environment' | 'patience'>;

/**
 * Starts the engine of one experiment, from wherever it stands.
 *
 * @throws CortextError `EXPERIMENT_RUNNING`, `EXPERIMENT_NOT_FOUND`
 */
export function startEngine(
  root: string,
  id: string,
  onEvent: (event: EngineEvent) => void,
  settings: EngineSettings = {},
): EngineHandle {
  const before = readStatus(root, id);
  if (isRunning(root, id)) {
    throw new CortextError('EXPERIMENT_RUNNING', `Experiment ${id} is already running.`, {
      hint: `Wait for it, or pause it with: cortext pause ${id}`,
    });
  }
  const engine = startEngineProcess({
    ...settings,
    log: workspaceLayout(root).experiment(id).log,
    remedy: `Go on from the last checkpoint with: cortext resume ${id}`,
    onEvent,
  });
  engine.send({ type: 'run', protocol: ENGINE_PROTOCOL_VERSION, workspace: root, experiment: id });
  return {
    pid: engine.pid,
    pause: () => {
      engine.send({ type: 'pause' });
    },
    stop: () => {
      engine.send({ type: 'stop' });
    },
    kill: () => {
      engine.kill();
    },
    ended: engine.ended.then((end) => statusAfter(root, id, before, end)),
  };
}

function statusAfter(root: string, id: string, before: ExperimentStatus, { error, saidGoodbye }: EngineEnd): ExperimentStatus {
  if (error === null) return readStatus(root, id);
  const neverBegan = readStatus(root, id).updatedAt === before.updatedAt;
  // An engine that was refused (the experiment runs elsewhere, its files are damaged) has no say about its state.
  return neverBegan && !saidGoodbye ? interrupt(root, id, error) : settleStatus(root, id, error);
}
