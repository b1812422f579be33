/** Small image sets. */
import type { ImageSet } from '../../src/main/dataset/image-set.ts';
import { Random } from '../../src/shared/random.ts';
import { readNpy } from '../support/npz.ts';

export const atOnce = (): Promise<void> => Promise.resolve();

/** Independent uniform pixels. */
export function noiseImages(count: number, side: number, channels: 1 | 3, stream: string): ImageSet {
  const random = new Random(7, stream);
  const data = Float32Array.from({ length: count * side * side * channels }, () => random.uniform());
  return { count, height: side, width: side, channels, data };
}

/** `share` of the image itself and the rest of noise. */
export function noisyCopies(images: ImageSet, share: number, stream: string): ImageSet {
  const random = new Random(8, stream);
  return { ...images, data: images.data.map((value) => share * value + (1 - share) * random.uniform()) };
}

export function constantImages(like: ImageSet, value: number): ImageSet {
  return { ...like, data: new Float32Array(like.data.length).fill(value) };
}

export function npyImages(path: string): ImageSet {
  const { shape, values } = readNpy(path);
  const [count, height, width, channels] = shape;
  if (channels !== 1 && channels !== 3) throw new Error(`${path} has ${channels} channels`);
  return { count, height, width, channels, data: values };
}

export function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}
