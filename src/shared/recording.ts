/**
 * Recording: what an import leaves behind, and everything else reads.
 *
 * A recording is immutable: `recordings/<id>/recording.json` (this schema) beside `voxels.f32`, the matrix
 * `[samples, voxels]`, row-major little-endian float32.
 */
import { z } from 'zod';

export const RECORDING_SCHEMA_VERSION = 1;

/** An image that was shown. Its id is the SHA-256 of its PNG file, which lives in `stimuli/<id>.png`. */
export const stimulusSchema = z.object({
  id: z.string().regex(/^[0-9a-f]{64}$/),
  /** The name it had at its source: a file name, an image id, or `image-0007`. */
  name: z.string().min(1),
  width: z.int().positive(),
  height: z.int().positive(),
  channels: z.union([z.literal(1), z.literal(3)]),
  category: z.string().nullable(),
});
export type Stimulus = z.infer<typeof stimulusSchema>;

/** A region of interest: a named set of columns of the voxel matrix, ascending, without repeats. Regions may overlap. */
export const regionSchema = z.object({
  name: z.string().min(1),
  voxels: z.array(z.int().nonnegative()).min(1),
});
export type Region = z.infer<typeof regionSchema>;

/** Which part of a split shipped with the data a sample belongs to. */
export const shippedSetSchema = z.enum(['train', 'test', 'other']);
export type ShippedSet = z.infer<typeof shippedSetSchema>;

/**
 * One entry per sample in every column; a column that the data does not have is null.
 *
 * `stimulus` indexes `stimuli` (null: a sample without an image). `repetition` counts presentations of the same
 * stimulus in order of appearance from 0. `averagedOver` is how many single trials a sample already is the mean of.
 */
export const sampleColumnsSchema = z.object({
  stimulus: z.array(z.int().nonnegative().nullable()),
  /**
   * What the data call the stimulus of a sample whose image is not there (else null), so that the image can be added;
   * absent when no image is missing.
   */
  stimulusName: z.array(z.string().nullable()).optional(),
  repetition: z.array(z.int().nonnegative()),
  averagedOver: z.array(z.int().positive()),
  run: z.array(z.string()).nullable(),
  session: z.array(z.string()).nullable(),
  category: z.array(z.string().nullable()).nullable(),
  set: z.array(shippedSetSchema).nullable(),
});
export type SampleColumns = z.infer<typeof sampleColumnsSchema>;

export const sourceFileSchema = z.object({
  path: z.string(),
  bytes: z.int().nonnegative(),
  sha256: z.string(),
});
export type SourceFile = z.infer<typeof sourceFileSchema>;

/** One recorded step of preprocessing, in the order in which it was applied. */
export const preprocessingStepSchema = z.object({
  name: z.string(),
  parameters: z.record(z.string(), z.unknown()),
});
export type PreprocessingStep = z.infer<typeof preprocessingStepSchema>;

const affineRowSchema = z.tuple([z.number(), z.number(), z.number(), z.number()]);

/**
 * The grid of volumes that the voxels come from.
 *
 * `affine` (four rows, voxel indices to millimetres) and `shape` as NIfTI has them; `indices` is the place of every
 * column of the voxel matrix in the volume, x fastest: `x + shape[0] * (y + shape[1] * z)`.
 */
export const recordingSpaceSchema = z
  .object({
    shape: z.tuple([z.int().positive(), z.int().positive(), z.int().positive()]),
    affine: z.tuple([affineRowSchema, affineRowSchema, affineRowSchema, affineRowSchema]),
    indices: z.array(z.int().nonnegative()),
  })
  .refine(({ shape, indices }) => indices.every((index) => index < shape[0] * shape[1] * shape[2]), {
    path: ['indices'],
    error: 'a voxel lies outside of the volume',
  });
export type RecordingSpace = z.infer<typeof recordingSpaceSchema>;

/** A volume on the grid of the voxels to draw them upon: `reference.nii.gz` in the recording's folder. */
export const referenceVolumeSchema = z.object({
  kind: z.enum(['mean-functional', 'anatomy']),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type ReferenceVolume = z.infer<typeof referenceVolumeSchema>;

export const recordingMetadataSchema = z.object({
  schemaVersion: z.literal(RECORDING_SCHEMA_VERSION),
  id: z.string().min(1),
  /** SHA-256 over the voxel matrix and everything below but names, times and paths: the identity of the content. */
  contentHash: z.string().regex(/^[0-9a-f]{64}$/),
  name: z.string().min(1),
  subject: z.string().min(1),
  createdAt: z.iso.datetime(),
  samples: z.int().positive(),
  voxels: z.int().positive(),
  /** Millimetre coordinates `[voxels][3]`, where the source has them. */
  positions: z.array(z.tuple([z.number(), z.number(), z.number()])).nullable(),
  /** Where the voxels lie in volumes; null for recordings that do not come from volumes. */
  space: recordingSpaceSchema.nullable().default(null),
  reference: referenceVolumeSchema.nullable().default(null),
  regions: z.array(regionSchema),
  stimuli: z.array(stimulusSchema),
  columns: sampleColumnsSchema,
  preprocessing: z.array(preprocessingStepSchema),
  quality: z.object({
    constantVoxels: z.int().nonnegative(),
    /** Voxels with a value further than 20 of its standard deviations from its mean. */
    outlierVoxels: z.int().nonnegative(),
    minimum: z.number(),
    maximum: z.number(),
  }),
  provenance: z.object({
    sources: z.array(sourceFileSchema),
    /** The recipe that mapped arrays to meaning, as it was resolved. */
    recipe: z.record(z.string(), z.unknown()),
    cortextVersion: z.string(),
    /** The recording that this one was made from, with images that were added to it. */
    derivedFrom: z.object({ recording: z.string(), contentHash: z.string() }).optional(),
  }),
});
export type RecordingMetadata = z.infer<typeof recordingMetadataSchema>;
