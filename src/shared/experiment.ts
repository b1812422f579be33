/**
 * Experiment: one configuration, trained and evaluated once.
 *
 * `config.json` holds all that is needed to run it again and never changes after creation (but for `training.steps`,
 * which `continue` raises); `status.json` is the truth about progress; `history.jsonl` holds one line per logged step.
 */
import { z } from 'zod';
import { definedRegionSchema } from './defined-region.ts';
import { CortextError } from './errors.ts';

export const EXPERIMENT_SCHEMA_VERSION = 1;

const fraction = z.number().min(0).max(1);

/** Which samples train and which test. `fold` counts from 0. */
export const splitSpecSchema = z.discriminatedUnion('kind', [
  /** The split that came with the data. */
  z.object({ kind: z.literal('shipped') }),
  z.object({ kind: z.literal('leave-run-out'), fold: z.int().nonnegative() }),
  z.object({ kind: z.literal('leave-session-out'), fold: z.int().nonnegative() }),
  /** Tests on the n-th presentation of every stimulus; the same stimuli train, so it needs a sign-off. */
  z.object({ kind: z.literal('leave-repetition-out'), fold: z.int().nonnegative() }),
  z.object({ kind: z.literal('leave-stimulus-out'), fold: z.int().nonnegative(), folds: z.int().min(2).nullable() }),
  z.object({ kind: z.literal('leave-category-out'), fold: z.int().nonnegative(), folds: z.int().min(2).nullable() }),
  /** Stimuli (never single samples) are dealt into `folds` parts. */
  z.object({ kind: z.literal('k-fold'), fold: z.int().nonnegative(), folds: z.int().min(2), seed: z.int() }),
  z.object({
    kind: z.literal('fixed'),
    train: z.array(z.int().nonnegative()).min(1),
    test: z.array(z.int().nonnegative()).min(1),
  }),
]);
export type SplitSpec = z.infer<typeof splitSpecSchema>;

/** A leakage guard that the user signed off, with the reason that stays in the experiment's record. */
export const leakageKindSchema = z.enum([
  'shared-stimuli',
  'shared-categories',
  'shared-runs',
  'straddled-average',
  'fitted-on-test',
]);
export type LeakageKind = z.infer<typeof leakageKindSchema>;

export const signOffSchema = z.object({ guard: leakageKindSchema, reason: z.string().min(3) });
export type SignOff = z.infer<typeof signOffSchema>;

/** How voxel responses become words and a sentence. */
export const conditionConfigSchema = z.strictObject({
  /** Keep at most this many voxels per region, by the training-only statistic below; null keeps all. */
  voxelsPerRegion: z.int().positive().nullable(),
  /**
   * `stimulus-f`: F of a one-way analysis over stimuli (needs repetitions). `pixel-correlation`: how well the voxel
   * follows the images' leading principal components. `variance`: of the raw response.
   */
  voxelStatistic: z.enum(['auto', 'stimulus-f', 'pixel-correlation', 'variance']),
  /** z-scores are clipped at this many standard deviations; null does not clip. */
  clip: z.number().positive().nullable(),
  /** Length of a word and of the sentence. */
  embedding: z.int().min(8).max(2048),
  voxelDropout: fraction,
  /** Standard deviation of noise added to z-scored training responses. */
  voxelNoise: z.number().nonnegative(),
  /** Share of the generator's samples whose condition and targets are mixed with another sample's. */
  mixup: fraction,
  sentence: z.enum(['linear', 'attention']),
});
export type ConditionConfig = z.infer<typeof conditionConfigSchema>;

export const networkConfigSchema = z.strictObject({
  kind: z.enum(['df-gan']),
  imageSize: z.union([z.literal(32), z.literal(64), z.literal(128), z.literal(256)]),
  /** Width of the generator and of the discriminator: channels of the widest layer are eight times this. */
  generatorChannels: z.int().min(2).max(256),
  discriminatorChannels: z.int().min(2).max(256),
  noise: z.int().min(1).max(1024),
});
export type NetworkConfig = z.infer<typeof networkConfigSchema>;

