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

/** What an entry of the stimulus column means among the images: one of them, none, or any of several. */
export type StimulusMatch =
  | { readonly kind: 'image'; readonly place: number }
  | { readonly kind: 'missing' }
  | { readonly kind: 'double'; readonly places: readonly number[] };

/** The match of every different entry. Entries that mean no image at all (negative indices) are left out. */
export type StimulusMatches = ReadonlyMap<string, StimulusMatch>;

/** When so many of the numbers in a column are names of images, all of them are meant as names. */
const NAMES_SHARE = 0.5;

/**
 * Finds the image of every entry.
 *
 * Names are compared whole, then without their folder, without their ending, in lower case, and at last without the
 * zeros in front of their numbers: `Image_7` is `stimuli/image_0007.JPG`.
 *
 * @param labels - entries of the stimulus column; null for samples without an image
 * @throws CortextError `INVALID_RECIPE` when the entries can be neither names nor indices
 */
export function matchStimuli(
  labels: readonly (string | null)[],
  base: 0 | 1 | 'auto',
  images: ImageNames,
  guesses: RecipeGuess[],
): StimulusMatches {
  const different = [...new Set(labels)].filter((label) => label !== null);
  const integers = areIntegers(different);
  if (base === 'auto' && images.names !== null) {
    const lookup = nameLookup(images.names);
    const matches = new Map(different.map((label) => [label, lookup(label)]));
    const named = [...matches.values()].filter(({ kind }) => kind !== 'missing').length;
    if (!integers || named === different.length) return matches;
    // Files that are called by numbers: taken as places, every picture behind one that is missing would be another's.
    if (named >= different.length * NAMES_SHARE) {
      const reason = `${named} of ${different.length} are names of images; "base: 0" or "base: 1" makes places of them`;
      guesses.push({ about: 'columns.stimulus', choice: 'numbers as names', reason });
      return matches;
    }
  }
  if (!integers) throw notIndices(different, images);
  const first = resolveBase(
    'The stimulus column',
    different.map(Number).filter((index) => index >= 0),
    base,
    images.count,
    `images of ${images.where}`,
  );
  if (base === 'auto')
    guesses.push({ about: 'columns.stimulus.base', choice: String(first), reason: 'smallest and largest index' });
  return new Map(
    different
      // Negative: the usual mark of a sample without an image; 0 is one where indices count from 1.
      .filter((label) => Number(label) >= first)
      .map((label): [string, StimulusMatch] => {
        const place = Number(label) - first;
        return [label, place < images.count ? { kind: 'image', place } : { kind: 'missing' }];
      }),
  );
}

function notIndices(labels: readonly string[], images: ImageNames): CortextError {
  return new CortextError(
    'INVALID_RECIPE',
    `The stimulus column has names (such as ${labels.find((label) => !/^-?\d+$/.test(label)) ?? ''}), ` +
      (images.names === null
        ? `but the images of ${images.where} have none.`
        : 'but "base" says that it has indices.'),
    { hint: images.names === null ? 'Give an array of names: "images: { array, names }".' : 'Leave "base" out.' },
  );
}

const withoutFolder = (name: string) => name.slice(name.lastIndexOf('/') + 1);
const plain = (name: string) => withoutEnding(withoutFolder(name)).toLowerCase();

/** From the strictest way of comparing to the most forgiving one. */
const forms: readonly ((name: string) => string)[] = [
  (name) => name,
  withoutFolder,
  withoutEnding,
  (name) => withoutFolder(withoutEnding(name)),
  plain,
  (name) => plain(name).replaceAll(/\d+/g, (digits) => digits.replace(/^0+(?=\d)/, '')),
];

function nameLookup(names: readonly string[]): (label: string) => StimulusMatch {
  // macOS takes letters with accents apart in the names of files.
  const composed = names.map((name) => name.normalize('NFC'));
  const tables = forms.map((form) => Map.groupBy(composed.keys(), (index) => form(composed[index])));
  return (label) => {
    const given = label.normalize('NFC').replaceAll('\\', '/');
    for (const [index, form] of forms.entries()) {
      // As it stands, without its folder, and put into the form that the names have.
      for (const key of new Set([given, withoutFolder(given), form(given)])) {
        const found = tables[index].get(key);
        if (found === undefined) continue;
        return found.length === 1 ? { kind: 'image', place: found[0] } : { kind: 'double', places: found };
      }
    }
    return { kind: 'missing' };
  };
}

export function withoutEnding(name: string): string {
  return name.replace(/\.[A-Za-z]{3,4}$/, '');
}
