/** What fitting the controls and scoring cost, before it is done. */
import { zeros } from './linear-algebra/matrix.ts';
import { multiplyTransposed } from './linear-algebra/products.ts';
import { ridgeWork } from './controls/ridge.ts';
import { ssimWork } from './score-tables.ts';
import { createPace } from './pace.ts';

export interface EvaluationSize {
  readonly samples: number;
  readonly voxels: number;
  /** Pixels times channels of an image at the network's size. */
  readonly outputs: number;
  readonly penalties: number;
  readonly testItems: number;
  /** Pixels of a stimulus at its own size. */
  readonly stimulusPixels: number;
}

/** GAN, ridge, mean image, nearest training image, shuffled voxels. */
const METHODS = 5;
/** Correlation and squared error of a pair take two products per pixel and channel. */
const PIXEL_PRODUCTS = 6;

/** In multiply-adds. */
export function evaluationWork({ samples, voxels, outputs, penalties, testItems, stimulusPixels }: EvaluationSize): number {
  const { dual, primal } = ridgeWork(samples, voxels, outputs, penalties);
  const pixels = testItems ** 2 * stimulusPixels * PIXEL_PRODUCTS;
  return Math.min(dual, primal) + METHODS * (pixels + ssimWork(testItems, stimulusPixels));
}

/** The ridge control computes in double precision on several copies of voxels and pixels. In bytes. */
export function evaluationBytes({ samples, voxels, outputs }: EvaluationSize): number {
  return 8 * (2 * samples * voxels + 4 * samples * outputs + 4 * samples ** 2);
}

/** How fast this computer does them in JavaScript: the best of a few, since other programs only slow one down for a moment. */
export async function multiplyAddsPerSecond(): Promise<number> {
  const rows = 300;
  const columns = 1000;
  const matrix = zeros(rows, columns);
  const pace = createPace();
  let shortest = Infinity;
  // The first product is compiled while it runs.
  for (let attempt = 0; attempt < 4; attempt++) {
    const started = performance.now();
    await multiplyTransposed(matrix, matrix, pace);
    shortest = Math.min(shortest, performance.now() - started);
  }
  return (rows * rows * columns * 1000) / shortest;
}
