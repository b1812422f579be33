/** The options that describe a new experiment, shared by `train`, `estimate` and `crossvalidate`. */
import { Option, type Command } from 'commander';
import {
  backendChoiceSchema,
  leakageKindSchema,
  precisionChoiceSchema,
  type BackendChoice,
  type PrecisionChoice,
  type SignOff,
  type SplitSpec,
} from '../../shared/experiment.ts';
import type { NewExperiment } from '../services/experiments.ts';
import { parseSplit, splitKinds } from '../services/split-text.ts';
import { keyValue, list, usageError, wholeNumber } from './command.ts';

export interface NewOptions {
  readonly recording: string;
  readonly preset: string;
  readonly name?: string;
  readonly regions?: readonly string[];
  readonly split: string;
  readonly fold: number;
  readonly folds?: number;
  readonly signOff?: Readonly<Record<string, string>>;
  readonly seed: number;
  readonly backend: string;
  readonly deterministic?: boolean;
  readonly device?: number;
  readonly tf32: boolean;
  readonly precision: string;
  readonly set?: Readonly<Record<string, string>>;
}

export function withNewOptions(command: Command, defaultSplit = 'shipped', oneFold = true): Command {
  command
    .option('-r, --recording <id>', 'the recording (see: cortext recordings)')
    .option('-p, --preset <name>', 'quick, standard, fine, or a preset file', 'quick')
    .option('-n, --name <name>', 'what to call it')
    .option('--regions <names>', 'regions, separated by commas (default: all but unions of others)', list)
    .addOption(new Option('--split <kind>', 'which samples train and test').choices(splitKinds).default(defaultSplit))
    .option('--folds <n>', 'number of folds, where the split leaves it open', wholeNumber('--folds', 2))
    .option(
      '--sign-off <guard=reason>',
      `let a leakage guard pass, with the reason that is kept (${leakageKindSchema.options.join(', ')}); repeatable`,
      keyValue,
    )
    .option('--seed <n>', 'seed of all randomness', wholeNumber('--seed'), 1)
    .addOption(new Option('--backend <name>', 'engine').choices(backendChoiceSchema.options).default('auto'))
    .option('--deterministic', 'the same weights bit for bit whatever the load and the number of cores; slower')
    .option('--device <n>', 'which NVIDIA GPU, as nvidia-smi counts (default: the first)', wholeNumber('--device'))
    .addOption(
      new Option('--precision <name>', 'auto: mixed where doctor found it faster')
        .choices(precisionChoiceSchema.options)
        .default('auto'),
    )
    .option('--no-tf32', 'multiply in full float32 on NVIDIA tensor cores too: slower')
    .option('--set <setting=value>', 'a setting that differs from the preset, e.g. training.steps=2000; repeatable', keyValue);
  if (oneFold) command.option('--fold <n>', 'which fold tests, from 0', wholeNumber('--fold'), 0);
  return command;
}

export function newExperiment(options: NewOptions): NewExperiment & { split: SplitSpec } {
  if (options.recording === undefined) throw usageError('Which recording? Name it with --recording.', 'cortext recordings lists them.');
  return {
    recording: options.recording,
    preset: options.preset,
    split: parseSplit(options.split, { fold: options.fold ?? 0, folds: options.folds, seed: options.seed }),
    seed: options.seed,
    // Commander has checked the choice.
    backend: options.backend as BackendChoice,
    deterministic: options.deterministic ?? false,
    gpu: { index: options.device ?? null, tf32: options.tf32 },
    // Commander has checked the choice.
    precision: options.precision as PrecisionChoice,
    signOffs: signOffs(options.signOff ?? {}),
    ...(options.name === undefined ? {} : { name: options.name }),
    ...(options.regions === undefined ? {} : { regions: options.regions }),
    ...(options.set === undefined ? {} : { settings: options.set }),
  };
}

function signOffs(given: Readonly<Record<string, string>>): SignOff[] {
  return Object.entries(given).map(([guard, reason]) => {
    const known = leakageKindSchema.safeParse(guard);
    if (!known.success) {
      throw usageError(`There is no leakage guard ${guard}.`, `Guards are ${leakageKindSchema.options.join(', ')}.`);
    }
    if (reason.length < 3) throw usageError(`The reason for signing off ${guard} is too short.`, 'Say why, in words.');
    return { guard: known.data, reason };
  });
}
