/**
 * Recipe for volumes that are samples already: statistical maps or single-trial estimates in BIDS derivatives, with a
 * table that has a row per volume. What Cortext exports as BIDS is one of them.
 *
 * ```yaml
 * format: statmaps
 * folder: exported
 * subject: S1
 * maps: [exported/sub-S1/func/sub-S1_desc-samples_statmap.nii.gz]    # all that have a table, when left out
 * voxels: exported/sub-S1/func/sub-S1_desc-samples_mask.nii.gz       # which are read; else those of the regions
 * regions:
 *   V1: { mask: exported/sub-S1/func/sub-S1_label-V1_mask.nii.gz }
 * columns: { stimulus: stimulus, category: category }                # of the table; null for none
 * images: { folder: stimuli }
 * ```
 */
import { z } from 'zod';
import { commonEntries } from '../recipe-entries.ts';
import { scanRegionSchema } from '../scans/scans-recipe.ts';

const path = z.string().min(1);
const column = z.string().min(1).nullable().optional();

export const statmapsRecipeSchema = z.strictObject({
  format: z.literal('statmaps'),
  ...commonEntries,
  file: z.never().optional(),
  files: z.never().optional(),
  folder: path,
  maps: z.array(path).min(1).optional(),
  /** A mask of the voxels that are read; without it, those of the regions. */
  voxels: path.optional(),
  regions: z.record(z.string().min(1), scanRegionSchema).optional(),
  columns: z.strictObject({ stimulus: column, category: column }).optional(),
});
/** Validated, with defaults filled in. */
export type StatmapsRecipe = z.infer<typeof statmapsRecipeSchema>;
