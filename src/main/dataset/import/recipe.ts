/**
 * Recipe: which arrays of which files mean what.
 *
 * ```yaml
 * subject: S1
 * name: Miyawaki V1 figures
 * file: V1_mean_figure.mat            # or  files: { fmri: S1.mat, pictures: stimuli.npz }
 * voxels: { array: R2, layout: voxels-by-samples }
 * images: { array: I2, layout: pixels-by-images, height: 10, width: 10, order: column-major }
 * regions:
 *   V1: all
 *   V2: { indices: V2_idx, base: 1 }
 *   V3: { mask: is_V3 }
 *   labels: roi_names                 # one name per voxel; makes a region of every name
 * columns:
 *   run: run                          # short for { array: run }
 *   set: { array: set, train: 1, test: 2 }
 * positions: xyz
 * missing: error                      # or drop-voxels, zero
 * ```
 *
 * Data shipped as two matrices has `parts: [{ set: train, voxels, images, columns }, { set: test, ... }]` instead of
 * `voxels` and `columns`. A recipe without both is completed from names and shapes. With several files an array is `alias:name`, or its name alone where only one file has it.
 * Paths are relative to the recipe's folder.
 */
import { z } from 'zod';
import { shippedSetSchema, preprocessingStepSchema } from '../../../shared/recording.ts';

const arrayName = z.string().min(1);
const value = z.union([z.string(), z.number(), z.boolean()]);

/** Lets `run: runs` stand for `run: { array: runs }`. */
function shorthand<T extends z.ZodType>(schema: T) {
  return z.preprocess((given) => (typeof given === 'string' ? { array: given } : given), schema);
}

export const voxelLayoutSchema = z.enum(['samples-by-voxels', 'voxels-by-samples']);
export type VoxelLayout = z.infer<typeof voxelLayoutSchema>;

const voxelsSchema = shorthand(
  z.strictObject({ array: arrayName, layout: voxelLayoutSchema.default('samples-by-voxels') }),
);
export type VoxelsRecipe = z.infer<typeof voxelsSchema>;

/**
 * N images, H height, W width, C channels, in the order of the array's axes; or images whose pixels were written one
 * after the other.
 */
export const imageLayoutSchema = z.enum([
  'NHW',
  'NHWC',
  'NCHW',
  'HWN',
  'HWCN',
  'images-by-pixels',
  'pixels-by-images',
  'auto',
]);
export type ImageLayout = z.infer<typeof imageLayoutSchema>;

const imageArraySchema = z.strictObject({
  array: arrayName,
  layout: imageLayoutSchema.default('auto'),
  height: z.int().positive().optional(),
  width: z.int().positive().optional(),
  channels: z.union([z.literal(1), z.literal(3)]).optional(),
  /**
   * `row-major`: along rows first, as NumPy writes images out. `column-major`: down columns first, as MATLAB does. For
   * arrays with axes of their own, `column-major` exchanges height and width. `auto` takes the pixels of a MATLAB file
   * that were written out as column-major, and all else as row-major.
   */
  order: z.enum(['row-major', 'column-major', 'auto']).default('auto'),
  /** Where the channels of pixels that were written out stood among the axes: `[H, W, C]` or `[C, H, W]`. */
  channelAxis: z.enum(['first', 'last']).default('last'),
  /** The values of black and white; `auto` recognises 0..1, 0..255 and -1..1. */
  range: z.union([z.tuple([z.number(), z.number()]), z.literal('auto')]).default('auto'),
  /** Values beyond black and white become black and white; otherwise they are an error. */
  clip: z.boolean().default(false),
  /** Array with a name per image, which the stimulus column may use. */
  names: arrayName.optional(),
});
const imageFolderSchema = z.strictObject({ folder: z.string().min(1) });
const imageZipSchema = z.strictObject({ zip: z.string().min(1) });
const imagesSchema = shorthand(z.union([imageArraySchema, imageFolderSchema, imageZipSchema]));
export type ImageArrayRecipe = z.infer<typeof imageArraySchema>;
export type ImagesRecipe = z.infer<typeof imagesSchema>;

const indexBase = z.union([z.literal(0), z.literal(1), z.literal('auto')]).default('auto');

