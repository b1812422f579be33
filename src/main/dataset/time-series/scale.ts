/** Scales and limits of every voxel: z-scores, percent signal change, clipping. */
import { CortextError } from '../../../shared/errors.ts';
import { matrixOf, withMatrix, type ChainFinding, type RunState, type StepResult } from './run-state.ts';
import { runLabel } from './scanner-run.ts';

/** Means or deviations below this share of the largest value are rounding of float32, not signal. */
const ROUNDING = 1e-7;

/** Mean and sample standard deviation (n - 1) of every voxel; a deviation of 0 for a voxel that never changes. */
export interface VoxelScale {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
  /** Largest absolute value. */
  readonly largest: Float64Array;
}

/** Measures voxels over the rows of one or several runs together, in two passes. */
export function measureScale(states: readonly RunState[]): VoxelScale {
  const [{ voxels }] = states;
  const rows = states.reduce((sum, state) => sum + matrixOf(state).length / voxels, 0);
  const mean = new Float64Array(voxels);
  const deviation = new Float64Array(voxels);
  const largest = new Float64Array(voxels);
  for (const row of rowsOf(states)) {
    for (let voxel = 0; voxel < voxels; voxel++) {
      mean[voxel] += row[voxel] / rows;
      largest[voxel] = Math.max(largest[voxel], Math.abs(row[voxel]));
    }
  }
  for (const row of rowsOf(states)) {
    for (let voxel = 0; voxel < voxels; voxel++) deviation[voxel] += (row[voxel] - mean[voxel]) ** 2;
  }
  for (let voxel = 0; voxel < voxels; voxel++) {
    const sd = rows > 1 ? Math.sqrt(deviation[voxel] / (rows - 1)) : 0;
    deviation[voxel] = sd <= ROUNDING * largest[voxel] ? 0 : sd;
  }
  return { mean, deviation, largest };
}

function* rowsOf(states: readonly RunState[]): Generator<Float32Array> {
  for (const state of states) {
    const matrix = matrixOf(state);
    for (let at = 0; at < matrix.length; at += state.voxels) yield matrix.subarray(at, at + state.voxels);
  }
}

/** (value - mean) / deviation; 0 for a voxel that never changes, which is reported. */
export function zScore<State extends RunState>(state: State, scale: VoxelScale): StepResult<State> {
  const constant = scale.deviation.filter((deviation) => deviation === 0).length;
  return {
    state: mapVoxels(state, (value, voxel) =>
      scale.deviation[voxel] === 0 ? 0 : (value - scale.mean[voxel]) / scale.deviation[voxel],
    ),
    findings: reportVoxels(state, constant, 'never change and have no z-score: their values are 0'),
  };
}

/** 100 (value - mean) / |mean|; 0 for a voxel with a mean of 0, which is reported. */
export function percentChange<State extends RunState>(state: State): StepResult<State> {
  const { mean, largest } = measureScale([state]);
  const usable = mean.map((value, voxel) => (Math.abs(value) <= ROUNDING * largest[voxel] ? 0 : Math.abs(value)));
  return {
    state: mapVoxels(state, (value, voxel) => (usable[voxel] === 0 ? 0 : (100 * (value - mean[voxel])) / usable[voxel])),
    findings: reportVoxels(state, usable.filter((value) => value === 0).length, 'have a mean of 0: their values are 0'),
  };
}

/** Values beyond mean +- `deviations` standard deviations are put there; how many is reported. */
export function clip<State extends RunState>(state: State, deviations: number): StepResult<State> {
  const { mean, deviation } = measureScale([state]);
  let clipped = 0;
  const clippedState = mapVoxels(state, (value, voxel) => {
    const limit = deviations * deviation[voxel];
    const distance = value - mean[voxel];
    if (deviation[voxel] === 0 || Math.abs(distance) <= limit) return value;
    clipped++;
    return mean[voxel] + Math.sign(distance) * limit;
  });
  const label = labelOf(state);
  const total = matrixOf(state).length;
  const message = `${clipped} of ${total} values ${label === null ? '' : `of run ${label} `}lie beyond ${deviations} SD and were clipped.`;
  return {
    state: clippedState,
    findings: clipped === 0 ? [] : [{ kind: 'values-clipped', run: label, message, count: clipped }],
  };
}

/**
 * The scale of the named runs together.
 *
 * @throws CortextError `INVALID_RECIPE` for a run that is not there
 */
export function trainingScale(states: readonly RunState[], trainingRuns: readonly string[]): VoxelScale {
  const labels = states.map(labelOf);
  const unknown = trainingRuns.find((run) => !labels.includes(run));
  if (unknown !== undefined) {
    throw new CortextError('INVALID_RECIPE', `There is no run ${unknown} to measure z-scores on.`, {
      hint: `Runs are ${labels.filter((label) => label !== null).join(', ')}.`,
    });
  }
  return measureScale(states.filter((_, i) => trainingRuns.includes(labels[i] ?? '')));
}

function labelOf(state: RunState): string | null {
  return state.kind === 'volumes' ? runLabel(state) : state.label;
}

function mapVoxels<State extends RunState>(state: State, change: (value: number, voxel: number) => number): State {
  const { voxels } = state;
  const matrix = matrixOf(state).slice();
  for (let at = 0; at < matrix.length; at += voxels) {
    for (let voxel = 0; voxel < voxels; voxel++) matrix[at + voxel] = change(matrix[at + voxel], voxel);
  }
  return withMatrix(state, matrix);
}

function reportVoxels(state: RunState, count: number, what: string): ChainFinding[] {
  if (count === 0) return [];
  const run = labelOf(state);
  const message = `${count} of ${state.voxels} voxels ${run === null ? '' : `of run ${run} `}${what}.`;
  return [{ kind: 'constant-voxels', run, message, count }];
}
