/** What a window and the command line say about regions: how one is defined, and what a recording has. */
import { z } from 'zod';
import {
  definedRegionNameSchema,
  keepRuleSchema,
  regionOriginSchema,
  regionStatisticSchema,
} from './defined-region.ts';
import { signOffSchema, splitSpecSchema } from './experiment.ts';
import { recordingSpaceSchema } from './recording.ts';
import { colourSchema } from './region-colours.ts';

const millimetres = z.number().min(-10_000).max(10_000);
/** On the computer that computes. */
const path = z.string().min(1).max(4096);
const voxelCount = z.int().nonnegative();

/** A statistic, and the samples that it is computed over: those that train, or all to describe the data only. */
export const statisticChoiceSchema = z.strictObject({
  statistic: regionStatisticSchema,
  /** Of the statistic `category`. */
  category: z.string().optional(),
  split: splitSpecSchema.optional(),
  signOffs: z.array(signOffSchema).optional(),
});
export type StatisticChoice = z.infer<typeof statisticChoiceSchema>;

/** Of files whose regions have names. */
const ownNames = {
  /** Which of them, with `*` for any letters; default: all. */
  names: z.array(z.string().min(1).max(200)).min(1).optional(),
  /** Put before their names, to tell hemispheres or atlases apart: `lh.` */
  prefix: z.string().max(40).optional(),
};

/** How voxels are chosen. Coordinates and radii are millimetres (right, anterior, superior) of the scanner. */
export const regionDefinitionSchema = z.discriminatedUnion('kind', [
  /** `(V1 + V2) - foveal` */
  z.strictObject({ kind: z.literal('expression'), expression: z.string().min(1).max(10_000) }),
  z.strictObject({
    kind: z.literal('sphere'),
    centre: z.tuple([millimetres, millimetres, millimetres]),
    radius: z.number().positive().max(1000),
  }),
  z.strictObject({ kind: z.literal('mask'), path }),
  z.strictObject({ kind: z.literal('atlas'), path, table: path.nullable().default(null), ...ownNames }),
  /** A .label of FreeSurfer; `anatomy` is the volume that its surface was made from (orig.mgz). */
  z.strictObject({ kind: z.literal('surface-label'), path, anatomy: path }),
  /** An .annot; voxels are those that its vertices reach on any of the surfaces (lh.white, lh.pial). */
  z.strictObject({
    kind: z.literal('annotation'),
    path,
    surfaces: z.array(path).min(1),
    anatomy: path,
    ...ownNames,
  }),
  z.strictObject({
    kind: z.literal('statistic'),
    ...statisticChoiceSchema.required({ split: true }).shape,
    /** Expression over regions that the voxels are looked for in; default: all voxels. */
    within: z.string().min(1).max(10_000).optional(),
    keep: keepRuleSchema,
  }),
  /** Stretches `[first, length]` of flat indices of the recording's grid; what is no voxel of the recording is passed over. */
  z.strictObject({
    kind: z.literal('drawing'),
    runs: z.array(z.tuple([voxelCount, z.int().positive()])).max(200_000),
    /** The statistic that was in view and led the hand: its samples have decided over the region. */
    upon: statisticChoiceSchema.optional(),
  }),
  /** Columns of the voxel matrix. */
  z.strictObject({ kind: z.literal('voxels'), voxels: z.array(voxelCount), description: z.string().max(500) }),
]);
export type RegionDefinition = z.infer<typeof regionDefinitionSchema>;
export type RegionDefinitionInput = z.input<typeof regionDefinitionSchema>;

/** A region as a definition finds it. */
export const foundRegionSchema = z.object({
  /** Null where the definition gives it none: the user does. */
  name: z.string().nullable(),
  voxels: voxelCount,
  /** Voxels of the file or the sphere that the recording does not have. */
  lost: voxelCount,
});
export type FoundRegionSummary = z.infer<typeof foundRegionSchema>;

export const listedRegionSchema = z.object({
  name: z.string(),
  voxels: voxelCount,
  /** The user's, or the usual one of its place. */
  colour: colourSchema,
  /** Null for regions of the import. */
  origin: regionOriginSchema.nullable(),
  /** How many samples have decided over its voxels; none of them may test. */
  seenSamples: z.int().nonnegative(),
  /** Smaller regions that lie for the most part in it: beside them, it is their union. */
  contains: z.array(z.string()),
});
export type ListedRegion = z.infer<typeof listedRegionSchema>;

export const regionListSchema = z.object({
  recording: z.string(),
  name: z.string(),
  voxels: z.int(),
  /** Voxels that are in no region. */
  outside: z.int(),
  regions: z.array(listedRegionSchema),
  overlaps: z.array(z.object({ first: z.string(), second: z.string(), voxels: z.int(), share: z.number() })),
  categories: z.array(z.string()),
  /** The grid of the volumes that the voxels come from; null for recordings that do not come from volumes. */
  grid: z.object({ shape: recordingSpaceSchema.shape.shape, affine: recordingSpaceSchema.shape.affine }).nullable(),
  /** What there is to draw regions upon. */
  reference: z.enum(['mean-functional', 'anatomy']).nullable(),
  hasPositions: z.boolean(),
  contentHash: z.string(),
  /** Names the files of labels (`dataRoutes.labelVolume`, `labelColumns`); another one whenever a region changes. */
  revision: z.string(),
  /**
   * What label `n` of these files means, at place `n - 1`: the regions (places in `regions`) that a voxel is in, and how
   * many such voxels there are. Label 0 is no voxel of the recording.
   */
  labels: z.array(z.object({ regions: z.array(z.int().nonnegative()), voxels: z.int().positive() })),
});
export type RegionList = z.infer<typeof regionListSchema>;

export const voxelStatisticSchema = z.object({
  /** Names the files of its values (`dataRoutes.statisticVolume`, `statisticColumns`). */
  key: z.string(),
  samples: z.int().positive(),
  minimum: z.number(),
  maximum: z.number(),
  regions: z.array(z.object({ name: z.string(), median: z.number(), best: z.number() })),
});
export type VoxelStatistic = z.infer<typeof voxelStatisticSchema>;

const recording = z.string().regex(/^(?!\.)[\w.-]{1,200}$/, 'is not an id');

/** Inputs of the calls about regions. */
export const regionRequests = {
  list: z.strictObject({ recording }),
  preview: z.strictObject({ recording, definition: regionDefinitionSchema }),
  define: z.strictObject({
    recording,
    /** Needed unless the regions of a file have their own. */
    name: definedRegionNameSchema.optional(),
    replace: z.boolean().default(false),
    definition: regionDefinitionSchema,
  }),
  rename: z.strictObject({ recording, name: z.string(), to: definedRegionNameSchema }),
  remove: z.strictObject({ recording, name: z.string() }),
  /** Null takes the usual colour again. */
  colour: z.strictObject({ recording, name: z.string(), colour: colourSchema.nullable() }),
  statistic: statisticChoiceSchema.extend({ recording }),
} as const;
