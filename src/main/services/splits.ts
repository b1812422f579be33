/** Splits before anything is trained: their folds, their leaks, their picture. */
import { resolve } from 'node:path';
import type { SplitSpec } from '../../shared/experiment.ts';
import { findLeaks, type LeakageFinding } from '../dataset/leakage.ts';
import { readRecordingMetadata } from '../dataset/recording-store.ts';
import { dealIntoFolds } from '../dataset/split-folds.ts';
import { writeSplitSheet } from '../report/split-sheet.ts';
import type { Workspace } from './workspace.ts';

export interface FoldSummary {
  readonly fold: number;
  /** What it tests on, in words. */
  readonly tests: string;
  /** Samples in each part. */
  readonly train: number;
  readonly test: number;
  readonly leftOut: number;
  /** Every leak, by name; training is refused until each is signed off. */
  readonly findings: readonly Pick<LeakageFinding, 'guard' | 'message' | 'names'>[];
}

export interface SplitSummary {
  readonly recording: string;
  readonly kind: SplitSpec['kind'];
  readonly folds: readonly FoldSummary[];
  /** Where its picture was written; null when none was asked for. */
  readonly picture: string | null;
}

/**
 * All folds of a split, whatever fold the specification names.
 *
 * @param picture - a file to draw the folds into
 * @throws CortextError `RECORDING_NOT_FOUND`, `SPLIT_INVALID`
 */
export async function showSplit(
  workspace: Workspace,
  recording: string,
  spec: SplitSpec,
  { picture }: { picture?: string | undefined } = {},
): Promise<SplitSummary> {
  const metadata = readRecordingMetadata(workspace.root, recording);
  const dealt = dealIntoFolds(metadata, spec);
  const folds = dealt.names.map((tests, fold): FoldSummary => {
    const { train, test } = dealt.parts(fold);
    const findings = findLeaks(metadata, spec, { train, test }).map(({ guard, message, names: concerned }) => ({
      guard,
      message,
      names: concerned,
    }));
    const leftOut = metadata.samples - train.length - test.length;
    return { fold, tests, train: train.length, test: test.length, leftOut, findings };
  });
  const path = picture === undefined ? null : resolve(picture);
  if (path !== null) await writeSplitSheet(path, metadata, spec);
  return { recording: metadata.id, kind: spec.kind, folds, picture: path };
}
