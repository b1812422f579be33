/** When each picture appears in which scanner run. */
import type { Trial } from '../schedule.ts';
import type { ScanOptions } from './scan-options.ts';

/** Blank seconds before the first picture and after the last one, so that responses are seen whole. */
const LEAD_SECONDS = 8;
const TAIL_SECONDS = 12;

export interface PlannedRun {
  /** From 0 over the whole recording. */
  readonly index: number;
  /** Index of the session, from 0. */
  readonly session: number;
  /** As in the names of the published dataset: `perceptionTraining01`. */
  readonly sessionLabel: string;
  /** From 1 within the session, two digits. */
  readonly runLabel: string;
  readonly trials: readonly { readonly stimulus: number; readonly onset: number }[];
  readonly volumes: number;
}

export function planRuns(trials: readonly Trial[], options: ScanOptions): PlannedRun[] {
  const interval = options.stimulusSeconds + options.restSeconds;
  const sessions: { set: Trial['set']; runs: number }[] = [];
  const labels = { train: 'perceptionTraining', test: 'perceptionTest' } as const;
  const byRun = Map.groupBy(trials, ({ run }) => run);
  return [...byRun].map(([index, shown]) => {
    const { session, set } = shown[0];
    const known = (sessions[session] ??= { set, runs: 0 });
    known.runs++;
    const ofSet = sessions.filter((other) => other.set === set).length;
    return {
      index,
      session,
      sessionLabel: `${labels[set]}${twoDigits(ofSet)}`,
      runLabel: twoDigits(known.runs),
      trials: shown.map(({ stimulus }, i) => ({ stimulus, onset: LEAD_SECONDS + i * interval })),
      volumes: Math.ceil((LEAD_SECONDS + shown.length * interval + TAIL_SECONDS) / options.repetitionTime),
    };
  });
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
