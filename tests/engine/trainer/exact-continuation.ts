/** Training that is left at any step and goes on elsewhere: registered by one test file per backend. */
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import type { Backend } from '../../../src/main/engine/backends/start-backend.ts';
import { imageEncoder } from '../../../src/main/engine/networks/image-encoder.ts';
import { createRuntime } from '../../../src/main/engine/runtime/create-runtime.ts';
import { BatchFeeder, type FeederOptions, type TrainingSet } from '../../../src/main/engine/trainer/batch-feeder.ts';
import { type Checkpoint, readCheckpoint, writeCheckpoint } from '../../../src/main/engine/trainer/checkpoint.ts';
import { createGanModel } from '../../../src/main/engine/trainer/gan-model.ts';
import { type LoopLine, type LoopState, trainingLoop } from '../../../src/main/engine/trainer/training-loop.ts';
import { loadPreset } from '../../../src/main/services/presets.ts';
import { Random } from '../../../src/shared/random.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const STEPS = 14;
const BATCH = 4;
const SIZE = 32;
const SAMPLES = 10;

/** All of the standard preset, in a network that is as small as it can be. */
const preset = loadPreset('standard');
const network = {
  ...preset.network,
  imageSize: SIZE,
  generatorChannels: 2,
  discriminatorChannels: 2,
  noise: 4,
} as const;
const condition = { ...preset.condition, embedding: 8 };
const training = { ...preset.training, steps: STEPS, batch: BATCH, logEvery: 5 };

const random = new Random(3);
const trainingSet: TrainingSet = {
  count: SAMPLES,
  responses: [random.normals(SAMPLES * 6), random.normals(SAMPLES * 3)],
  voxelsPerRegion: [6, 3],
  images: random.normals(SAMPLES * SIZE * SIZE).map(Math.tanh),
  imageSize: SIZE,
  channels: 1,
  groups: Int32Array.from({ length: SAMPLES }, (_, i) => i % 3),
};
const feeding: FeederOptions = { ...condition, noise: network.noise, batch: BATCH, shift: training.shift };
const encoderWeights = new Map(
  imageEncoder({ imageSize: SIZE, imageChannels: 1 }).parameters.map((parameter) => [
    `encoder/${parameter.name}`,
    { shape: parameter.shape, values: parameter.initialise(new Random(4, parameter.name)) },
  ]),
);

/** Trains with everything made anew, as a process of its own would. */
async function train(backend: Backend, from: Checkpoint<LoopState> | null, until = Infinity) {
  const model = createGanModel(createRuntime(backend), {
    ...{ voxelsPerRegion: trainingSet.voxelsPerRegion, imageChannels: 1, seed: 5, encoderWeights },
    ...{ condition, network, objective: preset.objective, training },
  });
  const lines: LoopLine[] = [];
  let last = from;
  let step = from?.step ?? 0;
  try {
    await trainingLoop(model, new BatchFeeder(trainingSet, feeding, 5), training, from, {
      control: () => (step >= until ? 'pause' : 'continue'),
      onProgress: (progress) => (step = progress.step),
      onLine: (line) => lines.push(line),
      onSamples: () => Promise.resolve(),
      onCheckpoint: (checkpoint) => (last = checkpoint),
    });
  } finally {
    model.dispose();
  }
  if (last === null) throw new Error('Training wrote no checkpoint.');
  return { last, lines: lines.map((line) => [line.step, line.scalars] as const) };
}

export function describeContinuation(start: () => Promise<Backend>): void {
  let backend: Backend;

  beforeAll(async () => {
    backend = await start();
  });

  it('ends with the same bits when it was interrupted at a random step and went on from its checkpoint', async () => {
    const { last: fresh } = await train(backend, null, 0);
    // The discriminator starts ahead, so that steps of both kinds are taken.
    const start = { ...fresh, state: { ...fresh.state, balance: { mean: 0.3, updates: false } } };
    const undisturbed = await train(backend, start);
    const updated = undisturbed.lines.map(([, scalars]) => scalars.discriminatorUpdated);
    expect(updated[0], 'the first steps leave the discriminator alone').toBeLessThan(1);
    expect(updated.at(-1)).toBe(1);

    const cut = 1 + new Random(Date.now()).integer(STEPS - 1);
    const first = await train(backend, start, cut);
    expect(first.last.step).toBe(cut);
    const folder = temporaryFolder();
    writeCheckpoint(folder, first.last);
    const saved = readCheckpoint<LoopState>(join(folder, `step-${String(cut).padStart(8, '0')}.safetensors`));
    const resumed = await train(backend, saved);

    expect([...first.lines, ...resumed.lines], `losses, interrupted at ${cut}`).toEqual(undisturbed.lines);
    expect(resumed.last.state).toEqual(undisturbed.last.state);
    expect([...resumed.last.tensors.keys()]).toEqual([...undisturbed.last.tensors.keys()]);
    for (const [name, { values }] of undisturbed.last.tensors) {
      const same = Buffer.compare(bytes(values), bytes(resumed.last.tensors.get(name)?.values)) === 0;
      expect(same, `${name}, interrupted at ${cut}`).toBe(true);
    }
  });
}

function bytes(values: Float32Array = new Float32Array(0)): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
