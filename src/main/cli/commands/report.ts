/** `report`: one HTML file, a picture, and scores as CSV. */
import type { Command } from 'commander';
import { reportExperiment } from '../../services/reports.ts';
import { defineAction } from '../command.ts';

export function reportCommands(program: Command): void {
  defineAction<{ out?: string; csv?: string }>(
    program
      .command('report')
      .description('Write an experiment as one self-contained HTML file, and a PNG sheet of its pictures.')
      .argument('<experiment>')
      .option('-o, --out <file>', "where the HTML file goes (default: the experiment's folder)")
      .option('--csv <file>', 'also write the scores of every test stimulus as CSV'),
    async (context, { out, csv }, [id]) => {
      const written = await reportExperiment(context.workspace(), id, { out, csv, signal: context.signal });
      const lines = [`report  ${written.report}`, `sheet   ${written.sheet}`];
      if (written.csv !== null) lines.push(`scores  ${written.csv}`);
      return { data: written, text: lines.join('\n') };
    },
  );
}
