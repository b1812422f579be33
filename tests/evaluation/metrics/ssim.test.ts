import { describe, expect, it } from 'vitest';
import type { ImageSet } from '../../../src/main/dataset/image-set.ts';
import { ssim, ssimMatrix, ssimWindow } from '../../../src/main/evaluation/metrics/ssim.ts';
import { atOnce, constantImages, noiseImages, noisyCopies } from '../support.ts';

/** The definition, place by place, with a two-dimensional window. */
function naive(a: ImageSet, b: ImageSet, window: number): number {
  const radius = (window - 1) / 2;
  const offsets = Array.from({ length: window }, (_, t) => t - radius);
  const weights = offsets.flatMap((y) => offsets.map((x) => Math.exp(-(x * x + y * y) / 4.5)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let [sum, places] = [0, 0];
  for (let row = radius; row < a.height - radius; row++) {
    for (let column = radius; column < a.width - radius; column++) {
      let [ma, mb, saa, sbb, sab] = [0, 0, 0, 0, 0];
      offsets.forEach((y, r) => {
        offsets.forEach((x, c) => {
          const weight = weights[r * window + c] / total;
          const at = (row + y) * a.width + column + x;
          ma += weight * a.data[at];
          mb += weight * b.data[at];
          saa += weight * a.data[at] ** 2;
          sbb += weight * b.data[at] ** 2;
          sab += weight * a.data[at] * b.data[at];
        });
      });
      const contrast = (2 * (sab - ma * mb) + 0.0009) / (saa - ma * ma + sbb - mb * mb + 0.0009);
      sum += ((2 * ma * mb + 0.0001) / (ma * ma + mb * mb + 0.0001)) * contrast;
      places += 1;
    }
  }
  return sum / places;
}

describe('SSIM', () => {
  it.each([
    { side: 10, window: 9 },
    { side: 11, window: 11 },
    { side: 19, window: 11 },
    { side: 2, window: 1 },
  ])('of $side px images uses a window of $window px', ({ side, window }) => {
    const stimulus = noiseImages(1, side, 1, `s${side}`);
    const drawn = noisyCopies(stimulus, 0.5, `d${side}`);
    expect(ssimWindow(side, side)).toBe(window);
    expect(ssim(stimulus, drawn)[0]).toBeCloseTo(naive(stimulus, drawn, window), 10);
  });

  it('is 1 for equal images, also constant ones, and small for noise', () => {
    const noise = noiseImages(2, 24, 3, 'a');
    expect(ssim(noise, noise)[0]).toBeCloseTo(1, 10);
    expect(ssim(constantImages(noise, 0.2), constantImages(noise, 0.2))[1]).toBeCloseTo(1, 10);
    expect(ssim(noise, noiseImages(2, 24, 3, 'b'))[0]).toBeLessThan(0.2);
  });

  it('is computed for the pairs within blocks and for no others', async () => {
    const stimuli = noiseImages(4, 12, 1, 'stimuli');
    const drawn = noisyCopies(stimuli, 0.5, 'drawn');
    const { values } = await ssimMatrix(
      stimuli,
      drawn,
      [
        { stimuli: [0, 2], reconstructions: [0, 2] },
        { stimuli: [1, 3], reconstructions: [1, 3] },
      ],
      atOnce,
    );
    const own = ssim(stimuli, drawn);
    expect([0, 5, 10, 15].map((at) => values[at])).toEqual([...own]);
    expect(Number.isFinite(values[2])).toBe(true);
    expect(Number.isNaN(values[1])).toBe(true);
  });
});
