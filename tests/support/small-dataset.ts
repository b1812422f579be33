/** A simulated subject as a BIDS dataset that is made and imported in seconds: four runs, 24 samples. */
import { join } from 'node:path';
import { simulateBids } from '../../src/main/services/simulation.ts';

/** @returns the folder of the dataset, inside of `parent` */
export async function smallDataset(parent: string): Promise<string> {
  const { folder } = await simulateBids(
    join(parent, 'dataset'),
    { trainingCategories: 8, exemplars: 2, testCategories: 4, testRepetitions: 2, imageSize: 32, trialsPerRun: 8 },
    {},
    { signal: new AbortController().signal, onProgress: () => undefined },
  );
  return folder;
}
