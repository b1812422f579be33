/** `report`: one HTML file, a picture, and scores as CSV. */
import type { Command } from 'commander';
import { defineAction, wholeNumber } from '../command.ts';

export function reportCommands(program: Command): void {
  defineAction<{ out?: string; csv?: string; pictures?: number }>(
    program
      .command('report')
      .description('Write an experiment, or a cross-validation, as one self-contained HTML file, and a PNG sheet of its pictures.')
      .argument('<experiment>')
      .option('-o, --out <file>', "where the HTML file goes (default: the experiment's folder)")
      .option('--csv <file>', 'also write the scores of every test stimulus as CSV')
      .option('--pictures <n>', 'how many test stimuli the sheet shows, drawn at random (default: 50)', wholeNumber('--pictures', 1)),
    async (context, options, [id]) => {
      const { isCrossValidation } = await import('../../services/cross-validation.ts');
      const { reportCrossValidation } = await import('../../services/cross-validation-scores.ts');
      const { reportExperiment } = await import('../../services/reports.ts');
      const workspace = context.workspace();
      const report = isCrossValidation(workspace.root, id) ? reportCrossValidation : reportExperiment;
      const written = await report(workspace, id, { ...options, signal: context.signal });
      const lines = [`report  ${written.report}`, `sheet   ${written.sheet}`];
      if (written.csv !== null) lines.push(`scores  ${written.csv}`);
      return { data: written, text: lines.join('\n') };
    },
  );
}
