/** `train`, `run`, `pause`, `resume`, `stop`, `continue`, `crossvalidate`, `presets`. */
import type { Command } from 'commander';
import { CortextError, errorClasses } from '../../../shared/errors.ts';
import type { createCrossValidation } from '../../services/cross-validation.ts';
import type { QueueOutcome } from '../../services/queue.ts';
import type { Workspace } from '../../services/workspace.ts';
import { defineAction, usageError, wholeNumber, type CommandContext, type CommandResult } from '../command.ts';
import { newExperiment, withNewOptions, type NewOptions } from '../new-experiment.ts';
import { table } from '../output.ts';
import { runToEnd, showParallel, statusResult } from '../run-to-end.ts';
import { scoreTable } from '../score-table.ts';
import { estimateFirst, type EstimateChoice } from './estimate.ts';

export function trainCommands(program: Command): void {
  const train = program
    .command('train')
    .description('Create an experiment on a recording and train it. Ctrl-C pauses; resume goes on.')
    .option('--create-only', 'create the experiment without training it; cortext run trains all that were created')
    .option('--no-estimate', 'start without measuring how long it will take and whether memory suffices')
    .option('--force', 'train even when memory is said not to suffice');
  defineAction<NewOptions & EstimateChoice & { createOnly?: boolean }>(withNewOptions(train), async (context, options) => {
    const { planExperiment, storeExperiment } = await import('../../services/experiments.ts');
    const workspace = context.workspace();
    const config = planExperiment(workspace, newExperiment(options));
    if (options.createOnly !== true) await estimateFirst(context, workspace, config, options);
    storeExperiment(workspace, config);
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
    async (context, options, [id]) => {
      const { continueExperiment } = await import('../../services/experiments.ts');
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
      const { askExperiment } = await import('../../services/experiments.ts');
      const status = await askExperiment(context.workspace(), id, name, context.signal);
      return statusResult(status);
    });
  }

  const run = program
    .command('run')
    .description('Train every experiment that was created, paused or interrupted, one after the other. Ctrl-C pauses.')
    .argument('[experiments...]', 'only these, in this order')
    .option('--parallel <n>', 'trained at the same time; leave it at one on one graphics card', wholeNumber('--parallel', 1), 1);
  defineAction<{ parallel: number }>(run, (context, { parallel }, ids) =>
    runQueueToEnd(context, context.workspace(), ids, parallel),
  );

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

  defineAction(program.command('presets').description('List the presets.'), async () => {
    const { listPresets } = await import('../../services/presets.ts');
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

async function runQueueToEnd(
  context: CommandContext,
  workspace: Workspace,
  ids: readonly string[],
  parallel: number,
): Promise<CommandResult> {
  const { runQueue, waitingExperiments } = await import('../../services/queue.ts');
  const { output, signal } = context;
  const wanted = ids.length > 0 ? ids : waitingExperiments(workspace);
  output.say(`${wanted.length} ${wanted.length === 1 ? 'experiment' : 'experiments'} to run`);
  const outcomes = await runQueue(workspace, wanted, { parallel, signal, onEvent: showParallel(output) });
  const failures = outcomes.flatMap(({ state, error }) => (state === 'running' || error === null ? [] : [error]));
  // Of several failures the first decides, so that a script sees the class of what went wrong.
  const exitCode = signal.aborted ? errorClasses.cancelled : failures.map((error) => CortextError.fromEnvelope(error).exitCode)[0];
  return {
    data: outcomes,
    text: outcomes.length === 0 ? 'Nothing to run.' : queueText(outcomes, signal.aborted),
    ...(exitCode === undefined ? {} : { exitCode }),
  };
}

function queueText(outcomes: readonly QueueOutcome[], paused: boolean): string {
  const ended = table(outcomes, [
    { title: 'experiment', text: ({ id }) => id },
    { title: 'state', text: ({ state }) => state },
    { title: '', text: ({ error }) => (error === null ? '' : `${error.code}: ${error.message}`) },
  ]);
  return paused ? `${ended}\n\nGo on with: cortext run` : ended;
}

async function crossValidateToEnd(
  context: CommandContext,
  workspace: Workspace,
  options: NewOptions & { parallel: number; resume?: string },
): Promise<CommandResult> {
  const services = await import('../../services/cross-validation.ts');
  const { output, signal } = context;
  const crossValidation =
    options.resume === undefined
      ? services.createCrossValidation(workspace, foldedExperiment(options))
      : services.readCrossValidation(workspace.root, options.resume);
  const folds = crossValidation.experiments.length;
  output.say(`Cross-validation ${crossValidation.id}: ${folds} folds`);
  const show = showParallel(output);
  await services.runCrossValidation(workspace, crossValidation, {
    parallel: options.parallel,
    signal,
    onEvent: ({ fold, event }) => {
      show(`fold ${fold + 1} of ${folds}`, event);
    },
  });
  const { evaluateCrossValidation } = await import('../../services/cross-validation-scores.ts');
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
