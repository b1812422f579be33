/** Runs many damaged inputs through all readers, in child processes that are watched from outside. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Verdict } from './judge.ts';

export interface FuzzOptions {
  readonly inputs: number;
  readonly seed: number;
  /** The first input: where an earlier run ended. */
  readonly from?: number;
  /** Names of targets; all when left out. */
  readonly only?: readonly string[];
  readonly onProgress?: (done: number, faults: number) => void;
}

export interface Fault {
  readonly index: number;
  readonly target: string;
  readonly fault: string;
}

export interface ReaderReport {
  readonly inputs: number;
  /** How often it was read, or refused with each code. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Milliseconds of the processor: the longest, and the mean. */
  readonly slowest: number;
  readonly mean: number;
  /** Megabytes. */
  readonly largest: number;
}

export interface FuzzReport {
  readonly inputs: number;
  readonly seconds: number;
  readonly readers: Readonly<Record<string, ReaderReport>>;
  readonly faults: readonly Fault[];
}

/** Seconds without a new line in the journal after which a process hangs; a loop that never ends takes longer than any load. */
const SILENCE = 30;
/** A process that is larger than this is killed, in megabytes. */
const LARGEST = 2500;

export async function fuzz({ inputs, seed, from = 0, only = [], onProgress }: FuzzOptions): Promise<FuzzReport> {
  const started = performance.now();
  const account = new Account();
  const end = from + inputs;
  for (let next = from; next < end;) {
    next = await runWorker(next, end, seed, only, account, () => onProgress?.(account.inputs, account.faults.length));
  }
  return { inputs: account.inputs, seconds: (performance.now() - started) / 1000, readers: account.readers(), faults: account.faults };
}

type Line = { readonly index: number; readonly target: string } & Partial<Verdict>;

/** @returns the input to go on with */
async function runWorker(
  from: number,
  end: number,
  seed: number,
  only: readonly string[],
  account: Account,
  onProgress: () => void,
): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'cortext-fuzz-'));
  const journal = join(folder, 'journal');
  writeFileSync(journal, '');
  const worker = fileURLToPath(new URL('worker.ts', import.meta.url));
  const child = spawn(
    process.execPath,
    ['--max-old-space-size=1024', worker, journal, String(seed), String(from), String(end), JSON.stringify(only)],
    // Folders of inputs go into one that is removed whatever happens to the child.
    { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, TMPDIR: folder } },
  );
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-2000)));
  let killed: string | null = null;
  let ended = false;
  child.once('close', () => (ended = true));
  const reader = new JournalReader(journal);
  let [present, done, heard]: [Line | null, number, number] = [null, from, performance.now()];
  const take = (): boolean => {
    let whole = false;
    for (const line of reader.next()) {
      heard = performance.now();
      if ('ended' in line) whole = true;
      else if (line.outcome === undefined) present = line;
      else {
        account.add(line);
        [present, done] = [null, line.index + 1];
      }
    }
    onProgress();
    return whole;
  };
  try {
    let whole = false;
    while (!ended) {
      await wait(200);
      whole = take() || whole;
      if (killed !== null) continue;
      if (performance.now() - heard > SILENCE * 1000) killed = `no answer for ${SILENCE} s`;
      else if (residentMegabytes(child.pid) > LARGEST) killed = `more than ${LARGEST} MB`;
      if (killed !== null) child.kill('SIGKILL');
    }
    whole = take() || whole;
    if (whole) return done;
    const { index, target } = (present as Line | null) ?? { index: done, target: 'between two inputs' };
    account.add({ index, target, outcome: 'died', fault: killed ?? `the process died: ${said}`, milliseconds: 0, megabytes: 0 });
    return index + 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** New whole lines of a file that grows. */
class JournalReader {
  readonly #path: string;
  #at = 0;

  constructor(path: string) {
    this.#path = path;
  }

  next(): Line[] {
    const text = readFileSync(this.#path).subarray(this.#at).toString('utf8');
    const end = text.lastIndexOf('\n') + 1;
    this.#at += Buffer.byteLength(text.slice(0, end));
    return text
      .slice(0, end)
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Line);
  }
}

/** 0 where the system does not say. */
function residentMegabytes(pid: number | undefined): number {
  try {
    const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes ?? 0) / 1024;
  } catch {
    return 0;
  }
}

class Account {
  inputs = 0;
  readonly faults: Fault[] = [];
  readonly #readers = new Map<string, { inputs: number; outcomes: Map<string, number>; slowest: number; sum: number; largest: number }>();

  add({ index, target, outcome = 'read', fault, milliseconds = 0, megabytes = 0 }: Line): void {
    this.inputs++;
    const reader = this.#readers.get(target) ?? { inputs: 0, outcomes: new Map<string, number>(), slowest: 0, sum: 0, largest: 0 };
    this.#readers.set(target, reader);
    reader.inputs++;
    reader.outcomes.set(outcome, (reader.outcomes.get(outcome) ?? 0) + 1);
    reader.sum += milliseconds;
    reader.slowest = Math.max(reader.slowest, milliseconds);
    reader.largest = Math.max(reader.largest, megabytes);
    if (fault != null) this.faults.push({ index, target, fault });
  }

  readers(): Record<string, ReaderReport> {
    return Object.fromEntries(
      [...this.#readers].map(([name, { outcomes, slowest, sum, largest, inputs }]) => [
        name,
        { inputs, outcomes: Object.fromEntries(outcomes), slowest: Math.round(slowest), mean: Number((sum / inputs).toFixed(1)), largest: Math.round(largest) },
      ]),
    );
  }
}
