/**
 * Trains the image encoder whose features the feature loss compares.
 *
 * A denoising autoencoder on the training images: it needs no labels and no network from elsewhere, and it never sees
 * a test image.
 */
import * as tf from '@tensorflow/tfjs';
import { Random } from '../../../shared/random.ts';
import { imageEncoder } from '../networks/image-encoder.ts';
import type { StepRuntime } from '../runtime/step-runtime.ts';
import type { CheckpointTensor } from './checkpoint.ts';
import type { LoopLine, LoopProgress } from './training-loop.ts';

/** Steps of a real training. */
export const ENCODER_STEPS = 600;
const RATE = 1e-3;
const NOISE = 0.2;
const LOG_EVERY = 20;

export interface ImageEncoderTraining {
  /** `[count, size, size, channels]` in [-1, 1]. */
  readonly images: Float32Array;
  readonly count: number;
  readonly imageSize: number;
  readonly channels: 1 | 3;
  readonly batch: number;
  readonly seed: number;
  /** `ENCODER_STEPS` by default. */
  readonly steps?: number;
  onStart(steps: number): void;
  onProgress(progress: LoopProgress): void;
  onLine(line: LoopLine): void;
}

/** @returns the encoder's weights, named `encoder/...` */
export async function trainImageEncoder(
  runtime: StepRuntime,
  options: ImageEncoderTraining,
): Promise<{ steps: number; tensors: Map<string, CheckpointTensor> }> {
  const { images, count, batch, imageSize, channels, seed, steps = ENCODER_STEPS } = options;
  const encoder = imageEncoder({ imageSize, imageChannels: channels });
  const names = encoder.parameters.map((parameter) => {
    const name = `encoder/${parameter.name}`;
    runtime.variables.create(name, [...parameter.shape], parameter.initialise(new Random(seed, name)));
    return name;
  });
  const adam = runtime.adam({ name: 'encoder', parameters: names, beta1: 0.9, beta2: 0.999 });
  const shape = [batch, imageSize, imageSize, channels];
  const step = runtime.compile(
    'image-encoder',
    { clean: { shape, dtype: 'float32' }, noisy: { shape, dtype: 'float32' } },
    (fed) => {
      const { value, gradients } = runtime.gradients(() => {
        const drawn = encoder.reconstruct((name) => runtime.variables.get(`encoder/${name}`), fed.noisy as tf.Tensor4D);
        return { loss: tf.losses.meanSquaredError(fed.clean, drawn).asScalar() };
      }, names);
      adam.apply(gradients, RATE);
      return { reconstruction: value };
    },
  );
  options.onStart(steps);
  const random = new Random(seed, 'image-encoder');
  const length = imageSize * imageSize * channels;
  const started = performance.now();
  try {
    for (let done = 1; done <= steps; done++) {
      const clean = new Float32Array(batch * length);
      for (let i = 0; i < batch; i++) {
        const sample = random.integer(count);
        clean.set(images.subarray(sample * length, (sample + 1) * length), i * length);
      }
      const noisy = clean.map((value) => value + NOISE * random.normal());
      const { reconstruction } = await step.run({ clean, noisy });
      const secondsPerStep = (performance.now() - started) / 1000 / done;
      options.onProgress({
        step: done,
        samplesPerSecond: batch / secondsPerStep,
        secondsLeft: (steps - done) * secondsPerStep,
      });
      if (done % LOG_EVERY === 0) {
        options.onLine({
          step: done,
          scalars: { reconstruction: reconstruction[0] },
          samplesPerSecond: batch / secondsPerStep,
        });
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    const tensors = new Map([...(await runtime.variables.readAll())].filter(([name]) => name.startsWith('encoder/')));
    return { steps, tensors };
  } finally {
    runtime.dispose();
  }
}
