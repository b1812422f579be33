/** Averages over repetitions of a stimulus or of a trial type. */
import { matrixOf, type SampleRow, type SampleState, type Trial } from './run-state.ts';
import { common, commonColumns } from './sampling.ts';
import type { StepOf } from './steps.ts';

/**
 * Samples of the same stimulus (or trial type) become their mean, in order of first appearance. A sample without one
 * stays as it is.
 *
 * Means weigh samples by the trials behind them. What covers several runs has no run any more, so that no split by run
 * can take it for a part of one.
 *
 * @param states - of the runs, in their order
 * @returns one state per run, per session, or one for all
 */
export function averageRepetitions(
  states: readonly SampleState[],
  { of, within }: Omit<StepOf<'average-repetitions'>, 'step'>,
): SampleState[] {
  const parts = new Map<string | number, SampleState[]>();
  states.forEach((state, run) => {
    const key = within === 'run' ? run : within === 'session' ? (state.rows[0]?.session ?? '') : '';
    parts.set(key, [...(parts.get(key) ?? []), state]);
  });
  return [...parts.values()].map((part) => averagePart(part, of));
}

function averagePart(states: readonly SampleState[], of: 'stimulus' | 'trial-type'): SampleState {
  const [{ voxels, label }] = states;
  const entries = states.flatMap((state) =>
    state.rows.map((row, i) => ({ row, values: matrixOf(state).subarray(i * voxels, (i + 1) * voxels) })),
  );
  const groups = new Map<string | number, typeof entries>();
  entries.forEach((entry, i) => {
    const key = (of === 'stimulus' ? entry.row.stimulus : entry.row.trialType) ?? i;
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  });
  const samples = new Float32Array(groups.size * voxels);
  [...groups.values()].forEach((group, row) => {
    const total = group.reduce((sum, entry) => sum + entry.row.trials.length, 0);
    const mean = new Float64Array(voxels);
    for (const { row: own, values } of group) {
      const weight = own.trials.length / total;
      for (let voxel = 0; voxel < voxels; voxel++) mean[voxel] += weight * values[voxel];
    }
    samples.set(mean, row * voxels);
  });
  const rows = [...groups.values()].map((group) => mergeRows(group.map(({ row }) => row)));
  return { kind: 'samples', label: states.length === 1 ? label : null, samples, rows, voxels };
}

function mergeRows(rows: readonly SampleRow[]): SampleRow {
  return {
    run: common(rows.map((row) => row.run)),
    session: common(rows.map((row) => row.session)),
    trialType: common(rows.map((row) => row.trialType)),
    stimulus: common(rows.map((row) => row.stimulus)),
    onset: rows[0].onset,
    trials: distinct(rows.flatMap((row) => row.trials)),
    columns: commonColumns(rows.map((row) => row.columns)),
  };
}

/** Several volumes of one trial are one trial. */
function distinct(trials: readonly Trial[]): Trial[] {
  return [...new Map(trials.map((trial) => [`${trial.run}\n${trial.event}`, trial])).values()];
}
