import { describe, expect, it } from 'vitest';
import { resolveSplit } from '../../src/main/dataset/splits.ts';
import type { LeakageKind, SignOff } from '../../src/shared/experiment.ts';
import { failureOf, recordingFixture, type FixtureOptions } from './recording-fixture.ts';

const shipped = { kind: 'shipped' } as const;
const set = ['train', 'train', 'train', 'test', 'test'] as const;

function withSet(options: FixtureOptions) {
  return recordingFixture({ ...options, columns: { ...options.columns, set: [...set] } });
}

function signOff(guard: LeakageKind): SignOff {
  return { guard, reason: `known: ${guard}` };
}

describe('a stimulus in both parts', () => {
  const metadata = withSet({ stimulus: [0, 1, 2, 1, 3] });

  it('is an error that names it, counts, and says how to sign off', () => {
    const failure = failureOf(() => resolveSplit(metadata, shipped, []));
    expect(failure).toMatchObject({ code: 'LEAKAGE', exitCode: 3 });
    expect(String(failure)).toContain('1 of 2 test stimuli also train: image-0001.');
    expect(failure).toHaveProperty('hint', expect.stringContaining('sign off "shared-stimuli"'));
  });

  it('is found by its pixels when it has two names', () => {
    const doubled = { ...metadata.stimuli[0], name: 'renamed.png' };
    const renamed = { ...withSet({ stimulus: [0, 1, 2, 3, 4] }) };
    renamed.stimuli = [...renamed.stimuli.slice(0, 3), doubled, renamed.stimuli[4]];
    expect(String(failureOf(() => resolveSplit(renamed, shipped, [])))).toContain('image-0000 = renamed.png');
  });

  it('passes when signed off, and stays in the record with the reason', () => {
    const { findings } = resolveSplit(metadata, shipped, [signOff('shared-stimuli')]);
    expect(findings).toMatchObject([
      { guard: 'shared-stimuli', names: ['image-0001'], reason: 'known: shared-stimuli' },
    ]);
  });

  it('is not excused by signing off another guard', () => {
    expect(failureOf(() => resolveSplit(metadata, shipped, [signOff('shared-runs')]))).toMatchObject({
      code: 'LEAKAGE',
    });
  });

  it('concerns every split by run or repetition of repeated stimuli, and none by stimulus', () => {
    const repeated = recordingFixture({ stimulus: [0, 1, 0, 1], columns: { run: ['a', 'a', 'b', 'b'] } });
    for (const kind of ['leave-run-out', 'leave-repetition-out'] as const) {
      expect(failureOf(() => resolveSplit(repeated, { kind, fold: 0 }, []))).toMatchObject({ code: 'LEAKAGE' });
    }
    expect(resolveSplit(repeated, { kind: 'leave-stimulus-out', fold: 0, folds: null }, []).findings).toEqual([]);
  });
});

describe('a category in both parts', () => {
  const of = (categories: (string | null)[]) =>
    withSet({ stimulus: [0, 1, 2, 3, 4], stimuli: categories.map((category) => ({ category })) });

  it('is an error when only some test categories train: the split was meant to be disjoint', () => {
    const failure = failureOf(() => resolveSplit(of(['cat', 'dog', 'owl', 'fox', 'cat']), shipped, []));
    expect(failure).toMatchObject({ code: 'LEAKAGE' });
    expect(String(failure)).toContain('1 of 2 test categories also train: cat.');
  });

  it('passes when none or all test categories train, or none are known', () => {
    for (const categories of [
      ['cat', 'dog', 'owl', 'fox', 'yak'],
      ['cat', 'dog', 'owl', 'cat', 'owl'],
      [null, null, null, null, null],
    ]) {
      expect(resolveSplit(of(categories), shipped, []).findings).toEqual([]);
    }
  });

  it('is no matter for splits by stimulus', () => {
    const spec = { kind: 'leave-stimulus-out', fold: 4, folds: null } as const;
    expect(resolveSplit(of(['cat', 'dog', 'owl', 'fox', 'cat']), spec, []).findings).toEqual([]);
  });

  it('cannot hide behind one picture in two categories', () => {
    const metadata = of(['cat', 'cat', 'dog', 'dog', 'dog']);
    metadata.stimuli[4] = { ...metadata.stimuli[0], category: 'dog' };
    const spec = { kind: 'leave-category-out', fold: 0, folds: null } as const;
    expect(failureOf(() => resolveSplit(metadata, spec, []))).toMatchObject({ code: 'LEAKAGE' });
  });
});

