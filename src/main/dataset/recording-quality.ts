/** What stands out in the values of a recording. */
import type { RecordingMetadata } from '../../shared/recording.ts';

/** Values further than this many standard deviations from their voxel's mean are called outliers. */
const OUTLIER = 20;

/** @param values - `[samples, voxels]`, row-major */
export function judgeQuality(values: Float32Array, samples: number, voxels: number): RecordingMetadata['quality'] {
  const [sums, squares] = [new Float64Array(voxels), new Float64Array(voxels)];
  const [leasts, greatests] = [new Float64Array(voxels).fill(Infinity), new Float64Array(voxels).fill(-Infinity)];
  // Sample by sample, as the values lie in memory.
  for (let i = 0, v = 0; i < values.length; i++, v = v + 1 === voxels ? 0 : v + 1) {
    const value = values[i];
    sums[v] += value;
    squares[v] += value * value;
    if (value < leasts[v]) leasts[v] = value;
    if (value > greatests[v]) greatests[v] = value;
  }
  let constantVoxels = 0;
  let outlierVoxels = 0;
  let minimum = Infinity;
  let maximum = -Infinity;
  for (let v = 0; v < voxels; v++) {
    const [least, greatest] = [leasts[v], greatests[v]];
    const mean = sums[v] / samples;
    const deviation = Math.sqrt(Math.max(0, squares[v] / samples - mean * mean));
    if (least === greatest) constantVoxels++;
    else if (isOutlier(Math.max(greatest - mean, mean - least), deviation, samples)) outlierVoxels++;
    minimum = Math.min(minimum, least);
    maximum = Math.max(maximum, greatest);
  }
  return { constantVoxels, outlierVoxels, minimum, maximum };
}

/**
 * Against mean and deviation of the other samples: one value among n lies at most sqrt(n - 1) deviations from the mean
 * of all, so below 402 samples nothing could ever reach 20.
 */
function isOutlier(distance: number, deviation: number, samples: number): boolean {
  if (samples < 3) return false;
  const rest = Math.max(0, samples * deviation ** 2 - (distance ** 2 * samples) / (samples - 1)) / (samples - 1);
  return distance * (samples / (samples - 1)) > OUTLIER * Math.sqrt(rest);
}
