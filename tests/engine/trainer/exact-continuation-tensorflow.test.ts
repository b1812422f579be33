import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { computeDeterministically } from '../../../src/main/engine/backends/determinism.ts';
import { startBackend } from '../../../src/main/engine/backends/start-backend.ts';
import { findInstallation } from '../../../src/main/engine/install/manifest.ts';
import { createRuntime } from '../../../src/main/engine/runtime/create-runtime.ts';
import { Random } from '../../../src/shared/random.ts';
import { describeContinuation } from './exact-continuation.ts';

// Without the native engine in the cache there is nothing to test: run `npm run cortext -- engine install`.
describe.skipIf(findInstallation('cpu') === null)('deterministic training on the native engine', () => {
  describeContinuation(() => {
    computeDeterministically();
    return startBackend('tensorflow');
  });

  // TensorFlow adds so many large terms in the order in which they are ready, unless it is kept from doing so.
  it('sums large terms in the same order at every run', async () => {
    const runtime = createRuntime(await startBackend('tensorflow'));
    const step = runtime.compile('sum', { x: { shape: [1 << 21], dtype: 'float32' } }, ({ x }) => {
      const terms = Array.from({ length: 24 }, (_, i) => tf.sin(tf.mul(x, 1 + i / 7)));
      return { sum: terms.reduce((sum, term) => tf.add(sum, term)) };
    });
    const x = new Random(1).normals(1 << 21);
    const { sum: first } = await step.run({ x });
    for (let run = 0; run < 2; run++) expect(same((await step.run({ x })).sum, first)).toBe(true);
    runtime.dispose();
  });
});

function same(a: Float32Array, b: Float32Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
