/** `estimate`: what a training would take, and the same before `train` starts one. */
import type { Command } from 'commander';
import type { Estimate } from '../../../shared/estimate.ts';
import type { ExperimentConfig } from '../../../shared/experiment.ts';
import { gigabytes } from '../../services/gigabytes.ts';
import type { Workspace } from '../../services/workspace.ts';
import { defineAction, type CommandContext } from '../command.ts';
import { newExperiment, withNewOptions, type NewOptions } from '../new-experiment.ts';
import { duration, table } from '../output.ts';

export function estimateCommand(program: Command): void {
  const command = program
    .command('estimate')
    .description('How long a training would take on this computer and how much memory, measured by a few steps.');
  defineAction<NewOptions>(withNewOptions(command), async (context, options) => {
    const { planExperiment } = await import('../../services/experiments.ts');
    const workspace = context.workspace();
    const config = planExperiment(workspace, newExperiment(options));
    const estimate = await measured(context, workspace, config);
    return { data: estimate, text: estimateText(estimate, config) };
  });
}

export interface EstimateChoice {
  /** False with `--no-estimate`. */
  readonly estimate: boolean;
  /** Train even when memory is said not to suffice. */
  readonly force?: boolean;
}

/**
 * Says before a training what it will take, and refuses what cannot fit; small trainings just start.
 *
 * @throws CortextError `ENGINE_MEMORY_INSUFFICIENT`
 */
export async function estimateFirst(
  context: CommandContext,
  workspace: Workspace,
  config: ExperimentConfig,
  { estimate: wanted, force = false }: EstimateChoice,
): Promise<void> {
  const { assertFits, isWorthEstimating } = await import('../../services/estimate.ts');
  if (!wanted || !isWorthEstimating(config)) return;
  const estimate = await measured(context, workspace, config);
  context.output.say(
    `Estimate: ${duration(estimate.seconds.total)}, ${gigabytes(estimate.memoryBytes)} of memory ` +
      `(${gigabytes(estimate.availableBytes)} are available).`,
  );
  if (!force) assertFits(estimate);
}

async function measured(context: CommandContext, workspace: Workspace, config: ExperimentConfig): Promise<Estimate> {
  const { estimateExperiment } = await import('../../services/estimate.ts');
  return estimateExperiment(workspace, config, {
    signal: context.signal,
    onMeasure: () => {
      context.output.say('Measuring a few steps of this network, once on this computer ...');
    },
  });
}

function estimateText(estimate: Estimate, config: ExperimentConfig): string {
  const { seconds } = estimate;
  const { steps, batch } = config.training;
  const phases = [
    ['preparing data', seconds.preparing],
    ['image encoder', seconds.imageEncoder],
    [`training, ${steps} steps`, seconds.training],
    ['shuffled control', seconds.control],
    ['controls and scores', seconds.evaluating],
    ['total', seconds.total],
  ] as const;
  const memory = `${gigabytes(estimate.memoryBytes)} of memory; ${gigabytes(estimate.availableBytes)} are available`;
  return [
    `${estimate.backend} on ${estimate.device}`,
    table(
      phases.filter(([, taken]) => taken > 0),
      [
        { title: 'phase', text: ([name]) => name },
        { title: 'time', align: 'right', text: ([, taken]) => duration(taken) },
      ],
    ),
    '',
    `${estimate.secondsPerStep.toPrecision(2)} s a step of ${batch} images, ${duration(estimate.compileSeconds)} to compile`,
    `${memory}${estimate.fits ? '.' : ': it does not fit.'}`,
    ...(estimate.extrapolated ? ['Reckoned from smaller batches: the real one might not have fitted.'] : []),
  ].join('\n');
}
