/** Simulated subjects, written as files that are imported like anybody's. */
import type { ScanRequest } from '../dataset/simulate/scanner/scan-options.ts';
import { simulateCortex, simulateSubject } from '../dataset/simulate/subject.ts';
import { writeSimulatedBids, type WrittenDataset } from '../dataset/simulate/write-bids.ts';
import type { WriteProgress } from '../dataset/simulate/write-pictures.ts';
import { writeSimulatedSubject, type WrittenSubject } from '../dataset/simulate/write-subject.ts';

type Request = Parameters<typeof simulateSubject>[0];
type SubjectProgress = Parameters<NonNullable<NonNullable<Parameters<typeof simulateSubject>[1]>['onProgress']>>[0];
export type SimulateProgress = SubjectProgress | WriteProgress;

interface SimulateOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: SimulateProgress) => void;
}

/**
 * One response per trial, with a recipe.
 *
 * @throws CortextError `INVALID_ARGUMENT`, `ALREADY_EXISTS`, `NO_SPACE_LEFT`, `CANCELLED`
 */
export async function simulate(folder: string, request: Request, options: SimulateOptions): Promise<WrittenSubject> {
  return writeSimulatedSubject(folder, await simulateSubject(request, options), options);
}

/**
 * Scanner runs as a BIDS dataset.
 *
 * @throws CortextError as `simulate`
 */
export async function simulateBids(
  folder: string,
  request: Request,
  scan: ScanRequest,
  options: SimulateOptions,
): Promise<WrittenDataset> {
  return writeSimulatedBids(folder, await simulateCortex(request, options), scan, options);
}
