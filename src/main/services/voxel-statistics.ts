/**
 * Statistics of single voxels, to look at and to choose regions by.
 *
 * They are computed in a process of their own, since a long recording takes seconds, and kept as files.
 */
import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { RegionStatistic } from '../../shared/defined-region.ts';
import type { RecordingMetadata } from '../../shared/recording.ts';
import type { StatisticChoice } from '../../shared/regions.ts';
import { workspaceLayout } from '../../shared/workspace-layout.ts';
import { resolveSplit } from '../dataset/splits.ts';
import { sha256 } from '../files/hash.ts';
import { regionsOf } from './recording-regions.ts';
import { runWork } from './work/work-process.ts';
import type { Workspace } from './workspace.ts';

export interface VoxelStatisticSummary {
  readonly statistic: RegionStatistic;
  /** Names its values in the cache. */
  readonly key: string;
  readonly samples: number;
  /** One value per voxel of the recording. */
  readonly values: Float64Array;
  readonly regions: readonly { readonly name: string; readonly median: number; readonly best: number }[];
}

/** @throws CortextError `RECORDING_NOT_FOUND`, `INVALID_ARGUMENT` when samples do not suit the statistic, `LEAKAGE`, `CANCELLED` */
export async function voxelStatistics(
  workspace: Workspace,
  { recording, ...choice }: StatisticChoice & { readonly recording: string },
  signal?: AbortSignal,
): Promise<VoxelStatisticSummary> {
  const { metadata, regions } = regionsOf(workspace, recording);
  const { key, samples, values } = await valuesOf(workspace, metadata, choice, signal);
  return {
    statistic: choice.statistic,
    key,
    samples: samples.length,
    values,
    regions: regions.map((region) => {
      const sorted = region.voxels.map((voxel) => values[voxel]).sort((a, b) => a - b);
      const median = (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
      return { name: region.name, median, best: sorted[sorted.length - 1] };
    }),
  };
}

/** The samples that a statistic looks at: those that train in its split, or all. @throws CortextError as `resolveSplit` */
export function samplesOf(
  metadata: RecordingMetadata,
  { split, signOffs = [] }: Omit<StatisticChoice, 'statistic'>,
): number[] {
  if (split === undefined) return Array.from({ length: metadata.samples }, (_, sample) => sample);
  return resolveSplit(metadata, split, signOffs).train;
}

/** Computes the values of all voxels, or finds them computed. */
export async function valuesOf(
  { root }: Workspace,
  metadata: RecordingMetadata,
  choice: StatisticChoice,
  signal?: AbortSignal,
): Promise<{ key: string; samples: readonly number[]; values: Float64Array }> {
  const samples = samplesOf(metadata, choice);
  const category = choice.statistic === 'category' ? (choice.category ?? null) : null;
  const key = sha256(metadata.contentHash, JSON.stringify([choice.statistic, category, samples]));
  const path = workspaceLayout(root).regionCache(metadata.id).statisticColumns(key);
  const isWhole = statSync(path, { throwIfNoEntry: false })?.size === metadata.voxels * Float64Array.BYTES_PER_ELEMENT;
  if (!isWhole) {
    const job = { recording: metadata.id, statistic: choice.statistic, category, samples, key };
    await runWork(root, 'voxels.statistic', job, { signal, grace: 0 });
  }
  return { key, samples, values: new Float64Array(new Uint8Array(await readFile(path)).buffer) };
}
