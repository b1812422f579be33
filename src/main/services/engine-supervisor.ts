/**
 * Starts engines and watches over them: one real Node process per experiment.
 *
 * The supervisor never trusts an engine to say goodbye. However its process ends, the experiment's status is true
 * afterwards, with the reason.
 */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ENGINE_PROTOCOL_VERSION, engineEventSchema, type EngineEvent } from '../../shared/engine-protocol.ts';
import { CortextError, type ErrorEnvelope } from '../../shared/errors.ts';
import type { ExperimentStatus } from '../../shared/experiment.ts';
import { workspaceLayout } from '../../shared/workspace-layout.ts';
import { isRunning, readStatus } from '../engine/trainer/experiment-folder.ts';
import { settleStatus } from './recovery.ts';

const engineEntry = fileURLToPath(new URL('../engine/process/engine-main.ts', import.meta.url));

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

/**
 * Starts the engine of one experiment, from wherever it stands.
 *
 * @throws CortextError `EXPERIMENT_RUNNING`, `EXPERIMENT_NOT_FOUND`
 */
export function startEngine(root: string, id: string, onEvent: (event: EngineEvent) => void): EngineHandle {
  readStatus(root, id);
  if (isRunning(root, id)) {
    throw new CortextError('EXPERIMENT_RUNNING', `Experiment ${id} is already running.`, {
      hint: `Wait for it, or pause it with: cortext pause ${id}`,
    });
  }
  const layout = workspaceLayout(root).experiment(id);
  mkdirSync(layout.folder, { recursive: true });
  const log = openSync(layout.log, 'a');
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', engineEntry], {
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);

  let lastError: ErrorEnvelope | null = null;
  child.on('message', (message) => {
    const event = engineEventSchema.safeParse(message);
    if (!event.success) {
      lastError = { code: 'ENGINE_PROTOCOL', message: 'The engine sent a message that this version does not know.' };
      child.kill('SIGKILL');
      return;
    }
    if (event.data.type === 'ended' && event.data.error !== null) {
      // Codes come from our own engine of the same protocol version.
      lastError = event.data.error as ErrorEnvelope;
    }
    onEvent(event.data);
  });

  const ended = new Promise<ExperimentStatus>((resolve, reject) => {
    child.on('error', (error) => {
      reject(
        new CortextError('ENGINE_CRASHED', `The engine could not be started: ${error.message}`, { cause: error }),
      );
    });
    child.on('exit', (code, signal) => {
      resolve(settleStatus(root, id, lastError ?? causeOfDeath(id, code, signal)));
    });
  });
  child.send({ type: 'run', protocol: ENGINE_PROTOCOL_VERSION, workspace: root, experiment: id });

  const tell = (type: 'pause' | 'stop'): void => {
    if (child.connected) child.send({ type });
  };
  return {
    pid: child.pid ?? -1,
    pause: () => {
      tell('pause');
    },
    stop: () => {
      tell('stop');
    },
    kill: () => {
      child.kill('SIGKILL');
    },
    ended,
  };
}

function causeOfDeath(id: string, code: number | null, signal: NodeJS.Signals | null): ErrorEnvelope {
  const hint = `Go on from the last checkpoint with: cortext resume ${id}. What the engine printed is in engine.log.`;
  if (signal === 'SIGKILL') {
    return {
      code: 'ENGINE_OUT_OF_MEMORY',
      message: 'The engine was killed. When nobody did so by hand, the computer had run out of memory.',
      hint: `${hint} A smaller batch or image size needs less memory.`,
    };
  }
  return {
    code: 'ENGINE_CRASHED',
    message: `The engine ended unexpectedly (${signal ?? `exit code ${code ?? 'unknown'}`}).`,
    hint,
  };
}
