/** Names of what computes, for people and for an experiment's record. */
import { availableParallelism, cpus } from 'node:os';

/** e.g. `AMD EPYC 7763 (2 cores)`. */
export function processorName(cores = availableParallelism()): string {
  const model = cpus()[0]?.model.trim().replaceAll(/\s+/g, ' ') || process.arch;
  return `${model} (${cores} ${cores === 1 ? 'core' : 'cores'})`;
}
