/** The thread in which a statistic is computed: reads the recording, answers once, and ends. */
import { parentPort, workerData } from 'node:worker_threads';
import type { RegionStatistic } from '../../shared/defined-region.ts';
import { toCortextError, type ErrorEnvelope } from '../../shared/errors.ts';
import { openRecording } from '../dataset/recording-store.ts';
import { regionStatistic } from '../dataset/region-statistic.ts';

export interface StatisticJob {
  readonly root: string;
  readonly recording: string;
  readonly statistic: RegionStatistic;
  readonly samples: readonly number[];
  readonly category: string | null;
}

export type StatisticAnswer =
  | { readonly ok: true; readonly values: Float64Array<ArrayBuffer> }
  | { readonly ok: false; readonly error: ErrorEnvelope };

function answer(): StatisticAnswer {
  // Only `voxel-statistics.ts` starts this thread.
  const { root, recording: id, statistic, samples, category } = workerData as StatisticJob;
  try {
    const recording = openRecording(root, id);
    const voxels = Array.from({ length: recording.metadata.voxels }, (_, voxel) => voxel);
    return { ok: true, values: new Float64Array(regionStatistic(recording, statistic, samples, voxels, category)) };
  } catch (error) {
    return { ok: false, error: toCortextError(error).toEnvelope() };
  }
}

const answered = answer();
parentPort?.postMessage(answered, answered.ok ? [answered.values.buffer] : []);
