/** Which array holds the pictures, by its name, its shape and its values. */
import { CortextError } from '../../../shared/errors.ts';
import { isMatrix, isNumeric, listed, type Candidate } from './candidates.ts';
import { isColour, isSquare } from './image-layout.ts';
import { resemblesPixels } from './image-range.ts';
import type { RecipeGuess } from './load-recipe.ts';
import { columnKind, isImageName, isVoxelName } from './name-patterns.ts';
import type { ImagesRecipe } from './recipe-entries.ts';
import { describeArray, type FoundArray } from './source-files.ts';

/**
 * An array that is named as pictures are, or else the only one that can be a picture for each sample.
 *
 * @param rest - all arrays but the responses
 * @throws CortextError `INVALID_RECIPE` when several may be meant; what reading values throws
 */
export async function guessImages(
  rest: readonly Candidate[],
  samples: number,
  guesses: RecipeGuess[],
): Promise<ImagesRecipe | undefined> {
  const arrays = rest.filter((one) => {
    const { name, shape } = one.array;
    if (!isNumeric(one) || shape.includes(0)) return false;
    if (shape.length === 3 || shape.length === 4) return true;
    return isMatrix(one) && columnKind(name) !== 'positions' && !isVoxelName(name);
  });
  const named = arrays.filter(({ array }) => isImageName(array.name));
  const candidates = named.length > 0 ? named : await picturePerSample(arrays, samples, guesses);
  if (candidates.length === 0) return undefined;
  if (candidates.length > 1) {
    throw new CortextError('INVALID_RECIPE', `Several arrays may be the images: ${listed(candidates)}.`, {
      hint: 'Name one: "images: { array }".',
    });
  }
  const [{ reference, array }] = candidates;
  const reason = named.length > 0 ? 'its name' : `it has ${samples} of something, as many as there are samples`;
  guesses.push({ about: 'images', choice: describeArray(array), reason });
  return { array: reference, layout: 'auto', order: 'auto', channelAxis: 'last', range: 'auto', clip: false };
}

/** The arrays with something for each sample that can be a picture; of the others it is said why they are none. */
async function picturePerSample(
  arrays: readonly Candidate[],
  samples: number,
  guesses: RecipeGuess[],
): Promise<Candidate[]> {
  const found: Candidate[] = [];
  for (const one of arrays.filter(({ array }) => array.shape.includes(samples))) {
    const objection = shapeObjection(one.array.shape, samples) ?? (await valueObjection(one.array));
    if (objection === null) found.push(one);
    else guesses.push({ about: 'images', choice: `${describeArray(one.array)}: not used`, reason: objection });
  }
  return found;
}

/** Why an array of that shape holds no picture per sample; null when it may. */
function shapeObjection(shape: readonly number[], samples: number): string | null {
  const last = shape.length - 1;
  if (shape[0] !== samples && shape[last] !== samples) return 'neither its first nor its last axis counts the samples';
  if (shape.length === 2) {
    const pixels = shape[0] === samples ? shape[1] : shape[0];
    return isSquare(pixels) ? null : `${pixels} values per image are no square; if they are pictures, give their height and width`;
  }
  return shape.length === 3 || shape.some(isColour) ? null : 'no axis has the 1 or 3 channels of pictures';
}

async function valueObjection(array: FoundArray): Promise<string | null> {
  // Few write pictures out as rows of numbers around 0; residuals and estimates are often kept so.
  const signed = array.shape.length > 2;
  return (await resemblesPixels(array, signed)) ? null : 'its values are none of pictures; name it if it is some';
}
