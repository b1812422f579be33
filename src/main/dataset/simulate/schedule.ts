/** Which picture is shown when. */
import { Random } from '../../../shared/random.ts';
import type { SimulationOptions } from './options.ts';

export interface Trial {
  /** Index among all pictures: training pictures first. */
  readonly stimulus: number;
  readonly set: 'train' | 'test';
  /** From 0 over the whole recording. */
  readonly run: number;
  readonly session: number;
  /** 0 to 1 within the run. */
  readonly time: number;
}

/**
 * Training pictures in random order, once each; then every test picture once per repetition, in an order of its own.
 *
 * Training and test never share a run or a session.
 */
export function scheduleTrials(options: SimulationOptions): Trial[] {
  const trainingImages = options.trainingCategories * options.exemplars;
  const random = new Random(options.seed, 'schedule');
  const trials: Trial[] = [];
  let run = 0;
  let session = 0;
  const showAll = (set: Trial['set'], stimuli: readonly number[], runOfSession: number): number => {
    let position = runOfSession;
    for (let start = 0; start < stimuli.length; start += options.trialsPerRun) {
      if (position === options.runsPerSession) {
        position = 0;
        session++;
      }
      const shown = stimuli.slice(start, start + options.trialsPerRun);
      shown.forEach((stimulus, i) => trials.push({ stimulus, set, run, session, time: (i + 0.5) / shown.length }));
      run++;
      position++;
    }
    return position;
  };
  showAll('train', [...random.permutation(trainingImages)], 0);
  session++;
  let position = 0;
  for (let repetition = 0; repetition < options.testRepetitions; repetition++) {
    const order = [...random.permutation(options.testCategories)].map((index) => trainingImages + index);
    position = showAll('test', order, position);
  }
  return trials;
}
