/** For how long an engine at work may say nothing before it counts as hung. */
import type { EngineEvent } from '../../../shared/engine-protocol.ts';

/** Reading data, compiling a step and scoring take their time, on a busy computer above all. Seconds. */
export const UNMEASURED_SILENCE = 600;

/** While training, this many steps as measured: one step speaks, but checkpoints, pictures and other programs come between. */
const STEPS = 20;
/** A slow disk under a checkpoint, or the first step without the discriminator, which TensorFlow prepares. Seconds. */
const SHORTEST = 120;

/**
 * @param progress - what the engine last told about itself
 * @param batch - samples per step
 * @returns seconds
 */
export function allowedSilence(progress: Extract<EngineEvent, { type: 'progress' }>, batch: number): number {
  const { step, steps, samplesPerSecond } = progress;
  const isBetweenSteps = samplesPerSecond !== null && samplesPerSecond > 0 && step < steps;
  return isBetweenSteps ? Math.max(SHORTEST, (STEPS * batch) / samplesPerSecond) : UNMEASURED_SILENCE;
}
