/** A split as a window shows it: one fold in words, its leaks, and a picture of all. */
import type { SplitSpec } from '../../shared/experiment.ts';
import { MOST_DRAWN_FOLDS, MOST_DRAWN_SAMPLES, type ShownSplit } from '../../shared/training.ts';
import { fittedRegions } from '../dataset/defined-regions.ts';
import { findLeaks } from '../dataset/leakage.ts';
import { readRecordingMetadata } from '../dataset/recording-store.ts';
import { dealIntoFolds, type SplitParts } from '../dataset/split-folds.ts';
import { CortextError } from '../../shared/errors.ts';
import { readDefinedRegions } from './recording-regions.ts';
import type { Workspace } from './workspace.ts';

/** @throws CortextError `RECORDING_NOT_FOUND`, `SPLIT_INVALID` */
export function shownSplit(
  workspace: Workspace,
  { recording, split, regions = [] }: { recording: string; split: SplitSpec; regions?: readonly string[] | undefined },
): ShownSplit {
  const metadata = readRecordingMetadata(workspace.root, recording);
  const dealt = dealIntoFolds(metadata, split);
  const fold = 'fold' in split ? split.fold : 0;
  if (fold >= dealt.names.length) {
    throw new CortextError('SPLIT_INVALID', `There is no fold ${fold + 1}: the split has ${dealt.names.length}.`, {
      hint: 'Choose another fold.',
    });
  }
  const { train, test } = dealt.parts(fold);
  const defined = readDefinedRegions(workspace.root, metadata).filter(({ name }) => regions.includes(name));
  return {
    samples: metadata.samples,
    folds: dealt.names.length,
    chosen: {
      fold,
      tests: dealt.names[fold],
      train: train.length,
      test: test.length,
      leftOut: metadata.samples - train.length - test.length,
    },
    findings: findLeaks(metadata, split, { train, test }, fittedRegions(defined)).map(({ guard, message }) => ({
      guard,
      message,
    })),
    picture: drawnFolds(dealt.names.length, fold).map((drawn) => ({
      fold: drawn,
      tests: dealt.names[drawn],
      cells: cellsOf(dealt.parts(drawn), metadata.samples),
    })),
  };
}

/** All folds, or as many spread over all as a picture has room for, the chosen one among them. */
function drawnFolds(count: number, chosen: number): number[] {
  const rows = Math.min(count, MOST_DRAWN_FOLDS);
  const spread = Array.from({ length: rows }, (_, row) => Math.floor((row * count) / rows));
  if (!spread.includes(chosen)) spread[Math.floor((chosen * rows) / count)] = chosen;
  return spread;
}

function cellsOf({ train, test }: SplitParts, samples: number): string {
  const count = Math.min(samples, MOST_DRAWN_SAMPLES);
  const cells = Array.from({ length: count }, () => '-');
  const cellOf = (sample: number): number => Math.floor((sample * count) / samples);
  for (const sample of train) cells[cellOf(sample)] = 'r';
  for (const sample of test) cells[cellOf(sample)] = 'e';
  return cells.join('');
}
