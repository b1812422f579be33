/** Statistics of single voxels, to look at and to choose regions by. */
import type { RegionStatistic } from '../../shared/defined-region.ts';
import type { SignOff, SplitSpec } from '../../shared/experiment.ts';
import { withDefinedRegions } from '../dataset/defined-regions.ts';
import { openRecording } from '../dataset/recording-store.ts';
import { regionStatistic } from '../dataset/region-statistic.ts';
import { resolveSplit } from '../dataset/splits.ts';
import { readDefinedRegions } from './regions.ts';
import type { Workspace } from './workspace.ts';

export interface VoxelStatisticRequest {
  readonly recording: string;
  readonly statistic: RegionStatistic;
  readonly category?: string | undefined;
  /** Whose training samples are looked at; without one, all samples are: to describe the data, not to choose by. */
  readonly split?: SplitSpec | undefined;
  readonly signOffs?: readonly SignOff[] | undefined;
}

export interface VoxelStatisticSummary {
  readonly statistic: RegionStatistic;
  readonly samples: number;
  /** One value per voxel of the recording. */
  readonly values: Float64Array;
  readonly regions: readonly { readonly name: string; readonly median: number; readonly best: number }[];
}

/** @throws CortextError `RECORDING_NOT_FOUND`, `INVALID_ARGUMENT` when samples do not suit the statistic, `LEAKAGE` */
export function voxelStatistics(workspace: Workspace, request: VoxelStatisticRequest): VoxelStatisticSummary {
  const recording = openRecording(workspace.root, request.recording);
  const { metadata } = recording;
  const samples =
    request.split === undefined
      ? Array.from({ length: metadata.samples }, (_, sample) => sample)
      : resolveSplit(metadata, request.split, request.signOffs ?? []).train;
  const voxels = Array.from({ length: metadata.voxels }, (_, voxel) => voxel);
  const values = regionStatistic(recording, request.statistic, samples, voxels, request.category ?? null);
  const { regions } = withDefinedRegions(metadata, readDefinedRegions(workspace.root, metadata));
  return {
    statistic: request.statistic,
    samples: samples.length,
    values,
    regions: regions.map((region) => {
      const sorted = region.voxels.map((voxel) => values[voxel]).sort((a, b) => a - b);
      const median = (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
      return { name: region.name, median, best: sorted[sorted.length - 1] };
    }),
  };
}
