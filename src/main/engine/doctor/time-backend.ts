/**
 * A process of its own for every backend, because one process has one engine: `node time-backend.ts tensorflow`.
 *
 * Trains a small convolutional network for ten steps and prints what started and how long a step took, as one line of
 * JSON on standard output. A failure is printed as an error envelope.
 */
import { writeSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { toCortextError } from '../../../shared/errors.ts';
import { backendChoiceSchema } from '../../../shared/experiment.ts';
import { Random } from '../../../shared/random.ts';
import { startBackend } from '../backends/start-backend.ts';

const BATCH = 16;
const SIZE = 32;
const WARM_UP = 2;
const STEPS = 10;

/** One closure per step: three convolutions, a mean-squared loss and Adam. */
function createStep(): () => number {
  const random = new Random(1);
  const normal = (shape: number[], scale: number) =>
    tf.tensor(
      Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => random.normal() * scale),
      shape,
    );
  const filters = [normal([3, 3, 3, 32], 0.2), normal([4, 4, 32, 64], 0.05), normal([4, 4, 64, 64], 0.03)].map(
    // The shapes above have four axes.
    (values) => tf.variable(values as tf.Tensor4D),
  );
  // As in DF-GAN: the first layer keeps the size, the others halve it.
  const strides = [1, 2, 2];
  const images = normal([BATCH, SIZE, SIZE, 3], 1) as tf.Tensor4D;
  const optimiser = tf.train.adam(1e-4);
  const loss = () => {
    let hidden = images;
    for (const [i, filter] of filters.entries()) {
      hidden = tf.leakyRelu(tf.conv2d(hidden, filter, strides[i] ?? 1, 'same'), 0.2);
    }
    return tf.mean(tf.square(tf.sub(hidden, 1))).asScalar();
  };
  return () =>
    tf.tidy(() => {
      const value = optimiser.minimize(loss, true);
      // Reading a weight as well as the loss waits for the update.
      return (value?.dataSync()[0] ?? NaN) + 0 * (filters[0]?.dataSync()[0] ?? 0);
    });
}

async function main(): Promise<void> {
  try {
    const { binding: _, ...backend } = await startBackend(backendChoiceSchema.parse(process.argv[2]));
    const step = createStep();
    for (let i = 0; i < WARM_UP; i += 1) step();
    const milliseconds = [];
    let loss = NaN;
    for (let i = 0; i < STEPS; i += 1) {
      const started = performance.now();
      loss = step();
      milliseconds.push(performance.now() - started);
    }
    print({ ok: true, backend, batch: BATCH, milliseconds, loss });
  } catch (error) {
    print({ ok: false, error: toCortextError(error).toEnvelope() });
    process.exitCode = 1;
  }
}

/** Synchronous, so that the line is out before anything else can end the process. */
function print(value: unknown): void {
  writeSync(1, `${JSON.stringify(value)}\n`);
}

await main();
