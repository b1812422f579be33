/** `simulate`: a subject with known truth, as files that are imported like anybody's. */
import type { Command } from 'commander';
import { simulate } from '../../services/simulation.ts';
import { defineAction, usageError, wholeNumber } from '../command.ts';

interface SimulateOptions {
  readonly seed: number;
  readonly trainingCategories?: number;
  readonly exemplars?: number;
  readonly testCategories?: number;
  readonly testRepetitions?: number;
  readonly imageSize?: number;
  readonly noise?: string;
}

export function simulateCommand(program: Command): void {
  defineAction<SimulateOptions>(
    program
      .command('simulate')
      .description('Draw stimuli and simulate a subject who sees them: 1200 + 50 images, 4,500 voxels, seven regions.')
      .argument('<folder>', 'a new folder for the files')
      .option('--seed <n>', 'another seed is another subject', wholeNumber('--seed'), 1)
      .option('--training-categories <n>', 'default 150', wholeNumber('--training-categories', 1))
      .option('--exemplars <n>', 'training images of each category, default 8', wholeNumber('--exemplars', 1))
      .option('--test-categories <n>', 'default 50, one image each', wholeNumber('--test-categories', 1))
      .option('--test-repetitions <n>', 'presentations of each test image, default 24', wholeNumber('--test-repetitions', 1))
      .option('--image-size <px>', 'default 96', wholeNumber('--image-size', 16))
      .option('--noise <factor>', 'noise relative to that of real data, default 1'),
    async ({ output, signal }, { noise, ...options }, [folder]) => {
      const factor = noise === undefined ? undefined : Number(noise);
      if (factor !== undefined && !Number.isFinite(factor)) throw usageError(`--noise must be a number, not '${noise}'.`);
      const written = await simulate(
        folder,
        { ...options, ...(factor === undefined ? {} : { noise: factor }) },
        {
          signal,
          onProgress: ({ phase, done, total }) => {
            output.progress(`${phase === 'pictures' ? 'drawing pictures' : 'simulating responses'}  ${done} of ${total}`);
          },
        },
      );
      return { data: written, text: `Simulated subject in ${written.folder}\nImport it with: cortext import ${written.recipe}` };
    },
  );
}