describe('a scanner run in both parts', () => {
  const of = (run: string[]) => withSet({ stimulus: [0, 1, 2, 3, 4], columns: { run } });

  it('is an error when the split otherwise follows the runs', () => {
    const failure = failureOf(() => resolveSplit(of(['1', '1', '2', '2', '3']), shipped, []));
    expect(String(failure)).toContain('1 of 2 test scanner runs also train: 2.');
    expect(resolveSplit(of(['1', '1', '2', '3', '3']), shipped, []).findings).toEqual([]);
  });

  it('is no matter when training and test trials were mixed in every run by design', () => {
    expect(resolveSplit(of(['1', '2', '2', '1', '2']), shipped, []).findings).toEqual([]);
  });
});

describe('averages that straddle the split', () => {
  const averaged = { averagedOver: [1, 1, 1, 35, 35] };

  it('are an error besides the shared stimuli, and need their own sign-off', () => {
    const metadata = withSet({ stimulus: [0, 1, 2, 1, 3], columns: averaged });
    expect(String(failureOf(() => resolveSplit(metadata, shipped, [])))).toContain('Also: straddled-average');
    const failure = failureOf(() => resolveSplit(metadata, shipped, [signOff('shared-stimuli')]));
    expect(String(failure)).toContain('1 samples are averages');
    expect(String(failure)).toContain('image-0001');
    const both = [signOff('shared-stimuli'), signOff('straddled-average')];
    expect(resolveSplit(metadata, shipped, both).findings.map(({ guard }) => guard)).toEqual([
      'shared-stimuli',
      'straddled-average',
    ]);
  });

  it('do not exist when no stimulus is shared, or when the parts have no run in common', () => {
    expect(resolveSplit(withSet({ stimulus: [0, 1, 2, 3, 4], columns: averaged }), shipped, []).findings).toEqual([]);
    const byRun = recordingFixture({
      stimulus: [0, 1, 0, 1],
      columns: { run: ['a', 'a', 'b', 'b'], averagedOver: [5, 5, 5, 5] },
    });
    const { findings } = resolveSplit(byRun, { kind: 'leave-run-out', fold: 0 }, [signOff('shared-stimuli')]);
    expect(findings.map(({ guard }) => guard)).toEqual(['shared-stimuli']);
  });
});

describe('a choice that was made on test samples', () => {
  const metadata = withSet({ stimulus: [0, 1, 2, 3, 4], columns: { run: ['1', '1', '2', '2', '3'] } });

  it('is an error that names what was chosen, and by how many of them', () => {
    const chosen = [
      { what: 'region reliable', samples: [0, 1, 3] },
      { what: 'region early', samples: [0, 1, 2] },
    ];
    const plain = withSet({ stimulus: [0, 1, 2, 3, 4] });
    const failure = failureOf(() => resolveSplit(plain, shipped, [], chosen));
    expect(failure).toMatchObject({ code: 'LEAKAGE' });
    expect(String(failure)).toContain('Fitted on samples that test: region reliable (1 of 2 test samples).');
    expect(resolveSplit(plain, shipped, [signOff('fitted-on-test')], chosen).findings).toMatchObject([
      { guard: 'fitted-on-test', names: ['region reliable'] },
    ]);
  });

  it('may have been made at the import, by z-scores that call a test run a training run', () => {
    const scaled = (trainingRuns: string[] | null) => ({
      ...metadata,
      preprocessing: [{ name: 'z-score', parameters: { trainingRuns } }],
    });
    const failure = failureOf(() => resolveSplit(scaled(['1', '3']), { kind: 'leave-run-out', fold: 2 }, []));
    expect(String(failure)).toContain('z-score (1 of 1 test samples)');
    expect(resolveSplit(scaled(['1', '2']), { kind: 'leave-run-out', fold: 2 }, []).findings).toEqual([]);
    expect(resolveSplit(scaled(null), { kind: 'leave-run-out', fold: 2 }, []).findings).toEqual([]);
    const sessions = { ...scaled(['b/3']), columns: { ...metadata.columns, session: ['a', 'a', 'a', 'a', 'b'] } };
    expect(failureOf(() => resolveSplit(sessions, { kind: 'leave-run-out', fold: 2 }, []))).toMatchObject({
      code: 'LEAKAGE',
    });
  });
});
