/** Paths in recipes: relative to the recipe's folder, so that a recipe can be moved together with its files. */
import { isAbsolute, relative, resolve, sep } from 'node:path';
import type { ImagesRecipe } from './recipe-entries.ts';

/** The absolute path of a file that a recipe names. */
export function resolveFrom(folder: string, path: string): string {
  return isAbsolute(path) ? path : resolve(folder, path);
}

/** How provenance calls a file: relative to the recipe, with `/`, unless it lies on another drive. */
export function relativeTo(folder: string, path: string): string {
  const result = relative(folder, path);
  return isAbsolute(result) ? result : result.split(sep).join('/');
}

interface WithPaths {
  readonly file?: string | undefined;
  readonly files?: Readonly<Record<string, string>> | undefined;
  readonly folder?: string | undefined;
  readonly images?: ImagesRecipe | undefined;
  readonly parts?: readonly { readonly images?: ImagesRecipe | undefined }[] | undefined;
}

/**
 * A recipe with all its paths relative to a folder.
 *
 * @param from - the folder that they are relative to now
 */
export function rebaseRecipe<T extends WithPaths>(recipe: T, from: string, to: string = from): T {
  const move = (path: string) => relativeTo(to, resolveFrom(from, path));
  const images = <O extends { readonly images?: ImagesRecipe | undefined }>(owner: O): O => {
    if (owner.images === undefined || 'array' in owner.images) return owner;
    const moved = 'folder' in owner.images ? { folder: move(owner.images.folder) } : { zip: move(owner.images.zip) };
    return { ...owner, images: moved };
  };
  return images({
    ...recipe,
    ...(recipe.file === undefined ? {} : { file: move(recipe.file) }),
    ...(recipe.files === undefined
      ? {}
      : { files: Object.fromEntries(Object.entries(recipe.files).map(([alias, path]) => [alias, move(path)])) }),
    ...(recipe.folder === undefined ? {} : { folder: move(recipe.folder) }),
    ...(recipe.parts === undefined ? {} : { parts: recipe.parts.map((part) => images(part)) }),
  });
}
