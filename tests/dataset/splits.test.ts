import { describe, expect, it } from 'vitest';
import { imagePixels } from '../../src/main/dataset/image-set.ts';
import { splitColours, splitPicture } from '../../src/main/dataset/split-picture.ts';
import { countFolds, describeSplit, possibleSplits, resolveSplit } from '../../src/main/dataset/splits.ts';
import { testItems } from '../../src/main/dataset/test-items.ts';
import type { SignOff, SplitSpec } from '../../src/shared/experiment.ts';
import type { RecordingMetadata } from '../../src/shared/recording.ts';
import { failureOf, recordingFixture } from './recording-fixture.ts';

const everything: SignOff[] = [{ guard: 'shared-stimuli', reason: 'patterns repeat by design' }];

/** Four runs of three stimuli, the sixth sample is a fixation block. */
const runs = recordingFixture({
  stimulus: [0, 1, 2, 0, 1, null, 0, 1, 2, 0, 1, 2],
  columns: {
    run: ['a', 'a', 'a', 'b', 'b', 'b', 'c', 'c', 'c', 'd', 'd', 'd'],
    session: ['1', '1', '1', '1', '1', '1', '2', '2', '2', '2', '2', '2'],
  },
});

/** Six stimuli of three categories, one presentation each. */
const categories = recordingFixture({
  stimulus: [0, 1, 2, 3, 4, 5],
  stimuli: ['cat', 'cat', 'dog', 'dog', 'owl', 'owl'].map((category) => ({ category })),
});

function testPartsOf(metadata: RecordingMetadata, spec: Exclude<SplitSpec, { kind: 'shipped' | 'fixed' }>): number[][] {
  return Array.from({ length: countFolds(metadata, spec) }, (_, fold) => {
    const split = resolveSplit(metadata, { ...spec, fold }, everything);
    expect(split.train.filter((sample) => split.test.includes(sample))).toEqual([]);
    return split.test;
  });
}

describe('folds', () => {
  it('leave one run out, without the samples that have no stimulus', () => {
    expect(testPartsOf(runs, { kind: 'leave-run-out', fold: 0 })).toEqual([
      [0, 1, 2],
      [3, 4],
      [6, 7, 8],
      [9, 10, 11],
    ]);
    const split = resolveSplit(runs, { kind: 'leave-run-out', fold: 1 }, everything);
    expect(split.train).toEqual([0, 1, 2, 6, 7, 8, 9, 10, 11]);
    expect(split.leftOut).toEqual({ withoutStimulus: 1, outsideSplit: 0 });
  });

  it('know that run 1 of one session is not run 1 of another', () => {
    const sessions = recordingFixture({
      stimulus: [0, 1, 0, 1],
      columns: { run: ['1', '2', '1', '2'], session: ['x', 'x', 'y', 'y'] },
    });
    expect(testPartsOf(sessions, { kind: 'leave-run-out', fold: 0 })).toEqual([[0], [1], [2], [3]]);
    expect(testPartsOf(sessions, { kind: 'leave-session-out', fold: 0 })).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });

  it('leave one presentation of every stimulus out', () => {
    expect(testPartsOf(runs, { kind: 'leave-repetition-out', fold: 0 })).toEqual([
      [0, 1, 2],
      [3, 4, 8],
      [6, 7, 11],
      [9, 10],
    ]);
  });

  it('leave stimuli out with all of their repetitions', () => {
    expect(testPartsOf(runs, { kind: 'leave-stimulus-out', fold: 0, folds: null })).toEqual([
      [0, 3, 6, 9],
      [1, 4, 7, 10],
      [2, 8, 11],
    ]);
    expect(testPartsOf(categories, { kind: 'leave-stimulus-out', fold: 0, folds: 2 })).toEqual([
      [0, 2, 4],
      [1, 3, 5],
    ]);
  });

  it('leave whole categories out, from the stimuli or from the samples', () => {
    const bySample = recordingFixture({
      stimulus: [0, 1, 2, 3],
      columns: { category: ['cat', 'dog', 'cat', null] },
    });
    const spec = { kind: 'leave-category-out', fold: 0, folds: null } as const;
    expect(testPartsOf(categories, spec)).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
    ]);
    expect(testPartsOf(bySample, spec)).toEqual([[0, 2], [1]]);
    expect(resolveSplit(bySample, spec, []).leftOut.outsideSplit).toBe(1);
  });

  it('deal whole stimuli into k parts, the same for the same seed', () => {
    const many = recordingFixture({ stimulus: Array.from({ length: 60 }, (_, i) => i % 20) });
    const spec = { kind: 'k-fold', fold: 0, folds: 5, seed: 1 } as const;
    const parts = testPartsOf(many, spec);
    expect(parts.map((part) => part.length)).toEqual([12, 12, 12, 12, 12]);
    expect(parts.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, i) => i));
    for (const part of parts) expect(new Set(part.map((sample) => sample % 20)).size).toBe(4);
    expect(testPartsOf(many, spec)).toEqual(parts);
    expect(testPartsOf(many, { ...spec, seed: 2 })).not.toEqual(parts);
  });

  it('take two stored entries of the same picture for one stimulus', () => {
    const [first] = categories.stimuli;
    const doubled = { ...categories, stimuli: [first, { ...first, name: 'copy' }, ...categories.stimuli.slice(2)] };
    expect(countFolds(doubled, { kind: 'leave-stimulus-out', folds: null })).toBe(5);
    expect(testPartsOf(doubled, { kind: 'leave-stimulus-out', fold: 0, folds: null })[0]).toEqual([0, 1]);
  });
});

