/** What every step of a chain does to the time course of one voxel. */
import { CortextError, toCortextError } from '../../../shared/errors.ts';
import { applyStep, applyToAll } from './chain.ts';
import { checkSteps, crossesRuns } from './check-steps.ts';
import { beginRun, matrixOf, type RunState } from './run-state.ts';
import { requireWholeRun, runLabel, volumeTimes, type ScannerRun } from './scanner-run.ts';
import type { TimeSeriesStep } from './steps.ts';

/** A curve to draw. */
export interface VoxelCourse {
  /** The step that it comes out of; null for the recorded series. */
  readonly step: TimeSeriesStep | null;
  /** Volumes in seconds on the clock of the events (a shift moves them), or onsets of samples. */
  readonly times: readonly number[];
  readonly values: readonly number[];
}

/**
 * The time course of one voxel before the chain and after each of its steps.
 *
 * @param runs - the run to look at alone, or, where a step looks at several runs, all of them
 * @param run - label of the run to show; averages over several runs are shown whole
 * @returns as many courses as steps, and one before them
 * @throws CortextError `INVALID_ARGUMENT` for a voxel or run that is not there, and as `runChain`
 */
export async function previewVoxel(
  runs: readonly ScannerRun[],
  steps: readonly TimeSeriesStep[],
  { run: label, voxel, signal }: { run: string; voxel: number; signal?: AbortSignal },
): Promise<VoxelCourse[]> {
  checkSteps(steps);
  const shown = runs.find((run) => runLabel(run) === label);
  if (shown === undefined || !Number.isInteger(voxel) || voxel < 0 || voxel >= shown.voxels) {
    throw new CortextError('INVALID_ARGUMENT', `There is no voxel ${voxel} of a run ${label} to preview.`, {
      hint:
        `Runs are ${runs.map(runLabel).join(', ')}` +
        (shown === undefined ? '.' : `; voxels are 0 to ${shown.voxels - 1}.`),
    });
  }
  const needed = steps.some(crossesRuns) ? runs : [shown];
  let states: RunState[] = needed.map((run) => beginRun(onlyVoxel(run, voxel)));
  const courses = [courseOf(states, label, null)];
  try {
    for (const step of steps) {
      states = crossesRuns(step)
        ? (await applyToAll(states, step, signal)).states
        : await Promise.all(states.map(async (state) => (await applyStep(state, step, signal)).state));
      courses.push(courseOf(states, label, step));
    }
  } catch (error) {
    throw toCortextError(error);
  }
  return courses;
}

/** The same run with one voxel: no step looks from one voxel at another. */
function onlyVoxel(run: ScannerRun, voxel: number): ScannerRun {
  requireWholeRun(run);
  const series = Float32Array.from({ length: run.volumes }, (_, volume) => run.series[volume * run.voxels + voxel]);
  return { ...run, series, voxels: 1 };
}

function courseOf(states: readonly RunState[], label: string, step: TimeSeriesStep | null): VoxelCourse {
  const labelOf = (state: RunState): string | null => (state.kind === 'volumes' ? runLabel(state) : state.label);
  // Once runs are averaged together, none has the label any more.
  const state = states.find((candidate) => labelOf(candidate) === label) ?? states[0];
  const times = state.kind === 'volumes' ? [...volumeTimes(state)] : state.rows.map(({ onset }) => onset);
  return { step, times, values: [...matrixOf(state)] };
}
