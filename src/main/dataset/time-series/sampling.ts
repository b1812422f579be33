/** A sample is a weighted sum of the volumes of its run: means over blocks and windows, and estimates alike. */
import { eventName, type ChainFinding, type SampleRow, type SampleState, type VolumeState } from './run-state.ts';
import { runLabel, type RunEvent } from './scanner-run.ts';
import { forVoxelBlocks } from './voxel-blocks.ts';

export interface WeightedSample {
  /** Positions of its events in the run, ascending. */
  readonly events: readonly number[];
  /** One weight per volume. */
  readonly weights: Float64Array;
}

export interface Sampling {
  readonly samples: readonly WeightedSample[];
  readonly findings: readonly ChainFinding[];
}

/** @throws the reason of `signal` when it is aborted */
export async function takeSamples(
  state: VolumeState,
  samples: readonly WeightedSample[],
  signal?: AbortSignal,
): Promise<SampleState> {
  const { voxels } = state;
  const matrix = new Float32Array(samples.length * voxels);
  const volumesOf = samples.map(({ weights }) => [...weights.keys()].filter((volume) => weights[volume] !== 0));
  await forVoxelBlocks(
    voxels,
    (from, to) => {
      samples.forEach(({ weights }, row) => {
        matrix.set(weightedSum(state, weights, volumesOf[row], from, to), row * voxels + from);
      });
    },
    signal,
  );
  const rows = samples.map(({ events }) => rowOfEvents(state, events));
  return { kind: 'samples', label: runLabel(state), samples: matrix, rows, voxels };
}

/** @param volumes - those with a weight: a voxel may be NaN in others */
function weightedSum(
  { series, voxels }: VolumeState,
  weights: Float64Array,
  volumes: readonly number[],
  from: number,
  to: number,
): Float64Array {
  const sum = new Float64Array(to - from);
  for (const volume of volumes) {
    const weight = weights[volume];
    const at = volume * voxels + from;
    for (let voxel = 0; voxel < sum.length; voxel++) sum[voxel] += weight * series[at + voxel];
  }
  return sum;
}

function rowOfEvents(state: VolumeState, positions: readonly number[]): SampleRow {
  const events = positions.map((position) => state.events[position]);
  const label = runLabel(state);
  return {
    run: state.name,
    session: state.session,
    trialType: common(events.map((event) => event.trialType)),
    stimulus: common(events.map((event) => event.stimulus)),
    onset: events[0].onset,
    trials: positions.map((event) => ({ run: label, event })),
    columns: commonColumns(events.map((event: RunEvent) => event.columns ?? {})),
  };
}

/** The value that all have, else null. */
export function common<T>(values: readonly T[]): T | null {
  return values.every((value) => value === values[0]) ? values[0] : null;
}

export function commonColumns(all: readonly Readonly<Record<string, string>>[]): Record<string, string> {
  const [first, ...others] = all;
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => others.every((columns) => columns[name] === value)),
  );
}

/** `3 events of run 01 ...: face at 2 s, ...`, or nothing when there are none. */
export function reportEvents(
  state: VolumeState,
  kind: ChainFinding['kind'],
  positions: readonly number[],
  what: string,
): ChainFinding[] {
  if (positions.length === 0) return [];
  const told = positions.slice(0, 3).map((position) => eventName(state.events[position]));
  const rest = positions.length > told.length ? ` and ${positions.length - told.length} more` : '';
  const run = runLabel(state);
  const noun = positions.length === 1 ? 'event' : 'events';
  const message = `${positions.length} ${noun} of run ${run} ${what}: ${told.join(', ')}${rest}.`;
  return [{ kind, run, message, count: positions.length }];
}
