/** One scanner run before it becomes samples: its volumes, what was shown when, and what was recorded beside. */
import { CortextError } from '../../../shared/errors.ts';

/** Something that was shown or done. Times are in seconds from the start of the run, as in a BIDS events file. */
export interface RunEvent {
  /** May be negative, or beyond the last volume. */
  readonly onset: number;
  /** 0 for an impulse. */
  readonly duration: number;
  readonly trialType: string | null;
  /** Name of the image that was shown. */
  readonly stimulus: string | null;
  /** Further columns of the events file; samples keep the values that all of their events have in common. */
  readonly columns?: Readonly<Record<string, string>>;
}

/** Columns `[volumes]` by name, such as motion parameters; NaN where the file says `n/a`. */
export type Confounds = Readonly<Record<string, Float64Array>>;

export interface ScannerRun {
  /** Distinct within its session. */
  readonly name: string;
  readonly session: string | null;
  /** `[volumes, voxels]`, row-major. NaN stays within its voxel. */
  readonly series: Float32Array;
  readonly volumes: number;
  readonly voxels: number;
  /** Seconds between volumes. */
  readonly repetitionTime: number;
  /** Acquisition time of the first volume on the clock of the events, in seconds; 0 unless a sidecar says otherwise. */
  readonly startTime: number;
  readonly events: readonly RunEvent[];
  /** Null where none were recorded. */
  readonly confounds: Confounds | null;
}

/** `session/run`, or the run alone: how a chain names runs. */
export function runLabel({ name, session }: Pick<ScannerRun, 'name' | 'session'>): string {
  return session === null ? name : `${session}/${name}`;
}

/** Acquisition time of every volume, in seconds on the clock of the events. */
export function volumeTimes(run: Pick<ScannerRun, 'volumes' | 'startTime' | 'repetitionTime'>): Float64Array {
  return Float64Array.from({ length: run.volumes }, (_, volume) => run.startTime + volume * run.repetitionTime);
}

/** @throws CortextError `ARRAY_SHAPE` when series or confounds have not the stated length, `VALUES_NOT_FINITE` for times */
export function requireWholeRun(run: ScannerRun): void {
  const label = runLabel(run);
  if (run.volumes < 1 || run.series.length !== run.volumes * run.voxels) {
    throw new CortextError(
      'ARRAY_SHAPE',
      `Run ${label} has ${run.series.length} values, not ${run.volumes} volumes of ${run.voxels} voxels.`,
      { hint: 'Check that the file of the run is whole.' },
    );
  }
  for (const [name, column] of Object.entries(run.confounds ?? {})) {
    if (column.length === run.volumes) continue;
    throw new CortextError(
      'ARRAY_SHAPE',
      `The confound ${name} of run ${label} has ${column.length} rows, but the run has ${run.volumes} volumes.`,
      { hint: 'Check that the confounds file belongs to this run, and that no volumes were removed from only one of them.' },
    );
  }
  if (!(run.repetitionTime > 0 && Number.isFinite(run.repetitionTime) && Number.isFinite(run.startTime))) {
    throw new CortextError('VALUES_NOT_FINITE', `Run ${label} has no valid repetition time (${run.repetitionTime} s).`, {
      hint: 'State RepetitionTime in seconds in the sidecar of the run.',
    });
  }
  const event = run.events.findIndex(({ onset, duration }) => !Number.isFinite(onset) || !(duration >= 0));
  if (event >= 0) {
    const { onset, duration } = run.events[event];
    throw new CortextError(
      'VALUES_NOT_FINITE',
      `Event ${event + 1} of run ${label} has onset ${onset} and duration ${duration}.`,
      { hint: 'Onsets and durations are seconds; an event without a duration lasts 0 seconds.' },
    );
  }
}
