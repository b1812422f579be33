/** Regressions that clean a run: confounds, drift, slow cosines. The mean of every voxel stays. */
import { CortextError } from '../../../shared/errors.ts';
import { orthonormalBasis } from './least-squares.ts';
import type { VolumeState } from './run-state.ts';
import { runLabel } from './scanner-run.ts';

/**
 * Removes what the columns, and all that were regressed before, explain together.
 *
 * @param columns - `[volumes]` each, at any scale; those that depend on others change nothing
 * @throws CortextError `INVALID_RECIPE` when as many columns as volumes would be removed
 */
export function regress(state: VolumeState, columns: readonly Float64Array[]): VolumeState {
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
  // All but the first are orthogonal to the constant: removing them leaves the mean alone.
  return { ...state, regressed, series: withoutVectors(state, vectors.slice(1)) };
}

function withoutVectors({ series, volumes, voxels }: VolumeState, vectors: readonly Float64Array[]): Float32Array {
  const cleaned = Float64Array.from(series);
  const along = new Float64Array(voxels);
  for (const vector of vectors) {
    along.fill(0);
    for (let volume = 0; volume < volumes; volume++) {
      const weight = vector[volume];
      const at = volume * voxels;
      for (let voxel = 0; voxel < voxels; voxel++) along[voxel] += weight * cleaned[at + voxel];
    }
    for (let volume = 0; volume < volumes; volume++) {
      const weight = vector[volume];
      const at = volume * voxels;
      for (let voxel = 0; voxel < voxels; voxel++) cleaned[at + voxel] -= weight * along[voxel];
    }
  }
  return Float32Array.from(cleaned);
}
