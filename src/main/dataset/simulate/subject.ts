/** A subject whose truth is known: pictures, cortex, responses and noise from a seed. */
import { Random } from '../../../shared/random.ts';
import { Breath } from './breath.ts';
import { categoryFeatures } from './cortex/category-features.ts';
import { computeMaps } from './cortex/filter-bank.ts';
import { layOutVoxels, type Voxel } from './cortex/layout.ts';
import { NoiseSource, spatialKernel, type SpatialKernel } from './cortex/noise.ts';
import { featureResponses, lowLevelResponses, mixSignals } from './cortex/signal.ts';
import { drawTuning, type Tuning } from './cortex/tuning.ts';
import { drawCategory, type Category } from './drawing/category.ts';
import { drawStimulus, type StimulusTruth } from './drawing/stimulus.ts';
import { resolveSimulationOptions, type SimulationOptions, type SimulationRequest } from './options.ts';
import { scheduleTrials, type Trial } from './schedule.ts';

export interface SimulatedStimulus {
  /** `train-0001`, `test-0001`. */
  readonly name: string;
  readonly category: string;
  readonly truth: StimulusTruth;
}

/** Pictures, and how every voxel answers to them, before anything is measured. */
export interface SimulatedCortex {
  readonly options: SimulationOptions;
  /** Training pictures first. */
  readonly stimuli: readonly SimulatedStimulus[];
  /** `[stimuli, size, size, 3]`, 0 to 255. */
  readonly pixels: Uint8Array;
  /** In the order of the recording: training trials first. */
  readonly trials: readonly Trial[];
  readonly voxels: readonly Voxel[];
  readonly tunings: readonly Tuning[];
  /** `[stimuli, voxels]`: the noiseless signals, variance 1 over the training pictures. */
  readonly signals: Float32Array;
  /** `[voxels]`: expected correlation between two single trials at the noise level of this subject. */
  readonly noiseCeilings: Float32Array;
  /** `[voxels]`: standard deviation of single-trial responses, signal and noise together, percent signal change. */
  readonly responseSizes: Float32Array;
  /** How noise is shared among neighbours. */
  readonly noiseKernel: SpatialKernel;
}

/** A cortex that was measured once per trial: one sample for each. */
export interface SimulatedSubject extends SimulatedCortex {
  /** `[trials, voxels]`, percent signal change. */
  readonly responses: Float32Array;
}

export interface SimulationProgress {
  readonly phase: 'pictures' | 'responses';
  readonly done: number;
  readonly total: number;
}

export interface SimulationCallbacks {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: SimulationProgress) => void;
}

/**
 * Draws pictures and a cortex that responds to them. The same options give the same numbers.
 *
 * @throws CortextError `INVALID_ARGUMENT` for an option out of range, `CANCELLED`
 */
export async function simulateCortex(
  request: SimulationRequest = {},
  { signal, onProgress }: SimulationCallbacks = {},
): Promise<SimulatedCortex> {
  const options = resolveSimulationOptions(request);
  const { seed } = options;
  const voxels = layOutVoxels(options.voxels, new Random(seed, 'voxels'));
  const tuningRandom = new Random(seed, 'tuning');
  const tunings = voxels.map((voxel) => drawTuning(voxel, tuningRandom));
  const breath = new Breath(signal);

  const plan = planStimuli(options);
  const area = options.imageSize ** 2 * 3;
  const pixels = new Uint8Array(plan.length * area);
  const stimuli: SimulatedStimulus[] = [];
  const signals = new Float32Array(plan.length * voxels.length);
  const features = new Float32Array(signals.length);
  for (const [index, { name, category, exemplar }] of plan.entries()) {
    const { canvas, truth } = drawStimulus(category, exemplar, options.imageSize);
    const picture = pixels.subarray(index * area, (index + 1) * area);
    toBytes(canvas.data, picture);
    const row = [index * voxels.length, (index + 1) * voxels.length] as const;
    lowLevelResponses(computeMaps(picture, options.imageSize), tunings, signals.subarray(...row));
    featureResponses(categoryFeatures(category, truth), truth, voxels, tunings, features.subarray(...row));
    stimuli.push({ name, category: category.name, truth });
    if (await breath.take()) onProgress?.({ phase: 'pictures', done: index + 1, total: plan.length });
  }
  mixSignals(signals, features, tunings, options.trainingCategories * options.exemplars);

  const noiseCeilings = Float32Array.from(tunings, ({ noiseCeiling }) => {
    const noise = options.noise ** 2 * (1 - noiseCeiling);
    return noiseCeiling / (noiseCeiling + noise);
  });
  const scaleRandom = new Random(seed, 'percent signal change');
  return {
    options,
    stimuli,
    pixels,
    trials: scheduleTrials(options),
    voxels,
    tunings,
    signals,
    noiseCeilings,
    responseSizes: Float32Array.from(voxels, () => 1.1 * Math.exp(scaleRandom.normal() * 0.35)),
    noiseKernel: spatialKernel(voxels, options.noiseWidth),
  };
}

