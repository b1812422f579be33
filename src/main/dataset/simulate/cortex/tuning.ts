/** What each voxel responds to, and how reliably. */
import type { Random } from '../../../../shared/random.ts';
import type { SimulatedRegionName } from '../options.ts';
import { frequencies, mapIndex, MAP_SIZE, MAP_STEP, ORIENTATIONS } from './filter-bank.ts';
import { HALF_FIELD_DEGREES, type Voxel } from './layout.ts';
import { FEATURE_COUNT, featureIndex } from './category-features.ts';

export interface Tuning {
  /** Points of the map grid inside the receptive field, and their weights, which sum to 1. */
  readonly points: Int32Array;
  readonly pointWeights: Float32Array;
  /** Maps that the voxel draws on, and how much. */
  readonly maps: Int32Array;
  readonly mapGains: Float32Array;
  /** Weight of every category feature. */
  readonly features: Float32Array;
  /** Share of the signal's variance that comes from category features. */
  readonly featureShare: number;
  /** Exponent of the compressive nonlinearity (Kay et al. 2013). */
  readonly exponent: number;
  /** Radians in [0, pi) and cycles per degree. */
  readonly preferredOrientation: number;
  readonly preferredFrequency: number;
  /** Share of a single trial's variance that is signal, at noise level 1: its expected test-retest correlation. */
  readonly noiseCeiling: number;
}

interface RegionTuning {
  readonly energy: number;
  readonly luminance: number;
  readonly colour: number;
  readonly featureShare: number;
  /** Share of voxels with almost no signal, and the range of the noise ceiling of the others. */
  readonly silent: number;
  readonly ceiling: readonly [lowest: number, highest: number];
}

const regions: Record<SimulatedRegionName, RegionTuning> = {
  V1: { energy: 1, luminance: 0.4, colour: 0.15, featureShare: 0, silent: 0.22, ceiling: [0.04, 0.4] },
  V2: { energy: 1, luminance: 0.35, colour: 0.18, featureShare: 0.02, silent: 0.25, ceiling: [0.04, 0.38] },
  V3: { energy: 1, luminance: 0.3, colour: 0.2, featureShare: 0.05, silent: 0.28, ceiling: [0.04, 0.36] },
  V4: { energy: 0.8, luminance: 0.2, colour: 0.4, featureShare: 0.2, silent: 0.32, ceiling: [0.03, 0.36] },
  LOC: { energy: 0.8, luminance: 0.2, colour: 0.2, featureShare: 0.72, silent: 0.38, ceiling: [0.03, 0.34] },
  FFA: { energy: 0.8, luminance: 0.2, colour: 0.2, featureShare: 0.78, silent: 0.42, ceiling: [0.03, 0.32] },
  PPA: { energy: 0.9, luminance: 0.2, colour: 0.2, featureShare: 0.76, silent: 0.4, ceiling: [0.03, 0.34] },
};

/** Typical standard deviations of the maps, so that gains of different maps compare. */
const SCALE = { energy: 0.012, contrast: 0.008, luminance: 0.2, colour: 0.15 } as const;

export function drawTuning(voxel: Voxel, random: Random): Tuning {
  const region = regions[voxel.region];
  const [points, pointWeights] = receptiveField(voxel);
  const orientation = random.uniform() * Math.PI;
  const eccentricity = Math.hypot(voxel.fieldX, voxel.fieldY);
  // Peak spatial frequency falls with eccentricity (Broderick et al. 2022), drawn to the range of the filters.
  const wanted = (1.35 * Math.exp(random.normal() * 0.35)) / (1 + 0.22 * eccentricity);
  const frequency = Math.min(frequencies[0] * 1.2, Math.max(frequencies[frequencies.length - 1] * 0.8, wanted));
  const [maps, mapGains] = mapMixture(region, orientation, frequency, random);
  const silent = random.uniform() < region.silent;
  const [lowest, highest] = region.ceiling;
  return {
    points,
    pointWeights,
    maps,
    mapGains,
    features: featureWeights(voxel.region, random),
    featureShare: Math.min(0.95, region.featureShare * (0.8 + 0.4 * random.uniform())),
    exponent: 0.5 + 0.2 * random.uniform(),
    preferredOrientation: orientation,
    preferredFrequency: frequency,
    noiseCeiling: silent ? 0.02 * random.uniform() : lowest + (highest - lowest) * random.uniform() ** 2,
  };
}

