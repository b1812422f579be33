/** The noiseless responses of all voxels to pictures. */
import type { StimulusTruth } from '../drawing/stimulus.ts';
import { FEATURE_COUNT } from './category-features.ts';
import { MAP_SIZE } from './filter-bank.ts';
import { HALF_FIELD_DEGREES, type Voxel } from './layout.ts';
import type { Tuning } from './tuning.ts';

/** Local contrast and colour inside the receptive field, compressed. Writes `[voxels]` into `out`. */
export function lowLevelResponses(maps: Float32Array, tunings: readonly Tuning[], out: Float32Array): void {
  const mapLength = MAP_SIZE * MAP_SIZE;
  for (let voxel = 0; voxel < tunings.length; voxel++) {
    const { points, pointWeights, maps: used, mapGains, exponent } = tunings[voxel];
    let drive = 0;
    for (let m = 0; m < used.length; m++) {
      const offset = used[m] * mapLength;
      let pooled = 0;
      for (let i = 0; i < points.length; i++) pooled += pointWeights[i] * maps[offset + points[i]];
      drive += mapGains[m] * pooled;
    }
    out[voxel] = Math.sign(drive) * Math.abs(drive) ** exponent;
  }
}

/** Category features, weaker when the object lies outside of the receptive field. Writes `[voxels]` into `out`. */
export function featureResponses(
  features: Float32Array,
  truth: StimulusTruth,
  voxels: readonly Voxel[],
  tunings: readonly Tuning[],
  out: Float32Array,
): void {
  const objectX = truth.x * HALF_FIELD_DEGREES;
  const objectY = truth.y * HALF_FIELD_DEGREES;
  const extent = truth.scale * HALF_FIELD_DEGREES;
  for (let voxel = 0; voxel < tunings.length; voxel++) {
    const { fieldX, fieldY, fieldSize } = voxels[voxel];
    const { features: weights, exponent, featureShare } = tunings[voxel];
    if (featureShare === 0) continue;
    let drive = 0;
    for (let i = 0; i < FEATURE_COUNT; i++) drive += weights[i] * features[i];
    const distance = Math.hypot(objectX - fieldX, objectY - fieldY);
    const gain = 0.75 + 0.25 * Math.exp(-(distance * distance) / (2 * (extent * extent + fieldSize * fieldSize)));
    out[voxel] = Math.sign(drive) * Math.abs(drive * gain) ** exponent;
  }
}

/**
 * Mixes both sources so that every voxel's signal has mean 0 and variance 1 over the first `reference` pictures.
 *
 * @param low - `[pictures, voxels]`; overwritten with the result
 * @param feature - `[pictures, voxels]`; overwritten
 */
export function mixSignals(
  low: Float32Array,
  feature: Float32Array,
  tunings: readonly Tuning[],
  reference: number,
): void {
  standardise(low, tunings.length, reference);
  standardise(feature, tunings.length, reference);
  for (let i = 0; i < low.length; i++) {
    const { featureShare } = tunings[i % tunings.length];
    low[i] = Math.sqrt(1 - featureShare) * low[i] + Math.sqrt(featureShare) * feature[i];
  }
  standardise(low, tunings.length, reference);
}

function standardise(values: Float32Array, columns: number, reference: number): void {
  const mean = new Float64Array(columns);
  const square = new Float64Array(columns);
  for (let i = 0; i < reference * columns; i++) {
    mean[i % columns] += values[i] / reference;
    square[i % columns] += (values[i] * values[i]) / reference;
  }
  const factor = mean.map((m, i) => 1 / Math.max(Math.sqrt(Math.max(square[i] - m * m, 0)), 1e-6));
  for (let i = 0; i < values.length; i++) values[i] = (values[i] - mean[i % columns]) * factor[i % columns];
}
