/** Two experiments or more, side by side. */
import { z } from 'zod';
import { catalogScoreSchema, experimentRowSchema } from './catalog.ts';
import { methodSchema, metricNameSchema } from './evaluation.ts';
import { idSchema } from './ids.ts';

/** A chart tells so many lines apart. */
export const MOST_COMPARED = 8;

export const compareRequestSchema = z.strictObject({ ids: z.array(idSchema).min(2).max(MOST_COMPARED) });

export const manyComparedSchema = z.object({
  /** In the order of the request; everything below is too. */
  experiments: z.array(experimentRowSchema),
  /** Settings that are not the same everywhere; `value` is absent where an experiment does not have the setting. */
  settings: z.array(z.object({ path: z.string(), values: z.array(z.object({ value: z.unknown().optional() })) })),
  /** Null where a metric was not computed. */
  scores: z.array(
    z.object({
      method: methodSchema,
      metric: metricNameSchema,
      scores: z.array(catalogScoreSchema.nullable()),
      /** Which is best; null when there are not two, or when the first two are equal. */
      best: z.int().nullable(),
      /** Whether the best one's 95 % interval overlaps another one's: then it may be the best by chance. */
      bestByChance: z.boolean(),
    }),
  ),
  /** In words: why the scores cannot be compared directly. Empty when they can. */
  cautions: z.array(z.string()),
});
export type ManyCompared = z.infer<typeof manyComparedSchema>;
