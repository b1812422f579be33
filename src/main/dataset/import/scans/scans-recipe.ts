/**
 * Recipes for recordings that come from scanner runs: BIDS datasets and fMRIPrep's derivatives, datasets in the layout
 * of OpenfMRI, and single runs.
 *
 * ```yaml
 * format: bids
 * folder: ds001246                    # the dataset
 * derivatives: [ds001246/derivatives/fmriprep]
 * subject: '01'
 * sessions: [perceptionTraining01, perceptionTest01]
 * task: perception
 * space: T1w                          # raw, native, or the space of fMRIPrep's runs
 * columns: { stimulus: stim_file, category: trial_type }
 * sets: { train: perceptionTraining*, test: perceptionTest* }
 * ignore: [rest]                      # kinds of trial that are no stimulation
 * regions:
 *   V1: { mask: masks/V1.nii.gz }
 *   FFA: { centre: [38, -60, -22], radius: 8 }
 *   atlas: { atlas: atlas.nii.gz, labels: atlas.tsv, names: [hV4, LO1] }
 * steps:                              # from time series to samples
 *   - { step: confounds, columns: [trans_x, trans_y, trans_z, rot_x, rot_y, rot_z] }
 *   - step: detrend
 *   - step: general-linear-model
 *   - step: z-score
 * images: { folder: ds001246/stimuli }
 * ```
 *
 * What is left out is recognised, and said.
 */
import { z } from 'zod';
import { timeSeriesStepSchema } from '../../time-series/steps.ts';
import { commonEntries } from '../recipe-entries.ts';

const path = z.string().min(1);
const label = z.preprocess((given) => (typeof given === 'number' ? String(given) : given), z.string().min(1));

export const scanRegionSchema = z.union([
  /** Several masks, such as those of both hemispheres, are one region. */
  z.strictObject({ mask: z.union([path, z.array(path).min(1)]) }),
  z.strictObject({ centre: z.tuple([z.number(), z.number(), z.number()]), radius: z.number().positive() }),
  /** Its name is only for you: an atlas has regions of its own names, all of them or those that are named. */
  z.strictObject({ atlas: path, labels: path.optional(), names: z.array(z.string().min(1)).min(1).optional() }),
]);
export type ScanRegionRecipe = z.infer<typeof scanRegionSchema>;

const patterns = z.preprocess((given) => (typeof given === 'string' ? [given] : given), z.array(z.string().min(1)).min(1));

const scanEntries = {
  ...commonEntries,
  /** Runs are many files: they are named by a folder, or one by one. */
  file: z.never().optional(),
  files: z.never().optional(),
  /** Columns of the events; null for none. */
  columns: z
    .strictObject({ stimulus: z.string().min(1).nullable().optional(), category: z.string().min(1).nullable().optional() })
    .optional(),
  /** Which sessions, tasks or runs train and test, by name; `*` stands for any letters. */
  sets: z.strictObject({ train: patterns.optional(), test: patterns.optional() }).optional(),
  /** Kinds of trial that are no stimulation. */
  ignore: z.array(z.string().min(1)).optional(),
  regions: z.record(z.string().min(1), scanRegionSchema).optional(),
  /** Only voxels in this mask. */
  mask: path.optional(),
  /** Seconds between volumes, instead of what the files say. */
  repetitionTime: z.number().positive().max(60).optional(),
  /** Runs that are not imported, as the dry run calls them: `session/run`. */
  leaveOut: z.array(label).optional(),
  steps: z.array(timeSeriesStepSchema).min(1).optional(),
} as const;

export const bidsRecipeSchema = z.strictObject({
  format: z.literal('bids'),
  ...scanEntries,
  folder: path,
  derivatives: z.array(path).optional(),
  sessions: z.array(label).min(1).optional(),
  task: label.optional(),
  /** `raw`; `native` for derivatives in the space of the scanner; or the name of a space. */
  space: z.string().min(1).optional(),
});
export type BidsRecipe = z.infer<typeof bidsRecipeSchema>;

export const openfmriRecipeSchema = z.strictObject({
  format: z.literal('openfmri'),
  ...scanEntries,
  folder: path,
  task: label.optional(),
  /** Name of the file with volumes in the folder of each run. */
  volumes: z.string().min(1).optional(),
});
export type OpenfmriRecipe = z.infer<typeof openfmriRecipeSchema>;

const runSchema = z.strictObject({
  volumes: path,
  events: path.optional(),
  confounds: path.optional(),
  name: label.optional(),
  session: label.optional(),
  /** Time of the first volume on the clock of the events, seconds. */
  startTime: z.number().default(0),
});

export const runsRecipeSchema = z.strictObject({
  format: z.literal('runs'),
  ...scanEntries,
  runs: z.array(runSchema).min(1),
});
export type RunsRecipe = z.infer<typeof runsRecipeSchema>;

export type ScansRecipe = BidsRecipe | OpenfmriRecipe | RunsRecipe;
