/** Numbers of a BData column as labels, stimulus names and categories. */
import { CortextError } from '../../../../shared/errors.ts';
import type { LabelRule } from './bdata-recipe.ts';

/**
 * One label per sample; null where the value is NaN.
 *
 * @param texts - the file's texts for the values of this key
 * @param where - key and file, for the message
 * @throws CortextError `ARRAY_TYPE` for a value without a text
 */
export function labelsOf(
  values: Float64Array,
  rule: LabelRule,
  texts: ReadonlyMap<number, string> | null,
  where: string,
): (string | null)[] {
  const textOf = (value: number): string => {
    if (texts === null) return rule === 'label' ? String(value) : wordnetName(value);
    const text = texts.get(value);
    if (text !== undefined) return text;
    throw new CortextError('ARRAY_TYPE', `${where} has the value ${value}, for which the file has no text.`, {
      hint: `It has texts for ${[...texts.keys()].slice(0, 20).join(', ')}.`,
    });
  };
  return Array.from(values, (value) => {
    if (Number.isNaN(value)) return null;
    return rule === 'synset' ? synsetOf(textOf(value)) : textOf(value);
  });
}

/**
 * 1518878.010042 is `n01518878_10042`, image 10042 of the synset n01518878 (Horikawa & Kamitani 2017); without decimals
 * it is the synset alone, as for what was imagined. The decimals count images in six digits, so they are rounded there.
 */
export function wordnetName(id: number): string {
  const [synset, image] = id.toFixed(6).split('.');
  const name = `n${synset.padStart(8, '0')}`;
  return Number(image) === 0 ? name : `${name}_${Number(image)}`;
}

/** Whether all values are image ids of that kind. */
export function areWordnetIds(values: Float64Array): boolean {
  const given = values.filter((value) => !Number.isNaN(value));
  // Kept as 32-bit numbers, ids have lost their decimals, and would all name synsets.
  return given.every((id) => id >= 1e6 && id < 1e8) && given.some((id) => Math.round((id % 1) * 1e6) > 0);
}

/** `n01518878` of `n01518878_10042`; null for other names. */
export function synsetOf(name: string): string | null {
  return /^n\d{8}(?=_|$)/.exec(name)?.[0] ?? null;
}
