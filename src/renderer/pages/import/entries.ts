/** Entries of a recipe: read and changed by their path. */
import type { ImportPreview, ImportRecipe } from '../../../shared/imports.ts';

/** @param path - `images.order` */
export function entryAt(recipe: ImportRecipe, path: string): unknown {
  return path.split('.').reduce<unknown>((inner, key) => (isRecord(inner) ? inner[key] : undefined), recipe);
}

export function textAt(recipe: ImportRecipe, path: string): string | null {
  const value = entryAt(recipe, path);
  return typeof value === 'string' ? value : null;
}

/**
 * The recipe to look with when the user has put an entry right: what was stated, with that entry as it was recognised and
 * then changed. All else is recognised anew, so that it fits.
 *
 * @param value - undefined takes the entry away
 */
export function withEntry(
  { stated, recipe }: Pick<ImportPreview, 'stated' | 'recipe'>,
  path: string,
  value: unknown,
): ImportRecipe {
  const [top, ...rest] = path.split('.');
  const base = isRecord(recipe[top]) ? recipe[top] : {};
  return without({ ...stated, [top]: rest.length === 0 ? value : setIn(base, rest, value) });
}

function setIn(
  target: Readonly<Record<string, unknown>>,
  [key, ...rest]: readonly string[],
  value: unknown,
): Record<string, unknown> {
  const inner = target[key];
  return without({ ...target, [key]: rest.length === 0 ? value : setIn(isRecord(inner) ? inner : {}, rest, value) });
}

function without(recipe: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(recipe).filter(([, value]) => value !== undefined));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
