/**
 * From the time series of scanner runs to samples, by explicit steps.
 *
 * Everything but what names its training runs is fitted within one run, so that no split by run can leak through it.
 */
import { setImmediate } from 'node:timers/promises';
import { assertNever, CortextError, toCortextError } from '../../../shared/errors.ts';
import { releaseMemory } from '../release-memory.ts';
import { checkSteps, crossesRuns } from './check-steps.ts';
import { confoundColumns } from './confounds.ts';
import { cosineDrift, polynomialDrift } from './drift.ts';
import { estimateSamples } from './estimates.ts';
import { blockSamples, volumeSamples, windowSamples } from './event-volumes.ts';
import { regress } from './regress.ts';
import { averageRepetitions } from './repetitions.ts';
import {
  beginRun,
  matrixOf,
  requireSamples,
  requireVolumes,
  type ChainFinding,
  type RunState,
  type SampleRow,
  type StepResult,
  type VolumeState,
} from './run-state.ts';
import { takeSamples, type Sampling } from './sampling.ts';
import { clip, measureScale, percentChange, trainingScale, zScore } from './scale.ts';
import { requireWholeRun, runLabel, volumeTimes, type ScannerRun } from './scanner-run.ts';
import type { StepOf, TimeSeriesStep } from './steps.ts';

export interface ChainOptions {
  readonly signal?: AbortSignal;
  /** Told after every run that became samples, or that waits for a step over several runs. */
  readonly onProgress?: (progress: { run: string; done: number }) => void;
  /** Nobody else reads the series of the runs: their memory is given back as soon as a step has made others of them. */
  readonly ownsSeries?: boolean;
}

/** What one step had to say, in the order of the chain. */
export interface StepReport {
  readonly step: TimeSeriesStep;
  readonly findings: readonly ChainFinding[];
}

export interface ChainResult {
  /** `[samples, voxels]`, row-major; run after run, within a run in the order of the events. */
  readonly samples: Float32Array;
  readonly voxels: number;
  /** One entry per sample. */
  readonly rows: readonly SampleRow[];
  readonly report: readonly StepReport[];
}

/**
 * Runs a chain.
 *
 * Runs are taken one after the other, and each is let go as soon as it is samples: given as a generator, no more than
 * one run is in memory.
 *
 * @param runs - all with the same voxels
 * @throws CortextError `INVALID_RECIPE` for steps that cannot be, `ARRAY_MISSING`, `ARRAY_SHAPE`, `VALUES_NOT_FINITE`,
 *   `STIMULUS_MISSING` when no event gives a sample, `CANCELLED`
 */
export async function runChain(
  runs: Iterable<ScannerRun> | AsyncIterable<ScannerRun>,
  steps: readonly TimeSeriesStep[],
  { signal, onProgress, ownsSeries = false }: ChainOptions = {},
): Promise<ChainResult> {
  checkSteps(steps);
  const firstCross = steps.findIndex(crossesRuns);
  const alone = firstCross < 0 ? steps.length : firstCross;
  const findings: ChainFinding[][] = steps.map(() => []);
  const labels = new Set<string>();
  let states: RunState[] = [];
  try {
    for await (const run of runs) {
      requireSameVoxels(states, run);
      requireNewLabel(labels, run);
      let state: RunState = beginRun(run);
      for (let s = 0; s < alone; s++) {
        const result: StepResult = await applyStep(state, steps[s], signal);
        findings[s].push(...result.findings);
        const done = matrixOf(state);
        if ((ownsSeries || done !== run.series) && done !== matrixOf(result.state)) releaseMemory(done);
        state = result.state;
      }
      states.push(state);
      onProgress?.({ run: runLabel(run), done: states.length });
    }
    for (let s = alone; s < steps.length; s++) {
      const result = await applyToAll(states, steps[s], signal);
      findings[s].push(...result.findings);
      states = result.states;
    }
  } catch (error) {
    throw toCortextError(error);
  }
  return { ...joinSamples(states), report: steps.map((step, s) => ({ step, findings: findings[s] })) };
}

