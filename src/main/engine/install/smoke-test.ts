/** Starts a freshly built addon in a process of its own: a library that crashes must not take the installer with it. */
import { join } from 'node:path';
import { z } from 'zod';
import { CortextError } from '../../../shared/errors.ts';
import { nodeProgram } from '../../files/node-program.ts';
import { ADDON_FILE } from './manifest.ts';
import { lastLines, runCommand } from './run-command.ts';

// Multiplies [[1, 2], [3, 4]] with itself, so that a kernel has run and not only the loader.
const SCRIPT = `
process.on('uncaughtException', ({ message }) => {
  console.error(message.split('\\n')[0]);
  process.exit(1);
});
const b = require(process.argv[1]);
const a = b.createTensor([2, 2], b.TF_FLOAT, new Float32Array([1, 2, 3, 4]));
const flag = (name) => ({ name, type: b.TF_ATTR_BOOL, value: false });
const attributes = [flag('transpose_a'), flag('transpose_b'), { name: 'T', type: b.TF_ATTR_TYPE, value: b.TF_FLOAT }];
const [product] = b.executeOp('MatMul', attributes, [a, a], 1);
const values = Array.from(b.tensorDataSync(product.id));
console.log(JSON.stringify({ version: b.TF_Version, gpu: b.isUsingGpuDevice(), values }));
`;

const outputSchema = z.object({ version: z.string(), gpu: z.boolean(), values: z.array(z.number()) });
export type SmokeTestResult = z.infer<typeof outputSchema>;

/**
 * @param folder - of the installation
 * @throws CortextError `ENGINE_INSTALL_FAILED` with the child's last lines
 */
export async function smokeTest(
  folder: string,
  expectedVersion: string,
  signal?: AbortSignal,
): Promise<SmokeTestResult> {
  const result = await runCommand(nodeProgram(), ['-e', SCRIPT, join(folder, ADDON_FILE)], {
    signal,
    timeout: 120_000,
    environment: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' },
  });
  const parsed = result.status === 0 ? parseOutput(result.stdout) : null;
  if (parsed?.version === expectedVersion && parsed.values.join() === '7,10,15,22') return parsed;
  const ended =
    result.signal !== null
      ? `was ended by ${result.signal}`
      : result.status === 0
        ? `answered ${result.stdout.trim()}`
        : `exited with ${result.status ?? 'no status'} (${lastLines(result, 1)})`;
  throw new CortextError('ENGINE_INSTALL_FAILED', `The compiled addon does not work here: it ${ended}.`, {
    hint: 'TensorFlow needs a processor with AVX and glibc 2.27 or newer. Training works on WASM, slower.',
    details: { output: lastLines(result) },
  });
}

function parseOutput(text: string): SmokeTestResult | null {
  try {
    return outputSchema.parse(JSON.parse(text.trim().split('\n').at(-1) ?? ''));
  } catch {
    return null;
  }
}