const regionSchema = z.preprocess(
  (given) => (given === 'all' ? { all: true } : typeof given === 'string' ? { array: given } : given),
  z.union([
    z.strictObject({ all: z.literal(true) }),
    z.strictObject({ indices: z.union([arrayName, z.array(z.int())]), base: indexBase }),
    z.strictObject({ mask: arrayName }),
    /** A mask when it has a 0 or 1 for every voxel, else indices. */
    z.strictObject({ array: arrayName, base: indexBase }),
  ]),
);
export type RegionRecipe = z.infer<typeof regionSchema>;

const regionLabelsSchema = shorthand(
  z.strictObject({
    array: arrayName,
    /** Names of numeric labels: `{ 1: V1, 2: V2 }`; a number without a name is no region. */
    names: z.record(z.string(), z.string().min(1)).optional(),
  }),
);
export type RegionLabelsRecipe = z.infer<typeof regionLabelsSchema>;

const regionsSchema = z.object({ labels: regionLabelsSchema.optional() }).catchall(regionSchema);

const columnSchema = shorthand(
  z.union([
    z.strictObject({ array: arrayName, names: z.record(z.string(), z.string()).optional() }),
    /** The same for every sample. */
    z.strictObject({ value }),
  ]),
);
export type ColumnRecipe = z.infer<typeof columnSchema>;

const oneOrMore = z.union([value, z.array(value).min(1)]);
const setColumnSchema = shorthand(
  z.union([
    z.strictObject({ array: arrayName, train: oneOrMore.default('train'), test: oneOrMore.default('test') }),
    z.strictObject({ value: shippedSetSchema }),
  ]),
);
export type SetColumnRecipe = z.infer<typeof setColumnSchema>;

/** What becomes of responses that are NaN or infinite. */
export const missingRuleSchema = z.enum(['error', 'drop-voxels', 'zero']);
export type MissingRule = z.infer<typeof missingRuleSchema>;

const columnsSchema = z.strictObject({
  /** Which image each sample shows: a file name, a name, or an index; absent: image i belongs to sample i. */
  stimulus: shorthand(z.strictObject({ array: arrayName, base: indexBase })).optional(),
  run: columnSchema.optional(),
  session: columnSchema.optional(),
  category: columnSchema.optional(),
  set: setColumnSchema.optional(),
  /** How many trials each sample is the mean of: a number for all, or an array. */
  averagedOver: z.union([z.int().positive(), shorthand(z.strictObject({ array: arrayName }))]).optional(),
});
export type ColumnsRecipe = z.infer<typeof columnsSchema>;

/** Samples that lie in arrays of their own, as where training and test data are shipped apart. */
const partSchema = z.strictObject({
  set: shippedSetSchema.optional(),
  voxels: voxelsSchema,
  images: imagesSchema.optional(),
  columns: columnsSchema.optional(),
});
export type PartRecipe = z.infer<typeof partSchema>;

export const recipeSchema = z
  .strictObject({
    subject: z.string().min(1).optional(),
    name: z.string().min(1).optional(),
    file: z.string().min(1).optional(),
    files: z.record(z.string().regex(/^[\w.-]+$/), z.string().min(1)).optional(),
    voxels: voxelsSchema.optional(),
    images: imagesSchema.optional(),
    regions: regionsSchema.optional(),
    columns: columnsSchema.optional(),
    parts: z.array(partSchema).min(1).optional(),
    /** Millimetre coordinates, `[voxels, 3]` or `[3, voxels]`. */
    positions: shorthand(z.strictObject({ array: arrayName })).optional(),
    /** What was done to the voxels before, for the record. */
    preprocessing: z.array(preprocessingStepSchema).optional(),
    missing: missingRuleSchema.default('error'),
  })
  .refine((recipe) => recipe.file === undefined || recipe.files === undefined, {
    message: 'give either file or files',
    path: ['files'],
  })
  .refine((recipe) => recipe.parts === undefined || recipe.voxels === undefined, {
    message: 'give either voxels or parts',
    path: ['parts'],
  })
  .refine((recipe) => recipe.parts === undefined || recipe.columns === undefined, {
    message: 'with parts, columns belong into each part',
    path: ['columns'],
  });

/** As a user writes it. */
export type RecipeInput = z.input<typeof recipeSchema>;
/** Validated, with defaults filled in. */
export type Recipe = z.infer<typeof recipeSchema>;