/** One step on one run; the run itself is not changed. @throws as `runChain` */
export async function applyStep(state: RunState, step: TimeSeriesStep, signal?: AbortSignal): Promise<StepResult> {
  await setImmediate();
  signal?.throwIfAborted();
  switch (step.step) {
    case 'drop-volumes':
      return { state: dropVolumes(requireVolumes(state), step), findings: [] };
    case 'shift': {
      const run = requireVolumes(state);
      return { state: { ...run, startTime: run.startTime - step.seconds }, findings: [] };
    }
    case 'confounds': {
      const run = requireVolumes(state);
      const { columns, findings } = confoundColumns(run, step.columns);
      return { state: await regress(run, columns, signal), findings };
    }
    case 'detrend': {
      const run = requireVolumes(state);
      return { state: await regress(run, polynomialDrift(volumeTimes(run), step.order), signal), findings: [] };
    }
    case 'high-pass': {
      const run = requireVolumes(state);
      const cosines = cosineDrift(run.volumes, run.repetitionTime, step.cutoff);
      return { state: await regress(run, cosines, signal), findings: [] };
    }
    case 'select-events': {
      const run = requireVolumes(state);
      const sampled = run.events.map(({ trialType }) => step.trialTypes.includes(trialType ?? ''));
      return { state: { ...run, sampled }, findings: [] };
    }
    case 'z-score':
      return zScore(state, measureScale([state]));
    case 'percent-change':
      return percentChange(state);
    case 'clip':
      return clip(state, step.deviations);
    case 'volumes':
      return sample(requireVolumes(state), volumeSamples, signal);
    case 'average-block':
      return sample(requireVolumes(state), blockSamples, signal);
    case 'average-window':
      return sample(requireVolumes(state), (run) => windowSamples(run, step.seconds), signal);
    case 'general-linear-model':
      return sample(requireVolumes(state), (run) => estimateSamples(run, step, signal), signal);
    case 'average-repetitions': {
      const [averaged] = averageRepetitions([requireSamples(state)], step);
      return { state: averaged, findings: [] };
    }
    default:
      return assertNever(step);
  }
}

/** One step on all runs, where it looks at several of them or comes after one that does. @throws as `runChain` */
export async function applyToAll(
  states: readonly RunState[],
  step: TimeSeriesStep,
  signal?: AbortSignal,
): Promise<{ states: RunState[]; findings: ChainFinding[] }> {
  if (step.step === 'average-repetitions') {
    return { states: averageRepetitions(states.map(requireSamples), step), findings: [] };
  }
  const results: StepResult[] = [];
  if (step.step === 'z-score' && step.trainingRuns !== null) {
    const scale = trainingScale(states, step.trainingRuns);
    results.push(...states.map((state) => zScore(state, scale)));
  } else {
    for (const state of states) results.push(await applyStep(state, step, signal));
  }
  return { states: results.map(({ state }) => state), findings: results.flatMap(({ findings }) => findings) };
}

async function sample(
  state: VolumeState,
  weigh: (state: VolumeState) => Sampling | Promise<Sampling>,
  signal: AbortSignal | undefined,
): Promise<StepResult> {
  const { samples, findings } = await weigh(state);
  return { state: await takeSamples(state, samples, signal), findings };
}

function dropVolumes(state: VolumeState, { first, last }: Omit<StepOf<'drop-volumes'>, 'step'>): VolumeState {
  const { voxels } = state;
  const end = state.volumes - last;
  if (end - first < 1) {
    throw new CortextError(
      'INVALID_RECIPE',
      `Dropping ${first + last} volumes leaves nothing of run ${runLabel(state)}, which has ${state.volumes}.`,
      { hint: 'Drop fewer volumes.' },
    );
  }
  const kept = (column: Float64Array): Float64Array => column.slice(first, end);
  return {
    ...state,
    volumes: end - first,
    startTime: state.startTime + first * state.repetitionTime,
    series: state.series.slice(first * voxels, end * voxels),
    regressed: state.regressed.map(kept),
    confounds:
      state.confounds === null
        ? null
        : Object.fromEntries(Object.entries(state.confounds).map(([name, column]) => [name, kept(column)])),
  };
}

function requireSameVoxels(states: readonly RunState[], run: ScannerRun): void {
  requireWholeRun(run);
  const [first] = states;
  if (first === undefined || first.voxels === run.voxels) return;
  throw new CortextError(
    'ARRAY_SHAPE',
    `Run ${runLabel(run)} has ${run.voxels} voxels, but the runs before it have ${first.voxels}.`,
    { hint: 'All runs must be extracted with the same mask.' },
  );
}

function requireNewLabel(labels: Set<string>, run: ScannerRun): void {
  const label = runLabel(run);
  if (labels.has(label)) {
    throw new CortextError('INVALID_RECIPE', `Two runs are called ${label}.`, {
      hint: 'Name every run differently; runs of several sessions need their session.',
    });
  }
  labels.add(label);
}

function joinSamples(states: readonly RunState[]): Pick<ChainResult, 'samples' | 'voxels' | 'rows'> {
  const sets = states.map(requireSamples);
  const rows = sets.flatMap((set) => set.rows);
  if (rows.length === 0) {
    throw new CortextError('STIMULUS_MISSING', 'No event of any run gives a sample.', {
      hint: 'Check that onsets are in seconds, that the events files belong to the runs, and which trial types are selected.',
    });
  }
  const [{ voxels }] = sets;
  if (sets.length === 1) return { samples: sets[0].samples, voxels, rows };
  const samples = new Float32Array(rows.length * voxels);
  let at = 0;
  for (const set of sets) {
    samples.set(set.samples, at);
    at += set.samples.length;
    // Otherwise all samples would be in memory twice.
    releaseMemory(set.samples);
  }
  return { samples, voxels, rows };
}
