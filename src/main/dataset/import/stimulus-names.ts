/** Which image a sample's entry in the stimulus column means: a file name, a name, or an index. */
import { CortextError } from '../../../shared/errors.ts';
import { areIntegers, resolveBase } from './label-arrays.ts';
import type { RecipeGuess } from './load-recipe.ts';

export interface ImageNames {
  /** What the images are called; null for images that only have places. */
  readonly names: readonly string[] | null;
  readonly count: number;
  /** Where they are, for messages. */
  readonly where: string;
}

/**
 * The place of each sample's image among the images; null for a sample without one.
 *
 * Names are compared whole, then without their folder, then without their ending.
 *
 * @param labels - entries of the stimulus column
 * @throws CortextError `STIMULUS_MISSING` listing the images that are not there; `INVALID_RECIPE`
 */
export function resolveStimuli(
  labels: readonly (string | null)[],
  base: 0 | 1 | 'auto',
  images: ImageNames,
  guesses: RecipeGuess[],
): (number | null)[] {
  if (base === 'auto' && images.names !== null) {
    const lookup = nameLookup(images.names);
    const places = labels.map((label) => (label === null ? null : lookup(label)));
    if (!places.includes(undefined) || !areIntegers(labels)) return requirePlaces(labels, places, images);
  }
  if (!areIntegers(labels)) {
    throw new CortextError(
      'INVALID_RECIPE',
      `The stimulus column has names (such as ${labels.find((label) => label !== null && !/^-?\d+$/.test(label)) ?? ''}), ` +
        (images.names === null
          ? `but the images of ${images.where} have none.`
          : 'but "base" says that it has indices.'),
      { hint: images.names === null ? 'Give an array of names: "images: { array, names }".' : 'Leave "base" out.' },
    );
  }
  const indices = labels.map((label) => (label === null ? null : Number(label)));
  const first = resolveBase(
    'The stimulus column',
    indices.filter((index) => index !== null && index >= 0).map(Number),
    base,
    images.count,
    `images of ${images.where}`,
  );
  if (base === 'auto')
    guesses.push({ about: 'columns.stimulus.base', choice: String(first), reason: 'smallest and largest index' });
  return requirePlaces(
    labels,
    indices.map((index) => {
      // Negative: the usual mark of a sample without an image; 0 is one where indices count from 1.
      if (index === null || index < first) return null;
      return index - first < images.count ? index - first : undefined;
    }),
    images,
  );
}

function requirePlaces(
  labels: readonly (string | null)[],
  places: readonly (number | null | undefined)[],
  { count, where }: ImageNames,
): (number | null)[] {
  const missing = [...new Set(labels.filter((_, sample) => places[sample] === undefined))];
  if (missing.length > 0) {
    const shown = missing.slice(0, 5).join(', ');
    throw new CortextError(
      'STIMULUS_MISSING',
      `${missing.length} ${missing.length === 1 ? 'image that was shown is' : 'images that were shown are'} not among the ${count} of ${where}: ${shown}${missing.length > 5 ? ', ...' : ''}.`,
      { hint: 'Add the missing images, or correct the stimulus column.', details: { missing } },
    );
  }
  return places.map((place) => place ?? null);
}

/** Finds an image by its name; undefined when there is none, an error when there are several. */
function nameLookup(names: readonly string[]): (label: string) => number | undefined {
  const withoutFolder = (name: string) => name.slice(name.lastIndexOf('/') + 1);
  const tables = [
    (name: string) => name,
    withoutFolder,
    withoutEnding,
    (name: string) => withoutFolder(withoutEnding(name)),
  ].map((form) => {
    const table = new Map<string, number[]>();
    names.forEach((name, index) => table.set(form(name), [...(table.get(form(name)) ?? []), index]));
    return table;
  });
  return (label) => {
    for (const key of [label.replaceAll('\\', '/'), withoutFolder(label.replaceAll('\\', '/'))]) {
      for (const table of tables) {
        const found = table.get(key);
        if (found === undefined) continue;
        if (found.length === 1) return found[0];
        throw new CortextError(
          'INVALID_RECIPE',
          `The stimulus ${label} may be any of ${found.map((index) => names[index]).join(', ')}.`,
          {
            hint: 'Write names with folder and ending in the stimulus column.',
          },
        );
      }
    }
    return undefined;
  };
}

export function withoutEnding(name: string): string {
  return name.replace(/\.[A-Za-z]{3,4}$/, '');
}
