/** Times one training step of DF-GAN in several implementations, in turns, so that whatever disturbs them disturbs all. */
import { availableParallelism, loadavg, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { toCortextError } from '../../../shared/errors.ts';
import { processorName } from '../backends/device.ts';
import { installPyTorch, pytorchProgram, type PyTorch } from './pytorch-installation.ts';
import { stepFlop } from './step-flop.ts';
import { VariantProcess, type VariantProgram } from './variant-process.ts';
import {
  endedSchema,
  isPyTorch,
  type PyTorchVariant,
  ranSchema,
  ratesSchema,
  readySchema,
  type StepVariant,
} from './variants.ts';

export type BenchmarkImageSize = 32 | 64 | 128;

export interface StepBenchmarkOptions {
  readonly sizes: readonly BenchmarkImageSize[];
  readonly batch: number;
  /** Turns that each variant gets. */
  readonly rounds: number;
  readonly variants: readonly StepVariant[];
  readonly signal?: AbortSignal | undefined;
  /** Told what is going on. */
  readonly onProgress?: ((text: string) => void) | undefined;
}

export interface StepBenchmarkRow {
  readonly size: BenchmarkImageSize;
  readonly batch: number;
  readonly variant: StepVariant;
  readonly median_ms: number;
  readonly samples_per_s: number;
  /** The largest resident memory of the variant's process, in MB (10^6 bytes); null where the system does not tell. */
  readonly peak_mb: number | null;
  /** Seconds from the step's code to the end of its first run; null where nothing is compiled. */
  readonly compile_s: number | null;
  /** Multiplications and additions per second, in 10^9; those of the published step, counted once. */
  readonly gflop_per_s: number;
  /** The same as a share of this computer's matrix products in the variant's precision. */
  readonly share_of_peak: number | null;
  /** Library and version. */
  readonly version: string;
  readonly milliseconds: readonly number[];
  /** Of the last step: to see that it computed. */
  readonly losses: Readonly<Record<string, number>>;
}

export interface BenchmarkMachine {
  readonly processor: string;
  readonly cores: number;
  readonly memory_gb: number;
  readonly platform: string;
  readonly node: string;
  /** Mean number of running processes in the minute before: above 0.5 others were at work, and times are rough. */
  readonly load_before: number;
  /** Rate of large matrix products, in 10^9 multiplications and additions per second. */
  readonly gemm_gflop_per_s: { readonly float32: number | null; readonly bfloat16: number | null };
}

export interface StepBenchmarkResult {
  readonly machine: BenchmarkMachine;
  readonly rows: readonly StepBenchmarkRow[];
  /** Variants that could not be measured, each with a sentence. */
  readonly left_out: readonly { readonly size: number; readonly variant: StepVariant; readonly reason: string }[];
}

/** Fast variants take several steps per turn, about this long in milliseconds, but never more than so many. */
const TURN = 400;
const MOST_PER_TURN = 5;

const pytorchArguments: Readonly<Record<PyTorchVariant, readonly string[]>> = {
  pytorch: [],
  'pytorch-channels-last': ['--channels-last'],
  'pytorch-bf16': ['--bf16'],
  'pytorch-bf16-channels-last': ['--bf16', '--channels-last'],
};

/**
 * Every variant of one size has its own process; they start one after the other and then take turns, A B C A B C.
 *
 * @throws CortextError `CANCELLED`; a variant that fails is left out with the reason
 */
export async function benchmarkStep(options: StepBenchmarkOptions): Promise<StepBenchmarkResult> {
  const { sizes, variants, signal, onProgress = () => undefined } = options;
  const load = loadavg()[0];
  const left: { size: number; variant: StepVariant; reason: string }[] = [];
  const pytorch = variants.some(isPyTorch) ? await pytorchOrReason(onProgress, signal) : null;
  onProgress('Measuring matrix products ...');
  const gemm = await measurePeak(pytorch instanceof Object ? pytorch : null, signal);
  const rows: StepBenchmarkRow[] = [];
  for (const size of sizes) {
    const measured = await benchmarkSize(size, options, pytorch, left);
    rows.push(...measured.map((one) => rowOf(one, size, options.batch, gemm)));
  }
  return {
    machine: {
      processor: processorName(),
      cores: availableParallelism(),
      memory_gb: Math.round(totalmem() / 1e9),
      platform: `${process.platform} ${process.arch}`,
      node: process.version,
      load_before: load,
      gemm_gflop_per_s: {
        float32: gemm.float32 === null ? null : gemm.float32 / 1e9,
        bfloat16: gemm.bfloat16 === null ? null : gemm.bfloat16 / 1e9,
      },
    },
    rows,
    left_out: left,
  };
}

type Rates = ReturnType<typeof ratesSchema.parse>;

interface Measured {
  readonly variant: StepVariant;
  readonly version: string;
  readonly compileSeconds: number | null;
  readonly milliseconds: number[];
  losses: Readonly<Record<string, number>>;
  peakBytes: number | null;
}

interface Contestant extends Measured {
  readonly process: VariantProcess;
  readonly stepsPerTurn: number;
}

async function benchmarkSize(
  size: BenchmarkImageSize,
  { batch, rounds, variants, signal, onProgress = () => undefined }: StepBenchmarkOptions,
  pytorch: PyTorch | string | null,
  left: { size: number; variant: StepVariant; reason: string }[],
): Promise<Measured[]> {
  let contestants: Contestant[] = [];
  const leaveOut = (variant: StepVariant, error: unknown): void => {
    const coded = toCortextError(error);
    if (signal?.aborted) throw coded;
    left.push({ size, variant, reason: coded.message });
    onProgress(coded.message);
  };
  try {
    for (const variant of variants) {
      onProgress(`${size} px: starting ${variant} ...`);
      if (isPyTorch(variant) && (pytorch === null || typeof pytorch === 'string')) {
        left.push({ size, variant, reason: pytorch ?? 'PyTorch was not asked for.' });
        continue;
      }
      const process = new VariantProcess(`${variant} at ${size} px`, programOf(variant, size, batch, pytorch), signal);
      try {
        contestants.push(await started(variant, process));
      } catch (error) {
        process.kill();
        leaveOut(variant, error);
      }
    }
    for (let round = 0; round < rounds; round++) {
      onProgress(`${size} px: round ${round + 1} of ${rounds}`);
      for (const contestant of contestants) {
        try {
          const ran = await contestant.process.ask({ run: contestant.stepsPerTurn }, ranSchema);
          contestant.milliseconds.push(...ran.milliseconds);
          contestant.losses = ran.losses;
        } catch (error) {
          contestants = contestants.filter((other) => other !== contestant);
          contestant.process.kill();
          leaveOut(contestant.variant, error);
        }
      }
    }
    for (const contestant of contestants) {
      contestant.peakBytes = (await contestant.process.ask({ end: 1 }, endedSchema)).peakBytes;
    }
    return contestants;
  } finally {
    for (const { process } of contestants) process.kill();
  }
}

/** Waits until it has run twice: the first step is another thing, and the second tells how long a turn would be. */
async function started(variant: StepVariant, process: VariantProcess): Promise<Contestant> {
  const { ready } = await process.answer(readySchema);
  const warm = await process.ask({ run: 2 }, ranSchema);
  const step = warm.milliseconds[1];
  return {
    variant,
    process,
    version: ready.version,
    compileSeconds: ready.compileSeconds,
    stepsPerTurn: Math.min(MOST_PER_TURN, Math.max(1, Math.round(TURN / step))),
    milliseconds: [],
    losses: warm.losses,
    peakBytes: null,
  };
}

function programOf(
  variant: StepVariant,
  size: BenchmarkImageSize,
  batch: number,
  pytorch: PyTorch | string | null,
): VariantProgram {
  if (!isPyTorch(variant)) return ownProgram([variant, `${size}`, `${batch}`]);
  // Only asked for when it is there.
  return pytorchProgram(pytorch as PyTorch, ['--size', `${size}`, '--batch', `${batch}`, ...pytorchArguments[variant]]);
}

function ownProgram(args: readonly string[]): VariantProgram {
  const script = fileURLToPath(new URL('./step-process.ts', import.meta.url));
  return { command: process.execPath, args: ['--no-warnings', script, ...args] };
}

/** PyTorch, or why there is none. */
async function pytorchOrReason(onProgress: (text: string) => void, signal?: AbortSignal): Promise<PyTorch | string> {
  try {
    const found = await installPyTorch(onProgress, signal);
    if (found.seconds !== null) onProgress(`PyTorch is installed; it took ${found.seconds.toFixed(0)} s.`);
    return found;
  } catch (error) {
    const coded = toCortextError(error);
    if (coded.code === 'CANCELLED') throw coded;
    const reason = `PyTorch is left out: ${coded.message}`;
    onProgress(reason);
    return reason;
  }
}

/** The better of TensorFlow's and PyTorch's matrix products: both are the same processor's. */
async function measurePeak(pytorch: PyTorch | null, signal?: AbortSignal): Promise<Rates> {
  const programs = [ownProgram(['peak']), ...(pytorch === null ? [] : [pytorchProgram(pytorch, ['--peak'])])];
  let best: Rates = { float32: null, bfloat16: null };
  for (const program of programs) {
    const process = new VariantProcess('The rate of matrix products', program, signal);
    try {
      const rates = await process.answer(ratesSchema);
      best = { float32: larger(best.float32, rates.float32), bfloat16: larger(best.bfloat16, rates.bfloat16) };
    } catch (error) {
      if (signal?.aborted) throw error;
    } finally {
      process.kill();
    }
  }
  return best;
}

function larger(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.max(a, b);
}

function rowOf(measured: Measured, size: BenchmarkImageSize, batch: number, gemm: Rates): StepBenchmarkRow {
  const { variant, milliseconds, peakBytes } = measured;
  const median = medianOf(milliseconds);
  const perSecond = stepFlop({ imageSize: size, batch, channels: 32, noise: 100, condition: 256 }) / (median / 1000);
  const peak = /mixed|bf16/.test(variant) ? gemm.bfloat16 : gemm.float32;
  return {
    size,
    batch,
    variant,
    median_ms: median,
    samples_per_s: (batch * 1000) / median,
    peak_mb: peakBytes === null ? null : peakBytes / 1e6,
    compile_s: measured.compileSeconds,
    gflop_per_s: perSecond / 1e9,
    share_of_peak: peak === null ? null : perSecond / peak,
    version: measured.version,
    milliseconds,
    losses: measured.losses,
  };
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}
