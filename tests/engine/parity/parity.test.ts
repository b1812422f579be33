import * as tf from '@tensorflow/tfjs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { activate, type Backend } from '../../../src/main/engine/backends/start-backend.ts';
import { startTensorFlow } from '../../../src/main/engine/backends/tensorflow-backend.ts';
import { startWasm } from '../../../src/main/engine/backends/wasm-backend.ts';
import { startWebGpu } from '../../../src/main/engine/backends/webgpu-backend.ts';
import type { ParameterSpec } from '../../../src/main/engine/networks/parameters.ts';
import { createRuntime } from '../../../src/main/engine/runtime/create-runtime.ts';
import type { StepRuntime } from '../../../src/main/engine/runtime/step-runtime.ts';
import { hasShared, sharedAbsent } from '../../support/shared-data.ts';
import { useTestGpu } from '../../support/test-gpu.ts';
import { type Oracle, readOracle, runOracle } from './df-gan-oracle.ts';
import { largestDifference, relativeError, scaledDifference } from './differences.ts';
import { operationCases } from './operation-cases.ts';
import { onPlainJavaScript, onRuntime } from './operations.ts';
import { GRADIENT_TOLERANCE, OPERATION_TOLERANCE, OUTPUT_TOLERANCE, type Subject, subjects } from './subjects.ts';

/** Milliseconds: a GPU in software takes long for a whole network on a busy computer. */
const PATIENCE = 240_000;

/** Several backends in one process, which the engine never has: so they are started one by one. */
async function start({ backend }: Subject): Promise<Backend> {
  switch (backend) {
    case 'tensorflow':
      return startTensorFlow();
    case 'wasm':
      return startWasm();
    case 'webgpu': {
      useTestGpu();
      const started = await startWebGpu();
      // Small operations on fresh values would run in JavaScript, and the cases are small.
      tf.env().set('WEBGPU_CPU_FORWARD', false);
      return started;
    }
  }
}

afterAll(async () => {
  await activate('cpu');
});

describe.each(subjects)('$title', (subject) => {
  const { mode, unavailable } = subject;
  let backend: Backend;
  let runtime: StepRuntime;

  beforeAll(async () => {
    if (unavailable === null) backend = await start(subject);
  });
  beforeEach(async (context) => {
    if (unavailable !== null) context.skip(unavailable);
    await activate(backend.name);
    runtime = createRuntime(backend, { mode });
  });
  afterEach(() => {
    runtime.dispose();
  });

  const cases = operationCases.filter(({ notOnTensorFlow }) => subject.backend !== 'tensorflow' || !notOnTensorFlow);
  it.each(cases.map((operation) => [operation.name, operation] as const))(
    'computes %s and its gradient as plain JavaScript does',
    async (_name, operation) => {
      await activate('cpu');
      const expected = onPlainJavaScript(operation);
      await activate(backend.name);
      const tensors = tf.memory().numTensors;
      const actual = await onRuntime(runtime, operation);
      // A kernel that leaks a tensor per step ends a long training by running out of memory.
      expect(tf.memory().numTensors, 'tensors left behind').toBe(tensors);
      expect(Object.keys(actual)).toEqual(Object.keys(expected));
      for (const [name, values] of Object.entries(expected)) {
        expect(values.every(Number.isFinite)).toBe(true);
        expect(scaledDifference(actual[name], values), name).toBeLessThan(OPERATION_TOLERANCE);
      }
    },
  );

  describe.skipIf(!hasShared)(
    hasShared ? "DF-GAN with the published code's weights" : `DF-GAN (${sharedAbsent})`,
    () => {
      let oracle: Oracle;
      let results: Record<string, Float32Array>;

      beforeAll(async () => {
        oracle = readOracle();
        if (unavailable !== null) return;
        await activate(backend.name);
        const whole = createRuntime(backend, { mode });
        results = await runOracle(oracle, whole);
        whole.dispose();
      }, PATIENCE);

      it('has exactly the published weights', () => {
        const shapes = (specs: readonly { name: string; shape: readonly number[] }[]) =>
          Object.fromEntries(specs.map(({ name, shape }) => [name, shape]));
        for (const network of ['generator', 'discriminator'] as const) {
          const ours: readonly ParameterSpec[] = oracle[network].parameters;
          expect(shapes(ours)).toEqual(shapes(oracle.weights.filter((weight) => weight.network === network)));
        }
      });

      it('gives the published images, features and logits', () => {
        for (const [ours, theirs] of Object.entries({
          drawn: 'fake',
          features: 'features_real',
          logits: 'logit_real',
        })) {
          expect(largestDifference(results[ours], oracle.array(theirs).values), ours).toBeLessThan(OUTPUT_TOLERANCE);
        }
      });

      it('gives every published loss, the gradient penalty among them', () => {
        const { ma_gp: penalty, ...losses } = oracle.loss;
        for (const [name, value] of Object.entries({ penalty, ...losses })) {
          expect(relativeError(results[name], [value]), name).toBeLessThan(GRADIENT_TOLERANCE);
        }
      });

      it('gives every published gradient, through the penalty too', () => {
        expect(oracle.gradients.length).toBe(oracle.weights.length);
        const errors = oracle.gradients.map(({ network, name, values }) => ({
          name: `${network}/${name}`,
          error: relativeError(results[`${network}/${name}`], values),
        }));
        expect(errors.filter(({ error }) => !(error < GRADIENT_TOLERANCE))).toEqual([]);
      });
    },
  );
});
