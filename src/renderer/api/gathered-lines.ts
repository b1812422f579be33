/** Logged lines of running experiments, handed on a few times a second: an engine may log faster than a chart can be drawn. */
import type { HistoryLine } from '../../shared/experiment.ts';

/** Milliseconds between two hand-overs. */
const INTERVAL = 250;

export interface GatheredLines {
  add(id: string, line: HistoryLine): void;
  /** Forgets what was not handed on yet. */
  stop(): void;
}

export function gatherLines(handOn: (id: string, lines: readonly HistoryLine[]) => void): GatheredLines {
  const gathered = new Map<string, HistoryLine[]>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    add(id, line) {
      gathered.set(id, [...(gathered.get(id) ?? []), line]);
      timer ??= setTimeout(() => {
        timer = undefined;
        for (const [of, lines] of gathered) handOn(of, lines);
        gathered.clear();
      }, INTERVAL);
    },
    stop() {
      clearTimeout(timer);
      timer = undefined;
      gathered.clear();
    },
  };
}

/** Lines that came by event after those that a call gave; a call may have given the newest of them already. */
export function withLines(known: readonly HistoryLine[], heard: readonly HistoryLine[]): HistoryLine[] {
  const last = known.at(-1)?.time ?? '';
  return [...known, ...heard.filter(({ time }) => time > last)];
}
