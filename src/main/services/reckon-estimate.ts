/** From what a few steps told to what a whole training takes. */
import type { Calibration, Estimate } from '../../shared/estimate.ts';
import type { ExperimentConfig } from '../../shared/experiment.ts';
import { atBatch } from '../engine/trainer/extrapolate.ts';

/** WebAssembly addresses four gigabytes. */
const WASM_MEMORY = 4 * 2 ** 30;

/** @param available - bytes that a new process could take */
export function reckonEstimate(calibration: Calibration, config: ExperimentConfig, available: number): Estimate {
  const { batch, steps, checkpointEvery, samplesEvery } = config.training;
  const { encoder, encoderSteps, drawSeconds, checkpointSeconds, testItems } = calibration;
  const secondsPerStep = atBatch(calibration.training, (step) => step.secondsPerStep, 0, batch);
  const compileSeconds = Math.max(...calibration.training.map((step) => step.compileSeconds));
  const network =
    compileSeconds +
    steps * secondsPerStep +
    Math.ceil(steps / checkpointEvery + 1) * checkpointSeconds +
    Math.ceil(steps / samplesEvery + 1 + testItems / batch) * drawSeconds;
  const seconds = {
    preparing: calibration.startSeconds + calibration.prepareSeconds,
    imageEncoder: encoder === null ? 0 : encoder.compileSeconds + encoderSteps * encoder.secondsPerStep,
    training: network,
    control: config.evaluation.shuffledVoxels ? network : 0,
    evaluating: calibration.evaluationSeconds,
  };
  const trainingBytes = Math.max(
    atBatch(calibration.training, (step) => step.peakBytes, calibration.baseBytes, batch),
    encoder?.peakBytes ?? 0,
  );
  // TensorFlow and the C library keep what training took, so the controls come on top of it.
  const memoryBytes = trainingBytes + calibration.evaluationBytes;
  const tensorBytes = trainingBytes - calibration.baseBytes;
  const isAddressable = calibration.backend !== 'wasm' || tensorBytes <= WASM_MEMORY;
  return {
    backend: calibration.backend,
    device: calibration.device,
    seconds: { ...seconds, total: Object.values(seconds).reduce((sum, part) => sum + part, 0) },
    secondsPerStep,
    compileSeconds,
    memoryBytes,
    availableBytes: available,
    fits: memoryBytes <= available && isAddressable,
    extrapolated: calibration.training.every((step) => step.batch !== batch),
  };
}
