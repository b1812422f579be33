/** Splits as typed on a command line. */
import { CortextError } from '../../shared/errors.ts';
import { splitSpecSchema, type SplitSpec } from '../../shared/experiment.ts';

/** Every kind but `fixed`, which is a list and comes from a configuration. */
export const splitKinds = [
  'shipped',
  'leave-run-out',
  'leave-session-out',
  'leave-repetition-out',
  'leave-stimulus-out',
  'leave-category-out',
  'k-fold',
] as const satisfies readonly SplitSpec['kind'][];

/** @throws CortextError `INVALID_ARGUMENT` when the kind needs something that is missing */
export function parseSplit(
  kind: string,
  { fold, folds, seed }: { fold: number; folds: number | undefined; seed: number },
): SplitSpec {
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
