import { describe, expect, it } from 'vitest';
import { selectImages, toColour } from '../../../src/main/dataset/image-set.ts';
import { meanSquaredError, peakSignalToNoise } from '../../../src/main/evaluation/metrics/mse-psnr.ts';
import { pairwisePixels } from '../../../src/main/evaluation/metrics/pairwise-pixels.ts';
import { pixelCorrelation } from '../../../src/main/evaluation/metrics/pixel-correlation.ts';
import { CortextError } from '../../../src/shared/errors.ts';
import { atOnce, constantImages, noiseImages, noisyCopies } from '../support.ts';

const stimuli = noiseImages(11, 37, 3, 'stimuli');
const drawn = noisyCopies(stimuli, 0.4, 'drawn');

describe('pixel metrics', () => {
  it('give every pair what they give the pair alone', async () => {
    const { correlation, meanSquaredError: errors } = await pairwisePixels(stimuli, drawn, atOnce);
    for (let shift = 0; shift < 11; shift++) {
      const shifted = Array.from({ length: 11 }, (_, i) => (i + shift) % 11);
      const alone = pixelCorrelation(stimuli, selectImages(drawn, shifted));
      const error = meanSquaredError(stimuli, selectImages(drawn, shifted));
      shifted.forEach((j, i) => {
        expect(correlation.values[i * 11 + j]).toBeCloseTo(alone[i], 12);
        expect(errors.values[i * 11 + j]).toBeCloseTo(error[i], 12);
      });
    }
  });

  it('give a constant image the correlation 0, not NaN', async () => {
    expect([...pixelCorrelation(stimuli, constantImages(stimuli, 0.3))]).toEqual(new Array(11).fill(0));
    const { correlation } = await pairwisePixels(stimuli, constantImages(stimuli, 0.3), atOnce);
    expect([...correlation.values].every((value) => value === 0)).toBe(true);
  });

  it('give equal reconstructions exactly equal scores wherever they stand', async () => {
    const repeated = selectImages(drawn, [4, 4, 4, 4, 4, 4, 4]);
    const { correlation } = await pairwisePixels(stimuli, repeated, atOnce);
    for (let i = 0; i < 11; i++) {
      expect(new Set(correlation.values.subarray(i * 7, i * 7 + 7)).size).toBe(1);
    }
  });

  it('compare grey stimuli with colour reconstructions by their colours', () => {
    const grey = noiseImages(3, 8, 1, 'grey');
    expect(pixelCorrelation(grey, toColour(grey))[0]).toBeCloseTo(1, 6);
  });

  it('give equal images 100 dB, which a file can hold, and doubled errors 6 dB less', () => {
    expect(peakSignalToNoise(stimuli, stimuli)[0]).toBe(100);
    const [near] = peakSignalToNoise(constantImages(stimuli, 0.5), constantImages(stimuli, 0.6));
    const [far] = peakSignalToNoise(constantImages(stimuli, 0.5), constantImages(stimuli, 0.7));
    expect(near - far).toBeCloseTo(20 * Math.log10(2), 4);
  });

  it('refuse images of another size or with missing values, and say which', () => {
    expect(() => pixelCorrelation(noiseImages(2, 8, 1, 'a'), noiseImages(2, 9, 1, 'b'))).toThrow(CortextError);
    const broken = noiseImages(3, 8, 1, 'c');
    broken.data[2 * 64 + 5] = NaN;
    expect(() => pixelCorrelation(noiseImages(3, 8, 1, 'a'), broken)).toThrow(/Image 3 of 3/);
  });
});
