/** What the steps do to one voxel: for the dry run of an import, and for whoever tries steps before importing. */
import { CortextError } from '../../../../shared/errors.ts';
import { oneWayF } from '../../statistics/voxel-statistics.ts';
import type { ChainResult } from '../../time-series/chain.ts';
import { crossesRuns } from '../../time-series/check-steps.ts';
import { previewVoxel, type VoxelCourse } from '../../time-series/preview.ts';
import { runLabel, type RunEvent, type ScannerRun } from '../../time-series/scanner-run.ts';
import type { TimeSeriesStep } from '../../time-series/steps.ts';

export interface CoursePreview {
  /** `Voxel 120, run 01` */
  readonly title: string;
  readonly voxel: number;
  readonly run: string;
  readonly courses: readonly VoxelCourse[];
  /** Of the run that is shown. */
  readonly events: readonly RunEvent[];
}

/** What is left open is chosen: the voxel that tells trial types apart best, the first run, the steps of the import. */
export interface CourseChoice {
  readonly voxel?: number | undefined;
  /** Of these voxels, the one that tells trial types apart best. */
  readonly among?: readonly number[] | undefined;
  readonly run?: string | undefined;
  readonly steps?: readonly TimeSeriesStep[] | undefined;
}

/** Time courses of single voxels, read when they are asked for. */
export interface CourseSource {
  /** Labels of the runs. */
  readonly runs: readonly string[];
  readonly steps: readonly TimeSeriesStep[];
  /** @throws CortextError `INVALID_ARGUMENT` for a voxel or run that is not there, and as `previewVoxel` */
  preview(choice: CourseChoice, signal?: AbortSignal): Promise<CoursePreview>;
}

/** How the runs of an import are looked at again. */
export interface CourseRuns {
  /** Everything but their series. */
  readonly runs: readonly Omit<ScannerRun, 'series' | 'voxels'>[];
  /** The series of one voxel of a run, `[volumes]`. */
  seriesOf(this: void, run: number, voxel: number, signal: AbortSignal | undefined): Promise<Float32Array>;
}

/** @param result - of the chain on these runs: it says which voxels tell trial types apart */
export function courseSource(
  { runs, seriesOf }: CourseRuns,
  steps: readonly TimeSeriesStep[],
  result: ChainResult,
): CourseSource {
  const telling = tellingVoxels(result);
  const { voxels } = result;
  return {
    runs: runs.map(runLabel),
    steps,
    preview: async ({ voxel: wanted, among, run, steps: tried = steps }, signal) => {
      const voxel = wanted ?? mostTelling(telling, among, voxels);
      const shownAt = run === undefined ? 0 : runs.findIndex((each) => runLabel(each) === run);
      if (!Number.isInteger(voxel) || voxel < 0 || voxel >= voxels || shownAt < 0) {
        throw new CortextError('INVALID_ARGUMENT', `There is no voxel ${voxel} of a run ${run ?? ''} to look at.`, {
          hint: `Voxels are 0 to ${voxels - 1}; runs are ${runs.map(runLabel).join(', ')}.`,
        });
      }
      const needed = tried.some(crossesRuns) ? [...runs.keys()] : [shownAt];
      const single: ScannerRun[] = [];
      for (const index of needed) {
        single.push({ ...runs[index], series: await seriesOf(index, voxel, signal), voxels: 1 });
      }
      const label = runLabel(runs[shownAt]);
      const courses = await previewVoxel(single, tried, { run: label, voxel: 0, ...(signal && { signal }) });
      return { title: `Voxel ${voxel}, run ${label}`, voxel, run: label, courses, events: runs[shownAt].events };
    },
  };
}

/** F over trial types of every voxel; null where no trial type repeats. */
function tellingVoxels({ samples, voxels, rows }: ChainResult): Float64Array | null {
  const types = rows.map(({ trialType, stimulus }) => trialType ?? stimulus ?? '');
  const distinct = [...new Set(types)];
  if (distinct.length < 2 || distinct.length === types.length) return null;
  const numbers = new Map(distinct.map((type, number) => [type, number]));
  const view = {
    data: samples,
    stride: voxels,
    samples: [...types.keys()],
    voxels: Array.from({ length: voxels }, (_, voxel) => voxel),
  };
  return oneWayF(
    view,
    types.map((type) => numbers.get(type) ?? -1),
  );
}

/** The voxel with the largest F, or the one in the middle where there is none. */
function mostTelling(telling: Float64Array | null, among: readonly number[] | undefined, voxels: number): number {
  const candidates = among ?? Array.from({ length: voxels }, (_, voxel) => voxel);
  if (telling === null) return candidates[candidates.length >> 1];
  // A voxel without noise is none: it is constant within trial types.
  const score = (voxel: number): number =>
    Number.isFinite(telling[voxel]) && telling[voxel] < Number.MAX_VALUE ? telling[voxel] : -1;
  return candidates.reduce((best, voxel) => (score(voxel) > score(best) ? voxel : best));
}
