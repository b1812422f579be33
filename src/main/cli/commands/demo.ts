/** `demo`: the main job from end to end, on a simulated subject. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { Evaluation, MetricName } from '../../../shared/evaluation.ts';
import { defineAction, wholeNumber } from '../command.ts';
import { duration } from '../output.ts';
import { runToEnd } from '../run-to-end.ts';
import { scoreTable } from '../score-table.ts';

interface DemoOptions {
  readonly folder: string;
  readonly steps?: number;
  readonly seed: number;
}

export function demoCommand(program: Command): void {
  defineAction<DemoOptions>(
    program
      .command('demo')
      .description('Simulate a subject, import it, train, evaluate and report: the whole in minutes.')
      .option('--folder <folder>', 'where subject and workspace go', 'cortext-demo')
      .option('--steps <n>', 'training steps (default: those of the preset quick)', wholeNumber('--steps', 1))
      .option('--seed <n>', 'another seed is another subject', wholeNumber('--seed'), 1),
    async (context, { folder, steps, seed }) => {
      const { createExperiment } = await import('../../services/experiments.ts');
      const { importInto } = await import('../../services/importing.ts');
      const { reportExperiment, scoresOfExperiment } = await import('../../services/reports.ts');
      const { simulateBids } = await import('../../services/simulation.ts');
      const { openWorkspace } = await import('../../services/workspace.ts');
      const { output, signal } = context;
      const started = performance.now();
      const files = join(resolve(folder), `bids-${seed}`);
      const root = join(resolve(folder), 'workspace');
      const timed = async <T>(title: string, work: () => Promise<T>): Promise<T> => {
        output.say(`\n${title}`);
        const from = performance.now();
        const result = await work();
        output.say(`  ${duration((performance.now() - from) / 1000)}`);
        return result;
      };

      await timed('1 of 5  Simulating a subject in a scanner: 1250 drawn pictures, 48 runs, a BIDS dataset', async () => {
        if (existsSync(files)) output.say(`  already there: ${files}`);
        else await simulateBids(files, { seed }, {}, { signal, onProgress: ({ phase, done, total }) => {
          output.progress(`  ${phase}  ${done} of ${total}`);
        } });
      });
      const workspace = openWorkspace(root, { create: true });
      try {
        const recording = await timed('2 of 5  Importing it as any dataset is imported: single trials of seven regions from the volumes', () =>
          importInto(workspace, { paths: [files] }, { signal, onProgress: ({ phase, done, total }) => {
            output.progress(`  ${phase}  ${done} of ${total}`);
          } }),
        );
        output.say(`  ${recording.id}: ${recording.samples} samples, ${recording.voxels} voxels, ${recording.stimuli.length} stimuli`);

        const config = createExperiment(workspace, {
          recording: recording.id,
          preset: 'quick',
          name: 'Demo',
          seed,
          ...(steps === undefined ? {} : { settings: { 'training.steps': String(steps) } }),
        });
        await timed(`3 of 5  Training the brain-language GAN and its shuffled control (${config.id})`, () =>
          runToEnd(context, workspace, config.id),
        );
        const evaluation = scoresOfExperiment(workspace, config.id);
        output.say(`\n4 of 5  Scores beside chance\n\n${scoreTable(evaluation)}\n\n${verdict(evaluation)}`);
        const reports = await timed('5 of 5  Report', () =>
          reportExperiment(workspace, config.id, { signal }),
        );
        const total = duration((performance.now() - started) / 1000);
        return {
          data: { experiment: config.id, workspace: root, ...reports, scores: evaluation.scores },
          text: [
            '',
            `Done in ${total}. Everything is in ${root}`,
            `  the report        ${reports.report}`,
            `  all pictures      ${reports.sheet}`,
            `  the application   npm start -- --workspace ${root}`,
            `  the history       npm run cortext -- history --workspace ${root}`,
            `  train it longer   npm run cortext -- continue ${config.id} --steps ${2 * config.training.steps} --workspace ${root}`,
          ].join('\n'),
        };
      } finally {
        workspace.close();
      }
    },
  );
}

/** Says honestly where the network stands against chance and against ridge. */
function verdict({ scores }: Evaluation): string {
  const compare = (metric: MetricName, name: string): string => {
    const gan = scores.gan?.[metric];
    const ridge = scores.ridge?.[metric];
    if (gan === undefined || ridge === undefined) return '';
    const side = gan.value >= ridge.value ? 'at or above' : 'below';
    return `In ${name} the GAN (${gan.value.toFixed(3)}) is ${side} ridge (${ridge.value.toFixed(3)}).`;
  };
  const identification = scores.gan?.['two-way-identification'];
  const chance =
    identification === undefined
      ? ''
      : `2-way identification ${identification.value.toFixed(3)} is ${
          identification.value > identification.chance.percentile99 ? 'above' : 'not above'
        } the 99th percentile of chance (${identification.chance.percentile99.toFixed(3)}).`;
  return [chance, compare('two-way-identification', '2-way identification'), compare('ssim', 'SSIM')]
    .filter((sentence) => sentence !== '')
    .join('\n');
}
