/**
 * Marks in the folders of experiments that run or wait for their turn: what the queue of a program held is known after the
 * program has ended, however it ended.
 */
import { rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { z } from 'zod';
import { CortextError } from '../../shared/errors.ts';
import { readJson, writeJsonAtomic } from '../files/atomic.ts';
import { isAlive, processStart } from '../files/process-life.ts';
import { waitingExperiments } from './queue.ts';
import type { Workspace } from './workspace.ts';

const queueMarkSchema = z.object({
  /** When the user wanted it to run: the order of the queue. */
  since: z.iso.datetime(),
  /** The program in whose queue it is. */
  program: z.object({ pid: z.int(), host: z.string(), started: z.string().nullable() }),
});
type QueueMark = z.infer<typeof queueMarkSchema>;

/** One that has a mark keeps its place. @param id - of an experiment that exists */
export function markQueued(workspace: Workspace, id: string): void {
  const mark: QueueMark = {
    since: readMark(workspace, id)?.since ?? new Date().toISOString(),
    program: { pid: process.pid, host: hostname(), started: processStart(process.pid) },
  };
  try {
    writeJsonAtomic(workspace.layout.experiment(id).queued, mark);
  } catch (error) {
    // It trains all the same; only its place would not be known later.
    if (!(error instanceof CortextError)) throw error;
  }
}

/** That of another program stays: it has taken the experiment over. */
export function unmarkQueued(workspace: Workspace, id: string): void {
  const mark = readMark(workspace, id);
  if (mark === null || !isOfOther(mark)) rmSync(workspace.layout.experiment(id).queued, { force: true });
}

/** Experiments that ran or waited when the program ended that was to run them, in the order in which they were wanted. */
export function leftQueued(workspace: Workspace): string[] {
  return waitingExperiments(workspace)
    .flatMap((id) => {
      const mark = readMark(workspace, id);
      return mark === null || isOfOther(mark) ? [] : [{ id, since: mark.since }];
    })
    .sort((a, b) => a.since.localeCompare(b.since))
    .map(({ id }) => id);
}

/** Null where there is none, and where it is damaged: the experiment itself is none the worse for it. */
function readMark({ layout }: Workspace, id: string): QueueMark | null {
  try {
    return readJson(layout.experiment(id).queued, queueMarkSchema, 'EXPERIMENT_DAMAGED');
  } catch (error) {
    if (error instanceof CortextError) return null;
    throw error;
  }
}

/** Whether another program still holds it. Of other computers nobody knows: theirs are listed, nothing starts by itself. */
function isOfOther({ program }: QueueMark): boolean {
  return program.host === hostname() && program.pid !== process.pid && isAlive(program.pid, program.started);
}
