/** Evaluation: scores of an experiment and of its controls, each with its null distribution and interval. */
import { z } from 'zod';

export const EVALUATION_SCHEMA_VERSION = 1;

export const methodSchema = z.enum([
  'gan',
  'ridge',
  'mean-image',
  'nearest-training-image',
  'shuffled-voxels',
]);
export type Method = z.infer<typeof methodSchema>;

/** Metric names. `n-way` metrics carry n in the name; larger is better except for those in `smallerIsBetter`. */
export const metricNames = [
  'pixel-correlation',
  'ssim',
  'mse',
  'psnr',
  'two-way-identification',
  'ten-way-top-1',
  'ten-way-top-5',
  'retrieval-rank',
] as const;
export const metricNameSchema = z.enum(metricNames);
export type MetricName = z.infer<typeof metricNameSchema>;

/** The metrics of which a smaller value is a better one. */
export const smallerIsBetter: ReadonlySet<MetricName> = new Set<MetricName>(['mse', 'retrieval-rank']);

export const scoreSchema = z.object({
  /** Mean over stimuli. */
  value: z.number(),
  n: z.int().positive(),
  /** One value per test stimulus, in the order of `stimuli`. */
  perStimulus: z.array(z.number()),
  /** The score under random assignment of reconstructions to stimuli. */
  chance: z.object({
    mean: z.number(),
    percentile95: z.number(),
    percentile99: z.number(),
    permutations: z.int(),
    /** (1 + #null at least as good) / (1 + permutations). Null where permuting changes nothing (mean image). */
    p: z.number(),
  }),
  /** Bootstrap over stimuli. */
  interval: z.object({ low: z.number(), high: z.number(), level: z.literal(0.95), bootstraps: z.int() }),
});
export type Score = z.infer<typeof scoreSchema>;

export const evaluationSchema = z.object({
  schemaVersion: z.literal(EVALUATION_SCHEMA_VERSION),
  experiment: z.string(),
  createdAt: z.iso.datetime(),
  step: z.int(),
  /** How images were compared: the stimuli's own size, the resize, the colour space. */
  protocol: z.string(),
  seed: z.int(),
  /** Test stimuli in order: content hash, name, and of how many trials the response is the mean. */
  stimuli: z.array(
    z.object({ id: z.string(), name: z.string(), category: z.string().nullable(), trials: z.int().positive() }),
  ),
  /** Per method, per metric. */
  scores: z.partialRecord(methodSchema, z.partialRecord(metricNameSchema, scoreSchema)),
  /** What was fitted for the controls: chosen ridge penalty and so on. */
  notes: z.record(z.string(), z.unknown()),
});
export type Evaluation = z.infer<typeof evaluationSchema>;
