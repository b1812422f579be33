import { describe, expect, it } from 'vitest';
import {
  applyConditionTransform,
  conditionTransformFromJson,
  conditionTransformToJson,
  fitConditionTransform,
  type ConditionFit,
} from '../../src/main/dataset/condition-transform.ts';
import { emptyImages, type ImageSet } from '../../src/main/dataset/image-set.ts';
import type { Recording } from '../../src/main/dataset/recording-store.ts';
import { testItems } from '../../src/main/dataset/test-items.ts';
import { Random } from '../../src/shared/random.ts';
import { failureOf, recordingFixture } from './recording-fixture.ts';

const SAMPLES = 40;
const VOXELS = 12;
/** 6 stimuli; the first 24 samples train (4 presentations), the rest test. */
const stimulus = Array.from({ length: SAMPLES }, (_, i) => i % 6);
const train = Array.from({ length: 24 }, (_, i) => i);
const test = Array.from({ length: 16 }, (_, i) => 24 + i);
const config = { voxelsPerRegion: 3, voxelStatistic: 'auto', clip: 5 } as const;

/** Voxels 1, 4 and 9 follow the stimulus, voxel 2 never changes in training, the others are noise around 100. */
function recordingOf(seed = 1): Recording {
  const random = new Random(seed);
  const voxels = new Float32Array(SAMPLES * VOXELS);
  for (let sample = 0; sample < SAMPLES; sample++) {
    for (let voxel = 0; voxel < VOXELS; voxel++) {
      const signal = [1, 4, 9].includes(voxel) ? 3 * Math.sin(stimulus[sample] * (voxel + 1)) : 0;
      voxels[sample * VOXELS + voxel] = voxel === 2 ? 7.1 : 100 + signal + random.normal();
    }
  }
  const metadata = recordingFixture({
    stimulus,
    voxels: VOXELS,
    regions: [
      { name: 'V1', voxels: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] },
      { name: 'V2', voxels: [8, 9, 10, 11] },
    ],
  });
  return { metadata, voxels };
}

function fitOf(recording: Recording, change: Partial<ConditionFit> = {}) {
  return fitConditionTransform({
    recording,
    regions: recording.metadata.regions,
    train,
    trainImages: null,
    config,
    ...change,
  });
}

describe('fitting the condition transform', () => {
  it('keeps the voxels that tell stimuli apart, per region, and drops those that never change', () => {
    const transform = fitOf(recordingOf());
    expect(transform.statisticName).toBe('stimulus-f');
    const [first, second] = transform.regions;
    expect([...first.voxels]).toEqual([1, 4, 9]);
    expect([first.available, first.constant]).toEqual([10, 1]);
    expect([...second.voxels]).toContain(9);
    expect(second.voxels.length).toBe(3);
    expect(Math.min(...first.statistic)).toBeGreaterThan(10);
  });

  it('keeps every voxel that changes when no limit is set', () => {
    const transform = fitOf(recordingOf(), { config: { ...config, voxelsPerRegion: null } });
    expect([...transform.regions[0].voxels]).toEqual([0, 1, 3, 4, 5, 6, 7, 8, 9]);
    expect(transform.statisticName).toBeNull();
  });

  it('sees nothing of the test samples: other test values, even absurd ones, leave it bit for bit the same', () => {
    const recording = recordingOf();
    const images = randomImages(train.length);
    for (const voxelStatistic of ['auto', 'stimulus-f', 'pixel-correlation', 'variance'] as const) {
      const change = { config: { ...config, voxelStatistic }, trainImages: images };
      const before = conditionTransformToJson(fitOf(recording, change));
      const changed = { ...recording, voxels: recording.voxels.slice() };
      for (const sample of test) {
        for (let voxel = 0; voxel < VOXELS; voxel++)
          changed.voxels[sample * VOXELS + voxel] = sample % 2 === 0 ? 1e30 : NaN;
      }
      expect(conditionTransformToJson(fitOf(changed, change))).toEqual(before);
      const trained = { ...recording, voxels: recording.voxels.slice() };
      for (let voxel = 0; voxel < VOXELS; voxel++) trained.voxels[5 * VOXELS + voxel] += 1 + voxel;
      expect(conditionTransformToJson(fitOf(trained, change))).not.toEqual(before);
    }
  });

  it('keeps nearly silent voxels from exploding', () => {
    const recording = recordingOf();
    for (let sample = 0; sample < SAMPLES; sample++) recording.voxels[sample * VOXELS + 3] = 100 + (sample % 2) * 1e-4;
    const transform = fitOf(recording, { config: { ...config, voxelsPerRegion: null } });
    const silent = transform.regions[0].sd[transform.regions[0].voxels.indexOf(3)];
    expect(silent).toBeGreaterThan(0.005);
  });

  it('refuses a region that never changes and values that are not finite, by name', () => {
    const silent = recordingOf();
    const regions = [{ name: 'dead', voxels: [2] }];
    const empty = failureOf(() => fitOf(silent, { regions }));
    expect(empty).toMatchObject({ code: 'REGION_EMPTY' });
    expect(String(empty)).toContain('dead');
    silent.voxels[3 * VOXELS + 5] = NaN;
    const broken = failureOf(() => fitOf(silent));
    expect(broken).toMatchObject({ code: 'VALUES_NOT_FINITE' });
    expect(String(broken)).toContain('Voxel 5 (region V1)');
  });

  it('survives a JSON file bit for bit, and notices a damaged one', () => {
    const transform = fitOf(recordingOf());
    const text = JSON.stringify(conditionTransformToJson(transform));
    expect(conditionTransformFromJson(JSON.parse(text))).toEqual(transform);
    const damaged = failureOf(() => conditionTransformFromJson({ ...JSON.parse(text), regions: [{ name: 'V1' }] }));
    expect(damaged).toMatchObject({ code: 'EXPERIMENT_DAMAGED' });
  });
});

