import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Backend, startBackend } from '../../../src/main/engine/backends/start-backend.ts';
import type { TensorFlowBinding } from '../../../src/main/engine/backends/tensorflow-backend.ts';
import { findInstallation } from '../../../src/main/engine/install/manifest.ts';
import { createRuntime } from '../../../src/main/engine/runtime/create-runtime.ts';
import type { FeedSpec, StepBody, StepRuntime } from '../../../src/main/engine/runtime/step-runtime.ts';
import { sizeOf } from '../../../src/main/engine/runtime/variable-store.ts';
import { Random } from '../../../src/shared/random.ts';
import { type OperationCase, operationCases } from '../parity/operation-cases.ts';
import { moreOperations } from './more-operations.ts';
import { describeRuntime } from './runtime-behaviour.ts';
import { batchOf, createSmallGan } from './small-gan.ts';

// Without the native engine in the cache there is nothing to compile for: run `npm run cortext -- engine install`.
describe.skipIf(findInstallation('cpu') === null)('on the native engine', () => {
  let backend: Backend;
  let binding: TensorFlowBinding;

  const compiled = (): StepRuntime => createRuntime(backend, { mode: 'compiled' });
  const eager = (): StepRuntime => createRuntime(backend, { mode: 'eager' });

  /** Disposes of the runtime, whatever happens. */
  async function withRuntime<T>(runtime: StepRuntime, work: (runtime: StepRuntime) => T | Promise<T>): Promise<T> {
    try {
      return await work(runtime);
    } finally {
      runtime.dispose();
    }
  }

  beforeAll(async () => {
    backend = await startBackend('tensorflow');
    if (backend.binding === undefined) throw new Error('The native engine has no addon.');
    binding = backend.binding;
  });

  it('compiles unless told otherwise', async () => {
    expect(await withRuntime(createRuntime(backend), ({ mode }) => mode)).toBe('compiled');
    expect(await withRuntime(eager(), ({ mode }) => mode)).toBe('eager');
  });

  describeRuntime('compiled', () => compiled());
  describeRuntime('eager', () => eager());

  it('trains a GAN as operation by operation: losses and all variables agree over 20 steps', async () => {
    const train = async (runtime: StepRuntime) => {
      const gan = createSmallGan(runtime);
      const losses = [];
      for (let step = 0; step < 20; step++) losses.push(await gan.train.run(batchOf(step)));
      return { losses, images: (await gan.draw.run(batchOf(0))).images, variables: await runtime.variables.readAll() };
    };
    const expected = await withRuntime(eager(), train);
    const actual = await withRuntime(compiled(), train);
    expected.losses.forEach((losses, step) => {
      for (const name of ['discriminator', 'generator', 'penalty', 'level'] as const) {
        expect(relativeDifference(actual.losses[step][name], losses[name]), `${name} at ${step}`).toBeLessThan(1e-5);
      }
    });
    expect([...actual.variables.keys()]).toEqual([...expected.variables.keys()]);
    for (const [name, { values }] of expected.variables) {
      const { values: found = new Float32Array(0) } = actual.variables.get(name) ?? {};
      expect(relativeDifference(found, values), name).toBeLessThan(1e-5);
    }
    expect(relativeDifference(actual.images, expected.images)).toBeLessThan(1e-5);
  });

  const operations = [...operationCases.filter(({ notOnTensorFlow }) => !notOnTensorFlow), ...moreOperations];
  it.each(operations.map((operation) => [operation.name, operation] as const))(
    'compiles %s and its gradient',
    async (_name, operation) => {
      const random = new Random(7, operation.name);
      const inputs = operation.shapes.map((shape) =>
        random.normals(sizeOf(shape)).map((value) => (operation.positive ? Math.abs(value) + 0.3 : value)),
      );
      const evaluate = (runtime: StepRuntime) =>
        runtime
          .compile('step', feedsOf(operation), bodyOf(operation))
          .run(Object.fromEntries(inputs.map((values, i) => [`x${i}`, values])));
      const expected: Record<string, Float32Array> = await withRuntime(eager(), evaluate);
      const actual: Record<string, Float32Array> = await withRuntime(compiled(), evaluate);
      expect(Object.keys(actual)).toEqual(Object.keys(expected));
      for (const [name, values] of Object.entries(expected)) {
        expect(relativeDifference(actual[name], values), name).toBeLessThan(1e-5);
      }
    },
  );

  it('draws native random numbers with a seed anew at every run', async () => {
    await withRuntime(compiled(), async (runtime) => {
      const step = runtime.compile('step', { logits: { shape: [1, 3], dtype: 'float32' } }, ({ logits }) => ({
        drawn: tf.multinomial(logits as tf.Tensor2D, 50, 7),
      }));
      const feeds = { logits: Float32Array.of(0, 0, -1e9) };
      const [first, second] = [(await step.run(feeds)).drawn, (await step.run(feeds)).drawn];
      expect(new Set([...first, ...second])).toEqual(new Set([0, 1]));
      expect(second).not.toEqual(first);
    });
  });

  describe('each kernel of the native backend is compiled or refused', () => {
    /** Covered by the tests of refusals and of random numbers. */
    const others = ['Multinomial', 'NonMaxSuppressionV3', 'NonMaxSuppressionV4', 'NonMaxSuppressionV5', 'Unique'];

    it('in the tests of this file', async () => {
      const used = new Set<string>(others);
      const kernels = tf.getKernelsForBackend('tensorflow');
      const originals = kernels.map(({ kernelFunc }) => kernelFunc);
      kernels.forEach((kernel, i) => {
        kernel.kernelFunc = (parameters) => {
          used.add(kernel.kernelName);
          return originals[i](parameters);
        };
      });
      try {
        await withRuntime(compiled(), (runtime) => {
          for (const operation of operations) runtime.compile(operation.name, feedsOf(operation), bodyOf(operation));
        });
      } finally {
        kernels.forEach((kernel, i) => (kernel.kernelFunc = originals[i]));
      }
      expect(kernels.length).toBeGreaterThan(150);
      expect(kernels.map(({ kernelName }) => kernelName).filter((name) => !used.has(name))).toEqual([]);
    });
  });

  describe('what would be frozen is refused, with the line of the body', () => {
    const pair = { x: { shape: [2], dtype: 'float32' } } as const;
    let calls = 0;
    const noise = new Float32Array(2);
    const cases: [string, StepBody<typeof pair, string>, RegExp, string][] = [
      [
        'random numbers',
        ({ x }) => ({ y: tf.add(x, tf.randomNormal([2])) }),
        /tf\.randomNormal .* other values/,
        'randomNormal',
      ],
      ['dropout', ({ x }) => ({ y: tf.dropout(x, 0.5) }), /tf\.dropout .* other values/, 'dropout'],
      ['a counter in JavaScript', ({ x }) => ({ y: tf.mul(x, calls++) }), /tf\.mul .* other values/, 'mul(x, calls'],
      [
        'an attribute that changes',
        ({ x }) => ({ y: tf.leakyRelu(x, 1 / (2 + calls++)) }),
        /tf\.leakyRelu .* other operations/,
        'leakyRelu',
      ],
      [
        'an array that is filled anew',
        ({ x }) => ({ y: tf.add(x, tf.tensor1d(noise.fill(calls++))) }),
        /tf\.tensor1d .* other values/,
        'noise.fill',
      ],
      [
        'operations that come and go',
        ({ x }) => ({ y: calls++ % 2 ? tf.square(x) : x }),
        /other outputs|other operations/,
        '',
      ],
      [
        'a branch on values',
        ({ x }) => ({ y: x.dataSync()[0] > 0 ? x : tf.neg(x) }),
        /tf\.dataSync .* reads a tensor's values/,
        'dataSync',
      ],
      [
        'a branch on a computed value',
        ({ x }) => ({ y: (tf.sum(x).arraySync() as number) > 0 ? x : tf.neg(x) }),
        /tf\.arraySync .* reads/,
        'arraySync',
      ],
      [
        'a shape that depends on values',
        ({ x }) => ({ y: tf.unique(x).values }),
        /tf\.unique .* shape that depends on values/,
        'unique',
      ],
      [
        'a choice of boxes',
        ({ x }) => ({ y: tf.image.nonMaxSuppression(tf.ones([2, 4]), x as tf.Tensor1D, 2) }),
        /tf\.nonMaxSuppression .* shape that depends on values/,
        'nonMaxSuppression',
      ],
      [
        'a choice of boxes with scores',
        ({ x }) => ({
          y: tf.image.nonMaxSuppressionWithScore(tf.ones([2, 4]), x as tf.Tensor1D, 2).selectedIndices,
        }),
        /tf\.nonMaxSuppressionWithScore .* shape that depends on values/,
        'nonMaxSuppressionWithScore',
      ],
      [
        'a padded choice of boxes',
        ({ x }) => ({ y: tf.image.nonMaxSuppressionPadded(tf.ones([2, 4]), x as tf.Tensor1D, 2).selectedIndices }),
        /tf\.nonMaxSuppressionPadded .* shape that depends on values/,
        'nonMaxSuppressionPadded',
      ],
      [
        'native random numbers without a seed',
        ({ x }) => ({ y: tf.multinomial(x as tf.Tensor1D, 2) }),
        /tf\.multinomial .* other operations/,
        'multinomial',
      ],
    ];

    it.each(cases)('%s', async (_name, body, message, code) => {
      await withRuntime(compiled(), (runtime) => {
        let error: unknown;
        try {
          runtime.compile('train', pair, body);
        } catch (thrown) {
          error = thrown;
        }
        expect(error).toMatchObject({ code: 'STEP_NOT_COMPILABLE', details: { step: 'train' } });
        expect(String(error)).toMatch(message);
        if (code !== '')
          expect(String(error)).toMatch(/\(tests\/engine\/runtime\/compiled-runtime\.test\.ts:\d+:\d+\)/);
      });
    });

    it('variables of others', async () => {
      const foreign = tf.variable(tf.tensor1d([1, 2]), true, 'foreign');
      // Uploaded, as by earlier use.
      tf.mul(foreign, 1).dispose();
      await withRuntime(compiled(), (runtime) => {
        expect(() => runtime.compile('train', pair, ({ x }) => ({ y: tf.add(x, foreign) }))).toThrow(
          /tf\.add .* uses the variable foreign, which is not one of this runtime/,
        );
      });
      foreign.dispose();
    });

    it('updates outside of a body', async () => {
      await withRuntime(compiled(), (runtime) => {
        runtime.variables.create('w', [], new Float32Array(1));
        const value = tf.scalar(1);
        expect(() => {
          runtime.assign('w', value);
        }).toThrow(/inside a step's body only/);
        value.dispose();
      });
    });
  });

  it('changes nothing by recording, also when it fails half way', async () => {
    await withRuntime(compiled(), async (runtime) => {
      runtime.variables.create('w', [2], Float32Array.of(1, 2));
      const adam = runtime.adam({ name: 'a', parameters: ['w'], beta1: 0.5, beta2: 0.9 });
      const before = await runtime.variables.readAll();
      const ids = binding.getNumOfTensors();
      const body = () => {
        adam.apply({ w: runtime.variables.get('w') }, 0.1);
        runtime.assign('w', tf.mul(runtime.variables.get('w'), 2));
      };
      runtime.compile('good', {}, () => {
        body();
        return {};
      });
      expect(() =>
        runtime.compile('bad', {}, () => {
          body();
          return { y: tf.add(runtime.variables.get('w'), tf.randomUniform([2])) };
        }),
      ).toThrow(/randomUniform/);
      expect(await runtime.variables.readAll()).toEqual(before);
      expect([...runtime.variables.get('w').dataSync()]).toEqual([1, 2]);
      // The backend is itself again.
      expect(tf.tidy(() => [...tf.gather(tf.tensor1d([1, 2, 3]), tf.tensor1d([2], 'int32')).dataSync()])).toEqual([3]);
      // The stand-ins of w and of the two powers.
      expect(binding.getNumOfTensors() - ids).toBeLessThanOrEqual(2);
    });
  });

  it('puts tensors from outside into the graph with their values', async () => {
    const window = tf.tensor2d([1, 2, 3, 4], [2, 2]);
    const used = tf.tensor1d([true, false], 'bool');
    const uploaded = tf.mul(window, 2);
    await withRuntime(compiled(), async (runtime) => {
      const step = runtime.compile('step', { x: { shape: [2], dtype: 'float32' } }, ({ x }) => ({
        y: tf.add(tf.add(x, window), uploaded),
        z: tf.where(used, x, tf.zerosLike(x)),
      }));
      const { y, z } = await step.run({ x: Float32Array.of(100, 200) });
      expect([...y]).toEqual([103, 206, 109, 212]);
      expect([...z]).toEqual([100, 0]);
    });
    tf.dispose([window, used, uploaded]);
  });

  it('reports an index that does not exist when it runs, and goes on with the next', async () => {
    await withRuntime(compiled(), async (runtime) => {
      const step = runtime.compile('step', { i: { shape: [1], dtype: 'int32' } }, ({ i }) => ({
        y: tf.gather(tf.tensor1d([5, 6, 7]), i as tf.Tensor1D),
      }));
      await expect(step.run({ i: Int32Array.of(3) })).rejects.toThrow(/indices\[0\] = 3 is not in \[0, 3\)/);
      expect((await step.run({ i: Int32Array.of(2) })).y[0]).toBe(7);
    });
  });

  it('keeps memory flat over convolutional steps with checkpoints between', async () => {
    await withRuntime(compiled(), async (runtime) => {
      const gan = createSmallGan(runtime);
      const batch = batchOf(1);
      for (let step = 0; step < 300; step++) await gan.train.run(batch);
      await runtime.variables.readAll();
      await gan.train.run(batch);
      const tensors = binding.getNumOfTensors();
      const { rss } = process.memoryUsage();
      for (let step = 0; step < 800; step++) {
        if (step % 200 === 0) {
          for (const [name, { values }] of await runtime.variables.readAll()) runtime.variables.write(name, values);
        }
        await gan.train.run(batch);
      }
      expect(binding.getNumOfTensors()).toBe(tensors);
      expect((process.memoryUsage().rss - rss) / 2 ** 20, 'MiB').toBeLessThan(40);
    });
  });

  it('keeps tensors constant and memory flat within 2 % over ten thousand steps of a GAN', async () => {
    await withRuntime(compiled(), async (runtime) => {
      const train = createTinyGan(runtime);
      const feeds = { real: Float32Array.of(1, 2, 3, 4), noise: Float32Array.of(0.1, -0.2, 0.3, 0.4) };
      // Until then JavaScript's heap of young objects, tens of megabytes, is touched for the first time.
      for (let step = 0; step < 5000; step++) await train.run(feeds);
      const ours = binding.getNumOfTensors();
      const { numTensors, numBytes } = tf.memory();
      const resident: number[] = [];
      for (let step = 0; step < 10_000; step++) {
        feeds.noise[step % 4] = Math.sin(step);
        await train.run(feeds);
        if (step % 100 === 0) resident.push(process.memoryUsage.rss());
        if (step % 2500 === 0) {
          for (const [name, { values }] of await runtime.variables.readAll()) runtime.variables.write(name, values);
        }
      }
      expect(binding.getNumOfTensors()).toBe(ours);
      expect(tf.memory()).toMatchObject({ numTensors, numBytes });
      // Medians, for the JavaScript heap comes and goes with its own cleaning up.
      const start = median(resident.slice(0, 20));
      expect(Math.abs(median(resident.slice(-20)) - start) / start).toBeLessThan(0.02);
    });
  });

  it('leaves neither sessions nor tensors nor files behind', async () => {
    const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith('cortext-graph-')).length;
    const before = [binding.getNumOfSavedModels(), binding.getNumOfTensors(), folders()];
    await withRuntime(compiled(), async (runtime) => {
      const gan = createSmallGan(runtime);
      await gan.train.run(batchOf(0));
      runtime.variables.create('late', [], new Float32Array(1));
      await gan.train.run(batchOf(1));
      await runtime.variables.readAll();
      expect(binding.getNumOfSavedModels()).toBe(before[0] + 1);
    });
    expect([binding.getNumOfSavedModels(), binding.getNumOfTensors(), folders()]).toEqual(before);
  });
});

