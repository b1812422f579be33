/** Names of what computes, for people and for an experiment's record. */
import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';

/** e.g. `AMD EPYC 7763 (2 cores)`. */
export function processorName(cores = availableParallelism()): string {
  const model = cpus()[0]?.model.trim().replaceAll(/\s+/g, ' ') || process.arch;
  return `${model} (${cores} ${cores === 1 ? 'core' : 'cores'})`;
}

/** The first GPU's name, as NVIDIA's own tool tells it; TensorFlow's C interface only says that there is one. */
export function gpuName(): string {
  const asked = spawnSync('nvidia-smi', ['--query-gpu=name', '--format=csv,noheader'], {
    encoding: 'utf8',
    timeout: 10_000,
  });
  return asked.status === 0 ? (asked.stdout.split('\n')[0]?.trim() ?? 'GPU') : 'GPU';
}
