/**
 * Recipe for files of arrays: which arrays of which files mean what. It is the format that is meant when none is named.
 *
 * ```yaml
 * subject: S1
 * name: Miyawaki V1 figures
 * file: V1_mean_figure.mat            # or  files: { fmri: S1.mat, pictures: stimuli.npz }
 * voxels: { array: R2, layout: voxels-by-samples }   # or columns of a table:  { columns: "v*", without: [v0] }
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
import { shippedSetSchema } from '../../../shared/recording.ts';
import {
  arrayName,
  commonEntries,
  eitherFileOrFiles,
  imagesSchema,
  indexBase,
  shorthand,
  value,
} from './recipe-entries.ts';

export const voxelLayoutSchema = z.enum(['samples-by-voxels', 'voxels-by-samples']);
export type VoxelLayout = z.infer<typeof voxelLayoutSchema>;

/** Names of columns of one table, `*` standing for any letters; a name may be a number. */
const columnNames = z.preprocess(
  (given) => [given].flat().map((name: unknown) => (typeof name === 'number' ? String(name) : name)),
  z.array(arrayName).min(1),
);
const voxelColumnsSchema = z.strictObject({ columns: columnNames, without: columnNames.optional() });
/** Columns of a table, one per voxel; its rows are the samples. */
export type VoxelColumnsRecipe = z.infer<typeof voxelColumnsSchema>;

const voxelsSchema = shorthand(
  z.union([
    z.strictObject({ array: arrayName, layout: voxelLayoutSchema.default('samples-by-voxels') }),
    voxelColumnsSchema,
  ]),
);
export type VoxelsRecipe = z.infer<typeof voxelsSchema>;

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

export const arraysRecipeSchema = z
  .strictObject({
    format: z.literal('arrays').default('arrays'),
    ...commonEntries,
    voxels: voxelsSchema.optional(),
    regions: regionsSchema.optional(),
    columns: columnsSchema.optional(),
    parts: z.array(partSchema).min(1).optional(),
    /** Millimetre coordinates, `[voxels, 3]` or `[3, voxels]`. */
    positions: shorthand(z.strictObject({ array: arrayName })).optional(),
  })
  .refine(eitherFileOrFiles.check, eitherFileOrFiles.issue)
  .refine((recipe) => recipe.parts === undefined || recipe.voxels === undefined, {
    message: 'give either voxels or parts',
    path: ['parts'],
  })
  .refine((recipe) => recipe.parts === undefined || recipe.columns === undefined, {
    message: 'with parts, columns belong into each part',
    path: ['columns'],
  });

/** As a user writes it. */
export type ArraysRecipeInput = z.input<typeof arraysRecipeSchema>;
/** Validated, with defaults filled in. */
export type ArraysRecipe = z.infer<typeof arraysRecipeSchema>;
