/** A statistic of every voxel of a recording, computed into the cache. */
import { z } from 'zod';
import { regionStatisticSchema } from '../../../shared/defined-region.ts';
import { workspaceLayout } from '../../../shared/workspace-layout.ts';
import { openRecording } from '../../dataset/recording-store.ts';
import { regionStatistic } from '../../dataset/region-statistic.ts';
import { writeFileAtomic } from '../../files/atomic.ts';

export const statisticJobSchema = z.object({
  recording: z.string(),
  statistic: regionStatisticSchema,
  category: z.string().nullable(),
  /** The only rows that are looked at. */
  samples: z.array(z.int().nonnegative()),
  /** Names the file in the cache. */
  key: z.string(),
});
export type StatisticJob = z.infer<typeof statisticJobSchema>;

/** @throws CortextError `INVALID_ARGUMENT` when the samples do not suit the statistic, `RECORDING_DAMAGED`, `NO_SPACE_LEFT` */
export function computeStatistic(
  root: string,
  { recording: id, statistic, category, samples, key }: StatisticJob,
): null {
  const recording = openRecording(root, id);
  const voxels = Array.from({ length: recording.metadata.voxels }, (_, voxel) => voxel);
  const values = regionStatistic(recording, statistic, samples, voxels, category);
  writeFileAtomic(workspaceLayout(root).regionCache(id).statisticColumns(key), new Uint8Array(values.buffer));
  return null;
}
