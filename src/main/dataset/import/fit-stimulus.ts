/** Stimuli brought to one size and colour mode on import: crop, pad or stretch, resize, grey; chosen in the recipe. */
import { cropTo, padTo, resizeImages, toGrey, type ImageSet } from '../image-set.ts';
import type { StimuliRecipe } from './recipe-entries.ts';

/**
 * A stimulus as the recipe wants it. Without any choice it stays as it is.
 *
 * `crop` cuts the centre out in the proportions of the size, `pad` adds bars of mid grey, `stretch` does neither; without a
 * size, crop and pad make squares.
 */
export async function fitStimulus(image: ImageSet, { fit, size, grey }: StimuliRecipe): Promise<ImageSet> {
  const shaped = grey ? toGrey(image) : image;
  if (fit === undefined && size === undefined) return shaped;
  const [width, height] = size === undefined ? [1, 1] : typeof size === 'number' ? [size, size] : size;
  const framed = frame(shaped, fit ?? 'crop', width / height);
  return size === undefined ? framed : resizeImages(framed, height, width);
}

function frame(image: ImageSet, fit: NonNullable<StimuliRecipe['fit']>, proportion: number): ImageSet {
  if (fit === 'stretch') return image;
  const isWide = image.width / image.height > proportion;
  // Of the two sides, the one that stays as it is decides the other.
  const keepsHeight = fit === 'crop' ? isWide : !isWide;
  const [height, width] = keepsHeight
    ? [image.height, Math.max(1, Math.round(image.height * proportion))]
    : [Math.max(1, Math.round(image.width / proportion)), image.width];
  return fit === 'crop' ? cropTo(image, height, width) : padTo(image, height, width);
}
