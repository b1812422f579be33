/** `export`: a recording as a file that other programs read. */
import { Option, type Command } from 'commander';
import { exportFormats, type ExportFormat } from '../../services/export-formats.ts';
import { defineAction } from '../command.ts';

interface ExportOptions {
  readonly format: ExportFormat;
  readonly output: string;
}

export function exportCommand(program: Command): void {
  const command = program
    .command('export')
    .description('Write a recording as a file that other programs read.')
    .argument('<recording>')
    .addOption(
      new Option('-f, --format <format>', 'bdata: HDF5 for bdpy; numpy: an .npz archive; bids: a folder with volumes, a table and masks')
        .choices(exportFormats)
        .makeOptionMandatory(),
    )
    .requiredOption('-o, --output <path>', 'the file to write, replaced if it is there; for bids, a new folder');
  defineAction<ExportOptions>(command, async (context, { format, output }, [recording]) => {
    const { exportRecording } = await import('../../services/exporting.ts');
    const path = await exportRecording(context.workspace(), recording, {
      format,
      path: output,
      signal: context.signal,
    });
    return { data: { recording, format, path }, text: `${recording} was written to ${path}` };
  });
}
