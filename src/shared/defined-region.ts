/**
 * Regions that a user defined after the import.
 *
 * A recording never changes; they lie beside it in `recordings/<id>/regions.json`. An experiment that uses one keeps a
 * copy in its configuration, so that it means the same voxels for ever.
 */
import { z } from 'zod';
import { regionSchema } from './recording.ts';

export const DEFINED_REGIONS_SCHEMA_VERSION = 1;

/** Names that stand in lists and expressions without quotes. */
export const definedRegionNameSchema = z
  .string()
  .regex(/^[\p{L}\p{N}_][\p{L}\p{N}_.]*$/u, 'a name has letters, digits, _ and . only');

/** One number per voxel that a region can be chosen by. */
export const regionStatisticSchema = z.enum([
  /** F of a one-way analysis over stimuli. */
  'stimulus-f',
  /** Split-half reliability over repetitions of stimuli. */
  'reliability',
  /** Share of the variance of single trials that a model of the stimuli could explain. */
  'noise-ceiling',
  /** Correlation with one category (1) against all others (0). */
  'category',
  'variance',
]);
export type RegionStatistic = z.infer<typeof regionStatisticSchema>;

/** The best voxels by number, or all above a threshold. */
export const keepRuleSchema = z.union([z.object({ top: z.int().positive() }), z.object({ above: z.number() })]);
export type KeepRule = z.infer<typeof keepRuleSchema>;

export const regionOriginSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('expression'), expression: z.string() }),
  z.object({
    kind: z.literal('statistic'),
    statistic: regionStatisticSchema,
    /** Of the statistic `category`; null for the others. */
    category: z.string().nullable(),
    /** Expression over regions that the voxels were looked for in; null for all voxels. */
    within: z.string().nullable(),
    keep: keepRuleSchema,
    /** The split whose training samples were looked at. */
    split: z.string(),
  }),
  /** Chosen outside of the responses: drawn, a sphere, an atlas. */
  z.object({ kind: z.literal('voxels'), description: z.string() }),
]);
export type RegionOrigin = z.infer<typeof regionOriginSchema>;

/** `best 500 by reliability within V1 + V2`: an origin in a few words. */
export function describeOrigin(origin: RegionOrigin): string {
  switch (origin.kind) {
    case 'expression':
      return origin.expression;
    case 'voxels':
      return origin.description;
    case 'statistic': {
      const kept = 'top' in origin.keep ? `best ${origin.keep.top}` : `above ${origin.keep.above}`;
      const of = origin.category === null ? '' : ` ${origin.category}`;
      return `${kept} by ${origin.statistic}${of}${origin.within === null ? '' : ` within ${origin.within}`}`;
    }
  }
}

export const definedRegionSchema = regionSchema.extend({
  name: definedRegionNameSchema,
  definedAt: z.iso.datetime(),
  origin: regionOriginSchema,
  /** Samples whose responses decided which voxels belong to it: none of them may test. Ascending. */
  seenSamples: z.array(z.int().nonnegative()),
});
export type DefinedRegion = z.infer<typeof definedRegionSchema>;

export const definedRegionsFileSchema = z.object({
  schemaVersion: z.literal(DEFINED_REGIONS_SCHEMA_VERSION),
  /** Of the recording whose voxels are meant. */
  contentHash: z.string(),
  regions: z.array(definedRegionSchema),
});
