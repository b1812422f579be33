/**
 * Datasets in the layout of OpenfMRI, before BIDS: `sub001/BOLD/task001_run001/bold.nii.gz`, with onsets of each
 * condition in `sub001/model/model001/onsets/task001_run001/cond001.txt`, or a table of events beside the volumes.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CortextError } from '../../../shared/errors.ts';
import type { RunEvent } from '../time-series/scanner-run.ts';
import { readTextFile } from './table.ts';

export interface OpenfmriRun {
  /** `001` */
  readonly task: string;
  /** `001` */
  readonly run: string;
  readonly folder: string;
  /** Names of files with volumes. */
  readonly volumes: readonly string[];
  /** A table of events; null when there are only onsets of conditions, or nothing. */
  readonly events: string | null;
  /** Files with the onsets of each condition, by the condition's name. */
  readonly conditions: readonly { readonly name: string; readonly path: string }[];
  readonly motion: string | null;
}

export interface OpenfmriSubject {
  readonly subject: string;
  readonly root: string;
  readonly runs: readonly OpenfmriRun[];
  /** Volumes in `masks` and in its folders, by folder. */
  readonly masks: readonly { readonly folder: string; readonly files: readonly string[] }[];
  /** Seconds, from `scan_key.txt`. */
  readonly repetitionTime: number | null;
  /** Names of tasks by their number. */
  readonly tasks: ReadonlyMap<string, string>;
}

const runName = /^task(\d+)_run(\d+)$/;
const isVolume = (name: string): boolean => /\.nii(\.gz)?$/.test(name);

/** Subjects of a dataset: folders `sub001` with a folder `BOLD`. */
export function openfmriSubjects(root: string): string[] {
  return folders(root).filter((name) => /^sub\d+$/.test(name) && existsSync(join(root, name, 'BOLD')));
}

/** @throws CortextError `FILE_DAMAGED` for a key that cannot be read */
export function readOpenfmriSubject(root: string, subject: string): OpenfmriSubject {
  const own = join(root, subject);
  const runs = folders(join(own, 'BOLD')).flatMap((name): OpenfmriRun[] => {
    const [, task, run] = runName.exec(name) ?? [];
    if (run === undefined) return [];
    const folder = join(own, 'BOLD', name);
    const names = files(folder);
    const tableOf = names.find((file) => /events\.tsv$/.test(file));
    const motion = names.find((file) => /^bold_(moest|mcparams)\.(txt|par)$|\.par$/.test(file));
    return [
      {
        task,
        run,
        folder,
        volumes: names.filter(isVolume),
        events: tableOf === undefined ? null : join(folder, tableOf),
        conditions: conditionsOf(root, own, task, name),
        motion: motion === undefined ? null : join(folder, motion),
      },
    ];
  });
  return { subject, root, runs, masks: masksOf(own), repetitionTime: repetitionTimeOf(root), tasks: tasksOf(root) };
}

function folders(path: string): string[] {
  return list(path).filter((name) => statSync(join(path, name), { throwIfNoEntry: false })?.isDirectory() === true);
}

/** Also links to content that was not fetched: whoever opens them says so. */
function files(path: string): string[] {
  return list(path).filter((name) => statSync(join(path, name), { throwIfNoEntry: false })?.isFile() ?? true);
}

function list(path: string): string[] {
  try {
    return readdirSync(path)
      .filter((name) => !name.startsWith('.'))
      .sort();
  } catch {
    return [];
  }
}

/** The first model that has onsets of the run. */
function conditionsOf(root: string, own: string, task: string, run: string): OpenfmriRun['conditions'] {
  for (const model of folders(join(own, 'model'))) {
    const folder = join(own, 'model', model, 'onsets', run);
    const found = files(folder).flatMap((name) => /^cond(\d+)\.txt$/.exec(name)?.[1] ?? []);
    if (found.length === 0) continue;
    const names = keyLines(join(root, 'models', model, 'condition_key.txt')).concat(
      keyLines(join(root, 'condition_key.txt')),
    );
    return found.map((number) => {
      const line = names.find(([first, second]) => first === `task${task}` && second === `cond${number}`);
      return { name: line?.slice(2).join(' ') ?? `cond${number}`, path: join(folder, `cond${number}.txt`) };
    });
  }
  return [];
}

function masksOf(own: string): OpenfmriSubject['masks'] {
  const top = join(own, 'masks');
  return [top, ...folders(top).map((name) => join(top, name))].flatMap((folder) => {
    const found = files(folder).filter(isVolume);
    return found.length === 0 ? [] : [{ folder, files: found.map((name) => join(folder, name)) }];
  });
}

/** `TR 2.5` */
function repetitionTimeOf(root: string): number | null {
  const line = keyLines(join(root, 'scan_key.txt')).find(([name]) => name.toUpperCase() === 'TR');
  const seconds = Number(line?.[1]);
  return Number.isFinite(seconds) && seconds > 0 ? seconds : null;
}

/** `task001 object viewing` */
function tasksOf(root: string): Map<string, string> {
  return new Map(
    keyLines(join(root, 'task_key.txt')).flatMap(([key, ...name]): [string, string][] => {
      const [, number] = /^task(\d+)$/.exec(key) ?? [];
      return number === undefined || name.length === 0 ? [] : [[number, name.join(' ')]];
    }),
  );
}

function keyLines(path: string): string[][] {
  if (!existsSync(path)) return [];
  return readTextFile(path)
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => line.split(/\s+/));
}

/**
 * Events from files of onsets: a line `onset duration weight` for each.
 *
 * @throws CortextError `FILE_DAMAGED`
 */
export function readConditions(conditions: OpenfmriRun['conditions']): RunEvent[] {
  const events = conditions.flatMap(({ name, path }) =>
    keyLines(path).map((words, row): RunEvent => {
      const [onset, duration = 0] = words.map(Number);
      if (!Number.isFinite(onset) || !(duration >= 0)) {
        throw new CortextError('FILE_DAMAGED', `${path}, line ${row + 1}, is no onset and duration: ${words.join(' ')}.`, {
          hint: 'Each line has an onset, a duration and a weight, in seconds.',
        });
      }
      return { onset, duration, trialType: name, stimulus: null };
    }),
  );
  return events.sort((a, b) => a.onset - b.onset);
}

