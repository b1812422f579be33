/** Which samples train and which test, guarded against leakage. */
import { CortextError } from '../../shared/errors.ts';
import type { SignOff, SplitSpec } from '../../shared/experiment.ts';
import type { RecordingMetadata } from '../../shared/recording.ts';
import { checkLeakage, type FittedOn, type LeakageFinding } from './leakage.ts';
import { dealIntoFolds, possibleHint, samplesToSplit, stimulusIdOf, type SplitParts } from './split-folds.ts';

export type { LeakageFinding } from './leakage.ts';
export { countFolds, possibleSplits, type FoldedSplit, type SplitKind } from './split-folds.ts';

export interface Split {
  /** Ascending sample indices. */
  readonly train: number[];
  readonly test: number[];
  /** Leaks that the user signed off, with the reason. */
  readonly findings: LeakageFinding[];
  /** Samples in neither part. */
  readonly leftOut: {
    /** They have no stimulus. */
    readonly withoutStimulus: number;
    /** The split has no place for them: shipped as `other`, not listed, or without a category. */
    readonly outsideSplit: number;
  };
}

/**
 * Resolves one fold of a split.
 *
 * @param fitted - what was chosen by the responses of samples before, such as regions
 * @throws CortextError `SPLIT_INVALID` when a column is missing, the fold does not exist or a part is empty;
 *   `LEAKAGE` when a guard finds a leak that `signOffs` does not name
 */
export function resolveSplit(
  metadata: RecordingMetadata,
  spec: SplitSpec,
  signOffs: readonly SignOff[],
  fitted: readonly FittedOn[] = [],
): Split {
  const parts = partsOf(metadata, spec);
  const withoutStimulus = metadata.samples - samplesToSplit(metadata).length;
  return {
    train: [...parts.train],
    test: [...parts.test],
    findings: checkLeakage(metadata, spec, parts, signOffs, fitted),
    leftOut: {
      withoutStimulus,
      outsideSplit: metadata.samples - withoutStimulus - parts.train.length - parts.test.length,
    },
  };
}

/** One sentence about a fold, for reports: what it tests on, and how many samples of how many stimuli are in each part. */
export function describeSplit(metadata: RecordingMetadata, spec: SplitSpec): string {
  const folds = dealIntoFolds(metadata, spec);
  const parts = partsOf(metadata, spec);
  const extent = (samples: readonly number[]) => {
    const stimuli = new Set(samples.map((sample) => stimulusIdOf(metadata, sample))).size;
    return metadata.stimuli.length === 0 ? `${samples.length} samples` : `${samples.length} samples of ${stimuli} stimuli`;
  };
  const fold = folds.names.length === 1 ? '' : ` (fold ${foldOf(spec) + 1} of ${folds.names.length})`;
  const rest = metadata.samples - parts.train.length - parts.test.length;
  return (
    `${spec.kind}: tests on ${folds.names[foldOf(spec)]}${fold}; ` +
    `${extent(parts.train)} train, ${extent(parts.test)} test${rest === 0 ? '' : `, ${rest} samples are left out`}.`
  );
}

function partsOf(metadata: RecordingMetadata, spec: SplitSpec): SplitParts {
  const folds = dealIntoFolds(metadata, spec);
  const fold = foldOf(spec);
  if (fold >= folds.names.length) {
    const last = folds.names.length - 1;
    throw new CortextError('SPLIT_INVALID', `The split ${spec.kind} has no fold ${fold}: its folds are 0 to ${last}.`, {
      hint: `Choose a fold between 0 and ${last}.`,
    });
  }
  const parts = folds.parts(fold);
  for (const part of ['train', 'test'] as const) {
    if (parts[part].length > 0) continue;
    throw new CortextError(
      'SPLIT_INVALID',
      `The ${part === 'train' ? 'training' : 'test'} part of the split ${spec.kind} (fold ${fold}) is empty.`,
      { hint: possibleHint(metadata) },
    );
  }
  return parts;
}

function foldOf(spec: SplitSpec): number {
  return 'fold' in spec ? spec.fold : 0;
}
