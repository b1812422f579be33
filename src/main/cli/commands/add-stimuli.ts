/** `recordings add-stimuli`: images for a recording that was imported without them. */
import { Option, type Command } from 'commander';
import type { AddStimuliRequest } from '../../services/adding-stimuli.ts';
import { defineAction, wholeNumber } from '../command.ts';

interface AddStimuliOptions {
  readonly missingStimuli?: AddStimuliRequest['missing'];
  readonly stimulusReport?: string;
  readonly fit?: AddStimuliRequest['fit'];
  readonly size?: number;
  readonly grey?: boolean;
}

export function addStimuliCommand(recordings: Command): void {
  const command = recordings
    .command('add-stimuli')
    .description('A new recording with the same responses, and images for the stimuli that had only names.')
    .argument('<recording>')
    .argument('<images>', 'a folder or a zip of pictures named like the stimuli')
    .addOption(new Option('--missing-stimuli <rule>', 'what to do with names without image').choices(['error', 'keep']))
    .option('--stimulus-report <file>', 'write which images were found, are missing, double or unused (.csv, .json)')
    .addOption(
      new Option('--fit <rule>', 'how images become square, or as wide as --size').choices(['crop', 'pad', 'stretch']),
    )
    .option('--size <pixels>', 'side of the images', wholeNumber('--size', 1))
    .option('--grey', 'without colours');
  defineAction<AddStimuliOptions>(command, async (context, options, [id, images]) => {
    const { addStimuliTo } = await import('../../services/adding-stimuli.ts');
    const { missingStimuli: missing, ...others } = options;
    const metadata = await addStimuliTo(
      context.workspace(),
      { recording: id, images, missing, ...others },
      {
        signal: context.signal,
        onProgress: ({ done, total }) => {
          context.output.progress(`writing stimuli  ${done} of ${total}`);
        },
      },
    );
    const without = metadata.columns.stimulusName?.filter((name) => name !== null).length ?? 0;
    const { id: recording, contentHash, stimuli } = metadata;
    return {
      data: { recording, contentHash, stimuli: stimuli.length, samplesWithoutImage: without, madeFrom: id },
      text:
        `${recording}: ${stimuli.length} stimuli${without === 0 ? '' : `; ${without} samples still lack their image`}\n` +
        `${id} stays as it is, with its experiments.`,
    };
  });
}
