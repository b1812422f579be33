/**
 * Recipe for single-trial responses as the Natural Scenes Dataset ships them (Allen et al. 2022).
 *
 * ```yaml
 * format: nsd
 * subject: subj01
 * files:
 *   betas_session01: betas_session01.hdf5     # /betas, trials first; the digits are the session
 *   betas_session02: betas_session02.hdf5
 *   responses: responses.tsv                  # or nsd_expdesign.mat, with  participant: 1
 *   nsd_stimuli: nsd_stimuli.hdf5
 *   masks: masks.npz
 * mask: masks:nsdgeneral                      # which voxels are read
 * regions:
 *   V1: { array: masks:prf, labels: [1, 2] }
 *   PPA: { volume: floc-places.nii.gz, labels: [2] }
 * ```
 */
import { z } from 'zod';
import { arrayName, commonEntries, eitherFileOrFiles } from '../recipe-entries.ts';

const labels = z.array(z.int()).min(1).optional();

/** An array on the grid of the responses, or a NIfTI volume; without `labels`, whatever is above 0. */
export const nsdMaskSchema = z.preprocess(
  (given) => (typeof given === 'string' ? { array: given } : given),
  z.union([
    z.strictObject({ array: arrayName, labels }),
    /** A path. */
    z.strictObject({ volume: z.string().min(1), labels }),
  ]),
);
export type NsdMaskRecipe = z.infer<typeof nsdMaskSchema>;

export const nsdRecipeSchema = z
  .strictObject({
    format: z.literal('nsd'),
    ...commonEntries,
    /** The dataset of responses in every file of a session. */
    betas: arrayName.default('betas'),
    /** Stored numbers are percent signal change times this; recognised from the type when left out. */
    scale: z.number().positive().optional(),
    /** Session of a file by its alias, where the alias has no digits. */
    sessions: z.record(z.string(), z.int().positive()).optional(),
    /** Row of the subject in the design, counted from 1. */
    participant: z.int().positive().optional(),
    mask: nsdMaskSchema.optional(),
    regions: z.record(z.string().min(1), nsdMaskSchema).optional(),
  })
  .refine(eitherFileOrFiles.check, eitherFileOrFiles.issue);

/** Validated, with defaults filled in. */
export type NsdRecipe = z.infer<typeof nsdRecipeSchema>;
