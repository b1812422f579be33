/** Regressions that clean a run: confounds, drift, slow cosines. The mean of every voxel stays. */
import { CortextError } from '../../../shared/errors.ts';
import { orthonormalBasis } from './least-squares.ts';
import type { VolumeState } from './run-state.ts';
import { runLabel } from './scanner-run.ts';
import { forVoxelBlocks } from './voxel-blocks.ts';

/**
 * Removes what the columns, and all that were regressed before, explain together.
 *
 * @param columns - `[volumes]` each, at any scale; those that depend on others change nothing
 * @throws CortextError `INVALID_RECIPE` when as many columns as volumes would be removed
 */
export async function regress(
  state: VolumeState,
  columns: readonly Float64Array[],
  signal?: AbortSignal,
): Promise<VolumeState> {
  const regressed = [...state.regressed, ...columns];
  const constant = new Float64Array(state.volumes).fill(1);
  const { vectors } = orthonormalBasis([constant, ...regressed]);
  if (vectors.length >= state.volumes) {
    throw new CortextError(
      'INVALID_RECIPE',
      `Regressing ${regressed.length} columns leaves nothing of run ${runLabel(state)}, which has ${state.volumes} volumes.`,
      { hint: 'Use fewer confounds, a lower polynomial order or a lower cutoff.' },
    );
  }
  const series = new Float32Array(state.series.length);
  // All but the first are orthogonal to the constant: removing them leaves the mean alone.
  const removed = vectors.slice(1);
  await forVoxelBlocks(
    state.voxels,
    (from, to) => {
      copyWithout(state, removed, from, to, series);
    },
    signal,
  );
  return { ...state, regressed, series };
}

/** Writes the series of some voxels, without what the orthonormal vectors explain, into `target`. */
function copyWithout(
  { series, volumes, voxels }: VolumeState,
  vectors: readonly Float64Array[],
  from: number,
  to: number,
  target: Float32Array,
): void {
  const width = to - from;
  const cleaned = new Float64Array(volumes * width);
  for (let volume = 0; volume < volumes; volume++) {
    cleaned.set(series.subarray(volume * voxels + from, volume * voxels + to), volume * width);
  }
  const along = new Float64Array(width);
  for (const vector of vectors) {
    along.fill(0);
    for (let volume = 0, at = 0; volume < volumes; volume++) {
      const weight = vector[volume];
      for (let voxel = 0; voxel < width; voxel++, at++) along[voxel] += weight * cleaned[at];
    }
    for (let volume = 0, at = 0; volume < volumes; volume++) {
      const weight = vector[volume];
      for (let voxel = 0; voxel < width; voxel++, at++) cleaned[at] -= weight * along[voxel];
    }
  }
  for (let volume = 0; volume < volumes; volume++) {
    target.set(cleaned.subarray(volume * width, (volume + 1) * width), volume * voxels + from);
  }
}
