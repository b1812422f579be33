/** Finds out which backends work on this computer, how fast, and what is missing. */
import { availableParallelism, cpus, freemem, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { version_wasm } from '@tensorflow/tfjs-backend-wasm';
import { z } from 'zod';
import type {
  BackendDiagnosis,
  DoctorReport,
  InstallationDiagnosis,
  NvidiaDiagnosis,
  PrecisionDiagnosis,
  ToolDiagnosis,
} from '../../../shared/doctor.ts';
import type { CortextError } from '../../../shared/errors.ts';
import { toCortextError } from '../../../shared/errors.ts';
import { type BackendName, backendNameSchema } from '../../../shared/experiment.ts';
import { cudaNeeds, cudaProblem } from '../backends/cuda.ts';
import {
  keepPrecisionFinding,
  mixedPays,
  type PrecisionFinding,
  precisionFindingSchema,
} from '../backends/measured-precision.ts';
import { keepMeasuredSpeeds, type MeasuredSpeeds, orderBySpeed } from '../backends/measured-speeds.ts';
import { nvidiaReport } from '../backends/nvidia.ts';
import { tfjsNodeVersion } from '../install/addon-source.ts';
import { engineCacheFolder, installationFolder, type LibraryKind } from '../install/cache-folder.ts';
import { findInstallation, verifyInstallation } from '../install/manifest.ts';
import { lastLines, runCommand } from '../install/run-command.ts';
import { findCompiler, findPython } from '../install/toolchain.ts';
import { nodeProgram } from '../../files/node-program.ts';

export interface DiagnoseOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told before each part, because timing a backend takes some seconds. */
  readonly onProgress?: ((text: string) => void) | undefined;
}

const INSTALL = 'npm run cortext -- engine install';

/**
 * Looks at the computer, verifies what is installed, and times ten training steps on every backend, each in a process
 * of its own: a backend that crashes is a line of the report and nothing more.
 *
 * @throws CortextError `CANCELLED`; everything else that is wrong is part of the report
 */
export async function diagnose(options: DiagnoseOptions = {}): Promise<DoctorReport> {
  const { signal, onProgress } = options;
  onProgress?.('verifying the installed engine');
  const installations = [await examineInstallation('cuda', signal), await examineInstallation('cpu', signal)];
  onProgress?.('looking for Python and a compiler');
  const tools = [
    await examineTool('Python with pip', async () => {
      const { command, version, pip } = await findPython(signal);
      return `${command} ${version}, ${pip}`;
    }),
    await examineTool('C++ compiler', async () => (await findCompiler(signal)).version),
  ];
  const nvidia = examineNvidia(installations.some(({ kind, state }) => kind === 'cuda' && state !== 'absent'));
  const backends: BackendDiagnosis[] = [];
  for (const name of backendNameSchema.options) {
    onProgress?.(`timing ten training steps on ${name}`);
    backends.push(adviseOnGpu(await timeBackend(name, signal), nvidia));
  }
  const order = orderBySpeed(rememberSpeeds(backends));
  const compiles = backends.some(({ name, available }) => name === 'tensorflow' && available);
  if (compiles) onProgress?.('timing training steps in mixed precision');
  const precision = compiles ? await timePrecision(signal) : null;
  return {
    at: new Date().toISOString(),
    computer: {
      platform: process.platform,
      arch: process.arch,
      release: release(),
      processor: cpus()[0]?.model.trim() || process.arch,
      cores: availableParallelism(),
      memoryBytes: totalmem(),
      freeMemoryBytes: freemem(),
      gpus: nvidia.gpus.map(({ name }) => name),
    },
    nvidia,
    versions: {
      node: process.version,
      nodeApi: process.versions.napi ?? 'unknown',
      tensorflowJs: tf.version_core,
      wasm: version_wasm,
      addonSource: tfjsNodeVersion(),
      tensorflow: backends.find(({ name }) => name === 'tensorflow')?.version ?? null,
    },
    cacheFolder: engineCacheFolder(),
    installations,
    tools,
    backends,
    precision,
    chosen: order.find((name) => backends.some((backend) => backend.name === name && backend.available)) ?? null,
  };
}

/** Keeps what was measured for `auto`; a cache that cannot be written leaves it as it was. */
function rememberSpeeds(backends: readonly BackendDiagnosis[]): MeasuredSpeeds {
  const speeds = backends.flatMap(({ name, timing }) =>
    timing === null ? [] : [{ name, milliseconds: timing.medianMilliseconds }],
  );
  try {
    keepMeasuredSpeeds(speeds);
  } catch {
    // Said by `engine install`, which needs the cache more.
  }
  return speeds;
}

/** Times both precisions and keeps the finding for `auto`; null when that fails, which leaves `auto` with float32. */
async function timePrecision(signal?: AbortSignal): Promise<PrecisionDiagnosis | null> {
  const script = fileURLToPath(new URL('./time-precision.ts', import.meta.url));
  const result = await runCommand(nodeProgram(), ['--no-warnings', script], { signal, timeout: 120_000 });
  const finding = parseFinding(result.stdout);
  if (finding === null) return null;
  try {
    keepPrecisionFinding(finding);
  } catch {
    // As with the speeds of backends.
  }
  const { float32Milliseconds, mixedMilliseconds } = finding;
  return { float32Milliseconds, mixedMilliseconds, chosen: mixedPays(finding) ? 'mixed' : 'float32' };
}

