import { describe, expect, it } from 'vitest';
import { simulateSubject } from '../../../src/main/dataset/simulate/subject.ts';
import {
  correlation,
  greyBlocks,
  mean,
  ridge,
  samplesOf,
  smallOptions,
  smallSubject,
  tinyOptions,
  twoWayIdentification,
  voxelsOf,
} from './support.ts';

const inBoth = <T>(first: ReadonlySet<T>, second: ReadonlySet<T>): T[] => [...first].filter((item) => second.has(item));

describe('a simulated subject', () => {
  it('lets plain ridge regression identify pictures of unseen categories, but not perfectly', async () => {
    const subject = await smallSubject();
    const { train, test } = samplesOf(
      subject,
      subject.voxels.map((_, index) => index),
    );
    const pictures = (items: typeof train): number[][] =>
      items.map(({ stimulus }) => greyBlocks(subject, stimulus, 16));
    const predicted = ridge(
      train.map(({ values }) => values),
      pictures(train),
      test.map(({ values }) => values),
      900,
    );
    const score = twoWayIdentification(pictures(test), predicted);
    expect(score).toBeGreaterThan(0.65);
    expect(score).toBeLessThan(0.99);
    const shuffled = twoWayIdentification(pictures(test), [...predicted.slice(7), ...predicted.slice(0, 7)]);
    expect(Math.abs(shuffled - 0.5)).toBeLessThan(0.12);
  });

  it('tells where an object stands in V1 better than in LOC', async () => {
    const subject = await simulateSubject({ ...smallOptions, noise: 0.4 });
    const accuracy = (region: string): number => {
      const { train, test } = samplesOf(subject, voxelsOf(subject, region).slice(0, 120));
      const isObject = ({ stimulus }: { stimulus: number }): boolean =>
        subject.stimuli[stimulus].truth.background !== 'scene';
      const place = ({ stimulus }: { stimulus: number }): number[] => [
        subject.stimuli[stimulus].truth.x,
        subject.stimuli[stimulus].truth.y,
      ];
      const [trainObjects, testObjects] = [train.filter(isObject), test.filter(isObject)];
      const found = ridge(
        trainObjects.map(({ values }) => values),
        trainObjects.map(place),
        testObjects.map(({ values }) => values),
        200,
      );
      return mean(
        [0, 1].map((axis) =>
          correlation(
            found.map((xy) => xy[axis]),
            testObjects.map((item) => place(item)[axis]),
          ),
        ),
      );
    };
    expect(accuracy('V1')).toBeGreaterThan(accuracy('LOC') + 0.1);
  });

  it('responds to faces most in FFA and to places most in PPA', async () => {
    const subject = await smallSubject();
    const { signals, stimuli, voxels } = subject;
    const preference = (region: string, kind: (category: string) => boolean): number => {
      const chosen = voxelsOf(subject, region);
      const response = (wanted: boolean): number =>
        mean(
          stimuli.flatMap(({ category }, i) =>
            kind(category) === wanted ? chosen.map((voxel) => signals[i * voxels.length + voxel]) : [],
          ),
        );
      return response(true) - response(false);
    };
    const face = (category: string): boolean => category.startsWith('face');
    const place = (category: string): boolean => /^(mountains|street|shore|village|room)/.test(category);
    expect(preference('FFA', face)).toBeGreaterThan(0.8);
    expect(preference('PPA', face)).toBeLessThan(0);
    expect(preference('PPA', place)).toBeGreaterThan(0.8);
    expect(preference('FFA', place)).toBeLessThan(0);
    expect(Math.abs(preference('V1', face))).toBeLessThan(0.5);
  });

  it('has the single-trial reliability of real recordings, as the truth says', async () => {
    const subject = await smallSubject();
    const { trials, responses, voxels, noiseCeilings } = subject;
    const byStimulus = new Map<number, number[]>();
    trials.forEach(({ set, stimulus }, i) => {
      if (set === 'test') byStimulus.set(stimulus, [...(byStimulus.get(stimulus) ?? []), i]);
    });
    const repeats = [...byStimulus.values()];
    const reliability = voxels.map((_, voxel) => {
      const at = (repetition: number): number[] =>
        repeats.map((samples) => responses[samples[repetition] * voxels.length + voxel]);
      const series = repeats[0].map((_, repetition) => at(repetition));
      return mean(series.flatMap((a, i) => series.slice(i + 1).map((b) => correlation(a, b))));
    });
    const early = voxels
      .flatMap(({ region }, i) => (/^V[1-3]$/.test(region) ? [reliability[i]] : []))
      .sort((a, b) => a - b);
    const quantile = (share: number): number => early[Math.floor(share * early.length)];
    expect(quantile(0.1)).toBeLessThan(0.05);
    expect(quantile(0.5)).toBeGreaterThan(0.05);
    expect(quantile(0.5)).toBeLessThan(0.25);
    expect(quantile(0.95)).toBeGreaterThan(0.25);
    expect(quantile(0.95)).toBeLessThan(0.55);
    expect(correlation(reliability, noiseCeilings)).toBeGreaterThan(0.8);
  });

  it('shows every training picture once and every test picture equally often, in runs and sessions of their own', async () => {
    const { trials, options, stimuli } = await simulateSubject(tinyOptions);
    const shows = (set: string): number[] => {
      const counts = new Map<number, number>();
      for (const trial of trials)
        if (trial.set === set) counts.set(trial.stimulus, (counts.get(trial.stimulus) ?? 0) + 1);
      return [...counts.values()];
    };
    expect(shows('train')).toEqual(Array<number>(10).fill(1));
    expect(shows('test')).toEqual(Array<number>(3).fill(options.testRepetitions));
    expect(stimuli).toHaveLength(13);
    const of = (set: string, key: 'run' | 'session'): Set<number> =>
      new Set(trials.flatMap((trial) => (trial.set === set ? [trial[key]] : [])));
    expect(inBoth(of('train', 'run'), of('test', 'run'))).toEqual([]);
    expect(inBoth(of('train', 'session'), of('test', 'session'))).toEqual([]);
    expect([...of('train', 'run')]).toEqual([0, 1, 2]);
    expect([...of('train', 'session')]).toEqual([0, 1]);
  });

  it('has no category in both training and test, however many there are', async () => {
    const { trials, stimuli } = await simulateSubject({
      ...tinyOptions,
      trainingCategories: 180,
      exemplars: 1,
      testCategories: 60,
      testRepetitions: 1,
      imageSize: 16,
    });
    const categories = (set: string): Set<string> =>
      new Set(trials.flatMap((trial) => (trial.set === set ? [stimuli[trial.stimulus].category] : [])));
    expect(categories('train').size).toBe(180);
    expect(categories('test').size).toBe(60);
    expect(inBoth(categories('train'), categories('test'))).toEqual([]);
  });

  it('is the same for the same seed and another for another', async () => {
    const [first, again, other] = await Promise.all([1, 1, 2].map((seed) => simulateSubject({ ...tinyOptions, seed })));
    expect(again.responses).toEqual(first.responses);
    expect(again.pixels).toEqual(first.pixels);
    expect(other.responses).not.toEqual(first.responses);
    expect(other.pixels).not.toEqual(first.pixels);
  });

  it('repeats a response exactly without noise, and never with it', async () => {
    const rows = async (noise: number): Promise<Float32Array[]> => {
      const { trials, responses, voxels } = await simulateSubject({ ...tinyOptions, noise });
      const stimulus = trials[trials.length - 1].stimulus;
      return trials.flatMap((trial, i) =>
        trial.stimulus === stimulus ? [responses.slice(i * voxels.length, (i + 1) * voxels.length)] : [],
      );
    };
    const clean = await rows(0);
    expect(clean[1]).toEqual(clean[0]);
    const noisy = await rows(1);
    expect(noisy[1]).not.toEqual(noisy[0]);
  });

  it('lets other work run, and stops when cancelled', async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 5);
    const stop = new AbortController();
    let pictures = 0;
    const running = simulateSubject(
      {},
      {
        signal: stop.signal,
        onProgress: ({ done }) => {
          pictures = done;
          if (ticks > 10) stop.abort();
        },
      },
    );
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(10);
    expect(pictures).toBeLessThan(600);
  });

  it('names an option that is out of range', async () => {
    await expect(simulateSubject({ testRepetitions: 0 })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('testRepetitions') as string,
    });
  });
});