export const objectiveConfigSchema = z.strictObject({
  /** Weight of the adversarial term in the generator's loss. */
  adversarial: z.number().nonnegative(),
  /** Weight of wrong (mismatched) pairs in the discriminator's loss; 0.5 as published. */
  mismatched: z.number().nonnegative(),
  /** Weight and power of the matching-aware gradient penalty; 2 and 6 as published, weight 0 switches it off. */
  gradientPenalty: z.number().nonnegative(),
  gradientPenaltyPower: z.number().positive(),
  /** Mean squared error in [-1, 1]. */
  pixel: z.number().nonnegative(),
  /** 1 - SSIM. */
  ssim: z.number().nonnegative(),
  /** Distance of an image encoder's mid-layer features; the encoder is trained on the training images. */
  feature: z.number().nonnegative(),
});
export type ObjectiveConfig = z.infer<typeof objectiveConfigSchema>;

export const trainingConfigSchema = z.strictObject({
  steps: z.int().positive(),
  batch: z.int().min(2).max(512),
  generatorRate: z.number().positive(),
  discriminatorRate: z.number().positive(),
  beta1: z.number().min(0).max(0.999),
  beta2: z.number().min(0).max(0.9999),
  /** Decay of the averaged generator that draws the reconstructions; 0 uses the last weights. */
  averaging: z.number().min(0).max(0.99999),
  /** Pause the discriminator while it is too far ahead. */
  balance: z.boolean(),
  /** Random shifts of the training images, in shares of the side. Never flips: they contradict retinotopy. */
  shift: z.number().min(0).max(0.25),
  logEvery: z.int().positive(),
  samplesEvery: z.int().positive(),
  checkpointEvery: z.int().positive(),
});
export type TrainingConfig = z.infer<typeof trainingConfigSchema>;

export const evaluationConfigSchema = z.strictObject({
  permutations: z.int().min(100),
  bootstraps: z.int().min(100),
  /** Average the test samples of a stimulus before reconstructing, with the sqrt(n) rule. */
  averageRepetitions: z.boolean(),
  /** Train the same network once more on voxels shuffled between training samples. */
  shuffledVoxels: z.boolean(),
  /** Penalties tried by leave-one-out inside the training samples for the ridge control. */
  ridgePenalties: z.array(z.number().positive()).min(1),
});
export type EvaluationConfig = z.infer<typeof evaluationConfigSchema>;

/** What a preset file in `resources/presets` holds. */
export const presetSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9-]+$/),
  title: z.string(),
  /** In plain words: for whom, how long, how good. */
  description: z.string(),
  condition: conditionConfigSchema,
  network: networkConfigSchema,
  objective: objectiveConfigSchema,
  training: trainingConfigSchema,
  evaluation: evaluationConfigSchema,
});
export type Preset = z.infer<typeof presetSchema>;

/** In order of preference, but for `tensorflow` on the processor: see `startBackend`. */
export const backendNameSchema = z.enum(['tensorflow', 'webgpu', 'wasm']);
export type BackendName = z.infer<typeof backendNameSchema>;

export const backendChoiceSchema = z.enum(['auto', ...backendNameSchema.options]);
export type BackendChoice = z.infer<typeof backendChoiceSchema>;

/** Which of NVIDIA's GPUs trains, and how exactly; other backends refuse one that is named. */
export const gpuConfigSchema = z.strictObject({
  /** As nvidia-smi counts; null leaves it to CUDA, which takes the first. */
  index: z.int().nonnegative().nullable(),
  /** Products of float32 with ten bits of mantissa on tensor cores (Ampere and newer): faster, TensorFlow's default. */
  tf32: z.boolean(),
});
export type GpuConfig = z.infer<typeof gpuConfigSchema>;
export const defaultGpu: GpuConfig = { index: null, tf32: true };

export const precisionSchema = z.enum(['float32', 'mixed']);
/** `mixed`: convolutions in bfloat16, with weights, losses and statistics in float32. */
export type Precision = z.infer<typeof precisionSchema>;
/** `auto`: mixed where `doctor` found it faster, else float32. */
export const precisionChoiceSchema = z.enum(['auto', ...precisionSchema.options]);
export type PrecisionChoice = z.infer<typeof precisionChoiceSchema>;

