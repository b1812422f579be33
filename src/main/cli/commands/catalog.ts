/** `catalog rebuild`, `recordings`. */
import type { Command } from 'commander';
import { defineAction } from '../command.ts';
import { addStimuliCommand } from './add-stimuli.ts';
import { table } from '../output.ts';

export function catalogCommands(program: Command): void {
  const catalog = program.command('catalog').description('The index of the workspace.');
  defineAction(
    catalog.command('rebuild').description('Write the index anew from the folders, which are the truth.'),
    async (context) => {
      const { rebuildWorkspaceCatalog } = await import('../../services/catalog-rebuild.ts');
      const result = rebuildWorkspaceCatalog(context.workspaceFolder, {
        signal: context.signal,
        onProgress: ({ done, total }) => {
          context.output.progress(`${done} of ${total} folders`);
        },
      });
      const damaged = result.damaged.map((entry) => `  ${entry.path}: ${entry.message}`);
      return {
        data: result,
        text: [
          `${result.recordings} recordings, ${result.experiments} experiments, ${result.evaluations} evaluations.`,
          ...(damaged.length === 0 ? [] : ['Could not be read, and was left out:', ...damaged]),
        ].join('\n'),
      };
    },
  );

  const recordings = program.command('recordings').description('The recordings of the workspace.');
  addStimuliCommand(recordings);
  defineAction(recordings.command('list', { isDefault: true }).description('List recordings.'), async (context) => {
    const { listRecordings } = await import('../../services/recordings.ts');
    const rows = listRecordings(context.workspace());
    const text =
      rows.length === 0
        ? 'No recordings yet. Import one with: cortext import'
        : table(rows, [
            { title: 'recording', text: (row) => row.id },
            { title: 'subject', text: (row) => row.subject },
            { title: 'samples', align: 'right', text: (row) => String(row.samples) },
            { title: 'voxels', align: 'right', text: (row) => String(row.voxels) },
            { title: 'stimuli', align: 'right', text: (row) => String(row.stimuli) },
            { title: 'experiments', align: 'right', text: (row) => String(row.experiments) },
            { title: 'name', text: (row) => row.name },
          ]);
    return { data: rows, text };
  });
  defineAction(
    recordings
      .command('show')
      .description('Regions, columns, possible splits and quality of one recording.')
      .argument('<recording>'),
    async (context, _, [id]) => {
      const { showRecording } = await import('../../services/recordings.ts');
      const shown = showRecording(context.workspace(), id);
      const lines = [
        `${shown.name} (${shown.subject}): ${shown.samples} samples, ${shown.voxels} voxels, ${shown.stimuli} stimuli`,
        `content hash ${shown.contentHash}`,
        '',
        table(shown.regions, [
          { title: 'region', text: (region) => region.name },
          { title: 'voxels', align: 'right', text: (region) => String(region.voxels) },
        ]),
        '',
        table(shown.splits, [
          { title: 'possible split', text: (split) => split.kind },
          { title: 'folds', align: 'right', text: (split) => String(split.folds) },
        ]),
      ];
      return { data: shown, text: lines.join('\n') };
    },
  );
}
