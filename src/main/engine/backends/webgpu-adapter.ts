/** The GPU that WebGPU offers: found by a process of its own, because a broken graphics driver ends whoever asks it. */
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { CortextError } from '../../../shared/errors.ts';
import { lastLines, runCommand } from '../install/run-command.ts';
import { nodeProgram } from '../../files/node-program.ts';

export const adapterSchema = z.object({
  /** e.g. `amd`, `intel`, `apple`; may be empty, as may the others. */
  vendor: z.string(),
  architecture: z.string(),
  device: z.string(),
  /** The driver's own words, e.g. `AMD Radeon RX 6800 XT (RADV NAVI21)`. */
  description: z.string(),
  /** It computes on the processor. */
  software: z.boolean(),
});
export type WebGpuAdapter = z.infer<typeof adapterSchema>;

/** What `webgpu-probe.ts` prints; an adapter of null: there is none. */
export const probeAnswerSchema = z.object({ adapter: adapterSchema.nullable() });

/** A driver may load for seconds when it runs for the first time, in milliseconds. */
const PATIENCE = 30_000;

const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|software|basic render/i;

/** @param info - `isFallbackAdapter` is true for drivers that say so themselves; not all do */
export function describeAdapter(
  info: Omit<WebGpuAdapter, 'software'> & { readonly isFallbackAdapter: boolean },
): WebGpuAdapter {
  const { vendor, architecture, device, description } = info;
  const software = info.isFallbackAdapter || SOFTWARE.test([vendor, architecture, device, description].join(' '));
  return { vendor, architecture, device, description, software };
}

/** e.g. `AMD Radeon RX 6800 XT (RADV NAVI21)`, or what there is of it. */
export function adapterName({ vendor, architecture, device, description }: WebGpuAdapter): string {
  return description || device || [vendor, architecture].filter((word) => word !== '').join(' ') || 'GPU';
}

/** Software adapters are for tests, never for work: `CORTEXT_WEBGPU_SOFTWARE=1` lets them through. */
export function softwareAllowed(): boolean {
  return process.env.CORTEXT_WEBGPU_SOFTWARE === '1';
}

/**
 * Asks for the adapter and starts its device once, in a child: a tenth of a second where there is no GPU.
 *
 * @returns an adapter that may be trained on
 * @throws CortextError `ENGINE_BACKEND_UNAVAILABLE` when there is none, it is a software one, or its driver crashes
 */
export async function findAdapter(): Promise<WebGpuAdapter> {
  const script = fileURLToPath(new URL('./webgpu-probe.ts', import.meta.url));
  const result = await runCommand(nodeProgram(), ['--no-warnings', script], { timeout: PATIENCE });
  const answer = parseAnswer(result.stdout);
  if (answer === null) {
    const how =
      result.signal === null ? `exited with ${result.status ?? 'no status'}` : `was ended by ${result.signal}`;
    throw unavailable(`The process that tried WebGPU ${how}.`, 'Update the graphics driver.', lastLines(result, 3));
  }
  const { adapter } = answer;
  if (adapter === null) {
    throw unavailable('WebGPU finds no GPU here.', driverHint(process.platform), lastLines(result, 3));
  }
  if (adapter.software && !softwareAllowed()) {
    throw unavailable(
      `WebGPU finds only ${adapterName(adapter)}, which computes in software on the processor, slower than WASM.`,
      `${driverHint(process.platform)} CORTEXT_WEBGPU_SOFTWARE=1 uses it nevertheless, for tests.`,
    );
  }
  return adapter;
}

function unavailable(message: string, hint: string, output?: string): CortextError {
  return new CortextError('ENGINE_BACKEND_UNAVAILABLE', message, { hint, ...(output ? { details: { output } } : {}) });
}

function driverHint(platform: NodeJS.Platform): string {
  return platform === 'linux'
    ? 'A GPU needs the Vulkan loader and its driver (Debian, Ubuntu: sudo apt install libvulkan1 mesa-vulkan-drivers).'
    : "Install the graphics driver of the GPU's maker.";
}

function parseAnswer(stdout: string): z.infer<typeof probeAnswerSchema> | null {
  try {
    return probeAnswerSchema.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
  } catch {
    return null;
  }
}
