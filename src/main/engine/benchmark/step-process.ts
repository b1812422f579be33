/**
 * A process that measures one of our variants: `node step-process.ts compiled 64 16`. With `peak` as its only argument it
 * measures how fast this computer multiplies large matrices.
 *
 * It answers lines of JSON on standard input, `{"run": 2}` with the time of two steps and `{"end": 1}` with the memory it
 * took; bench/pytorch_dfgan_step.py does the same for PyTorch.
 */
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { toCortextError } from '../../../shared/errors.ts';
import { computeDeterministically } from '../backends/determinism.ts';
import { startBackend } from '../backends/start-backend.ts';
import { createRuntime, type RuntimeOptions } from '../runtime/create-runtime.ts';
import { matrixProductRates } from './matrix-product-rates.ts';
import { createPlainStep } from './plain-step.ts';
import { createPublishedStep } from './published-step.ts';
import { type OwnVariant, ownVariants } from './variants.ts';

const runtimes: Readonly<Record<Exclude<OwnVariant, 'eager'>, RuntimeOptions>> = {
  'eager-same-code': { mode: 'eager' },
  compiled: { mode: 'compiled', precision: 'float32' },
  'compiled-deterministic': { mode: 'compiled', precision: 'float32' },
  'compiled-mixed': { mode: 'compiled', precision: 'mixed' },
  wasm: { mode: 'eager' },
};

const commandSchema = z.union([z.object({ run: z.int().positive() }), z.object({ end: z.literal(1) })]);

async function serve(variant: OwnVariant, imageSize: 32 | 64 | 128, batch: number): Promise<void> {
  if (variant === 'compiled-deterministic') computeDeterministically();
  const backend = await startBackend(variant === 'wasm' ? 'wasm' : 'tensorflow');
  const started = performance.now();
  const step =
    variant === 'eager'
      ? createPlainStep({ imageSize, batch })
      : createPublishedStep(createRuntime(backend, runtimes[variant]), { imageSize, batch });
  await step.run(step.values);
  const compileSeconds = variant.startsWith('compiled') ? (performance.now() - started) / 1000 : null;
  print({ ready: { version: backend.version, compileSeconds } });
  for await (const line of createInterface({ input: process.stdin })) {
    const command = commandSchema.parse(JSON.parse(line));
    if ('end' in command) break;
    const milliseconds = [];
    let losses = {};
    for (let i = 0; i < command.run; i++) {
      const before = performance.now();
      losses = await step.run(step.values);
      milliseconds.push(performance.now() - before);
    }
    print({ milliseconds, losses });
  }
  print({ peakBytes: process.resourceUsage().maxRSS * 1024 });
}

/** Synchronous, so that the line is out before anything else can end the process. */
function print(value: unknown): void {
  writeSync(1, `${JSON.stringify(value)}\n`);
}

try {
  const [what, size, batch] = process.argv.slice(2);
  if (what === 'peak') print(matrixProductRates(await startBackend('tensorflow')));
  else {
    const imageSize = z.literal([32, 64, 128]).parse(Number(size));
    await serve(z.enum(ownVariants).parse(what), imageSize, z.int().positive().parse(Number(batch)));
  }
} catch (error) {
  print({ error: toCortextError(error).toEnvelope() });
}
// Native threads would keep the process alive.
process.exit();
