import type { SimulatedSubject } from '../../../src/main/dataset/simulate/subject.ts';

/** One of the simulated pictures, colour, row by row. */
export function pictureOf({ pixels, options: { imageSize } }: SimulatedSubject, index: number) {
  const area = imageSize ** 2 * 3;
  const data = pixels.subarray(index * area, (index + 1) * area);
  return { width: imageSize, height: imageSize, channels: 3 as const, data };
}
