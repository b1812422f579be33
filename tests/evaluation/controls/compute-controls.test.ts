import { describe, expect, it } from 'vitest';
import { imagePixels } from '../../../src/main/dataset/image-set.ts';
import { computeControls } from '../../../src/main/evaluation/controls/compute-controls.ts';
import { Random } from '../../../src/shared/random.ts';
import { mean, noiseImages } from '../support.ts';

/** Voxels that are random mixtures of the pixels: what a linear model can invert. */
function request() {
  const trainImages = noiseImages(40, 4, 3, 'training images');
  const mixing = new Random(4, 'mixing').normals(48 * 90);
  const respond = (from: number, to: number, count: number): Float32Array => {
    const region = new Float32Array(count * (to - from));
    for (let sample = 0; sample < count; sample++) {
      const pixels = imagePixels(trainImages, sample);
      for (let voxel = from; voxel < to; voxel++) {
        region[sample * (to - from) + voxel - from] = pixels.reduce(
          (sum, value, p) => sum + (value - 0.5) * mixing[p * 90 + voxel],
          0,
        );
      }
    }
    return region;
  };
  return {
    trainVoxels: [respond(0, 30, 40), respond(30, 90, 40)],
    voxelsPerRegion: [30, 60],
    trainImages,
    // The first three training samples once more: their images are known.
    testVoxels: [respond(0, 30, 3), respond(30, 90, 3)],
    testCount: 3,
    groups: Array.from({ length: 40 }, (_, i) => Math.trunc(i / 2)),
    penalties: [0.1, 10, 1000],
    seed: 1,
  };
}

describe('controls', () => {
  it('are images of the training size in [0, 1]: ridge, the mean image, and the training image most like the ridge', async () => {
    const asked = request();
    const { images, notes } = await computeControls(asked);
    expect(Object.keys(images).sort()).toEqual(['mean-image', 'nearest-training-image', 'ridge']);
    for (const set of Object.values(images)) {
      expect(set).toMatchObject({ count: 3, height: 4, width: 4, channels: 3 });
      expect(set.data.every((value) => value >= 0 && value <= 1)).toBe(true);
    }
    const first = Array.from({ length: 40 }, (_, i) => imagePixels(asked.trainImages, i)[0]);
    expect(images['mean-image']?.data[0]).toBeCloseTo(mean(first), 6);
    expect(images['nearest-training-image']?.data).toEqual(asked.trainImages.data.subarray(0, 3 * 48));
    expect(notes.ridge).toMatchObject({ penalties: [0.1, 10, 1000], samples: 40, voxels: 90 });
    expect(JSON.stringify(notes.ridge)).toContain('stimulus');
  });

  it('fit nothing on test voxels: other items and the chosen penalty stay as they are when one changes', async () => {
    const asked = request();
    const before = await computeControls(asked);
    const testVoxels = asked.testVoxels.map((region) => region.slice());
    testVoxels[0].fill(50, 60);
    const after = await computeControls({ ...asked, testVoxels });
    expect(after.images.ridge?.data.subarray(0, 96)).toEqual(before.images.ridge?.data.subarray(0, 96));
    expect(after.images.ridge?.data.subarray(96)).not.toEqual(before.images.ridge?.data.subarray(96));
    expect(after.images['mean-image']).toEqual(before.images['mean-image']);
    expect(after.notes.ridge).toEqual(before.notes.ridge);
  });

  it('are the same every time', async () => {
    expect(await computeControls(request())).toEqual(await computeControls(request()));
  });

  it('name the region whose voxels do not fit', async () => {
    await expect(computeControls({ ...request(), voxelsPerRegion: [30, 61] })).rejects.toThrow(/Region 2/);
  });
});
