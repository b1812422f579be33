/** The options that describe a new experiment, shared by `train`, `estimate` and `crossvalidate`. */
import { Option, type Command } from 'commander';
import {
  backendChoiceSchema,
  precisionChoiceSchema,
  type BackendChoice,
  type PrecisionChoice,
  type SplitSpec,
} from '../../shared/experiment.ts';
import type { NewExperiment } from '../services/experiments.ts';
import { keyValue, list, usageError, wholeNumber } from './command.ts';
import { signOffsOf, withSignOffOption, type SignOffOptions } from './sign-offs.ts';
import { splitOf, withSplitOptions, type SplitOptions } from './split-options.ts';

export interface NewOptions extends SplitOptions, SignOffOptions {
  readonly recording: string;
  readonly preset: string;
  readonly name?: string;
  readonly regions?: readonly string[];
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
    .option('--regions <names>', 'regions, separated by commas (default: all but unions of others)', list);
  return withSignOffOption(withSplitOptions(command, defaultSplit, oneFold))
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
}

export function newExperiment(options: NewOptions): NewExperiment & { split: SplitSpec } {
  if (options.recording === undefined) throw usageError('Which recording? Name it with --recording.', 'cortext recordings lists them.');
  return {
    recording: options.recording,
    preset: options.preset,
    split: splitOf(options),
    seed: options.seed,
    // Commander has checked the choice.
    backend: options.backend as BackendChoice,
    deterministic: options.deterministic ?? false,
    gpu: { index: options.device ?? null, tf32: options.tf32 },
    // Commander has checked the choice.
    precision: options.precision as PrecisionChoice,
    signOffs: signOffsOf(options),
    ...(options.name === undefined ? {} : { name: options.name }),
    ...(options.regions === undefined ? {} : { regions: options.regions }),
    ...(options.set === undefined ? {} : { settings: options.set }),
  };
}
