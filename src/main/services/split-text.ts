/** Splits as typed on a command line. */
import { z } from 'zod';
import { CortextError } from '../../shared/errors.ts';
import { splitSpecSchema, type SplitSpec } from '../../shared/experiment.ts';
import { readJson } from '../files/atomic.ts';

export const splitKinds = [
  'shipped',
  'leave-run-out',
  'leave-session-out',
  'leave-repetition-out',
  'leave-stimulus-out',
  'leave-category-out',
  'k-fold',
  'fixed',
] as const satisfies readonly SplitSpec['kind'][];

const samples = z.array(z.int().nonnegative()).min(1);
const splitListSchema = z.object({ train: samples, test: samples });

/**
 * @param list - JSON file of the samples of a fixed split: `{"train": [0, 1], "test": [2]}`
 * @throws CortextError `INVALID_ARGUMENT` when the kind needs something that is missing, `FILE_NOT_FOUND`,
 *   `SPLIT_INVALID` for a list that cannot be read
 */
export function parseSplit(
  kind: string,
  { fold, folds, seed, list }: { fold: number; folds: number | undefined; seed: number; list?: string | undefined },
): SplitSpec {
  if ((kind === 'fixed') !== (list !== undefined)) {
    throw new CortextError('INVALID_ARGUMENT', 'A fixed split is a list of samples, and only a fixed split has one.', {
      hint: 'Use --split fixed --split-list FILE with a JSON file {"train": [0, 1], "test": [2]}.',
    });
  }
  if (list !== undefined) return { kind: 'fixed', ...readJson(list, splitListSchema, 'SPLIT_INVALID') };
  const parsed = splitSpecSchema.safeParse({
    kind,
    fold,
    folds: folds ?? (kind === 'k-fold' ? 5 : null),
    seed,
  });
  if (parsed.success) return parsed.data;
  throw new CortextError('INVALID_ARGUMENT', `The split ${kind} cannot be read: ${parsed.error.issues[0].message}.`, {
    hint: `Kinds are ${splitKinds.join(', ')}.`,
  });
}
