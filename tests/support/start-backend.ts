/**
 * Starts a backend in a process of its own: one process has one engine, and a broken one may end it.
 *
 * Run as `node start-backend.ts <choice> <gpu as JSON>` it prints what started, or the error, and the variables that
 * NVIDIA's libraries would have read.
 */
import { writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startBackend } from '../../src/main/engine/backends/start-backend.ts';
import { runCommand } from '../../src/main/engine/install/run-command.ts';
import { type ErrorEnvelope, toCortextError } from '../../src/shared/errors.ts';
import { backendChoiceSchema, defaultGpu, type GpuConfig, gpuConfigSchema } from '../../src/shared/experiment.ts';

export interface Started {
  readonly signal: string | null;
  readonly backend?: { name: string; device: string; isGpu: boolean; warning?: string };
  readonly error?: ErrorEnvelope;
  readonly environment: Readonly<Record<string, string>>;
}

export async function startInChild(
  choice: string,
  environment: NodeJS.ProcessEnv,
  gpu: GpuConfig = defaultGpu,
): Promise<Started> {
  const result = await runCommand(
    process.execPath,
    ['--no-warnings', fileURLToPath(import.meta.url), choice, JSON.stringify(gpu)],
    { environment: { ...process.env, ...environment } },
  );
  const line = result.stdout.trim().split('\n').at(-1) ?? '';
  if (!line.startsWith('{'))
    throw new Error(`The process ended with ${result.signal ?? result.status}: ${result.stderr}`);
  // Printed below.
  return { signal: result.signal, ...(JSON.parse(line) as Omit<Started, 'signal'>) };
}

async function main(choice: string, gpu: string): Promise<void> {
  const work = startBackend(backendChoiceSchema.parse(choice), gpuConfigSchema.parse(JSON.parse(gpu)));
  const outcome = await work.then(
    ({ name, device, isGpu, warning }) => ({ backend: { name, device, isGpu, warning } }),
    (error: unknown) => ({ error: toCortextError(error).toEnvelope() }),
  );
  const environment = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => /^(CUDA|TF_|NVIDIA)/.test(name)),
  );
  writeSync(1, `${JSON.stringify({ ...outcome, environment })}\n`);
  process.exit(0);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv[2], process.argv[3]);
