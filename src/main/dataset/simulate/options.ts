/** What a simulated subject is like. */
import { z } from 'zod';
import { CortextError } from '../../../shared/errors.ts';

export const simulatedRegionNames = ['V1', 'V2', 'V3', 'V4', 'LOC', 'FFA', 'PPA'] as const;
export type SimulatedRegionName = (typeof simulatedRegionNames)[number];
export type EarlyRegionName = 'V1' | 'V2' | 'V3' | 'V4';

const count = (minimum: number) => z.int().min(minimum).max(100_000);

/** Sizes follow the published design of generic object decoding (Horikawa & Kamitani 2017). */
export const simulationOptionsSchema = z.strictObject({
  seed: z.int().nonnegative().default(1),
  trainingCategories: count(2).default(150),
  /** Pictures of each training category, each shown once. */
  exemplars: count(1).default(8),
  /** None of them is a training category; one picture each. */
  testCategories: count(2).default(50),
  /** Presentations of each test picture, stored one by one. */
  testRepetitions: count(1).default(24),
  /** Side of the square pictures in pixels. */
  imageSize: z.int().min(16).max(512).default(96),
  voxels: z
    .strictObject({
      V1: count(4),
      V2: count(4),
      V3: count(4),
      V4: count(4),
      LOC: count(4),
      FFA: count(4),
      PPA: count(4),
    })
    .default({ V1: 950, V2: 900, V3: 750, V4: 500, LOC: 600, FFA: 350, PPA: 450 }),
  /** Factor on the standard deviation of all noise; 1 is like 3 T recordings at 3 mm, 0 is none. */
  noise: z.number().min(0).max(20).default(1),
  /** Full width at half maximum of the noise's spatial correlation, in millimetres. */
  noiseWidth: z.number().positive().max(50).default(7),
  /** Pictures shown in one scanner run. */
  trialsPerRun: count(2).default(50),
  runsPerSession: count(1).default(8),
});
export type SimulationOptions = z.output<typeof simulationOptionsSchema>;
export type SimulationRequest = z.input<typeof simulationOptionsSchema>;

/** @throws CortextError `INVALID_ARGUMENT` naming the option */
export function resolveSimulationOptions(request: SimulationRequest): SimulationOptions {
  const parsed = simulationOptionsSchema.safeParse(request);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const path = issue?.path.join('.') ?? '';
    throw new CortextError('INVALID_ARGUMENT', `Simulation option ${path}: ${issue?.message ?? 'does not fit'}.`, {
      hint: 'Every option can be left out: the defaults are 150 x 8 training and 50 test pictures, 4,500 voxels.',
    });
  }
  return parsed.data;
}
