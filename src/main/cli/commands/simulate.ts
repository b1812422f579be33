/** `simulate`: a subject with known truth, as files that are imported like anybody's. */
import type { Command } from 'commander';
import type { SimulateProgress } from '../../services/simulation.ts';
import { defineAction, usageError, wholeNumber } from '../command.ts';

interface SimulateOptions {
  readonly seed: number;
  readonly bids?: boolean;
  readonly preprocessed?: boolean;
  readonly repetitionTime?: string;
  readonly stimulusSeconds?: string;
  readonly restSeconds?: string;
  readonly trainingCategories?: number;
  readonly exemplars?: number;
  readonly testCategories?: number;
  readonly testRepetitions?: number;
  readonly trialsPerRun?: number;
  readonly imageSize?: number;
  readonly noise?: string;
}

const phases: Readonly<Record<SimulateProgress['phase'], string>> = {
  pictures: 'drawing pictures',
  responses: 'simulating responses',
  files: 'writing pictures',
  volumes: 'scanning volumes',
};

export function simulateCommand(program: Command): void {
  defineAction<SimulateOptions>(
    program
      .command('simulate')
      .description('Draw stimuli and simulate a subject who sees them: 1200 + 50 images, 4,500 voxels, seven regions.')
      .argument('<folder>', 'a new folder for the files')
      .option('--bids', 'as scanner runs: a BIDS dataset with events, stimuli, anatomy, confounds and regions')
      .option('--seed <n>', 'another seed is another subject', wholeNumber('--seed'), 1)
      .option('--training-categories <n>', 'default 150', wholeNumber('--training-categories', 1))
      .option('--exemplars <n>', 'training images of each category, default 8', wholeNumber('--exemplars', 1))
      .option('--test-categories <n>', 'default 50, one image each', wholeNumber('--test-categories', 1))
      .option('--test-repetitions <n>', 'presentations of each test image, default 24', wholeNumber('--test-repetitions', 1))
      .option('--trials-per-run <n>', 'default 50', wholeNumber('--trials-per-run', 2))
      .option('--image-size <px>', 'default 96', wholeNumber('--image-size', 16))
      .option('--noise <factor>', 'noise relative to that of real data, default 1')
      .option('--repetition-time <s>', 'with --bids: seconds from volume to volume, default 2.5')
      .option('--stimulus-seconds <s>', 'with --bids: how long each image is shown, default 3')
      .option('--rest-seconds <s>', 'with --bids: blank screen after each image, default 2')
      .option('--preprocessed', 'with --bids: also write the runs as fMRIPrep derivatives, freed of movement'),
    async ({ output, signal }, options, [folder]) => {
      const { simulate, simulateBids } = await import('../../services/simulation.ts');
      const { bids, preprocessed, repetitionTime, stimulusSeconds, restSeconds, noise } = options;
      const request = { ...designOf(options), ...numbers({ noise }) };
      const scan = {
        ...(preprocessed === undefined ? {} : { preprocessed }),
        ...numbers({ repetitionTime, stimulusSeconds, restSeconds }),
      };
      const callbacks = {
        signal,
        onProgress: ({ phase, done, total }: SimulateProgress): void => {
          output.progress(`${phases[phase]}  ${done} of ${total}`);
        },
      };
      if (bids === true) {
        const written = await simulateBids(folder, request, scan, callbacks);
        return {
          data: written,
          text: `Simulated subject in ${written.folder}: ${written.runs} runs, ${written.volumes} volumes\nImport it with: cortext import ${written.folder}`,
        };
      }
      const [odd] = Object.keys(scan);
      if (odd !== undefined) throw usageError(`${flag(odd)} is about scanner runs.`, 'Add --bids, or leave it out.');
      const written = await simulate(folder, request, callbacks);
      return { data: written, text: `Simulated subject in ${written.folder}\nImport it with: cortext import ${written.recipe}` };
    },
  );
}

const designNames = [
  'seed',
  'trainingCategories',
  'exemplars',
  'testCategories',
  'testRepetitions',
  'trialsPerRun',
  'imageSize',
] as const satisfies readonly (keyof SimulateOptions)[];

/** The options that the simulation itself knows, as far as they were given. */
function designOf(options: SimulateOptions): Partial<Pick<SimulateOptions, (typeof designNames)[number]>> {
  return Object.fromEntries(designNames.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])));
}

/** Options that are numbers with decimals; those that were not given are left out. */
function numbers<Name extends string>(texts: Readonly<Record<Name, string | undefined>>): Partial<Record<Name, number>> {
  const values: Partial<Record<Name, number>> = {};
  // Object.keys forgets what keys the type has.
  for (const name of Object.keys(texts) as Name[]) {
    const text = texts[name];
    if (text === undefined) continue;
    values[name] = Number(text);
    if (text.trim() === '' || !Number.isFinite(values[name])) {
      throw usageError(`${flag(name)} must be a number, not '${text}'.`);
    }
  }
  return values;
}

function flag(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
