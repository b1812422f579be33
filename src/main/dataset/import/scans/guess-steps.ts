/** Which steps make samples of the volumes, where the recipe does not say. */
import { usualConfounds } from '../../bids/confounds-file.ts';
import type { RunEvent } from '../../time-series/scanner-run.ts';
import { readSteps } from '../../time-series/check-steps.ts';
import type { TimeSeriesStep, TimeSeriesStepInput } from '../../time-series/steps.ts';
import type { RecipeGuess } from '../load-recipe.ts';

/** From this duration on, the response reaches a plateau that volumes can be averaged over, seconds. */
const BLOCK_SECONDS = 8;

/**
 * Blocks are averaged, a hemodynamic delay later; for short trials, whose responses overlap, the amplitude of each is
 * estimated by a general linear model with a ridge penalty.
 *
 * @param confounds - names of the columns that every run has; empty when a run has none
 */
export function guessSteps(
  events: readonly RunEvent[],
  confounds: readonly string[],
  guesses: RecipeGuess[],
): TimeSeriesStep[] {
  const columns = usualConfounds(confounds);
  const durations = events.map(({ duration }) => duration).sort((a, b) => a - b);
  const typical = durations[Math.floor(durations.length / 2)] ?? 0;
  const isBlocked = typical >= BLOCK_SECONDS;
  const clean: TimeSeriesStepInput[] = [
    ...(columns.length === 0 ? [] : [{ step: 'confounds' as const, columns }]),
    { step: 'detrend' },
  ];
  const steps: TimeSeriesStepInput[] = isBlocked
    ? [{ step: 'shift' }, ...clean, { step: 'z-score' }, { step: 'average-block' }]
    : [...clean, { step: 'general-linear-model' }, { step: 'z-score' }];
  const chain = readSteps(steps);
  guesses.push({
    about: 'steps',
    choice: chain.map((step) => describeStep(step)).join(', '),
    reason: isBlocked
      ? `trials last ${typical} s, so their volumes are averaged`
      : `trials last ${typical} s, so their responses overlap and are told apart by a linear model`,
  });
  return chain;
}

function describeStep(step: TimeSeriesStep): string {
  switch (step.step) {
    case 'shift':
      return `shift by ${step.seconds} s`;
    case 'confounds':
      return `confounds (${step.columns.join(' ')})`;
    case 'general-linear-model':
      return `general-linear-model (one estimate per ${step.estimates}, ${step.method})`;
    default:
      return step.step;
  }
}
