/**
 * Recipe for BData files: which columns mean what, by the keys of the file's metadata.
 *
 * ```yaml
 * format: bdata
 * file: Subject1.h5                        # or  files: { training: ..., test: ... }  with the same voxels
 * voxels: VoxelData                        # selections of columns: + | & - ( ) * and  key = value
 * regions: { V1: ROI_V1, early: "ROI_V1 + ROI_V2" }
 * columns:
 *   stimulus: { key: stimulus_id, as: wordnet }
 *   run: Run
 *   set: { key: DataType, train: 1, test: 2 }
 * positions: [voxel_x, voxel_y, voxel_z]
 * images: { folder: stimuli }
 * ```
 *
 * What is left out is recognised from the keys.
 */
import { z } from 'zod';
import { shippedSetSchema } from '../../../../shared/recording.ts';
import { commonEntries, eitherFileOrFiles, value } from '../recipe-entries.ts';

const key = z.string().min(1);

function keyShorthand<T extends z.ZodType>(schema: T) {
  return z.preprocess((given) => (typeof given === 'string' ? { key: given } : given), schema);
}

/**
 * How a number becomes a label. `label`: the text that the file's value map has for it, or else the number. `wordnet`:
 * 1518878.010042 is image 10042 of the synset n01518878. `synset`: only the synset of that.
 */
const labelRuleSchema = z.enum(['label', 'wordnet', 'synset']);
export type LabelRule = z.infer<typeof labelRuleSchema>;

const columnSchema = keyShorthand(
  z.union([
    z.strictObject({ key, as: labelRuleSchema.default('label') }),
    /** The same for every sample. */
    z.strictObject({ value }),
  ]),
);
export type BDataColumnRecipe = z.infer<typeof columnSchema>;

const oneOrMore = z.union([z.number(), z.array(z.number()).min(1)]);
const setSchema = z.union([
  keyShorthand(z.strictObject({ key, train: oneOrMore.default(1), test: oneOrMore.default(2) })),
  /** Of each file by its alias, where training and test are shipped apart. */
  z.strictObject({ files: z.record(z.string(), shippedSetSchema) }),
]);
export type BDataSetRecipe = z.infer<typeof setSchema>;

export const bdataRecipeSchema = z
  .strictObject({
    format: z.literal('bdata'),
    ...commonEntries,
    /** Which columns are responses. */
    voxels: z.string().min(1).optional(),
    /** Selections of columns; without them, every key that starts with `ROI_`. */
    regions: z.record(z.string().min(1), z.string().min(1)).optional(),
    columns: z
      .strictObject({
        stimulus: columnSchema.optional(),
        run: columnSchema.optional(),
        session: columnSchema.optional(),
        category: columnSchema.optional(),
        set: setSchema.optional(),
        /** How many trials each sample is the mean of: a number for all, or a key. */
        averagedOver: z.union([z.int().positive(), keyShorthand(z.strictObject({ key }))]).optional(),
      })
      .optional(),
    /** Keys with the millimetres of each voxel. */
    positions: z.tuple([key, key, key]).optional(),
  })
  .refine(eitherFileOrFiles.check, eitherFileOrFiles.issue);

/** Validated, with defaults filled in. */
export type BDataRecipe = z.infer<typeof bdataRecipeSchema>;
