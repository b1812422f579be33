/** Importing in a window: what is asked, and what is shown before anything is written. */
import { z } from 'zod';
import { errorEnvelopeSchema } from './experiment.ts';
import { idSchema } from './ids.ts';
import { sourceFileSchema } from './recording.ts';

/** No system has a path with a zero in it. */
export const pathSchema = z.string().regex(/^[^\0]{1,4096}$/, 'is not a path');

/** Where the data are: on the computer that computes, or brought there by this window. */
export const importSourceSchema = z.union([
  z.strictObject({ paths: z.array(pathSchema).min(1).max(1000) }),
  z.strictObject({ upload: idSchema }),
]);
export type ImportSource = z.infer<typeof importSourceSchema>;

/** Entries as docs/importing.md has them; every format checks its own. */
export const importRecipeSchema = z.record(z.string(), z.unknown());
export type ImportRecipe = z.infer<typeof importRecipeSchema>;

export const importRequestSchema = z.strictObject({
  source: importSourceSchema,
  /** In place of what is recognised, with paths from the source's folder; or the text of a recipe file. */
  recipe: z.union([importRecipeSchema, z.string().max(500_000)]).optional(),
});

const counted = <T extends z.ZodType>(entry: T) =>
  /** How many there are, and the first of them. */
  z.object({ total: z.int(), first: z.array(entry) });

/** What an import would bring. */
export const importFactsSchema = z.object({
  name: z.string(),
  subject: z.string(),
  samples: z.int(),
  voxels: z.int(),
  hasPositions: z.boolean(),
  regions: z.array(z.object({ name: z.string(), voxels: z.int() })),
  overlaps: z.array(z.object({ first: z.string(), second: z.string(), voxels: z.int() })),
  voxelsOutsideRegions: z.int(),
  stimuli: z.object({
    count: z.int(),
    repetitions: z.object({ least: z.int(), most: z.int() }).nullable(),
    sizes: z.array(
      z.object({ width: z.int(), height: z.int(), channels: z.union([z.literal(1), z.literal(3)]), count: z.int() }),
    ),
    samplesWithout: z.int(),
    matched: z.int(),
    missing: counted(z.object({ stimulus: z.string(), samples: z.int() })),
    double: counted(z.object({ stimulus: z.string(), images: z.array(z.string()) })),
    unused: counted(z.string()),
  }),
  columns: z.array(z.object({ name: z.string(), distinct: z.int(), values: z.array(z.tuple([z.string(), z.int()])) })),
  responses: z.object({
    minimum: z.number().nullable(),
    maximum: z.number().nullable(),
    notFinite: z.int(),
    constantVoxels: z.int(),
  }),
  /** Null for recordings that do not come from scanner runs. */
  scans: z
    .object({
      runs: z.array(
        z.object({
          run: z.string(),
          volumes: z.int(),
          repetitionTime: z.number(),
          events: z.int(),
          confounds: z.int(),
        }),
      ),
      grid: z.string(),
      problems: z.array(z.string()),
    })
    .nullable(),
  splits: z.array(z.object({ kind: z.string(), folds: z.int() })),
  warnings: z.array(z.string()),
  sources: z.object({ files: z.int(), bytes: z.number(), first: z.array(sourceFileSchema) }),
});
export type ImportFacts = z.infer<typeof importFactsSchema>;

export const importPreviewSchema = z.object({
  /** Names the look: its pictures and time courses are asked for by it. */
  look: idSchema,
  /** That paths of the recipe start from. */
  folder: z.string(),
  /** As recipes call it: `bids`. */
  format: z.string(),
  /** As people call it: `BIDS`. */
  title: z.string(),
  /** What files and user have said. */
  stated: importRecipeSchema,
  /** With everything that was recognised; importing it gives what is shown. */
  recipe: importRecipeSchema,
  guesses: z.array(z.object({ about: z.string(), choice: z.string(), reason: z.string() })),
  /** What keeps the data from being imported as the recipe says; the facts are null then. */
  problem: errorEnvelopeSchema.nullable(),
  facts: importFactsSchema.nullable(),
  /** Of files of arrays: what a recipe may name. */
  arrays: z.array(z.object({ name: z.string(), shape: z.array(z.int()), type: z.string() })),
  /** Of datasets: what a recipe may choose. */
  choices: z.object({
    subjects: z.array(z.string()),
    sessions: z.array(z.string()),
    tasks: z.array(z.string()),
    spaces: z.array(z.string()),
    regionSets: z.array(z.object({ title: z.string(), regions: z.record(z.string(), z.unknown()) })),
  }),
  pictures: z.object({ contactSheet: z.boolean(), slices: z.boolean() }),
  /** Runs with time courses to look at. */
  runs: z.array(z.string()),
});
export type ImportPreview = z.infer<typeof importPreviewSchema>;

export const courseRequestSchema = z.strictObject({
  look: idSchema,
  voxel: z.int().nonnegative().optional(),
  /** Of this region, the voxel that tells trial types apart best. */
  region: z.string().optional(),
  run: z.string().optional(),
  /** Steps to try; without them, those of the look. */
  steps: z.array(z.record(z.string(), z.unknown())).max(50).optional(),
});

/** A voxel before the steps and after each of them. */
export const coursesSchema = z.object({
  voxel: z.int(),
  run: z.string(),
  courses: z.array(
    z.object({
      /** Name of the step; null for the series as it was recorded. */
      step: z.string().nullable(),
      /** Seconds on the clock of the events. */
      times: z.array(z.number()),
      values: z.array(z.number().nullable()),
    }),
  ),
  events: z.array(z.object({ onset: z.number(), duration: z.number(), trialType: z.string().nullable() })),
});
export type Courses = z.infer<typeof coursesSchema>;

export const importedSchema = z.object({
  recording: z.string(),
  contentHash: z.string(),
  samples: z.int(),
  voxels: z.int(),
  stimuli: z.int(),
});
export type Imported = z.infer<typeof importedSchema>;

export const addStimuliSchema = z.strictObject({
  recording: idSchema,
  source: importSourceSchema,
  /** `keep`: samples whose image is not there stay without. */
  missing: z.enum(['error', 'keep']).default('error'),
});

export const newUploadSchema = z.strictObject({ files: z.int().positive(), bytes: z.number().nonnegative() });

/** A folder of the computer that computes. */
export const folderListingSchema = z.object({
  folder: z.string(),
  /** Null at the top. */
  parent: z.string().nullable(),
  entries: z.array(
    z.object({
      name: z.string(),
      path: z.string(),
      kind: z.enum(['folder', 'file']),
      /** Null for folders. */
      bytes: z.number().nullable(),
    }),
  ),
  /** Entries that are not listed, because there are so many. */
  more: z.int(),
  /** Where to begin: home, workspace, disks. */
  places: z.array(z.object({ name: z.string(), path: z.string() })),
});
export type FolderListing = z.infer<typeof folderListingSchema>;
