/** Which values of an image array are black and white, and whether all of them are pixels. */
import { CortextError } from '../../../shared/errors.ts';
import type { RecipeGuess } from './load-recipe.ts';
import type { ImageArrayRecipe } from './recipe-entries.ts';
import { elementsOf, wrongShape, type FoundArray } from './source-files.ts';

export interface ImageRange {
  readonly black: number;
  readonly white: number;
  /** Found in the array. */
  readonly minimum: number;
  readonly maximum: number;
  /** Values beyond black and white; more than 0 only where clipping was asked for. */
  readonly outside: number;
}

/** Interpolation leaves values this far beyond the ends. */
const ROUNDING = 1e-5;

/**
 * Looks at every value, some at a time.
 *
 * @throws CortextError `ARRAY_TYPE` for values that no range of pixels explains, `VALUES_NOT_FINITE`, `INVALID_RECIPE`,
 *   `ARRAY_SHAPE` for an array with another number of values than its shape says
 */
export async function resolveRange(
  array: FoundArray,
  recipe: ImageArrayRecipe,
  guesses: RecipeGuess[],
): Promise<ImageRange> {
  const { minimum, maximum } = await extremes(array);
  const found = recipe.range === 'auto' ? recogniseRange(minimum, maximum, array.type === 'logical') : recipe.range;
  if (found === null) {
    throw new CortextError(
      'ARRAY_TYPE',
      `The images ${array.name} of ${array.file} have values from ${minimum} to ${maximum}, neither 0..1, 0..255 nor -1..1.`,
      { hint: 'State the values of black and white: "range: [0, 65535]"; "clip: true" cuts off what lies beyond.' },
    );
  }
  const [black, white] = found;
  if (black === white) {
    throw new CortextError(
      'INVALID_RECIPE',
      `The range of the images ${array.name} has the same black and white, ${black}.`,
      {
        hint: 'Give two different values.',
      },
    );
  }
  if (recipe.range === 'auto') {
    guesses.push({
      about: 'images.range',
      choice: `${black}..${white}`,
      reason: `values from ${minimum} to ${maximum}`,
    });
  }
  const slack = Math.abs(white - black) * ROUNDING;
  const [least, greatest] = [Math.min(black, white) - slack, Math.max(black, white) + slack];
  let outside = 0;
  if (minimum < least || maximum > greatest) {
    for await (const data of array.values()) {
      for (const value of data) if (value < least || value > greatest) outside++;
    }
    if (!recipe.clip) {
      throw new CortextError(
        'ARRAY_TYPE',
        `${outside} of ${elementsOf(array.shape)} values of the images ${array.name} of ${array.file} lie outside ${black}..${white}: they go from ${minimum} to ${maximum}.`,
        { hint: 'Correct the range, or add "clip: true" to cut them off.' },
      );
    }
  }
  return { black, white, minimum, maximum, outside };
}

/**
 * Whether the values of an array are in a range of pixels.
 *
 * @param signed - whether -1..1 is one
 */
export async function resemblesPixels(array: FoundArray, signed: boolean): Promise<boolean> {
  let [minimum, maximum] = [Infinity, -Infinity];
  for await (const data of array.values()) {
    for (const value of data) {
      if (!Number.isFinite(value)) return false;
      if (value < minimum) minimum = value;
      if (value > maximum) maximum = value;
    }
    const range = recogniseRange(minimum, maximum, array.type === 'logical');
    if (range === null || (range[0] < 0 && !signed)) return false;
  }
  return true;
}

async function extremes(array: FoundArray): Promise<{ minimum: number; maximum: number }> {
  let [minimum, maximum, count] = [Infinity, -Infinity, 0];
  for await (const data of array.values()) {
    count += data.length;
    for (let i = 0; i < data.length; i++) {
      const value = data[i];
      if (!Number.isFinite(value)) {
        throw new CortextError('VALUES_NOT_FINITE', `The images ${array.name} of ${array.file} hold ${value}.`, {
          hint: 'Save the images again without NaN and infinity.',
        });
      }
      if (value < minimum) minimum = value;
      if (value > maximum) maximum = value;
    }
  }
  if (count !== elementsOf(array.shape)) throw wrongShape(array, `${count} values`);
  return { minimum, maximum };
}

function recogniseRange(minimum: number, maximum: number, logical: boolean): [number, number] | null {
  const within = (least: number, greatest: number) => {
    const slack = (greatest - least) * ROUNDING;
    return minimum >= least - slack && maximum <= greatest + slack;
  };
  if (logical || within(0, 1)) return [0, 1];
  if (within(-1, 1)) return [-1, 1];
  return within(0, 255) ? [0, 255] : null;
}
