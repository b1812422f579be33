/** `bench step`. */
import type { Command } from 'commander';
import {
  type BenchmarkImageSize,
  benchmarkStep,
  type StepBenchmarkResult,
  type StepBenchmarkRow,
  type StepVariant,
  stepVariants,
} from '../../services/benchmark.ts';
import { defineAction, list, usageError, wholeNumber } from '../command.ts';
import { table } from '../output.ts';

interface StepOptions {
  readonly size?: readonly string[];
  readonly batch: number;
  readonly rounds: number;
  readonly variants?: readonly string[];
}

const sizes = [32, 64, 128] as const;

export function stepBenchmarkCommand(bench: Command): void {
  defineAction<StepOptions>(
    bench
      .command('step')
      .description('Time a training step of DF-GAN against TensorFlow.js as it comes and PyTorch, in turns.')
      .option('--size <px>', `image sizes, separated by commas (default: ${sizes.join(',')})`, list)
      .option('--batch <n>', 'images per step', wholeNumber('--batch', 2), 16)
      .option('--rounds <n>', 'turns of every variant', wholeNumber('--rounds', 1), 7)
      .option('--variants <names>', `separated by commas (default: ${stepVariants.join(',')})`, list),
    async ({ output, signal }, options) => {
      const result = await benchmarkStep({
        sizes: oneOf('--size', options.size ?? [], sizes),
        batch: options.batch,
        rounds: options.rounds,
        variants: oneOf('--variants', options.variants ?? [], stepVariants),
        signal,
        onProgress: (text) => {
          output.say(text);
        },
      });
      return { data: result, text: resultText(result) };
    },
  );
}

/** Choices that were named; all of them when none was. */
function oneOf<T extends StepVariant | BenchmarkImageSize>(
  option: string,
  given: readonly string[],
  choices: readonly T[],
): readonly T[] {
  const unknown = given.find((text) => !choices.some((choice) => `${choice}` === text));
  if (unknown !== undefined) throw usageError(`${option} does not know ${unknown}.`, `Known are ${choices.join(', ')}.`);
  return given.length === 0 ? choices : choices.filter((choice) => given.includes(`${choice}`));
}

function resultText({ machine, rows, left_out }: StepBenchmarkResult): string {
  const rate = (value: number | null): string => (value === null ? 'unknown' : `${value.toFixed(0)} GFLOP/s`);
  const { float32, bfloat16 } = machine.gemm_gflop_per_s;
  const busy = machine.load_before > 0.5 ? [`Others were at work (load ${machine.load_before.toFixed(1)}): times are rough.`] : [];
  return [
    `${machine.processor}, ${machine.memory_gb} GB, ${machine.platform}, Node ${machine.node}`,
    `Matrix products: ${rate(float32)} in float32, ${rate(bfloat16)} in bfloat16.`,
    ...busy,
    ...[...new Set(rows.map(({ size }) => size))].flatMap((size) => ['', sizeTable(size, rows)]),
    ...(left_out.length === 0 ? [] : ['', ...left_out.map(({ size, variant, reason }) => `${size} px ${variant}: ${reason}`)]),
  ].join('\n');
}

function sizeTable(size: number, all: readonly StepBenchmarkRow[]): string {
  const rows = all.filter((row) => row.size === size);
  const baseline = (variant: StepVariant) => ({
    title: `x ${variant}`,
    align: 'right' as const,
    text: (row: StepBenchmarkRow): string => {
      const other = rows.find((one) => one.variant === variant);
      return other === undefined ? '' : (other.median_ms / row.median_ms).toFixed(2);
    },
  });
  const right = (title: string, text: (row: StepBenchmarkRow) => string) => ({ title, align: 'right' as const, text });
  return table(rows, [
    { title: `${size} px, batch ${rows[0].batch}`, text: ({ variant }) => variant },
    right('ms', ({ median_ms }) => median_ms.toFixed(0)),
    right('samples/s', ({ samples_per_s }) => samples_per_s.toFixed(1)),
    baseline('eager'),
    baseline('pytorch'),
    baseline('pytorch-channels-last'),
    baseline('pytorch-bf16-channels-last'),
    right('of peak', ({ share_of_peak }) => (share_of_peak === null ? '' : `${(100 * share_of_peak).toFixed(0)} %`)),
    right('peak MB', ({ peak_mb }) => peak_mb?.toFixed(0) ?? ''),
    right('compile s', ({ compile_s }) => compile_s?.toFixed(1) ?? ''),
  ]);
}
