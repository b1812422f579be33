/**
 * Recipe: what the files of a recording mean.
 *
 * `format` says how they are read; without it they are arrays that the recipe maps to meaning one by one. Every format
 * has entries of its own beside those of `recipe-entries.ts`.
 */
import type { z } from 'zod';
import { arraysRecipeSchema } from './arrays-recipe.ts';
import { bdataRecipeSchema } from './bdata/bdata-recipe.ts';
import { bidsRecipeSchema, openfmriRecipeSchema, runsRecipeSchema } from './scans/scans-recipe.ts';
import { nsdRecipeSchema } from './nsd/nsd-recipe.ts';
import { statmapsRecipeSchema } from './statmaps/statmaps-recipe.ts';

/** One schema per format; its reader stands under the same name in `formats.ts`. */
export const recipeSchemas = {
  arrays: arraysRecipeSchema,
  bdata: bdataRecipeSchema,
  bids: bidsRecipeSchema,
  openfmri: openfmriRecipeSchema,
  runs: runsRecipeSchema,
  nsd: nsdRecipeSchema,
  statmaps: statmapsRecipeSchema,
} as const;

export type FormatName = keyof typeof recipeSchemas;

/** A valid recipe of one format, with defaults filled in. */
export type RecipeOf<Name extends FormatName> = z.infer<(typeof recipeSchemas)[Name]>;
/** A valid recipe of any format. */
export type Recipe = { [Name in FormatName]: RecipeOf<Name> }[FormatName];