/**
 * Simulates a whole recording of single-trial responses.
 *
 * @throws CortextError as `simulateCortex`
 */
export async function simulateSubject(
  request: SimulationRequest = {},
  callbacks: SimulationCallbacks = {},
): Promise<SimulatedSubject> {
  const cortex = await simulateCortex(request, callbacks);
  const { trials, voxels, signals, noiseCeilings, responseSizes } = cortex;
  const breath = new Breath(callbacks.signal);
  const source = new NoiseSource(cortex.noiseKernel, cortex.options.seed);
  const responses = new Float32Array(trials.length * voxels.length);
  for (const [sample, trial] of trials.entries()) {
    const clean = signals.subarray(trial.stimulus * voxels.length, (trial.stimulus + 1) * voxels.length);
    const row = responses.subarray(sample * voxels.length, (sample + 1) * voxels.length);
    addNoise(clean, source.next(trial), noiseCeilings, responseSizes, row);
    if (await breath.take()) callbacks.onProgress?.({ phase: 'responses', done: sample + 1, total: trials.length });
  }
  callbacks.onProgress?.({ phase: 'responses', done: trials.length, total: trials.length });
  return { ...cortex, responses };
}

function toBytes(values: Float32Array, bytes: Uint8Array): void {
  for (let i = 0; i < values.length; i++) bytes[i] = Math.round(values[i] * 255);
}

/** Mixes signal and noise, both of variance 1, so that the signal's share is the noise ceiling. All `[voxels]`. */
function addNoise(
  clean: Float32Array,
  noise: Float32Array,
  ceilings: Float32Array,
  percent: Float32Array,
  out: Float32Array,
): void {
  for (let voxel = 0; voxel < out.length; voxel++) {
    const ceiling = ceilings[voxel];
    out[voxel] = percent[voxel] * (Math.sqrt(ceiling) * clean[voxel] + Math.sqrt(1 - ceiling) * noise[voxel]);
  }
}

interface PlannedStimulus {
  readonly name: string;
  readonly category: Category;
  readonly exemplar: Random;
}

function planStimuli(options: SimulationOptions): PlannedStimulus[] {
  const { seed, trainingCategories, exemplars, testCategories } = options;
  const planned: PlannedStimulus[] = [];
  const plan = (set: string, index: number, exemplar: number, number: number): void => {
    planned.push({
      name: `${set}-${String(number).padStart(4, '0')}`,
      category: drawCategory(seed, index),
      exemplar: new Random(seed, `exemplar ${index} ${exemplar}`),
    });
  };
  for (let index = 0; index < trainingCategories; index++) {
    for (let i = 0; i < exemplars; i++) plan('train', index, i, index * exemplars + i + 1);
  }
  // Test categories go on counting where training categories end, so no two are the same.
  for (let i = 0; i < testCategories; i++) plan('test', trainingCategories + i, 0, i + 1);
  return planned;
}