/** Two matrices that play against each other, with all that costs memory in a step: Adam, averages, two updates. */
function createTinyGan(runtime: StepRuntime) {
  const { variables } = runtime;
  for (const name of ['generator', 'discriminator', 'average'])
    variables.create(name, [2, 2], Float32Array.of(1, 0, 0, 1));
  const adam = { beta1: 0, beta2: 0.9 };
  const generatorAdam = runtime.adam({ ...adam, name: 'generator', parameters: ['generator'] });
  const discriminatorAdam = runtime.adam({ ...adam, name: 'discriminator', parameters: ['discriminator'] });
  const matrix = { shape: [2, 2], dtype: 'float32' } as const;
  return runtime.compile('train', { real: matrix, noise: matrix }, ({ real, noise }) => {
    const weight = (name: string) => variables.get(name);
    const draw = () => tf.tanh(tf.matMul(noise, weight('generator')));
    const judge = (images: tf.Tensor) => tf.mean(tf.matMul(images, weight('discriminator')));
    const fake = draw();
    const judged = runtime.gradients(
      () => tf.add(tf.sub(judge(fake), judge(real)), tf.mean(tf.square(weight('discriminator')))),
      ['discriminator'],
    );
    discriminatorAdam.apply(judged.gradients, 0.001);
    const drawn = runtime.gradients(() => tf.neg(judge(draw())), ['generator']);
    generatorAdam.apply(drawn.gradients, 0.001);
    runtime.assign('average', tf.add(tf.mul(weight('average'), 0.9), tf.mul(weight('generator'), 0.1)));
    return { judged: judged.value, drawn: drawn.value };
  });
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

function feedsOf(operation: OperationCase): FeedSpec {
  return Object.fromEntries(operation.shapes.map((shape, i) => [`x${i}`, { shape, dtype: 'float32' }]));
}

/** The operation's value, and its gradients by every input for an arbitrary direction. */
function bodyOf(operation: OperationCase): StepBody<FeedSpec, string> {
  return (fed) => {
    const tensors = Object.values(fed);
    const value = operation.run(...tensors);
    if (operation.forwardOnly) return { value };
    const direction = tf.tensor(
      Float32Array.from({ length: value.size }, (_, i) => Math.sin(1 + i)),
      value.shape,
    );
    const gradients = tf.grads((...x: tf.Tensor[]) => tf.sum(tf.mul(operation.run(...x), direction)))(tensors);
    return { value, ...Object.fromEntries(gradients.map((gradient, i) => [`gradient ${i}`, gradient])) };
  };
}

/** The largest difference, as a share of the largest value. */
function relativeDifference(actual: Float32Array, expected: Float32Array): number {
  expect(actual.length).toBe(expected.length);
  const scale = expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-12);
  return expected.reduce((largest, value, i) => {
    const difference = Math.abs(value - actual[i]) / scale;
    return Number.isNaN(difference) ? Infinity : Math.max(largest, difference);
  }, 0);
}
