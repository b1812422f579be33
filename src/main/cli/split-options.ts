/** The options by which commands name a split. */
import { Option, type Command } from 'commander';
import type { SplitSpec } from '../../shared/experiment.ts';
import { parseSplit, splitKinds } from '../services/split-text.ts';
import { wholeNumber } from './command.ts';

export interface SplitOptions {
  readonly split: string;
  /** Absent where a command means all folds. */
  readonly fold?: number;
  readonly folds?: number;
  readonly splitList?: string;
  /** Shared with all other randomness of the command. */
  readonly seed: number;
}

/** @param oneFold - whether the command also takes the number of one fold */
export function withSplitOptions(command: Command, defaultSplit: string, oneFold: boolean): Command {
  command
    .addOption(new Option('--split <kind>', 'which samples train and test').choices(splitKinds).default(defaultSplit))
    .option('--folds <n>', 'number of folds, where the split leaves it open', wholeNumber('--folds', 2))
    .option('--split-list <file>', 'for --split fixed: a JSON file {"train": [0, 1], "test": [2]} of sample numbers')
    .option('--seed <n>', 'seed of all randomness', wholeNumber('--seed'), 1);
  if (oneFold) command.option('--fold <n>', 'which fold tests, from 0', wholeNumber('--fold'), 0);
  return command;
}

/** @throws CortextError `INVALID_ARGUMENT`, `FILE_NOT_FOUND`, `SPLIT_INVALID` */
export function splitOf({ split, fold, folds, seed, splitList }: SplitOptions): SplitSpec {
  return parseSplit(split, { fold: fold ?? 0, folds, seed, list: splitList });
}
