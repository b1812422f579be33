/** How many pixels an image may have: a small file can unfold to more than memory holds. */
import { CortextError } from '../../../shared/errors.ts';

/** Side of the largest square: more than any screen shows, and 200 MB as numbers. */
const LARGEST_SIDE = 4096;

/** @throws CortextError `FILE_TOO_LARGE`; asked before a pixel is decoded */
export function requireImageSize(
  { width, height }: { readonly width: number; readonly height: number },
  name: string,
): void {
  if (width * height <= LARGEST_SIDE ** 2) return;
  throw new CortextError('FILE_TOO_LARGE', `The image ${name} has ${width} x ${height} pixels.`, {
    hint: `Images of up to ${LARGEST_SIDE} x ${LARGEST_SIDE} pixels can be read: save it in the size in which it was shown.`,
    details: { width, height },
  });
}
