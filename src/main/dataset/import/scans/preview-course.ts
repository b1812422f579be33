/** What the steps do to one voxel of the first run: for the dry run of an import. */
import { oneWayF } from '../../statistics/voxel-statistics.ts';
import { largest } from '../../voxel-selection.ts';
import type { ChainResult } from '../../time-series/chain.ts';
import { crossesRuns } from '../../time-series/check-steps.ts';
import { previewVoxel, type VoxelCourse } from '../../time-series/preview.ts';
import { runLabel, type RunEvent, type ScannerRun } from '../../time-series/scanner-run.ts';
import type { TimeSeriesStep } from '../../time-series/steps.ts';

export interface CoursePreview {
  /** `Voxel 120, run 01` */
  readonly title: string;
  readonly courses: readonly VoxelCourse[];
  /** Of the run that is shown. */
  readonly events: readonly RunEvent[];
}

/**
 * @param runs - everything but their series
 * @param seriesOf - the series of one voxel of a run, `[volumes]`
 * @param result - of the chain on these runs: the voxel that tells trial types apart best is shown
 * @throws CortextError as `previewVoxel`
 */
export async function previewCourse(
  runs: readonly Omit<ScannerRun, 'series' | 'voxels'>[],
  seriesOf: (run: number, voxel: number) => Promise<Float32Array>,
  steps: readonly TimeSeriesStep[],
  result: ChainResult,
  signal: AbortSignal | undefined,
): Promise<CoursePreview> {
  const voxel = telltaleVoxel(result);
  const needed = steps.some(crossesRuns) ? runs : runs.slice(0, 1);
  const single: ScannerRun[] = [];
  for (const [index, run] of needed.entries()) {
    single.push({ ...run, series: await seriesOf(index, voxel), voxels: 1 });
  }
  const [shown] = single;
  const label = runLabel(shown);
  const courses = await previewVoxel(single, steps, {
    run: label,
    voxel: 0,
    ...(signal === undefined ? {} : { signal }),
  });
  return { title: `Voxel ${voxel}, run ${label}`, courses, events: shown.events };
}

/** The voxel with the largest F over trial types, or the one in the middle where no trial type repeats. */
function telltaleVoxel({ samples, voxels, rows }: ChainResult): number {
  const types = rows.map(({ trialType, stimulus }) => trialType ?? stimulus ?? '');
  const distinct = [...new Set(types)];
  if (distinct.length < 2 || distinct.length === types.length) return voxels >> 1;
  const numbers = new Map(distinct.map((type, number) => [type, number]));
  const view = {
    data: samples,
    stride: voxels,
    samples: [...types.keys()],
    voxels: Array.from({ length: voxels }, (_, voxel) => voxel),
  };
  const values = oneWayF(view, types.map((type) => numbers.get(type) ?? -1));
  // A voxel without noise is none: it is constant within trial types.
  const [best] = largest(values.map((value) => (Number.isFinite(value) && value < Number.MAX_VALUE ? value : -1)), 1);
  return best;
}
