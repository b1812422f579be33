/** Arrays that hold one label, name or index per thing, as numbers or as text. */
import { CortextError } from '../../../shared/errors.ts';
import { elementsOf, isVector, wrongShape, type FoundArray } from './source-files.ts';

const textType = /text|str|char/i;

/** Spellings of "there is none" in tables. */
const absent = new Set(['', 'n/a', 'na', 'nan', 'none', 'null']);

/**
 * One label per thing as text; null where there is none (NaN, empty, `n/a`).
 *
 * @param count - how many there must be; null for any number
 * @param thing - what one label belongs to, for messages: `sample`, `voxel`
 * @throws CortextError `ARRAY_SHAPE`, `ARRAY_TYPE`
 */
export async function readLabels(array: FoundArray, count: number | null, thing: string): Promise<(string | null)[]> {
  const numeric = !textType.test(array.type);
  // A char matrix has one row per label: its length is known only once it was read.
  if (numeric && (!isVector(array.shape) || (count !== null && elementsOf(array.shape) !== count))) {
    throw wrongShape(array, expectation(count, thing));
  }
  const labels = numeric ? Array.from((await array.numbers()).data, numberLabel) : (await array.text()).map(textLabel);
  if (count !== null && labels.length !== count) throw wrongShape(array, expectation(count, thing));
  return labels;
}

function expectation(count: number | null, thing: string): string {
  return count === null ? `one value per ${thing}` : `one value for each of ${count} ${thing}s`;
}

function numberLabel(value: number): string | null {
  return Number.isNaN(value) ? null : String(value);
}

function textLabel(value: string): string | null {
  const text = value.trim();
  return absent.has(text.toLowerCase()) ? null : text;
}

/** Whether labels are whole numbers, so that they may be indices. */
export function areIntegers(labels: readonly (string | null)[]): boolean {
  return labels.every((label) => label === null || /^-?\d+$/.test(label));
}

/**
 * Whether indices count from 0 or from 1.
 *
 * @param about - start of the message
 * @throws CortextError `INVALID_RECIPE` when both would fit
 */
export function resolveBase(
  about: string,
  indices: readonly number[],
  base: 0 | 1 | 'auto',
  count: number,
  things: string,
): 0 | 1 {
  if (base !== 'auto') return base;
  let [least, greatest] = [Infinity, -Infinity];
  for (const index of indices) {
    least = Math.min(least, index);
    greatest = Math.max(greatest, index);
  }
  if (least <= 0) return 0;
  if (greatest >= count) return 1;
  throw new CortextError(
    'INVALID_RECIPE',
    `${about} has indices from ${least} to ${greatest} for ${count} ${things}: they may count from 0 or from 1.`,
    { hint: 'Add "base: 0" (Python, NumPy) or "base: 1" (MATLAB).' },
  );
}