describe('shipped and fixed splits', () => {
  it('follow the data, and drop what belongs to neither part', () => {
    const shipped = recordingFixture({
      stimulus: [0, 1, 2, 3, null],
      columns: { set: ['train', 'train', 'test', 'other', 'train'] },
    });
    const split = resolveSplit(shipped, { kind: 'shipped' }, []);
    expect([split.train, split.test]).toEqual([[0, 1], [2]]);
    expect(split.leftOut).toEqual({ withoutStimulus: 1, outsideSplit: 1 });
    expect(countFolds(shipped, { kind: 'shipped' })).toBe(1);
  });

  it('follow the list, sorted', () => {
    const split = resolveSplit(categories, { kind: 'fixed', train: [5, 0, 2], test: [3] }, []);
    expect([split.train, split.test, split.leftOut.outsideSplit]).toEqual([[0, 2, 5], [3], 2]);
  });

  it('refuse samples that do not exist or appear twice', () => {
    const outside = failureOf(() => resolveSplit(categories, { kind: 'fixed', train: [0], test: [6] }, []));
    expect(outside).toMatchObject({ code: 'SPLIT_INVALID' });
    expect(String(outside)).toContain('sample 6');
    const twice = failureOf(() => resolveSplit(categories, { kind: 'fixed', train: [0, 1], test: [1] }, []));
    expect(twice).toMatchObject({ code: 'SPLIT_INVALID' });
  });
});

describe('splits that the recording cannot have', () => {
  it('name what is missing and what is possible', () => {
    const failure = failureOf(() => resolveSplit(categories, { kind: 'leave-run-out', fold: 0 }, []));
    expect(failure).toMatchObject({ code: 'SPLIT_INVALID' });
    expect(String(failure)).toContain('leave-run-out needs runs');
    expect(failure).toHaveProperty('hint', expect.stringContaining('leave-category-out (3 folds)'));
    expect(possibleSplits(runs).map(({ kind }) => kind)).toEqual([
      'leave-run-out',
      'leave-session-out',
      'leave-repetition-out',
      'leave-stimulus-out',
    ]);
    for (const kind of ['shipped', 'leave-session-out', 'leave-repetition-out'] as const) {
      expect(failureOf(() => resolveSplit(categories, { kind, fold: 0 }, []))).toMatchObject({ code: 'SPLIT_INVALID' });
    }
  });

  it('say how many folds there are', () => {
    const beyond = failureOf(() => resolveSplit(runs, { kind: 'leave-run-out', fold: 4 }, everything));
    expect(String(beyond)).toContain('its folds are 0 to 3');
    const many = failureOf(() => resolveSplit(runs, { kind: 'k-fold', fold: 0, folds: 9, seed: 0 }, []));
    expect(String(many)).toContain('at least 9 stimuli, but the recording recording-1 has 3');
  });
});

describe('splits for people', () => {
  it('are described in one sentence', () => {
    expect(describeSplit(runs, { kind: 'leave-run-out', fold: 2 })).toBe(
      'leave-run-out: tests on run c of session 2 (fold 3 of 4); 8 samples of 3 stimuli train, ' +
        '3 samples of 3 stimuli test, 1 samples are left out.',
    );
  });

  it('are drawn with every sample of every fold in its colour', () => {
    const picture = splitPicture(runs, { kind: 'leave-run-out' });
    expect([picture.width, picture.height]).toEqual([12 * 12, 4 * 12]);
    const pixels = imagePixels(picture, 0);
    const colourOf = (sample: number, fold: number) => {
      const at = ((fold * 12 + 6) * picture.width + sample * 12 + 6) * 3;
      return [...pixels.subarray(at, at + 3)];
    };
    const rounded = (colour: readonly number[]) => colour.map(Math.fround);
    expect(colourOf(4, 1)).toEqual(rounded(splitColours.test));
    expect(colourOf(4, 0)).toEqual(rounded(splitColours.train));
    expect(colourOf(5, 1)).toEqual(rounded(splitColours.leftOut));
  });

  it('never hide a test sample in the picture of a large recording', () => {
    const large = recordingFixture({ stimulus: Array.from({ length: 5000 }, (_, i) => i % 1000) });
    const picture = splitPicture(large, { kind: 'leave-stimulus-out', folds: null });
    expect([picture.width, picture.height]).toEqual([1600, 400]);
    const orange = Math.fround(splitColours.test[0]);
    const tested = imagePixels(picture, 0).filter((value, i) => i % 3 === 0 && value === orange);
    expect(tested.length).toBeGreaterThan(400 * 5);
  });
});

describe('test items', () => {
  it('average the test samples of a stimulus, in order of first appearance, and count their trials', () => {
    const metadata = recordingFixture({
      stimulus: [2, 0, 2, 1, 0, 2],
      columns: { averagedOver: [1, 4, 1, 1, 3, 1] },
    });
    expect(testItems(metadata, [1, 2, 4, 5], true)).toEqual([
      { stimulus: 0, samples: [1, 4], trials: 7 },
      { stimulus: 2, samples: [2, 5], trials: 2 },
    ]);
    expect(testItems(metadata, [1, 2, 4], false)).toEqual([
      { stimulus: 0, samples: [1], trials: 4 },
      { stimulus: 2, samples: [2], trials: 1 },
      { stimulus: 0, samples: [4], trials: 3 },
    ]);
  });

  it('need a stimulus', () => {
    expect(failureOf(() => testItems(runs, [5], true))).toMatchObject({ code: 'STIMULUS_MISSING' });
  });
});
