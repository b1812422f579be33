/** The benchmark's two sides do the same work, and it says what it could not measure. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startBackend } from '../../../src/main/engine/backends/start-backend.ts';
import { createPlainStep } from '../../../src/main/engine/benchmark/plain-step.ts';
import { createPublishedStep } from '../../../src/main/engine/benchmark/published-step.ts';
import {
  installPyTorch,
  PYTORCH_VERSION,
  pytorchProgram,
} from '../../../src/main/engine/benchmark/pytorch-installation.ts';
import { benchmarkStep } from '../../../src/main/engine/benchmark/step-benchmark.ts';
import { engineCacheFolder } from '../../../src/main/engine/install/cache-folder.ts';
import { findInstallation } from '../../../src/main/engine/install/manifest.ts';
import { runCommand } from '../../../src/main/engine/install/run-command.ts';
import { createRuntime } from '../../../src/main/engine/runtime/create-runtime.ts';
import { readNpz } from '../../support/npz.ts';
import { channelsLast, fromPyTorch } from '../../support/pytorch-layout.ts';
import { hasShared, sharedPath } from '../../support/shared-data.ts';

interface Oracle {
  readonly config: { batch: number; image: 32; nf: number; noise: number; condition: number };
  readonly loss: Record<string, number>;
}

const installed = findInstallation('cpu') !== null;
const benchFolder = join(engineCacheFolder(), 'bench');
const hasPyTorch =
  existsSync(benchFolder) && readdirSync(benchFolder).some((name) => name.startsWith(`pytorch-${PYTORCH_VERSION}`));

describe.skipIf(!hasShared)('losses of the published code, from its own weights', () => {
  const weights = hasShared ? sharedPath('oracles', 'dfgan_small.npz') : '';
  const description = hasShared ? sharedPath('oracles', 'dfgan_small.json') : '';
  const oracle = (): Oracle => JSON.parse(readFileSync(description, 'utf8')) as Oracle;

  it.skipIf(!installed)('are those of our side, compiled and in plain TensorFlow.js', async () => {
    const { config, loss } = oracle();
    const arrays = readNpz(weights);
    const named = [...arrays]
      .filter(([name]) => name.startsWith('weight/'))
      .map(([name, array]) => fromPyTorch(name.slice('weight/'.length), array));
    const runtime = createRuntime(await startBackend('tensorflow'), { mode: 'compiled' });
    const { image: imageSize, batch, nf: channels, noise, condition } = config;
    const options = { imageSize, batch, channels, noise, condition };
    const initial = (name: string): Float32Array =>
      named.find(({ network, name: own }) => `${network}/${own}` === name)?.values ?? new Float32Array(0);
    const compiled = createPublishedStep(runtime, options, initial);
    const plain = createPlainStep(options, initial);
    const array = (name: string) => arrays.get(name) ?? { shape: [], values: new Float32Array(0) };
    const values = {
      images: channelsLast(array('images')).values,
      sentence: array('condition').values,
      noise: array('noise').values,
    };
    for (const step of [compiled, plain]) {
      const { real, wrong, fake, penalty } = await step.run(values);
      expectClose({ real, wrong, fake, ma_gp: penalty }, loss);
    }
    // The losses of a second step are those of the weights that the first one left.
    expectClose({ ...(await plain.run(values)) }, { ...(await compiled.run(values)) });
    runtime.dispose();
  });

  it.skipIf(!hasPyTorch)('are those of the PyTorch side, in both layouts', async () => {
    const pytorch = await installPyTorch(() => undefined);
    for (const layout of [[], ['--channels-last']]) {
      const program = pytorchProgram(pytorch, ['--weights', weights, '--config', description, ...layout]);
      const { stdout, stderr } = await runCommand(program.command, program.args, {
        environment: { ...process.env, ...program.environment },
      });
      expect(stdout, stderr).toContain('losses');
      expectClose((JSON.parse(stdout) as { losses: Record<string, number> }).losses, oracle().loss);
    }
  });

  function expectClose(actual: Record<string, number>, expected: Record<string, number>): void {
    for (const [name, value] of Object.entries(actual)) {
      expect(Math.abs(value / expected[name] - 1), name).toBeLessThan(1e-3);
    }
  }
});

describe('bench step', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it.skipIf(!installed)('measures what runs here and says why PyTorch does not', async () => {
    vi.stubEnv('CORTEXT_PYTHON', '/no/such/python');
    const { machine, rows, left_out } = await benchmarkStep({
      sizes: [32],
      batch: 2,
      rounds: 2,
      variants: ['compiled', 'pytorch'],
    });
    expect(machine.gemm_gflop_per_s.float32).toBeGreaterThan(0);
    expect(rows).toMatchObject([{ size: 32, batch: 2, variant: 'compiled' }]);
    const [{ median_ms, samples_per_s, peak_mb, compile_s, milliseconds, losses }] = rows;
    expect(milliseconds.length).toBeGreaterThanOrEqual(2);
    expect(samples_per_s).toBeCloseTo(2000 / median_ms);
    expect(peak_mb).toBeGreaterThan(50);
    expect(compile_s).toBeGreaterThan(0);
    expect(Object.values(losses).every(Number.isFinite)).toBe(true);
    expect(left_out).toEqual([{ size: 32, variant: 'pytorch', reason: expect.stringMatching(/Python/) as string }]);
  });
});
