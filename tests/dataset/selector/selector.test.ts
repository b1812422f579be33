import { describe, expect, it } from 'vitest';
import { evaluateSelector, matchNames, memberIndices } from '../../../src/main/dataset/selector/evaluate-selector.ts';
import { parseSelector } from '../../../src/main/dataset/selector/parse-selector.ts';

/** Five things; each name has the value of every thing. */
const values: Readonly<Record<string, readonly number[]>> = {
  V1: [1, 1, 1, 0, 0],
  V2: [NaN, NaN, 1, 1, 0],
  V3: [0, 0, 0, 0, 1],
  depth: [2, -3, 2.5, 1, NaN],
  'left - V1': [1, 0, 0, 0, 0],
};

function select(expression: string): number[] {
  const members = evaluateSelector(parseSelector(expression), ({ name, value }) =>
    Uint8Array.from({ length: 5 }, (_, i) =>
      matchNames(name, Object.keys(values), 'key', 'the table').some((key) => values[key][i] === value) ? 1 : 0,
    ),
  );
  return memberIndices(members);
}

describe('a selection', () => {
  it.each([
    ['V1', [0, 1, 2]],
    ['V1 = 1', [0, 1, 2]],
    ['V1=0', [3, 4]],
    ['V1 + V2', [0, 1, 2, 3]],
    ['V1 | V2', [0, 1, 2, 3]],
    ['V1 & V2', [2]],
    ['V1 - V2', [0, 1]],
    // All operators have one rank, from left to right, as in bdpy.
    ['V3 + V1 & V2', [2]],
    ['V3 + (V1 & V2)', [2, 4]],
    ['V1 - V2 + V2', [0, 1, 2, 3]],
    ['V1 - (V2 + V2)', [0, 1]],
    ['((V1))', [0, 1, 2]],
    ['V* - V3', [0, 1, 2, 3]],
    ['*2', [2, 3]],
    ['*', [0, 1, 2, 3, 4]],
    ['depth = -3', [1]],
    ['depth = 2.5 | depth=2', [0, 2]],
    ['"left - V1" & V1', [0]],
    ["'V1'", [0, 1, 2]],
  ])('%s has the members %o', (expression, members) => {
    expect(select(expression)).toEqual(members);
  });

  it.each([
    ['', 'it ends where a name'],
    ['V1 +', 'it ends where a name'],
    ['(V1 + V2', 'it ends where a closing parenthesis'],
    ['V1 V2', 'at letter 4, V2'],
    ['V1 = V2', 'a number'],
    ['+ V1', 'at letter 1, +'],
    ['V1)', 'at letter 3, )'],
    ['"V1', 'the quote at letter 1 is never closed'],
    ['('.repeat(3000), 'parentheses'],
    // So many once overflowed the stack when they were evaluated.
    [`V1${' + V1'.repeat(30_000)}`, 'more than 4000 names and signs'],
  ])('%s is refused with the place of the mistake', (expression, message) => {
    expect(() => parseSelector(expression)).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: expect.stringContaining(message) as string,
      }) as Error,
    );
  });

  it('megabytes of text are refused', () => {
    // Regular expressions overflowed the stack.
    expect(() => parseSelector('V'.repeat(13_000_000))).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringContaining('200000 characters') as string }) as Error,
    );
  });

  it('of a name that is not there names what there is', () => {
    expect(() => select('V1 + V9')).toThrow(
      expect.objectContaining({ code: 'REGION_UNKNOWN', hint: 'It has V1, V2, V3, depth, left - V1.' }) as Error,
    );
    expect(() => select('W*')).toThrow('W*');
  });
});
