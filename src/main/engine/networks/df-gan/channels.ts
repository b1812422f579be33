/** Widths of DF-GAN's blocks, as in the official code. */

export type ImageSize = 32 | 64 | 128 | 256;

/** The smallest maps are 4 x 4 with eight times the base width. */
export const SMALLEST_MAP = 4;
export const WIDEST = 8;

/** Channels at every scale from the image down to 4 x 4: at 64 px and base 32, 32 64 128 256 256. */
export function channelsByScale(imageSize: ImageSize, base: number): number[] {
  const scales = Math.log2(imageSize) - 1;
  return Array.from({ length: scales }, (_, scale) => base * Math.min(2 ** scale, WIDEST));
}
