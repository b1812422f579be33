/**
 * Catalog: the searchable index over a workspace's folders, as its callers see it.
 *
 * Everything here can be recreated from the folders; only `annotations.json` holds what a user typed.
 */
import { z } from 'zod';
import { methodSchema, metricNameSchema } from './evaluation.ts';
import {
  errorEnvelopeSchema,
  experimentConfigSchema,
  experimentPhaseSchema,
  experimentStateSchema,
} from './experiment.ts';

/** `annotations.json` in an experiment's folder: what the user says about it. */
export const annotationsSchema = z.object({
  tags: z.array(z.string().min(1)),
  note: z.string(),
  /** Hidden from the history unless asked for. */
  archived: z.boolean().default(false),
});
export type Annotations = z.infer<typeof annotationsSchema>;

export const recordingRowSchema = z.object({
  id: z.string(),
  name: z.string(),
  subject: z.string(),
  createdAt: z.string(),
  contentHash: z.string(),
  samples: z.int(),
  voxels: z.int(),
  stimuli: z.int(),
  regions: z.array(z.object({ name: z.string(), voxels: z.int() })),
  experiments: z.int(),
});
export type RecordingRow = z.infer<typeof recordingRowSchema>;

/** One score without its value per stimulus. */
export const catalogScoreSchema = z.object({
  value: z.number(),
  chanceMean: z.number(),
  chancePercentile95: z.number(),
  chancePercentile99: z.number(),
  p: z.number(),
  low: z.number(),
  high: z.number(),
  n: z.int(),
});
export type CatalogScore = z.infer<typeof catalogScoreSchema>;

export const catalogScoresSchema = z.partialRecord(methodSchema, z.partialRecord(metricNameSchema, catalogScoreSchema));
export type CatalogScores = z.infer<typeof catalogScoresSchema>;

/** A row of the history. */
export const experimentRowSchema = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
  state: experimentStateSchema,
  phase: experimentPhaseSchema,
  step: z.int(),
  steps: z.int(),
  /** Steps that training was asked for, whatever phase runs now. */
  trainingSteps: z.int(),
  secondsSpent: z.number(),
  secondsLeft: z.number().nullable(),
  recordingId: z.string(),
  /** Null when the recording is not in this workspace. */
  recordingName: z.string().nullable(),
  subject: z.string().nullable(),
  regions: z.array(z.string()),
  splitKind: z.string(),
  fold: z.int().nullable(),
  preset: z.string(),
  network: z.string(),
  imageSize: z.int(),
  seed: z.int(),
  /** The backend that ran it, or the one chosen while it has not run. */
  backend: z.string(),
  device: z.string().nullable(),
  group: z.string().nullable(),
  archived: z.boolean(),
  warnings: z.int(),
  errorCode: z.string().nullable(),
  tags: z.array(z.string()),
  note: z.string(),
  /** In lists: those of the GAN and of ridge. From `get`: all. */
  scores: catalogScoresSchema,
});
export type ExperimentRow = z.infer<typeof experimentRowSchema>;

export const experimentDetailsSchema = experimentRowSchema.extend({
  config: experimentConfigSchema,
  error: errorEnvelopeSchema.nullable(),
  evaluation: z
    .object({ createdAt: z.string(), step: z.int(), protocol: z.string(), stimuli: z.int(), stimuliHash: z.string() })
    .nullable(),
});
export type ExperimentDetails = z.infer<typeof experimentDetailsSchema>;

export const experimentSortSchema = z.union([
  z.object({
    by: z.enum(['createdAt', 'updatedAt', 'name', 'state', 'recording', 'preset', 'secondsSpent']),
    descending: z.boolean().default(true),
  }),
  /** By a score; experiments without it come last. */
  z.object({
    metric: metricNameSchema,
    method: methodSchema.default('gan'),
    descending: z.boolean().default(true),
  }),
]);
export type ExperimentSort = z.input<typeof experimentSortSchema>;

/** Every filter narrows the list; several states or tags: any of the states, all of the tags. */
export const experimentQuerySchema = z.object({
  /** Beginnings of words in the name, note, tags, recording, subject or id; all of them must occur. */
  search: z.string().optional(),
  state: z.union([experimentStateSchema, z.array(experimentStateSchema)]).optional(),
  /** Id of a recording. */
  recording: z.string().optional(),
  preset: z.string().optional(),
  tag: z.union([z.string(), z.array(z.string())]).optional(),
  group: z.string().optional(),
  /** Created at or after this time. */
  since: z.iso.datetime().optional(),
  /** Created before this time. */
  until: z.iso.datetime().optional(),
  /** A score within these bounds, both included; experiments without it do not match. */
  score: z
    .object({
      metric: metricNameSchema,
      method: methodSchema.default('gan'),
      least: z.number().optional(),
      most: z.number().optional(),
    })
    .optional(),
  archived: z.enum(['without', 'only', 'with']).default('without'),
  sort: experimentSortSchema.default({ by: 'createdAt', descending: true }),
  limit: z.int().min(1).max(1000).default(50),
  offset: z.int().nonnegative().default(0),
});
export type ExperimentQuery = z.input<typeof experimentQuerySchema>;

export const experimentListSchema = z.object({
  rows: z.array(experimentRowSchema),
  /** How many match the filters, whatever the page. */
  total: z.int(),
});
export type ExperimentList = z.infer<typeof experimentListSchema>;

/** One setting that differs; undefined where one side does not have it. */
export const configDifferenceSchema = z.object({
  /** For example `training.steps`. */
  path: z.string(),
  a: z.unknown(),
  b: z.unknown(),
});
export type ConfigDifference = z.infer<typeof configDifferenceSchema>;

export const scoreComparisonSchema = z.object({
  method: methodSchema,
  metric: metricNameSchema,
  a: catalogScoreSchema.nullable(),
  b: catalogScoreSchema.nullable(),
  /** Value of b minus value of a. */
  difference: z.number().nullable(),
  better: z.enum(['a', 'b']).nullable(),
  /** Whether the 95 % intervals overlap: then the better one may be so by chance. */
  intervalsOverlap: z.boolean().nullable(),
});
export type ScoreComparison = z.infer<typeof scoreComparisonSchema>;

export const experimentComparisonSchema = z.object({
  a: experimentRowSchema,
  b: experimentRowSchema,
  /** Everything in the configuration but id, name and creation time. */
  differences: z.array(configDifferenceSchema),
  scores: z.array(scoreComparisonSchema),
  /** In words: why the scores cannot be compared directly. Empty when they can. */
  cautions: z.array(z.string()),
});
export type ExperimentComparison = z.infer<typeof experimentComparisonSchema>;

/** Something in the workspace that could not be indexed. */
export const damagedEntrySchema = z.object({ path: z.string(), code: z.string(), message: z.string() });
export type DamagedEntry = z.infer<typeof damagedEntrySchema>;

export const catalogRebuildSchema = z.object({
  recordings: z.int(),
  experiments: z.int(),
  evaluations: z.int(),
  damaged: z.array(damagedEntrySchema),
});
export type CatalogRebuild = z.infer<typeof catalogRebuildSchema>;