function parseFinding(stdout: string): PrecisionFinding | null {
  try {
    return precisionFindingSchema.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
  } catch {
    return null;
  }
}

async function examineInstallation(kind: LibraryKind, signal?: AbortSignal): Promise<InstallationDiagnosis> {
  const folder = installationFolder(kind);
  try {
    const found = findInstallation(kind);
    if (found === null) return { kind, state: 'absent', folder, bytes: null, problem: null };
    await verifyInstallation(kind, undefined, signal);
    const bytes = found.manifest.files.reduce((sum, file) => sum + file.bytes, 0);
    return { kind, state: 'sound', folder, bytes, problem: null };
  } catch (error) {
    const coded = rethrowCancelled(error);
    return { kind, state: 'damaged', folder, bytes: null, problem: coded.message };
  }
}

async function examineTool(name: string, find: () => Promise<string>): Promise<ToolDiagnosis> {
  try {
    return { name, found: await find(), problem: null, remedy: null };
  } catch (error) {
    const coded = rethrowCancelled(error);
    return { name, found: null, problem: coded.message, remedy: coded.hint ?? null };
  }
}

function rethrowCancelled(error: unknown): CortextError {
  const coded = toCortextError(error);
  if (coded.code === 'CANCELLED') throw coded;
  return coded;
}

/** A computer with nothing of NVIDIA lacks nothing, unless the CUDA build is installed. */
function examineNvidia(hasCudaBuild: boolean): NvidiaDiagnosis {
  const report = nvidiaReport();
  const needs = cudaNeeds();
  const concerned = hasCudaBuild || report.driver !== null || report.gpus.length > 0 || report.problem !== null;
  const problem = concerned ? cudaProblem(report) : null;
  return {
    driver: report.driver,
    gpus: [...report.gpus],
    needs: { cuda: needs.version, driver: needs.driver, computeCapability: needs.computeCapability },
    problem: problem?.message ?? null,
    remedy: problem?.hint ?? null,
  };
}

const answerSchema = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    backend: z.object({
      device: z.string(),
      version: z.string(),
      isGpu: z.boolean(),
      warning: z.string().optional(),
    }),
    batch: z.int(),
    milliseconds: z.array(z.number()).min(1),
    loss: z.number(),
  }),
  z.object({ ok: z.literal(false), error: z.object({ message: z.string(), hint: z.string().optional() }) }),
]);

const crashRemedies: Readonly<Record<BackendName, string>> = {
  tensorflow: `Run: ${INSTALL} --force`,
  webgpu: 'Update the graphics driver.',
  wasm: 'Run: npm run setup',
};

async function timeBackend(name: BackendName, signal?: AbortSignal): Promise<BackendDiagnosis> {
  const script = fileURLToPath(new URL('./time-backend.ts', import.meta.url));
  const result = await runCommand(nodeProgram(), ['--no-warnings', script, name], { signal, timeout: 120_000 });
  const answer = parseAnswer(result.stdout);
  const absent = { name, available: false, device: null, version: null, gpu: false, timing: null };
  if (answer === null) {
    const how = result.signal === null ? `ended with ${result.status ?? 'no status'}` : `was ended by ${result.signal}`;
    const said = lastLines(result, 3);
    return {
      ...absent,
      problem: `The process that tried it ${how}${said ? `: ${said}` : '.'}`,
      remedy: crashRemedies[name],
    };
  }
  if (!answer.ok) return { ...absent, problem: answer.error.message, remedy: answer.error.hint ?? null };
  const { backend, batch, milliseconds } = answer;
  const sorted = [...milliseconds].sort((a, b) => a - b);
  const median = ((sorted[(sorted.length - 1) >> 1] ?? NaN) + (sorted[sorted.length >> 1] ?? NaN)) / 2;
  return {
    name,
    available: true,
    device: backend.device,
    version: backend.version,
    gpu: backend.isGpu,
    timing: { steps: milliseconds.length, medianMilliseconds: median, imagesPerSecond: (batch * 1000) / median },
    problem: backend.warning ?? null,
    remedy: null,
  };
}

function parseAnswer(stdout: string): z.infer<typeof answerSchema> | null {
  try {
    return answerSchema.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
  } catch {
    return null;
  }
}

/** A GPU that lies idle is worth a line, whether or not the processor's build works. */
function adviseOnGpu(diagnosis: BackendDiagnosis, { gpus, problem }: NvidiaDiagnosis): BackendDiagnosis {
  const isIdle = gpus.length > 0 && problem === null && !diagnosis.gpu;
  if (diagnosis.name !== 'tensorflow' || !isIdle || diagnosis.problem !== null) return diagnosis;
  return {
    ...diagnosis,
    problem: `The GPU ${gpus[0].name} is not used: the processor's build of TensorFlow is installed.`,
    remedy: `Run: ${INSTALL} --gpu`,
  };
}
