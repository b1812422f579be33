/** `import`: look at what files hold, then bring them in as a recording. */
import { Option, type Command } from 'commander';
import type { ImportRequest } from '../../services/importing.ts';
import { defineAction, keyValue } from '../command.ts';
import { previewText } from '../preview-text.ts';

interface ImportOptions {
  readonly map?: Readonly<Record<string, string>>;
  readonly missing?: ImportRequest['missing'];
  readonly dryRun?: boolean;
  readonly contactSheet: string;
  readonly slices: string;
  readonly timeCourse: string;
  readonly saveRecipe?: string;
  readonly missingStimuli?: ImportRequest['missingStimuli'];
  readonly stimulusReport?: string;
  readonly subject?: string;
  readonly name?: string;
}

const phases = { arrays: 'reading responses', stimuli: 'writing stimuli' } as const;

export function importCommands(program: Command): void {
  const command = program
    .command('import')
    .description('Bring a recording into the workspace: files and folders that are recognised, or described by a recipe.')
    .argument('<files...>', 'a recipe (.yaml, .json), or the data: files, a folder, images')
    .option(
      '-m, --map <entry=value>',
      'an entry of the recipe, e.g. voxels=R2, voxels.layout=voxels-by-samples, images=I2; repeatable',
      keyValue,
    )
    .option('--subject <id>', 'whose brain it is')
    .option('--name <name>', 'what to call the recording')
    .addOption(new Option('--missing <rule>', 'what to do with NaN').choices(['error', 'drop-voxels', 'zero']))
    .addOption(
      new Option('--missing-stimuli <rule>', 'what to do with samples whose image is not there').choices(['error', 'drop', 'keep']),
    )
    .option('--stimulus-report <file>', 'write which images were found, are missing, double or unused (.csv, .json)')
    .option('--dry-run', 'only say what was recognised, and draw the first stimuli')
    .option('--contact-sheet <file>', 'where the dry run draws the first stimuli', 'contact-sheet.png')
    .option('--slices <file>', 'where the dry run draws regions upon the mean volume of scanner runs', 'regions.png')
    .option('--time-course <file>', 'where the dry run draws a voxel before and after every step', 'time-course.png')
    .option('--save-recipe <file>', 'with --dry-run: write the recipe with all that was recognised (.yaml, .json)')
    .addHelpText(
      'after',
      `
Look before you import; a transposed picture shows at once:
  cortext import figures.mat --map voxels=R2 --map voxels.layout=voxels-by-samples --map images=I2 --dry-run

All entries of a recipe are in docs/importing.md.`,
    );
  defineAction<ImportOptions>(command, async (context, options, paths) => {
    const { importInto, previewImport } = await import('../../services/importing.ts');
    const { output, signal } = context;
    const named = {
      ...(options.subject === undefined ? {} : { subject: JSON.stringify(options.subject) }),
      ...(options.name === undefined ? {} : { name: JSON.stringify(options.name) }),
    };
    const { missing, missingStimuli, stimulusReport } = options;
    const request: ImportRequest = { paths, mappings: { ...options.map, ...named }, missing, missingStimuli, stimulusReport };
    if (options.dryRun === true) {
      const { contactSheet, slices, timeCourse, saveRecipe } = options;
      const preview = await previewImport(request, { contactSheet, slices, timeCourse, saveRecipe, signal });
      return { data: preview, text: previewText(preview) };
    }
    const metadata = await importInto(context.workspace({ create: true }), request, {
      signal,
      onProgress: ({ phase, done, total }) => {
        output.progress(`${phases[phase]}  ${done} of ${total}`);
      },
    });
    const { id, samples, voxels, stimuli, regions, contentHash } = metadata;
    return {
      data: { recording: id, contentHash, samples, voxels, stimuli: stimuli.length, regions: regions.map((r) => r.name) },
      text:
        `${id}: ${samples} samples, ${voxels} voxels, ${stimuli.length} stimuli, ` +
        `regions ${regions.map((region) => `${region.name} (${region.voxels.length})`).join(', ')}\n` +
        (stimuli.length > 0
          ? `Train on it with: cortext train --recording ${id}`
          : `It has no images yet. Add them with: cortext recordings add-stimuli ${id} <folder or zip>`),
    };
  });
}
