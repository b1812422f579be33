/** Entries that recipes of every format have, and the pieces that their own entries are made of. */
import { z } from 'zod';
import { preprocessingStepSchema } from '../../../shared/recording.ts';

/** `R2`, or `alias:R2` where there are several files. */
export const arrayName = z.string().min(1);
export const value = z.union([z.string(), z.number(), z.boolean()]);

/** Lets `run: runs` stand for `run: { array: runs }`. */
export function shorthand<T extends z.ZodType>(schema: T) {
  return z.preprocess((given) => (typeof given === 'string' ? { array: given } : given), schema);
}

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
  /** For pictures that were stored mirrored or upside down; of the picture as it is seen, after `order`. */
  flip: z.enum(['none', 'left-right', 'up-down', 'both']).optional(),
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
export const imagesSchema = shorthand(z.union([imageArraySchema, imageFolderSchema, imageZipSchema]));
export type ImageArrayRecipe = z.infer<typeof imageArraySchema>;
export type ImagesRecipe = z.infer<typeof imagesSchema>;

export const indexBase = z.union([z.literal(0), z.literal(1), z.literal('auto')]).default('auto');

/** What becomes of responses that are NaN or infinite. */
export const missingRuleSchema = z.enum(['error', 'drop-voxels', 'zero']);
export type MissingRule = z.infer<typeof missingRuleSchema>;

/** What becomes of samples whose image is not there, and how images are brought to one size. */
export const stimuliSchema = z.strictObject({
  /** `error` refuses the import, `drop` leaves such samples out, `keep` imports them; images can be added later. */
  missing: z.enum(['error', 'drop', 'keep']).default('error'),
  /** How an image meets the proportions of `size`, or of a square: its centre, bars of mid grey, or distorted. */
  fit: z.enum(['crop', 'pad', 'stretch']).optional(),
  /** Pixels: one number for squares, or `[width, height]`. */
  size: z
    .union([z.int().positive().max(8192), z.tuple([z.int().positive().max(8192), z.int().positive().max(8192)])])
    .optional(),
  grey: z.boolean().default(false),
});
export type StimuliRecipe = z.infer<typeof stimuliSchema>;

export const defaultStimuli: StimuliRecipe = { missing: 'error', grey: false };

/** The entries of every recipe. Paths are relative to the recipe's folder. */
export const commonEntries = {
  subject: z.string().min(1).optional(),
  name: z.string().min(1).optional(),
  file: z.string().min(1).optional(),
  files: z.record(z.string().regex(/^[\w.-]+$/), z.string().min(1)).optional(),
  images: imagesSchema.optional(),
  stimuli: stimuliSchema.optional(),
  /** What was done to the voxels before, for the record. */
  preprocessing: z.array(preprocessingStepSchema).optional(),
  missing: missingRuleSchema.default('error'),
} as const;

/** A message for recipes that name their files twice. */
export const eitherFileOrFiles = {
  check: (recipe: { readonly file?: string | undefined; readonly files?: object | undefined }): boolean =>
    recipe.file === undefined || recipe.files === undefined,
  issue: { message: 'give either file or files', path: ['files'] },
};
