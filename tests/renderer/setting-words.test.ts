/** Wherever a window shows a setting, it shows it in words. */
import { describe, expect, it } from 'vitest';
import { settingInWords, settingText, typedSettingInWords } from '../../src/renderer/components/setting-words.ts';
import { splitSpecSchema } from '../../src/shared/experiment.ts';
import { experimentConfig } from '../support/experiment-fixture.ts';

/** Every path at which two configurations can differ. */
function allPaths(): string[] {
  const config = experimentConfig({ id: 'one', recording: { id: 'shapes', contentHash: 'a'.repeat(64) } });
  const splits = splitSpecSchema.options.map(({ shape }) =>
    splitSpecSchema.parse({ kind: shape.kind.value, fold: 1, folds: 5, seed: 3, train: [0, 1], test: [2] }),
  );
  const paths = splits.flatMap((split) => leaves({ ...config, split, definedRegions: [] }));
  const toldBeside = ['schemaVersion', 'id', 'name', 'createdAt'];
  return [...new Set(paths)].filter((path) => !toldBeside.includes(path));
}

function leaves(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [path];
  return Object.entries(value).flatMap(([name, inner]) => leaves(inner, path === '' ? name : `${path}.${name}`));
}

describe('settings in words', () => {
  it('has a title and a sentence for whatever can differ between two experiments', () => {
    const paths = allPaths();
    expect(paths).toEqual(
      expect.arrayContaining(['training.steps', 'split.fold', 'gpu.tf32', 'evaluation.shuffledVoxels']),
    );
    expect(paths.filter((path) => settingText(path).text === '')).toEqual([]);
  });

  it('says values as Train does: switches, choices, folds from one, and numbers in thousands', () => {
    expect(settingInWords('training.steps', 6000)).toBe('6,000');
    expect(settingInWords('training.generatorRate', 0.0002)).toBe('0.0002');
    expect(settingInWords('seed', 20251)).toBe('20251');
    expect(settingInWords('evaluation.shuffledVoxels', true)).toBe('on');
    expect(settingInWords('condition.clip', null)).toBe('–');
    expect(settingInWords('condition.sentence', 'attention')).toBe('Attention over regions');
    expect(settingInWords('split.kind', 'leave-run-out')).toBe('Leave a run out');
    expect(settingInWords('split.fold', 0)).toBe('1');
    expect(settingInWords('signOffs', [{ guard: 'shared-runs', reason: 'a pilot' }])).toBe(
      'Scanner runs are in both parts: a pilot',
    );
    expect(settingInWords('regions', ['V1', 'V2'])).toBe('V1, V2');
    expect(settingInWords('evaluation.ridgePenalties', [10, 1000])).toBe('10 · 1,000');
  });

  it('reads what was typed before it says it', () => {
    expect(typedSettingInWords('training.steps', '6000')).toBe('6,000');
    expect(typedSettingInWords('training.balance', 'false')).toBe('off');
    expect(typedSettingInWords('training.generatorRate', '1e-4')).toBe('0.0001');
    expect(typedSettingInWords('condition.voxelStatistic', 'variance')).toBe('Variance of the response');
  });
});
