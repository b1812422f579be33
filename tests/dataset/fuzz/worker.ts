/**
 * Reads inputs one after the other in a process of its own, which may hang, crash or be killed: what it is at stands in its
 * journal, a line before each input and one after.
 *
 * Arguments: journal, seed, first input, end, names of targets (JSON; empty for all).
 */
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { judge, targetOf } from './judge.ts';
import { allTargets } from './targets.ts';

/** More resident memory than this before an input, and a new process goes on: freed memory is not always given back. */
const RECYCLE = 500 * 2 ** 20;

const [journalPath, seed, from, to, names] = process.argv.slice(2);
const journal = openSync(journalPath, 'a');
const chosen = JSON.parse(names) as readonly string[];
const targets = (await allTargets()).filter(({ name }) => chosen.length === 0 || chosen.includes(name));
const folder = join(mkdtempSync(join(tmpdir(), 'cortext-fuzz-')), 'input');
const note = (line: object): void => {
  writeSync(journal, `${JSON.stringify(line)}\n`);
};

let present = 0;
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error: unknown) => {
    note({ index: present, target: targetOf(targets, present).name, outcome: event, fault: String(error instanceof Error ? error.stack : error), milliseconds: 0, megabytes: 0 });
    process.exit(1);
  });
}

for (present = Number(from); present < Number(to); present++) {
  const target = targetOf(targets, present);
  note({ index: present, target: target.name });
  note({ index: present, ...(await judge(target, Number(seed), present, folder)) });
  if (process.memoryUsage.rss() > RECYCLE) break;
}
note({ ended: true });
rmSync(join(folder, '..'), { recursive: true, force: true });
closeSync(journal);