/** A Gaussian over the grid of the maps; large fields are sampled more coarsely. */
function receptiveField(voxel: Voxel): [Int32Array, Float32Array] {
  const size = voxel.fieldSize / MAP_STEP;
  const step = Math.max(1, Math.floor(size));
  const centreX = (voxel.fieldX + HALF_FIELD_DEGREES) / MAP_STEP - 0.5;
  const centreY = (voxel.fieldY + HALF_FIELD_DEGREES) / MAP_STEP - 0.5;
  const points: number[] = [];
  const weights: number[] = [];
  const reach = Math.max(2.25 * size, 1.5);
  for (let y = Math.round(centreY) - Math.ceil(reach / step) * step; y <= centreY + reach; y += step) {
    for (let x = Math.round(centreX) - Math.ceil(reach / step) * step; x <= centreX + reach; x += step) {
      const distance = Math.hypot(x - centreX, y - centreY);
      if (distance > reach) continue;
      const weight = Math.exp(-(distance * distance) / (2 * size * size));
      weights.push(weight);
      // Beyond the picture the screen is grey and adds nothing, but the field extends there.
      points.push(x >= 0 && y >= 0 && x < MAP_SIZE && y < MAP_SIZE ? y * MAP_SIZE + x : -1);
    }
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const inside = points.flatMap((point, i) => (point < 0 ? [] : [i]));
  return [Int32Array.from(inside, (i) => points[i]), Float32Array.from(inside, (i) => weights[i] / total)];
}

function mapMixture(
  region: RegionTuning,
  orientation: number,
  frequency: number,
  random: Random,
): [Int32Array, Float32Array] {
  const maps: number[] = [];
  const gains: number[] = [];
  const add = (map: number, gain: number): void => {
    maps.push(map);
    gains.push(gain);
  };
  const sharpness = 0.6 + 1.4 * random.uniform();
  const byLevel = frequencies.map((level, index) => ({
    index,
    weight: Math.exp(-(Math.log2(level / frequency) ** 2) / (2 * 0.7 ** 2)),
  }));
  byLevel.sort((a, b) => b.weight - a.weight);
  for (const { index, weight } of byLevel.slice(0, 2)) {
    for (let i = 0; i < ORIENTATIONS; i++) {
      const away = orientation - (i / ORIENTATIONS) * Math.PI;
      const tuned = Math.exp(sharpness * (Math.cos(2 * away) - 1));
      if (tuned * weight < 0.08) continue;
      add(mapIndex.energy(index, i), (region.energy * tuned * weight) / SCALE.energy / 3);
    }
  }
  add(mapIndex.contrast, (region.energy * 0.5 * random.uniform()) / SCALE.contrast);
  add(mapIndex.luminance, (region.luminance * (0.25 + random.normal())) / SCALE.luminance);
  add(mapIndex.redGreen, (region.colour * random.normal()) / SCALE.colour);
  add(mapIndex.blueYellow, (region.colour * random.normal()) / SCALE.colour);
  return [Int32Array.from(maps), Float32Array.from(gains)];
}

function featureWeights(region: SimulatedRegionName, random: Random): Float32Array {
  const weights = random.normals(FEATURE_COUNT);
  const spread = region === 'FFA' || region === 'PPA' ? 0.22 : 0.6;
  for (let i = 0; i < weights.length; i++) weights[i] *= spread;
  if (region === 'FFA') {
    weights[featureIndex('face')] += 1.6 + 0.4 * random.normal();
    weights[featureIndex('animate')] += 0.45;
    weights[featureIndex('place')] -= 0.3;
  } else if (region === 'PPA') {
    weights[featureIndex('place')] += 1.6 + 0.4 * random.normal();
    weights[featureIndex('straight')] += 0.35;
    weights[featureIndex('depth')] += 0.5;
    weights[featureIndex('face')] -= 0.3;
  }
  return weights;
}
