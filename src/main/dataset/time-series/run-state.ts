/** What a run is while the chain works on it: volumes first, samples later. */
import { CortextError } from '../../../shared/errors.ts';
import type { RunEvent, ScannerRun } from './scanner-run.ts';

/** One trial of the experiment: an event of a run, by its position among the run's events. */
export interface Trial {
  /** As `runLabel` names it. */
  readonly run: string;
  readonly event: number;
}

/** What is known of a sample. */
export interface SampleRow {
  /** Null for an average over several runs, or sessions. */
  readonly run: string | null;
  readonly session: string | null;
  /** Null where its trials differ, or have none. */
  readonly trialType: string | null;
  readonly stimulus: string | null;
  /** Of its first trial, in seconds. */
  readonly onset: number;
  /** Every trial that it is a mean or an estimate of: as many as `averagedOver` of a recording. */
  readonly trials: readonly Trial[];
  /** Columns of the events file that all of its trials have in common. */
  readonly columns: Readonly<Record<string, string>>;
}

/** A run before the step that makes samples. */
export interface VolumeState extends ScannerRun {
  readonly kind: 'volumes';
  /**
   * Columns `[volumes]` that were regressed so far. Every further regression, and the general linear model, fits them
   * again: removing one thing after the other would bring back what was removed before (Lindquist 2019).
   */
  readonly regressed: readonly Float64Array[];
  /** Per event: whether it becomes a sample. */
  readonly sampled: readonly boolean[];
}

/** Samples of one run, or of all runs that were averaged together. */
export interface SampleState {
  readonly kind: 'samples';
  /** Label of the run; null when several were averaged. */
  readonly label: string | null;
  /** `[rows, voxels]`, row-major. */
  readonly samples: Float32Array;
  readonly rows: readonly SampleRow[];
  readonly voxels: number;
}

export type RunState = VolumeState | SampleState;

/** Something that a user should know about a step; nothing is dropped or changed without one. */
export interface ChainFinding {
  readonly kind:
    | 'event-outside'
    | 'event-cut'
    | 'event-without-volumes'
    | 'events-overlap'
    | 'not-estimable'
    | 'constant-voxels'
    | 'values-clipped'
    | 'confound-dropped';
  /** Label of the run; null when it concerns several. */
  readonly run: string | null;
  /** One sentence. */
  readonly message: string;
  /** How many events, voxels, values or columns are concerned. */
  readonly count: number;
}

export interface StepResult<State extends RunState = RunState> {
  readonly state: State;
  readonly findings: readonly ChainFinding[];
}

export function beginRun(run: ScannerRun): VolumeState {
  return { ...run, kind: 'volumes', regressed: [], sampled: run.events.map(() => true) };
}

/** @throws CortextError `INTERNAL`: chains are checked before they run */
export function requireVolumes(state: RunState): VolumeState {
  if (state.kind === 'volumes') return state;
  throw new CortextError('INTERNAL', 'A step on volumes was given samples.');
}

/** @throws CortextError `INTERNAL`: chains are checked before they run */
export function requireSamples(state: RunState): SampleState {
  if (state.kind === 'samples') return state;
  throw new CortextError('INTERNAL', 'A step on samples was given volumes.');
}

/** The matrix `[rows, voxels]` of a run, whatever its rows are. */
export function matrixOf(state: RunState): Float32Array {
  return state.kind === 'volumes' ? state.series : state.samples;
}

export function withMatrix<State extends RunState>(state: State, matrix: Float32Array): State {
  return state.kind === 'volumes' ? { ...state, series: matrix } : { ...state, samples: matrix };
}

/** `face at 12.5 s`: how findings name an event. */
export function eventName({ trialType, stimulus, onset }: RunEvent): string {
  return `${stimulus ?? trialType ?? 'event'} at ${onset} s`;
}
