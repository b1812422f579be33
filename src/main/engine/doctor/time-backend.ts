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
import { createRuntime } from '../runtime/create-runtime.ts';
import type { StepRuntime } from '../runtime/step-runtime.ts';

const BATCH = 16;
const SIZE = 32;
const WARM_UP = 2;
const STEPS = 10;

/** One step as training runs it: three convolutions, a mean-squared loss and Adam. */
function createStep(runtime: StepRuntime): () => Promise<number> {
  const random = new Random(1);
  const normal = (shape: readonly number[], scale: number) =>
    random.normals(tf.util.sizeFromShape([...shape])).map((value) => value * scale);
  const filters = { first: [3, 3, 3, 32], second: [4, 4, 32, 64], third: [4, 4, 64, 64] };
  // As in DF-GAN: the first layer keeps the size, the others halve it.
  const strides = { first: 1, second: 2, third: 2 };
  for (const [name, shape] of Object.entries(filters)) runtime.variables.create(name, shape, normal(shape, 0.05));
  const names = runtime.variables.names();
  const adam = runtime.adam({ name: 'test', parameters: names, beta1: 0.9, beta2: 0.999 });
  const shape = [BATCH, SIZE, SIZE, 3];
  const step = runtime.compile('step', { images: { shape, dtype: 'float32' } }, ({ images }) => {
    const { value, gradients } = runtime.gradients(() => {
      let hidden = images;
      for (const [name, stride] of Object.entries(strides)) {
        // Images and filters have four axes.
        const filter = runtime.variables.get(name) as tf.Tensor as tf.Tensor4D;
        hidden = tf.leakyRelu(tf.conv2d(hidden as tf.Tensor4D, filter, stride, 'same'), 0.2);
      }
      return tf.mean(tf.square(tf.sub(hidden, 1)));
    }, names);
    adam.apply(gradients, 1e-4);
    // Reading a weight as well as the loss waits for the update.
    return { loss: value, updated: runtime.variables.get('first') };
  });
  const images = normal(shape, 1);
  return async () => (await step.run({ images })).loss[0];
}

async function main(): Promise<void> {
  try {
    const { binding, failure, ...backend } = await startBackend(backendChoiceSchema.parse(process.argv[2]));
    const step = createStep(createRuntime({ ...backend, binding, failure }));
    for (let i = 0; i < WARM_UP; i += 1) await step();
    const milliseconds = [];
    let loss = NaN;
    for (let i = 0; i < STEPS; i += 1) {
      const started = performance.now();
      loss = await step();
      milliseconds.push(performance.now() - started);
    }
    print({ ok: true, backend, batch: BATCH, milliseconds, loss });
  } catch (error) {
    print({ ok: false, error: toCortextError(error).toEnvelope() });
    process.exitCode = 1;
  }
  // A GPU's threads would keep the process alive.
  process.exit();
}

/** Synchronous, so that the line is out before anything else can end the process. */
function print(value: unknown): void {
  writeSync(1, `${JSON.stringify(value)}\n`);
}

await main();