export const experimentConfigSchema = z.object({
  schemaVersion: z.literal(EXPERIMENT_SCHEMA_VERSION),
  id: z.string().min(1),
  name: z.string().min(1),
  createdAt: z.iso.datetime(),
  cortextVersion: z.string(),
  preset: z.string(),
  recording: z.object({ id: z.string(), contentHash: z.string() }),
  regions: z.array(z.string()).min(1),
  /** Those of `regions` that a user defined after the import, as they were then; absent when there are none. */
  definedRegions: z.array(definedRegionSchema).min(1).optional(),
  split: splitSpecSchema,
  signOffs: z.array(signOffSchema),
  seed: z.int().nonnegative(),
  backend: backendChoiceSchema,
  /** Train so that the same seed gives the same weights bit for bit, whatever the load and the number of cores; slower. */
  deterministic: z.boolean().default(false),
  /** Absent in experiments from before it could be chosen. */
  gpu: gpuConfigSchema.default(defaultGpu),
  /** Absent in experiments from before it could be chosen. */
  precision: precisionChoiceSchema.default('auto'),
  condition: conditionConfigSchema,
  network: networkConfigSchema,
  objective: objectiveConfigSchema,
  training: trainingConfigSchema,
  evaluation: evaluationConfigSchema,
  /** Experiments of one cross-validation or sweep share this. */
  group: z.string().nullable(),
});
export type ExperimentConfig = z.infer<typeof experimentConfigSchema>;

export const experimentStateSchema = z.enum([
  /** Created, never started. */
  'created',
  'running',
  /** The user paused it; its engine has exited after a checkpoint. */
  'paused',
  /** Its engine or its supervisor died; `resume` goes on from the last checkpoint. */
  'interrupted',
  /** The user ended training early; what was learnt is kept. */
  'stopped',
  'completed',
  'failed',
]);
export type ExperimentState = z.infer<typeof experimentStateSchema>;

/** The phases of a running experiment, in order. */
export const experimentPhaseSchema = z.enum([
  'preparing',
  'image-encoder',
  'training',
  'training-control',
  'reconstructing',
  'evaluating',
  'finished',
]);
export type ExperimentPhase = z.infer<typeof experimentPhaseSchema>;

export const errorEnvelopeSchema = z.object({
  code: z.string(),
  message: z.string(),
  hint: z.string().optional(),
  details: z.record(z.string(), z.unknown()).optional(),
});

export const experimentStatusSchema = z.object({
  schemaVersion: z.literal(EXPERIMENT_SCHEMA_VERSION),
  id: z.string(),
  state: experimentStateSchema,
  phase: experimentPhaseSchema,
  /** Steps done in the present phase, and how many it has. */
  step: z.int().nonnegative(),
  steps: z.int().nonnegative(),
  /** The last step whose weights are on disk. */
  checkpointStep: z.int().nonnegative(),
  samplesPerSecond: z.number().nullable(),
  secondsLeft: z.number().nullable(),
  /** Seconds spent running, over all sessions. */
  secondsSpent: z.number(),
  backend: backendNameSchema.nullable(),
  device: z.string().nullable(),
  /** In which precision it trains, once it has begun; what it began with stays. */
  precision: precisionSchema.nullable().default(null),
  /** Process id, host and start of the engine while it runs. */
  engine: z.object({ pid: z.int(), host: z.string(), startedAt: z.iso.datetime() }).nullable(),
  warnings: z.array(z.object({ code: z.string(), message: z.string(), step: z.int() })),
  error: errorEnvelopeSchema.nullable(),
  updatedAt: z.iso.datetime(),
});
export type ExperimentStatus = z.infer<typeof experimentStatusSchema>;

/** The status of an experiment that has never run. */
export function newExperimentStatus(config: ExperimentConfig): ExperimentStatus {
  return {
    schemaVersion: EXPERIMENT_SCHEMA_VERSION,
    id: config.id,
    state: 'created',
    phase: 'preparing',
    step: 0,
    steps: config.training.steps,
    checkpointStep: 0,
    samplesPerSecond: null,
    secondsLeft: null,
    secondsSpent: 0,
    backend: null,
    device: null,
    precision: null,
    engine: null,
    warnings: [],
    error: null,
    updatedAt: config.createdAt,
  };
}

export function experimentNotFound(id: string): CortextError {
  return new CortextError('EXPERIMENT_NOT_FOUND', `There is no experiment ${id} in this workspace.`, {
    hint: 'List the experiments with: cortext history',
  });
}

/** One line of `history.jsonl`. */
export const historyLineSchema = z.object({
  phase: experimentPhaseSchema,
  step: z.int(),
  /** Losses and other scalars by name, means over the steps since the last line. */
  scalars: z.record(z.string(), z.number()),
  samplesPerSecond: z.number(),
  time: z.iso.datetime(),
});
export type HistoryLine = z.infer<typeof historyLineSchema>;
