/** Benchmarks of the engine. */
export {
  benchmarkStep,
  type BenchmarkImageSize,
  type StepBenchmarkResult,
  type StepBenchmarkRow,
} from '../engine/benchmark/step-benchmark.ts';
export { stepVariants, type StepVariant } from '../engine/benchmark/variants.ts';
