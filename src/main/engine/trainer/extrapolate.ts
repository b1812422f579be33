/** Costs at a batch that was not measured. */
import type { StepMeasurement } from '../../../shared/estimate.ts';

/**
 * @param atZero - the cost of an empty batch, which stands in for a second measurement where there is only one
 * @param measured - by batch, ascending
 * @returns the value as measured at `batch`, else on the line through the two largest batches
 */
export function atBatch(
  measured: readonly StepMeasurement[],
  value: (step: StepMeasurement) => number,
  atZero: number,
  batch: number,
): number {
  const points = [{ batch: 0, value: atZero }, ...measured.map((step) => ({ batch: step.batch, value: value(step) }))];
  const [last, before] = points.reverse();
  // Noise in the measurements must not make more samples cost less.
  const slope = Math.max(0, (last.value - before.value) / (last.batch - before.batch));
  return last.value + slope * (batch - last.batch);
}
