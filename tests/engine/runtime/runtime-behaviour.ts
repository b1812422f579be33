/** What every runtime does, compiled or not: registered by one test file per backend. */
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StepRuntime } from '../../../src/main/engine/runtime/step-runtime.ts';
import { batchOf, createSmallGan } from './small-gan.ts';

const scalar = { shape: [], dtype: 'float32' } as const;
const pair = { shape: [2], dtype: 'float32' } as const;

/** @param steps - after which no tensor may be left behind; fewer for backends that are slow here */
export function describeRuntime(title: string, create: () => StepRuntime, steps = 200): void {
  describe(title, () => {
    let runtime: StepRuntime;
    let tensorsBefore: number;

    beforeEach(() => {
      tensorsBefore = tf.memory().numTensors;
      runtime = create();
    });
    afterEach(() => {
      runtime.dispose();
      expect(tf.memory().numTensors, 'tensors left behind').toBe(tensorsBefore);
    });

    it('shows an update to every later read in the same step, and the old value to what was read before', async () => {
      const variable = runtime.variables.create('w', [2], Float32Array.of(1, 2));
      const step = runtime.compile('step', { x: pair }, ({ x }) => {
        const before = tf.mul(runtime.variables.get('w'), 1);
        const copy = tf.clone(runtime.variables.get('w'));
        runtime.assign('w', tf.add(runtime.variables.get('w'), x));
        return {
          before,
          copy: tf.mul(copy, 1),
          after: tf.mul(runtime.variables.get('w'), 1),
          held: tf.mul(variable, 1),
          itself: runtime.variables.get('w'),
        };
      });
      expect(await step.run({ x: Float32Array.of(10, 20) })).toEqual({
        before: Float32Array.of(1, 2),
        copy: Float32Array.of(1, 2),
        after: Float32Array.of(11, 22),
        held: Float32Array.of(11, 22),
        itself: Float32Array.of(11, 22),
      });
      expect((await step.run({ x: Float32Array.of(1, 1) })).before).toEqual(Float32Array.of(11, 22));
    });

    it('makes several updates of one variable in the order of the code', async () => {
      runtime.variables.create('w', [], Float32Array.of(3));
      const step = runtime.compile('step', {}, () => {
        const get = () => runtime.variables.get('w');
        runtime.assign('w', tf.add(get(), 1));
        const between = tf.mul(get(), 100);
        runtime.assign('w', tf.mul(get(), 2));
        runtime.assign('w', tf.sub(get(), 5));
        return { between };
      });
      expect((await step.run({})).between[0]).toBe(400);
      expect((await runtime.variables.read('w')).values[0]).toBe(3);
      expect((await step.run({})).between[0]).toBe(400);
      runtime.variables.write('w', Float32Array.of(10));
      await step.run({});
      expect((await runtime.variables.read('w')).values[0]).toBe(17);
    });

    it('keeps the order of updates whose values do not depend on each other', async () => {
      const names = Array.from({ length: 20 }, (_, i) => `w${i}`);
      for (const name of names) runtime.variables.create(name, [], Float32Array.of(0));
      const step = runtime.compile('step', { first: scalar, second: scalar }, ({ first, second }) => {
        const between = names.map((name) => {
          runtime.assign(name, first);
          const held = tf.clone(runtime.variables.get(name));
          runtime.assign(name, second);
          return tf.mul(held, 1);
        });
        return { between: tf.stack(between) };
      });
      for (let run = 0; run < 10; run++) {
        const { between } = await step.run({ first: Float32Array.of(run), second: Float32Array.of(-run) });
        expect(between).toEqual(new Float32Array(names.length).fill(run));
        for (const { values } of (await runtime.variables.readAll()).values())
          expect(values).toEqual(Float32Array.of(-run));
      }
    });

    it('updates with Adam as its equations say, over parts of its parameters and changing rates', async () => {
      const start = { a: [0.5, -0.25], b: [2] };
      runtime.variables.create('a', [2], Float32Array.from(start.a));
      runtime.variables.create('b', [1], Float32Array.from(start.b));
      const adam = runtime.adam({ name: 'test', parameters: ['a', 'b'], beta1: 0.5, beta2: 0.9, epsilon: 1e-4 });
      const feeds = { x: pair, rate: scalar };
      const both = runtime.compile('both', feeds, ({ x, rate }) => {
        const { value, gradients } = runtime.gradients(() => {
          const [a, b] = [runtime.variables.get('a'), runtime.variables.get('b')];
          return tf.sum(tf.mul(tf.square(tf.sub(a, x)), b));
        }, ['a', 'b']);
        adam.apply(gradients, rate.asScalar());
        return { value };
      });
      const onlyA = runtime.compile('only a', { x: pair }, ({ x }) => {
        adam.apply({ a: x }, 0.05);
        adam.apply({ a: tf.mul(runtime.variables.get('a'), 0.3) }, 0.05);
        return {};
      });

      // The equations of the paper, in double precision.
      const state = { a: [...start.a], b: [...start.b] };
      const moments = { a: { m: [0, 0], v: [0, 0] }, b: { m: [0], v: [0] } };
      let t = 0;
      const apply = (gradients: Partial<Record<'a' | 'b', number[]>>, rate: number) => {
        t++;
        for (const name of ['a', 'b'] as const) {
          gradients[name]?.forEach((g, i) => {
            const { m, v } = moments[name];
            m[i] = 0.5 * m[i] + 0.5 * g;
            v[i] = 0.9 * v[i] + 0.1 * g * g;
            state[name][i] -= (rate * (Math.sqrt(1 - 0.9 ** t) / (1 - 0.5 ** t)) * m[i]) / (Math.sqrt(v[i]) + 1e-4);
          });
        }
      };
      for (let k = 0; k < 6; k++) {
        const x = [Math.sin(k), Math.cos(k)];
        const rate = 0.1 / (k + 1);
        await both.run({ x: Float32Array.from(x), rate: Float32Array.of(rate) });
        const [b] = state.b;
        apply(
          {
            a: state.a.map((a, i) => 2 * (a - x[i]) * b),
            b: [state.a.reduce((sum, a, i) => sum + (a - x[i]) ** 2, 0)],
          },
          rate,
        );
        await onlyA.run({ x: Float32Array.from(x) });
        apply({ a: x }, 0.05);
        apply({ a: state.a.map((a) => 0.3 * a) }, 0.05);
      }
      for (const name of ['a', 'b'] as const) {
        (await runtime.variables.read(name)).values.forEach((value, i) => {
          expect(value).toBeCloseTo(state[name][i], 5);
        });
      }
      const held = (await runtime.variables.read('a')).values;
      await both.run({ x: Float32Array.of(5, 5), rate: Float32Array.of(0) });
      expect((await runtime.variables.read('a')).values).toEqual(held);
    });

    it('has the state of optimisers among its variables before the first step', async () => {
      runtime.variables.create('w', [2, 3], new Float32Array(6));
      runtime.adam({ name: 'generator', parameters: ['w'], beta1: 0.5, beta2: 0.9 });
      expect(runtime.variables.names()).toEqual([
        'w',
        'adam/generator/beta1Power',
        'adam/generator/beta2Power',
        'adam/generator/firstMoment/w',
        'adam/generator/secondMoment/w',
      ]);
      expect((await runtime.variables.read('adam/generator/beta1Power')).values[0]).toBe(0.5);
      expect(await runtime.variables.read('adam/generator/secondMoment/w')).toEqual({
        shape: [2, 3],
        values: new Float32Array(6),
      });
    });

    it('gives the terms beside a loss, and zeros as the gradient of a variable that it does not depend on', async () => {
      runtime.variables.create('used', [2], Float32Array.of(1, 2));
      runtime.variables.create('unused', [3], new Float32Array(3));
      const unused: string[] = [];
      const step = runtime.compile('step', { x: pair }, ({ x }) => {
        const found = runtime.gradients(() => {
          const product = tf.mul(x, runtime.variables.get('used'));
          return { loss: tf.sum(product), product, x };
        }, ['used', 'unused']);
        unused.splice(0, Infinity, ...found.unused);
        return { loss: found.value, product: found.terms.product, fed: found.terms.x, ...found.gradients };
      });
      expect(await step.run({ x: Float32Array.of(3, 4) })).toEqual({
        loss: Float32Array.of(11),
        product: Float32Array.of(3, 8),
        fed: Float32Array.of(3, 4),
        used: Float32Array.of(3, 4),
        unused: new Float32Array(3),
      });
      expect(unused).toEqual(['unused']);
    });

    it('takes any number of rows where a length is open, and its body sees how many there are', async () => {
      runtime.variables.create('w', [3], Float32Array.of(1, 10, 100));
      const seen: number[] = [];
      const step = runtime.compile('step', { x: { shape: [null, 3], dtype: 'float32' } }, ({ x }) => {
        seen.push(x.shape[0]);
        runtime.assign('w', tf.add(runtime.variables.get('w'), x.shape[0]));
        return {
          total: tf.mul(tf.sum(x), x.shape[0]),
          product: tf.matMul(x, tf.reshape(runtime.variables.get('w'), [3, 1])),
        };
      });
      for (const rows of [2, 5, 2, 1, 5, 9, 8, 7, 6, 4, 2]) {
        const w = (await runtime.variables.read('w')).values;
        const { total, product } = await step.run({ x: new Float32Array(3 * rows).fill(2) });
        expect(total).toEqual(Float32Array.of(6 * rows * rows));
        expect(product).toEqual(new Float32Array(rows).fill(2 * (w[0] + w[1] + w[2] + 3 * rows)));
        expect(seen).toContain(rows);
      }
    });

    it('is told the shape with the values where several lengths are open', async () => {
      const step = runtime.compile('step', { x: { shape: [null, null, 2], dtype: 'float32' } }, ({ x }) => ({
        sums: tf.sum(x, [1, 2]),
      }));
      const values = Float32Array.from({ length: 12 }, (_, i) => i);
      expect((await step.run({ x: { shape: [3, 2, 2], values } })).sums).toEqual(Float32Array.of(6, 22, 38));
      expect((await step.run({ x: { shape: [2, 3, 2], values } })).sums).toEqual(Float32Array.of(15, 51));
      const refused = (feed: object, message: RegExp) =>
        expect(step.run({ x: feed as Float32Array })).rejects.toMatchObject({
          code: 'ARRAY_SHAPE',
          message: expect.stringMatching(message) as string,
        });
      await refused(values, /x of step step has the shape \[any, any, 2\], which has to be stated .* given 12/);
      await refused({ shape: [2, 2, 3], values }, /given 12 as \[2, 2, 3\]/);
      await refused({ shape: [2, 2, 2], values }, /given 12 as \[2, 2, 2\]/);
    });

    it('gives integers and truths as floats', async () => {
      const step = runtime.compile('step', { i: { shape: [3], dtype: 'int32' } }, ({ i }) => ({
        sum: tf.add(i, tf.scalar(1, 'int32')),
        positive: tf.greater(i, tf.scalar(0, 'int32')),
        fixed: tf.tensor1d([7, 8]),
      }));
      expect(await step.run({ i: Int32Array.of(-1, 0, 5) })).toEqual({
        sum: Float32Array.of(0, 1, 6),
        positive: Float32Array.of(0, 0, 1),
        fixed: Float32Array.of(7, 8),
      });
    });

    it('keeps none of the arrays that it is given or gives', async () => {
      // Native code shares the memory of arrays that begin at a page, as those that can grow do.
      const inPage = (...values: number[]) => {
        const array = new Float32Array(new ArrayBuffer(4096, { maxByteLength: 65_536 }), 0, values.length);
        array.set(values);
        return array;
      };
      const initial = inPage(1, 1);
      runtime.variables.create('w', [2], initial);
      initial.fill(99);
      const store = runtime.compile('store', { x: pair }, ({ x }) => {
        runtime.assign('w', tf.reshape(tf.clone(x), [2]));
        return { w: runtime.variables.get('w') };
      });
      const grow = runtime.compile('grow', {}, () => {
        runtime.assign('w', tf.mul(runtime.variables.get('w'), 2));
        return {};
      });
      const w = async () => [...(await runtime.variables.read('w')).values];
      expect(await w()).toEqual([1, 1]);
      const x = inPage(3, 4);
      const outputs = await store.run({ x });
      x.fill(99);
      expect(await w()).toEqual([3, 4]);
      (await runtime.variables.read('w')).values.fill(99);
      outputs.w.fill(99);
      expect(await w()).toEqual([3, 4]);
      await grow.run({});
      expect([...x]).toEqual([99, 99]);
      const written = inPage(5, 6);
      runtime.variables.write('w', written);
      written.fill(99);
      await grow.run({});
      expect(await w()).toEqual([10, 12]);
      expect([...written]).toEqual([99, 99]);
    });

    it('shares variables between steps, also with steps and variables that are added later', async () => {
      runtime.variables.create('count', [], Float32Array.of(0));
      const count = runtime.compile('count', {}, () => {
        runtime.assign('count', tf.add(runtime.variables.get('count'), 1));
        return {};
      });
      await count.run({});
      await count.run({});
      runtime.variables.create('factor', [], Float32Array.of(10));
      const read = runtime.compile('read', { x: scalar }, ({ x }) => ({
        value: tf.add(x, tf.mul(runtime.variables.get('factor'), runtime.variables.get('count'))),
      }));
      expect((await read.run({ x: Float32Array.of(1) })).value[0]).toBe(21);
      await count.run({});
      // The same step for another shape.
      const readPair = runtime.compile('read', { x: pair }, ({ x }) => ({
        value: tf.add(x, tf.mul(runtime.variables.get('factor'), runtime.variables.get('count'))),
      }));
      expect((await readPair.run({ x: Float32Array.of(1, 2) })).value).toEqual(Float32Array.of(31, 32));
      expect((await read.run({ x: Float32Array.of(1) })).value[0]).toBe(31);
      read.dispose();
      await count.run({});
      expect((await readPair.run({ x: Float32Array.of(1, 2) })).value).toEqual(Float32Array.of(41, 42));
      await expect(read.run({ x: Float32Array.of(1) })).rejects.toThrow(/read was disposed of/);
    });

    it('shows the present value of a variable outside of steps', async () => {
      runtime.variables.create('w', [], Float32Array.of(1));
      const step = runtime.compile('step', {}, () => {
        runtime.assign('w', tf.add(runtime.variables.get('w'), 1));
        return {};
      });
      const w = async () => (await runtime.variables.get('w').data())[0];
      expect(await w()).toBe(1);
      await step.run({});
      expect(await w()).toBe(2);
      expect(await w()).toBe(2);
      runtime.variables.write('w', Float32Array.of(7));
      expect(await w()).toBe(7);
      await step.run({});
      expect(await w()).toBe(8);
    });

    it('goes on from what was read and written back, as from a checkpoint', async () => {
      const gan = createSmallGan(runtime);
      for (let step = 0; step < 3; step++) await gan.train.run(batchOf(step));
      const checkpoint = await runtime.variables.readAll();
      const onwards = await gan.train.run(batchOf(3));
      const drawn = await gan.draw.run(batchOf(3));

      const resumed = create();
      const other = createSmallGan(resumed, 2);
      expect(resumed.variables.names()).toEqual([...checkpoint.keys()]);
      for (const [name, { values }] of checkpoint) resumed.variables.write(name, values);
      expect(await other.train.run(batchOf(3))).toEqual(onwards);
      expect(await other.draw.run(batchOf(3))).toEqual(drawn);
      expect(await resumed.variables.readAll()).toEqual(await runtime.variables.readAll());
      resumed.dispose();
    });

    it('gives bit-equal results for equal seeds and feeds', async () => {
      const train = async () => {
        const repeated = create();
        const gan = createSmallGan(repeated);
        for (let step = 0; step < 5; step++) await gan.train.run(batchOf(step));
        const values = await repeated.variables.readAll();
        repeated.dispose();
        return values;
      };
      expect(await train()).toEqual(await train());
    });

    it('names the feed and the step when values are missing, too many or of another type', async () => {
      const step = runtime.compile('train', { noise: { shape: [2, 3], dtype: 'float32' } }, ({ noise }) => ({ noise }));
      const run = (feeds: object) => step.run(feeds as { noise: Float32Array });
      const refused = (code: string, message: RegExp): unknown =>
        expect.objectContaining({ code, message: expect.stringMatching(message) as string });
      await expect(run({ noise: new Float32Array(5) })).rejects.toThrow(
        refused('ARRAY_SHAPE', /feed noise of step train .*\[2, 3\], so 6 values; it was given 5/),
      );
      await expect(run({})).rejects.toThrow(refused('ARRAY_SHAPE', /train was not fed noise/));
      await expect(run({ noise: new Int32Array(6) })).rejects.toThrow(refused('ARRAY_TYPE', /noise .* float32/));
    });

    it('refuses variables that do not fit: taken names, unknown names, wrong numbers of values', () => {
      runtime.variables.create('w', [2], new Float32Array(2));
      expect(() => runtime.variables.create('w', [2], new Float32Array(2))).toThrow(/already a variable w/);
      expect(() => runtime.variables.create('v', [2], new Float32Array(3))).toThrow(/v has the shape \[2\].* given 3/);
      expect(() => runtime.variables.get('v')).toThrow(/no variable v/);
      expect(() => {
        runtime.variables.write('w', new Float32Array(1));
      }).toThrow(/w has the shape \[2\].* given 1/);
      expect(runtime.variables.has('v')).toBe(false);
      expect(runtime.variables.names('w')).toEqual(['w']);
    });

    it(`leaves no tensor behind over ${steps} steps, nor when a body throws`, async () => {
      const gan = createSmallGan(runtime);
      await gan.train.run(batchOf(0));
      const { numTensors, numBytes } = tf.memory();
      for (let step = 0; step < steps; step++) await gan.train.run(batchOf(step % 5));
      expect(tf.memory().numTensors).toBe(numTensors);
      expect(tf.memory().numBytes).toBe(numBytes);
      const broken = async () => {
        const step = runtime.compile('broken', { x: pair }, ({ x }) => {
          runtime.assign('level', tf.sum(tf.square(x)));
          throw new Error('broken body');
        });
        await step.run({ x: Float32Array.of(1, 2) });
      };
      await expect(broken()).rejects.toThrow('broken body');
      expect(tf.memory().numTensors).toBe(numTensors);
    });
  });
}
