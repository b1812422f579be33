/** `train`, `pause`, `resume`, `stop`, `continue`, `crossvalidate`, `presets`. */
import { Option, type Command } from 'commander';
import {
  backendChoiceSchema,
  leakageKindSchema,
  type BackendChoice,
  type SignOff,
  type SplitSpec,
} from '../../../shared/experiment.ts';
import { parseSplit, splitKinds } from '../../services/split-text.ts';
import {
  createCrossValidation,
  readCrossValidation,
  runCrossValidation,
} from '../../services/cross-validation.ts';
import {
  askExperiment,
  continueExperiment,
  createExperiment,
  type NewExperiment,
} from '../../services/experiments.ts';
import { listPresets } from '../../services/presets.ts';
import { evaluateCrossValidation } from '../../services/cross-validation-scores.ts';
import type { Workspace } from '../../services/workspace.ts';
import { defineAction, keyValue, list, usageError, wholeNumber, type CommandContext, type CommandResult } from '../command.ts';
import { table } from '../output.ts';
import { progressText, runToEnd, statusResult } from '../run-to-end.ts';
import { scoreTable } from '../score-table.ts';

interface NewOptions {
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
  readonly set?: Readonly<Record<string, string>>;
}

export function trainCommands(program: Command): void {
  const train = program
    .command('train')
    .description('Create an experiment on a recording and train it. Ctrl-C pauses; resume goes on.')
    .option('--create-only', 'create the experiment without training it');
  defineAction<NewOptions & { createOnly?: boolean }>(withNewOptions(train), async (context, options) => {
    const workspace = context.workspace();
    const config = createExperiment(workspace, newExperiment(options));
    context.output.say(`Experiment ${config.id}`);
    if (options.createOnly === true) return { data: { experiment: config.id, state: 'created' }, text: config.id };
    return runToEnd(context, workspace, config.id);
  });

  defineAction(
    program
      .command('resume')
      .description('Go on with a paused, stopped or interrupted experiment, from its last checkpoint.')
      .argument('<experiment>'),
    (context, _options, [id]) => runToEnd(context, context.workspace(), id),
  );

  defineAction<{ steps: number; createOnly?: boolean }>(
    program
      .command('continue')
      .description('Train a finished experiment for longer.')
      .argument('<experiment>')
      .requiredOption('--steps <total>', 'the new total number of steps', wholeNumber('--steps', 1)),
    (context, options, [id]) => {
      const workspace = context.workspace();
      continueExperiment(workspace, id, options.steps);
      return runToEnd(context, workspace, id);
    },
  );

  for (const [name, description] of [
    ['pause', 'Ask a running experiment to write a checkpoint and leave; resume goes on.'],
    ['stop', 'End the training of a running experiment now, and evaluate what it has learnt.'],
  ] as const) {
    defineAction(program.command(name).description(description).argument('<experiment>'), async (context, _, [id]) => {
      const status = await askExperiment(context.workspace(), id, name, context.signal);
      return statusResult(status);
    });
  }

  const crossValidate = program
    .command('crossvalidate')
    .description('Train and score every fold of a split, and pool the scores.')
    .option('--parallel <n>', 'folds trained at the same time', wholeNumber('--parallel', 1), 1)
    .option('--resume <id>', 'go on with a cross-validation that was paused or killed');
  defineAction<NewOptions & { parallel: number; resume?: string }>(
    withNewOptions(crossValidate, 'leave-run-out', false),
    async (context, options) => {
      const workspace = context.workspace();
      return crossValidateToEnd(context, workspace, options);
    },
  );

  defineAction(program.command('presets').description('List the presets.'), () => {
    const presets = listPresets();
    return {
      data: presets,
      text: presets
        .map(({ name, title, description, network, training }) => {
          return `${name}  (${title}; ${network.imageSize} px, ${training.steps} steps)\n  ${description}`;
        })
        .join('\n'),
    };
  });
}

function withNewOptions(command: Command, defaultSplit = 'shipped', oneFold = true): Command {
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
    .option('--set <setting=value>', 'a setting that differs from the preset, e.g. training.steps=2000; repeatable', keyValue);
  if (oneFold) command.option('--fold <n>', 'which fold tests, from 0', wholeNumber('--fold'), 0);
  return command;
}

function newExperiment(options: NewOptions): NewExperiment & { split: SplitSpec } {
  if (options.recording === undefined) throw usageError('Which recording? Name it with --recording.', 'cortext recordings lists them.');
  return {
    recording: options.recording,
    preset: options.preset,
    split: parseSplit(options.split, { fold: options.fold ?? 0, folds: options.folds, seed: options.seed }),
    seed: options.seed,
    // Commander has checked the choice.
    backend: options.backend as BackendChoice,
    deterministic: options.deterministic ?? false,
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

async function crossValidateToEnd(
  context: CommandContext,
  workspace: Workspace,
  options: NewOptions & { parallel: number; resume?: string },
): Promise<CommandResult> {
  const { output, signal } = context;
  const crossValidation =
    options.resume === undefined
      ? createCrossValidation(workspace, foldedExperiment(options))
      : readCrossValidation(workspace.root, options.resume);
  const folds = crossValidation.experiments.length;
  output.say(`Cross-validation ${crossValidation.id}: ${folds} folds`);
  const latest = new Map<number, string>();
  await runCrossValidation(workspace, crossValidation, {
    parallel: options.parallel,
    signal,
    onEvent: ({ fold, event }) => {
      if (event.type === 'warning') output.say(`warning in fold ${fold + 1}: ${event.message}`);
      if (event.type === 'ended') {
        latest.delete(fold);
        output.say(`Fold ${fold + 1} of ${folds}: ${event.state}`);
      }
      if (event.type === 'progress') {
        latest.set(fold, `fold ${fold + 1}/${folds} ${progressText(event)}`);
        output.progress([...latest.values()].join('  |  '));
      }
    },
  });
  const evaluation = await evaluateCrossValidation(workspace, crossValidation);
  const { report, sheet } = workspace.layout.crossValidation(crossValidation.id);
  return {
    data: { ...crossValidation, scores: evaluation.scores, report, sheet },
    text: [
      `${crossValidation.id}: ${folds} folds complete`,
      '',
      scoreTable(evaluation),
      '',
      table(
        [
          { what: 'report', path: report },
          { what: 'sheet', path: sheet },
        ],
        [
          { title: '', text: (row) => row.what },
          { title: '', text: (row) => row.path },
        ],
      ).trimStart(),
    ].join('\n'),
  };
}

function foldedExperiment(options: NewOptions): Parameters<typeof createCrossValidation>[1] {
  const wanted = newExperiment(options);
  const { split } = wanted;
  if (!('fold' in split)) throw usageError(`The split ${split.kind} has only one fold.`, 'Use cortext train.');
  return { ...wanted, split };
}
