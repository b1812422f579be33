/**
 * An experiment's folder: the truth about its progress, shared by whoever runs it and whoever looks.
 *
 * `status.json` is replaced atomically; `history.jsonl` only grows, and is cut back to the checkpoint on resume; a
 * request of another process (pause, stop) arrives in `control.json`; `engine.lock` admits one engine at a time.
 */
import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { CortextError } from '../../../shared/errors.ts';
import {
  experimentConfigSchema,
  experimentNotFound,
  experimentStatusSchema,
  historyLineSchema,
  type ExperimentConfig,
  type ExperimentStatus,
  type HistoryLine,
} from '../../../shared/experiment.ts';
import { experimentLayout, workspaceLayout } from '../../../shared/workspace-layout.ts';
import { readJson, writeFileAtomic, writeJsonAtomic } from '../../files/atomic.ts';
import { isAlive, processStart } from '../../files/process-life.ts';

const controlSchema = z.object({ request: z.enum(['pause', 'stop']), requestedAt: z.iso.datetime() });
export type ControlRequest = z.infer<typeof controlSchema>['request'];

/** A lock of another computer counts as abandoned when its engine has not touched it for this long, in milliseconds. */
const FOREIGN_LOCK_EXPIRES = 120_000;

export function experimentFolder(root: string, id: string): string {
  return workspaceLayout(root).experiment(id).folder;
}

/** @throws CortextError `EXPERIMENT_NOT_FOUND`, `EXPERIMENT_DAMAGED` */
export function readConfig(root: string, id: string): ExperimentConfig {
  const layout = workspaceLayout(root).experiment(id);
  if (!existsSync(layout.config)) throw experimentNotFound(id);
  return readJson(layout.config, experimentConfigSchema, 'EXPERIMENT_DAMAGED');
}

export function readStatus(root: string, id: string): ExperimentStatus {
  return readJson(workspaceLayout(root).experiment(id).status, experimentStatusSchema, 'EXPERIMENT_DAMAGED');
}

export function writeStatus(root: string, status: ExperimentStatus): void {
  writeJsonAtomic(workspaceLayout(root).experiment(status.id).status, {
    ...status,
    updatedAt: new Date().toISOString(),
  });
}

/** Leaves a request for the engine, wherever it runs. */
export function requestControl(root: string, id: string, request: ControlRequest): void {
  writeJsonAtomic(workspaceLayout(root).experiment(id).control, { request, requestedAt: new Date().toISOString() });
}

/** A request that is waiting, or null. Reading does not consume it: only acting on it does. */
export function pendingControl(root: string, id: string): ControlRequest | null {
  const path = workspaceLayout(root).experiment(id).control;
  if (!existsSync(path)) return null;
  const parsed = controlSchema.safeParse(parseJson(readFileSync(path, 'utf8')));
  return parsed.success ? parsed.data.request : null;
}

export function clearControl(root: string, id: string): void {
  rmSync(workspaceLayout(root).experiment(id).control, { force: true });
}

export function appendHistory(root: string, id: string, line: HistoryLine): void {
  // One write call a line: a killed process leaves whole lines.
  appendFileSync(workspaceLayout(root).experiment(id).history, `${JSON.stringify(line)}\n`);
}

/** Every whole line of the history; a torn last line (a power cut) is passed over. */
export function readHistory(root: string, id: string): HistoryLine[] {
  const path = workspaceLayout(root).experiment(id).history;
  if (!existsSync(path)) return [];
  const lines: HistoryLine[] = [];
  for (const text of readFileSync(path, 'utf8').split('\n')) {
    const parsed = historyLineSchema.safeParse(parseJson(text));
    if (parsed.success) lines.push(parsed.data);
  }
  return lines;
}

/** Drops what was logged after the checkpoint that training goes on from: those steps will be done, and logged, again. */
export function rewindHistory(root: string, id: string, phase: HistoryLine['phase'], step: number): void {
  const kept = readHistory(root, id).filter((line) => line.phase !== phase || line.step <= step);
  writeFileAtomic(
    workspaceLayout(root).experiment(id).history,
    kept.map((line) => `${JSON.stringify(line)}\n`).join(''),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const lockSchema = z.object({ pid: z.int(), host: z.string(), started: z.string().nullable().default(null) });

/** The right to run an experiment, held by one engine at a time. */
export interface ExperimentLock {
  /**
   * Tells others that the engine is alive; call at least once a minute, and before writing to the folder.
   *
   * @throws CortextError `EXPERIMENT_RUNNING` when another computer has taken the experiment over meanwhile, because this
   *   one slept
   */
  touch(): void;
  release(): void;
}

/** @throws CortextError `EXPERIMENT_RUNNING` when a living engine holds it */
export function lockExperiment(root: string, id: string): ExperimentLock {
  const folder = experimentLayout(experimentFolder(root, id)).folder;
  const path = join(folder, 'engine.lock');
  mkdirSync(folder, { recursive: true });
  if (isHeld(path)) {
    throw new CortextError('EXPERIMENT_RUNNING', `Experiment ${id} is already running.`, {
      hint: `Wait for it, or pause it with: cortext pause ${id}`,
    });
  }
  rmSync(path, { force: true });
  let file: number;
  try {
    // Exclusive: of two engines that found no living owner, one gets the file.
    file = openSync(path, 'wx');
  } catch {
    throw new CortextError('EXPERIMENT_RUNNING', `Experiment ${id} was started by another engine a moment ago.`);
  }
  const owner = JSON.stringify({ pid: process.pid, host: hostname(), started: processStart(process.pid) });
  writeSync(file, owner);
  closeSync(file);
  const isOurs = (): boolean => readText(path) === owner;
  return {
    touch: () => {
      if (!isOurs()) {
        throw new CortextError('EXPERIMENT_RUNNING', `Experiment ${id} was taken over by another engine meanwhile.`, {
          hint: 'This computer had not been heard of for a while. Look at the other one, or at: cortext history',
        });
      }
      // Written, not given a date: on a shared disk the time is then the file server's, as it is for those who look.
      writeFileSync(path, owner, { flag: 'r+' });
    },
    release: () => {
      if (isOurs()) rmSync(path, { force: true });
    },
  };
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/** The present moment by the clock of the disk that a file is on, which on a shared disk is not this computer's. */
function diskNow(path: string): number {
  const probe = `${path}.${process.pid}.probe`;
  try {
    writeFileSync(probe, '');
    return statSync(probe).mtimeMs;
  } catch {
    // Whoever may only read is left with the own clock.
    return Date.now();
  } finally {
    rmSync(probe, { force: true });
  }
}

/** Whether a living engine runs the experiment. */
export function isRunning(root: string, id: string): boolean {
  return isHeld(join(experimentFolder(root, id), 'engine.lock'));
}

/** In milliseconds; a file that is gone is infinitely old. */
function age(path: string): number {
  const lock = statSync(path, { throwIfNoEntry: false });
  return lock === undefined ? Infinity : Math.abs(diskNow(path) - lock.mtimeMs);
}

function isHeld(path: string): boolean {
  const written = readText(path);
  if (written === null) return false;
  const owner = lockSchema.safeParse(parseJson(written));
  // Created and not yet written to: its owner is about to.
  if (!owner.success) return age(path) < 5_000;
  if (owner.data.host !== hostname()) return age(path) < FOREIGN_LOCK_EXPIRES;
  return isAlive(owner.data.pid, owner.data.started);
}
