/** Recipes from files, from the options of a command, and checked either way. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse, YAMLParseError } from 'yaml';
import type { z } from 'zod';
import { CortextError, toCortextError } from '../../../shared/errors.ts';
import { recipeSchemas, type FormatName, type Recipe } from './recipe.ts';

/** A choice that was made for the user, and what spoke for it. */
export interface RecipeGuess {
  /** What was chosen: `voxels`, `images.order`, ... */
  readonly about: string;
  readonly choice: string;
  readonly reason: string;
}

/** A valid recipe and where its paths start from. */
export interface LoadedRecipe<R extends Recipe = Recipe> {
  readonly recipe: R;
  /** Absolute. Paths in the recipe are relative to it. */
  readonly folder: string;
  /** The recipe's file; null for a recipe that was put together from options or guessed. */
  readonly path: string | null;
  readonly guesses: readonly RecipeGuess[];
}

const SIZE_LIMIT = 1 << 18;

/** With pretty messages, the time for a text full of mistakes grows with its square. */
const yamlOptions = { prettyErrors: false, logLevel: 'error' } as const;

/**
 * Reads a YAML or JSON recipe.
 *
 * @throws CortextError `FILE_NOT_FOUND`, `FILE_TOO_LARGE`; `INVALID_RECIPE` naming the file, the entry and what is
 *   wrong with it
 */
export function readRecipe(path: string): LoadedRecipe {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw toCortextError(error);
  }
  if (text.length > SIZE_LIMIT) {
    throw new CortextError('FILE_TOO_LARGE', `${path} has ${text.length} characters: that is no recipe.`, {
      hint: 'A recipe is a short YAML or JSON file that names arrays.',
    });
  }
  let value: unknown;
  try {
    // JSON is YAML. Aliases are limited by the parser, so that a small file cannot unfold into a huge one.
    value = parse(text, yamlOptions);
  } catch (error) {
    const place = error instanceof YAMLParseError ? `, line ${lineAt(text, error.pos[0])}` : '';
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new CortextError('INVALID_RECIPE', `${path}${place} is neither YAML nor JSON: ${reason}`, {
      hint: 'Check indentation, brackets and quotes.',
      cause: error,
    });
  }
  return { recipe: checkRecipe(value, path), folder: dirname(resolve(path)), path: resolve(path), guesses: [] };
}

/** Counted from 1. */
function lineAt(text: string, position: number): number {
  return text.slice(0, position).split('\n').length;
}

/**
 * A recipe from the options of a command: the same entries as in a file, with paths relative to `folder`.
 *
 * @param mappings - `file` or `files`, and whatever else was given; undefined entries are left out
 * @param guesses - what was recognised before
 * @throws CortextError `INVALID_RECIPE` naming the option
 */
export function recipeFromMappings(
  mappings: Readonly<Record<string, unknown>>,
  folder: string = process.cwd(),
  guesses: readonly RecipeGuess[] = [],
): LoadedRecipe {
  const given = Object.fromEntries(Object.entries(mappings).filter(([, value]) => value !== undefined));
  return { recipe: checkRecipe(given, 'The mapping'), folder: resolve(folder), path: null, guesses };
}

/** @throws CortextError `INVALID_RECIPE` naming the entry, or listing the formats when `format` is none of them */
export function checkRecipe(value: unknown, source: string): Recipe {
  const named = typeof value === 'object' && value !== null && 'format' in value ? value.format : 'arrays';
  if (typeof named !== 'string' || !isFormatName(named)) {
    throw new CortextError('INVALID_RECIPE', `${source} at format: there is no format ${JSON.stringify(named)}.`, {
      hint: `Formats are ${Object.keys(recipeSchemas).join(', ')}; without one, the files are arrays.`,
      details: { source, path: ['format'] },
    });
  }
  return checkAgainst<z.ZodType<Recipe>>(recipeSchemas[named], value, source);
}

function isFormatName(name: string): name is FormatName {
  return Object.hasOwn(recipeSchemas, name);
}

/** @throws CortextError `INVALID_RECIPE` naming the entry */
export function checkAgainst<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  source: string,
): z.infer<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = deepestIssue(parsed.error.issues);
  const entry = issue.path.length === 0 ? '' : ` at ${issue.path.map(String).join('.')}`;
  throw new CortextError('INVALID_RECIPE', `${source}${entry}: ${issue.message}.`, {
    hint: 'docs/importing.md has every entry of a recipe; without a recipe the files are recognised.',
    details: { source, path: issue.path.map(String) },
  });
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** Of an entry with several forms, the form that was meant: the one that knows most of the keys that were given. */
function deepestIssue(issues: readonly z.core.$ZodIssue[]): Issue {
  const [first] = issues;
  if (first.code !== 'invalid_union') return { path: first.path, message: first.message.replace(/\.$/, '') };
  const forms = first.errors.filter((form) => form.length > 0);
  const meant = forms
    .toSorted((a, b) => unknownKeys(a) - unknownKeys(b) || a.length - b.length)
    .map((form) => deepestIssue(form))
    .at(0);
  if (meant === undefined || meant.path.length === 0) {
    const reasons = forms.map((form) => deepestIssue(form).message);
    return { path: first.path, message: [...new Set(reasons)].join('; or ') || first.message };
  }
  return { path: [...first.path, ...meant.path], message: meant.message };
}

function unknownKeys(form: readonly z.core.$ZodIssue[]): number {
  return form.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : 0), 0);
}
