/** What a canonical response predicts for a group of events: columns of a design matrix. */
import { dot, orthonormalBasis, residual } from './least-squares.ts';
import { OVERSAMPLING, RESPONSE_LENGTH, responseSet } from './hemodynamic-response.ts';
import type { RunEvent, ScannerRun } from './scanner-run.ts';
import type { GeneralLinearModel } from './steps.ts';

type Timing = Pick<ScannerRun, 'volumes' | 'startTime' | 'repetitionTime'>;

/**
 * The predicted response of one group of events (boxcars of height 1; an event without duration is one step long),
 * sampled at the volumes; then its derivatives, each without what the columns before it explain.
 *
 * Same as nilearn's `compute_regressor`: time has 50 steps per repetition time. Our grid passes exactly through the
 * volumes and begins a whole response before the first one; nilearn's begins 24 s before, so that it leaves out what
 * came earlier, and is interpolated where 24 s is not a whole number of steps.
 *
 * @returns columns `[volumes]`: one without derivatives, two with time, three with dispersion
 */
export function responseColumns(
  run: Timing,
  events: readonly RunEvent[],
  { response, derivatives }: Pick<GeneralLinearModel, 'response' | 'derivatives'>,
): Float64Array[] {
  const columns = responseSet(response, derivatives, run.repetitionTime).map((kernel) =>
    convolveBoxcars(run, events, kernel),
  );
  return columns.map((column, k) => (k === 0 ? column : residual(column, orthonormalBasis(columns.slice(0, k)).vectors)));
}

/**
 * How much of the response of an event falls into the run, as a share of its energy (squared length): 1 well within, 0
 * outside.
 */
export function visibleShare(run: Timing, event: RunEvent, response: GeneralLinearModel['response']): number {
  const last = run.startTime + (run.volumes - 1) * run.repetitionTime;
  // Of an event that lasts for ever, only what is near matters.
  const onset = Math.max(event.onset, run.startTime - 2 * RESPONSE_LENGTH);
  const end = Math.min(event.onset + event.duration, last + RESPONSE_LENGTH);
  if (onset > last || end + RESPONSE_LENGTH < run.startTime) return 0;
  const before = Math.max(0, Math.ceil((run.startTime - onset) / run.repetitionTime));
  const after = Math.max(0, Math.ceil((end + RESPONSE_LENGTH - last) / run.repetitionTime));
  if (before === 0 && after === 0) return 1;
  const longer = {
    ...run,
    volumes: before + run.volumes + after,
    startTime: run.startTime - before * run.repetitionTime,
  };
  const [kernel] = responseSet(response, 'none', run.repetitionTime);
  const whole = convolveBoxcars(longer, [{ ...event, onset, duration: end - onset }], kernel);
  const within = whole.subarray(before, before + run.volumes);
  return dot(within, within) / dot(whole, whole);
}

/** A boxcar from step a to step b convolved with a kernel is a difference of two values of the kernel's running sum. */
function convolveBoxcars(run: Timing, events: readonly RunEvent[], kernel: Float64Array): Float64Array {
  const step = run.repetitionTime / OVERSAMPLING;
  const padding = Math.ceil(RESPONSE_LENGTH / step);
  const sums = runningSum(kernel);
  const upTo = (index: number): number => (index < 0 ? 0 : sums[Math.min(index, sums.length - 1)]);
  const column = new Float64Array(run.volumes);
  const stepOf = (time: number): number => Math.max(0, Math.ceil((time - run.startTime) / step - 1e-9) + padding);
  for (const { onset, duration } of events) {
    const begin = stepOf(onset);
    const end = Math.max(stepOf(onset + duration), begin + 1);
    // One that ended before the grid begins has passed.
    if (onset + duration < run.startTime - RESPONSE_LENGTH) continue;
    for (let volume = 0; volume < run.volumes; volume++) {
      const now = volume * OVERSAMPLING + padding;
      column[volume] += upTo(now - begin) - upTo(now - end);
    }
  }
  return column;
}

function runningSum(values: Float64Array): Float64Array {
  let sum = 0;
  return values.map((value) => (sum += value));
}
