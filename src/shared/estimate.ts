/** What a training will take: measured by a few steps on this computer, then reckoned up. Plain data. */
import { z } from 'zod';

export const stepMeasurementSchema = z.object({
  /** Samples per step at which it was measured. */
  batch: z.int().positive(),
  /** From building the network to the end of its first step, less one step. */
  compileSeconds: z.number().nonnegative(),
  secondsPerStep: z.number().positive(),
  /** The most memory that the engine held meanwhile, data included. */
  peakBytes: z.int().positive(),
});
export type StepMeasurement = z.infer<typeof stepMeasurementSchema>;

/** What a few steps of the real network on the real recording told; holds for any number of steps. */
export const calibrationSchema = z.object({
  backend: z.string(),
  device: z.string(),
  /** From the process's start until the backend runs. */
  startSeconds: z.number().nonnegative(),
  prepareSeconds: z.number().nonnegative(),
  /** Memory held with the data ready and no network yet. */
  baseBytes: z.int().positive(),
  /** By batch; the last one is the real batch where that fitted for sure. */
  training: z.array(stepMeasurementSchema).min(1),
  /** Of the image encoder, where the objective uses it. */
  encoder: stepMeasurementSchema.nullable(),
  /** Steps that the image encoder is trained for. */
  encoderSteps: z.int().nonnegative(),
  /** Drawing one batch of reconstructions. */
  drawSeconds: z.number().nonnegative(),
  checkpointSeconds: z.number().nonnegative(),
  testItems: z.int().positive(),
  /** Fitting the controls and scoring every method. */
  evaluationSeconds: z.number().nonnegative(),
  evaluationBytes: z.number().nonnegative(),
});
export type Calibration = z.infer<typeof calibrationSchema>;

export const estimateSchema = z.object({
  backend: z.string(),
  device: z.string(),
  /** By phase, and `total`. */
  seconds: z.object({
    preparing: z.number(),
    imageEncoder: z.number(),
    training: z.number(),
    control: z.number(),
    evaluating: z.number(),
    total: z.number(),
  }),
  secondsPerStep: z.number(),
  compileSeconds: z.number(),
  memoryBytes: z.number(),
  /** What a new process could take when the estimate was made. */
  availableBytes: z.number(),
  fits: z.boolean(),
  /** Measured at smaller batches only, because the real one might not fit. */
  extrapolated: z.boolean(),
});
export type Estimate = z.infer<typeof estimateSchema>;
