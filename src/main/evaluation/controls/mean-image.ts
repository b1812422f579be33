/** The mean of the training images, whatever the brain did: what a method scores that knows only what images look like. */
import { emptyImages, imagePixels, type ImageSet } from '../../dataset/image-set.ts';

/** @param images - one per training sample; @returns the same image `count` times */
export function meanImage(images: ImageSet, count: number): ImageSet {
  const mean = new Float64Array(images.height * images.width * images.channels);
  for (let image = 0; image < images.count; image++) {
    const pixels = imagePixels(images, image);
    for (let at = 0; at < mean.length; at++) mean[at] += pixels[at];
  }
  const result = emptyImages(count, images.height, images.width, images.channels);
  for (let image = 0; image < count; image++) imagePixels(result, image).set(mean.map((sum) => sum / images.count));
  return result;
}
