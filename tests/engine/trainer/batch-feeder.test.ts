import { describe, expect, it } from 'vitest';
import { BatchFeeder, type FeederOptions, type TrainingSet } from '../../../src/main/engine/trainer/batch-feeder.ts';

const count = 10;
/** Sample s has the constant image s / 10 and the response s in every voxel, so that a batch tells where it came from. */
const set: TrainingSet = {
  count,
  responses: [
    Float32Array.from({ length: count * 3 }, (_, i) => Math.floor(i / 3)),
    Float32Array.from({ length: count * 2 }, (_, i) => Math.floor(i / 2)),
  ],
  voxelsPerRegion: [3, 2],
  images: Float32Array.from({ length: count * 16 }, (_, i) => Math.floor(i / 16) / 10),
  imageSize: 4,
  channels: 1,
  groups: Int32Array.from({ length: count }, (_, i) => i % 2),
};
const plain: FeederOptions = { batch: 4, noise: 5, voxelDropout: 0, voxelNoise: 0, mixup: 0, shift: 0 };

function feeder(options: Partial<FeederOptions> = {}, seed = 3): BatchFeeder {
  return new BatchFeeder(set, { ...plain, ...options }, seed);
}

const samplesOf = (responses: Float32Array): number[] => Array.from({ length: 4 }, (_, i) => responses[i * 3]);

describe('batch feeder', () => {
  it('shows every sample exactly once per epoch', () => {
    const feed = feeder();
    const seen = Array.from({ length: 5 }, () => samplesOf(feed.next().responses[0])).flat();
    expect(seen.slice(0, 10).sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(seen.slice(10).sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('keeps image and response of a sample together', () => {
    const { images, responses } = feeder().next();
    samplesOf(responses[0]).forEach((sample, i) => {
      expect(images[i * 16]).toBeCloseTo(sample / 10);
      expect(responses[1][i * 2]).toBe(sample);
    });
  });

  it('pairs every image with a condition of another category', () => {
    const feed = feeder();
    for (let step = 0; step < 20; step++) {
      const { responses, wrongOrder } = feed.next();
      const samples = samplesOf(responses[0]);
      const groups = new Set(samples.map((sample) => sample % 2));
      if (groups.size < 2) continue;
      wrongOrder.forEach((other, i) => {
        expect(samples[other] % 2).not.toBe(samples[i] % 2);
      });
    }
  });

  it('goes on with the very same batches after its state was saved and put back', () => {
    const options = { voxelDropout: 0.3, voxelNoise: 0.2, mixup: 0.5, shift: 0.25 };
    const first = feeder(options);
    for (let step = 0; step < 7; step++) first.next();
    const saved = JSON.parse(JSON.stringify(first.state)) as typeof first.state;
    const expected = [first.next(), first.next(), first.next()];
    const second = feeder(options, 99);
    second.state = saved;
    expect([second.next(), second.next(), second.next()]).toEqual(expected);
  });

  it('drops voxels at the asked rate and keeps the expected response', () => {
    const feed = feeder({ voxelDropout: 0.4 });
    let zeros = 0;
    let total = 0;
    let ratio = 0;
    for (let step = 0; step < 400; step++) {
      const { responses, images } = feed.next();
      responses[0].forEach((value, k) => {
        const sample = Math.round(images[Math.floor(k / 3) * 16] * 10);
        if (sample === 0) return;
        total++;
        if (value === 0) zeros++;
        ratio += value / sample;
      });
    }
    expect(zeros / total).toBeCloseTo(0.4, 1);
    expect(ratio / total).toBeCloseTo(1, 1);
  });

  it('mixes condition and target of a sample in the same proportion, and leaves the real images alone', () => {
    const feed = feeder({ mixup: 1 });
    const { images, targets, responses, mixedResponses } = feed.next();
    for (let i = 0; i < 4; i++) {
      expect(targets[i * 16]).toBeCloseTo(mixedResponses[0][i * 3] / 10);
      expect(images[i * 16]).toBeCloseTo(responses[0][i * 3] / 10);
    }
    expect(targets).not.toEqual(images);
  });

  it('never flips an image, and repeats its border when it shifts it', () => {
    const ramp: TrainingSet = {
      ...set,
      count: 4,
      groups: Int32Array.of(0, 1, 0, 1),
      responses: set.responses,
      images: Float32Array.from({ length: 4 * 16 }, (_, i) => i % 4),
    };
    const feed = new BatchFeeder(ramp, { ...plain, shift: 0.25 }, 1);
    for (let step = 0; step < 10; step++) {
      const { images } = feed.next();
      for (let row = 0; row < 16; row++) {
        const values = Array.from(images.subarray(row * 4, row * 4 + 4));
        expect([
          [0, 1, 2, 3],
          [0, 0, 1, 2],
          [1, 2, 3, 3],
        ]).toContainEqual(values);
      }
    }
  });
});
