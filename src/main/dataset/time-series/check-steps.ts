/** Which orders of steps make sense. */
import { CortextError } from '../../../shared/errors.ts';
import { timeSeriesStepSchema, type StepName, type TimeSeriesStep } from './steps.ts';

const samplers: readonly StepName[] = ['volumes', 'average-block', 'average-window', 'general-linear-model'];
/** Steps on volumes that would mean nothing on samples. */
const onVolumes: readonly StepName[] = ['drop-volumes', 'shift', 'confounds', 'detrend', 'high-pass', 'select-events'];
/** Steps that put the mean of every voxel to 0. */
const centring: readonly StepName[] = ['z-score', 'percent-change'];

export function makesSamples(step: TimeSeriesStep): boolean {
  return samplers.includes(step.step);
}

/** Whether a step looks at several runs at once. */
export function crossesRuns(step: TimeSeriesStep): boolean {
  if (step.step === 'z-score') return step.trainingRuns !== null;
  return step.step === 'average-repetitions' && step.within !== 'run';
}

/**
 * Reads a chain and fills in defaults.
 *
 * @throws CortextError `INVALID_RECIPE` naming the step that is wrong or out of place
 */
export function readSteps(given: readonly unknown[]): TimeSeriesStep[] {
  const steps = given.map((entry, index) => {
    const parsed = timeSeriesStepSchema.safeParse(entry);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    const where = issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
    throw new CortextError('INVALID_RECIPE', `Step ${index + 1} of the chain cannot be read: ${where}${issue.message}.`, {
      hint: `Steps are ${timeSeriesStepSchema.options.map((option) => option.shape.step.value).join(', ')}.`,
    });
  });
  checkSteps(steps);
  return steps;
}

/** @throws CortextError `INVALID_RECIPE` for the first rule that the order breaks */
export function checkSteps(steps: readonly TimeSeriesStep[]): void {
  const names = steps.map(({ step }) => step);
  const sampler = steps.findIndex(makesSamples);
  if (sampler < 0 || steps.filter(makesSamples).length > 1) {
    throw misplaced(
      `The chain has ${sampler < 0 ? 'no step' : 'several steps'} that make samples of volumes.`,
      `Use exactly one of ${samplers.join(', ')}.`,
    );
  }
  const late = names.slice(sampler).find((name) => onVolumes.includes(name));
  if (late !== undefined) {
    throw misplaced(`The step ${late} works on volumes, but comes after ${names[sampler]}.`, 'Move it before that step.');
  }
  const repetitions = names.indexOf('average-repetitions');
  if (repetitions >= 0 && repetitions < sampler) {
    throw misplaced(
      'The step average-repetitions works on samples, but comes before there are any.',
      `Move it after ${names[sampler]}.`,
    );
  }
  checkShift(names, sampler);
  checkScales(steps);
}

function checkShift(names: readonly StepName[], sampler: number): void {
  const shifts = names.filter((name) => name === 'shift').length;
  if (shifts > 1) throw misplaced('The chain shifts twice.', 'Use one shift by the whole hemodynamic delay.');
  if (shifts === 1 && (names[sampler] === 'average-window' || names[sampler] === 'general-linear-model')) {
    throw misplaced(
      `The step ${names[sampler]} accounts for the hemodynamic delay itself, but the chain shifts as well.`,
      'Leave out shift.',
    );
  }
}

function checkScales(steps: readonly TimeSeriesStep[]): void {
  const names = steps.map(({ step }) => step);
  const percent = names.lastIndexOf('percent-change');
  const centred = names.slice(0, Math.max(percent, 0)).find((name) => centring.includes(name));
  if (centred !== undefined) {
    throw misplaced(
      `The step percent-change divides by the mean, which ${centred} has taken away before.`,
      `Leave out one of the two.`,
    );
  }
  const merged = steps.findIndex((step) => step.step === 'average-repetitions' && step.within !== 'run');
  const after = merged < 0 ? undefined : names.slice(merged + 1).find((name) => ['z-score', 'percent-change', 'clip'].includes(name));
  if (after !== undefined) {
    throw misplaced(
      `The step ${after} comes after averages over several runs: it would be fitted on training and test samples alike.`,
      'Move it before average-repetitions.',
    );
  }
}

function misplaced(message: string, hint: string): CortextError {
  return new CortextError('INVALID_RECIPE', message, { hint });
}
