/** Small pictures for galleries of many stimuli. */
import { encodePng, resizeImages, type ImageSet } from '../image-set.ts';

/** Longer side in pixels; smaller pictures stay as they are. */
export const THUMBNAIL_SIDE = 128;

/** One image as a PNG of at most 128 x 128 pixels, its proportions kept. */
export async function encodeThumbnail(image: ImageSet): Promise<Buffer> {
  const scale = Math.min(1, THUMBNAIL_SIDE / Math.max(image.height, image.width));
  const side = (length: number) => Math.max(1, Math.round(length * scale));
  return encodePng(await resizeImages(image, side(image.height), side(image.width)));
}
