/**
 * Times a DF-GAN training step in float32 and in mixed precision, in turns, in a process of its own. Prints one line of
 * JSON: what was found, or an error envelope.
 */
import { writeSync } from 'node:fs';
import { toCortextError } from '../../../shared/errors.ts';
import type { PrecisionFinding } from '../backends/measured-precision.ts';
import { startBackend } from '../backends/start-backend.ts';
import { createPublishedStep } from '../benchmark/published-step.ts';
import { createRuntime } from '../runtime/create-runtime.ts';

const TURNS = 5;
const NETWORK = { imageSize: 64, batch: 8, channels: 16 } as const;

async function measure(): Promise<PrecisionFinding> {
  const backend = await startBackend('tensorflow');
  const steps = (['float32', 'mixed'] as const).map((precision) =>
    createPublishedStep(createRuntime(backend, { mode: 'compiled', precision }), NETWORK),
  );
  const milliseconds: number[][] = [[], []];
  // The first step is another thing: TensorFlow prepares the graph.
  for (let turn = -1; turn < TURNS; turn++) {
    for (const [i, step] of steps.entries()) {
      const started = performance.now();
      await step.run(step.values);
      if (turn >= 0) milliseconds[i].push(performance.now() - started);
    }
  }
  const [float32Milliseconds, mixedMilliseconds] = milliseconds.map((times) => times.toSorted((a, b) => a - b)[TURNS >> 1]);
  return { device: backend.device, version: backend.version, float32Milliseconds, mixedMilliseconds };
}

/** Synchronous, so that the line is out before anything else can end the process. */
function print(value: unknown): void {
  writeSync(1, `${JSON.stringify(value)}\n`);
}

try {
  print(await measure());
} catch (error) {
  print({ error: toCortextError(error).toEnvelope() });
}
// Native threads would keep the process alive.
process.exit();