describe('choosing the voxel statistic', () => {
  const choose = (shown: number[], trainImages: ImageSet | null) => {
    const recording = recordingOf();
    const metadata = recordingFixture({ stimulus: shown, voxels: VOXELS, regions: recording.metadata.regions });
    const some = Array.from({ length: 20 }, (_, i) => i);
    return fitOf({ metadata, voxels: recording.voxels }, { train: some, trainImages }).statisticName;
  };

  it('follows repetitions where at least half of the stimuli repeat, else the images, else the variance', () => {
    const unique = Array.from({ length: SAMPLES }, (_, i) => i);
    expect(choose(unique, randomImages(20))).toBe('pixel-correlation');
    expect(choose(unique, null)).toBe('variance');
    expect(
      choose(
        unique.map((i) => i % 13),
        randomImages(20),
      ),
    ).toBe('stimulus-f');
    expect(
      choose(
        unique.map((i) => i % 15),
        randomImages(20),
      ),
    ).toBe('pixel-correlation');
  });

  it('refuses one that the data do not allow', () => {
    const recording = recordingOf();
    const once = { train: [0, 1, 2, 3, 4, 5] };
    const f = failureOf(() => fitOf(recording, { ...once, config: { ...config, voxelStatistic: 'stimulus-f' } }));
    expect(f).toMatchObject({ code: 'INVALID_CONFIGURATION' });
    const pixels = failureOf(() => fitOf(recording, { config: { ...config, voxelStatistic: 'pixel-correlation' } }));
    expect(pixels).toMatchObject({ code: 'INVALID_CONFIGURATION' });
  });
});

describe('applying the condition transform', () => {
  const recording = recordingOf();
  const all = { ...config, voxelsPerRegion: null, clip: null };
  const transform = fitOf(recording, { config: all });

  it('gives training samples mean 0 and standard deviation 1 in every voxel', () => {
    const rows = applyConditionTransform(
      transform,
      recording,
      train.map((sample) => ({ samples: [sample], trials: 1 })),
    );
    const width = transform.regions[0].voxels.length;
    for (let voxel = 0; voxel < width; voxel++) {
      const column = train.map((_, row) => rows[0][row * width + voxel]);
      const mean = column.reduce((sum, value) => sum + value, 0) / column.length;
      const squares = column.reduce((sum, value) => sum + value * value, 0) / column.length;
      expect(Math.abs(mean)).toBeLessThan(1e-4);
      expect(Math.abs(squares - 1)).toBeLessThan(1e-4);
    }
  });

  it('averages raw samples, z-scores with training statistics, and multiplies by the root of the trials', () => {
    const [item] = testItems(recording.metadata, test, true);
    expect(item.trials).toBe(3);
    const [, second] = applyConditionTransform(transform, recording, [item]);
    const { voxels, mean, sd } = transform.regions[1];
    voxels.forEach((voxel, i) => {
      const average = item.samples.reduce((sum, s) => sum + recording.voxels[s * VOXELS + voxel], 0) / 3;
      expect(second[i]).toBeCloseTo(((average - mean[i]) / sd[i]) * Math.sqrt(3), 5);
    });
  });

  it('brings the noise of averages back to the size that single trials have', () => {
    const items = testItems(recording.metadata, test, true);
    const noise = transform.regions[0].voxels.indexOf(0);
    const width = transform.regions[0].voxels.length;
    const many = Array.from(
      { length: 60 },
      (_, seed) => applyConditionTransform(transform, recordingOf(seed + 9), items)[0],
    );
    const values = many.flatMap((rows) => items.map((_, row) => rows[row * width + noise]));
    const sd = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
    expect(sd).toBeGreaterThan(0.8);
    expect(sd).toBeLessThan(1.3);
  });

  it('weighs samples that already are averages by their trials', () => {
    const averagedOver = stimulus.map((_, sample) => (sample === 30 ? 3 : 1));
    const metadata = { ...recording.metadata, columns: { ...recording.metadata.columns, averagedOver } };
    const of = (samples: number[]) =>
      applyConditionTransform(transform, { ...recording, metadata }, [{ samples, trials: 1 }])[0];
    const [single, triple, both] = [of([24]), of([30]), of([24, 30])];
    both.forEach((value, i) => {
      expect(value).toBeCloseTo((single[i] + 3 * triple[i]) / 4, 4);
    });
  });

  it('clips after scaling', () => {
    const clipped = { ...transform, clip: 0.5 };
    const [rows] = applyConditionTransform(clipped, recording, [{ samples: [30], trials: 16 }]);
    expect(Math.max(...rows.map(Math.abs))).toBe(0.5);
    const [free] = applyConditionTransform(transform, recording, [{ samples: [30], trials: 16 }]);
    expect(Math.max(...free.map(Math.abs))).toBeGreaterThan(2);
  });
});

function randomImages(count: number): ImageSet {
  const random = new Random(4);
  const images = emptyImages(count, 6, 6, 1);
  for (let i = 0; i < images.data.length; i++) images.data[i] = random.uniform();
  return images;
}
