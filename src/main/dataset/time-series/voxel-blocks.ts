/** Long computations over all voxels of a run, a few voxels at a time. */
import { setImmediate } from 'node:timers/promises';

/** So many voxels of a long run fit into the cache of a processor. */
const BLOCK = 128;
/** Milliseconds of work after which other work gets a turn. */
const LONGEST_PIECE = 20;

/**
 * Calls `work` for one range of voxels after the other, and lets messages and cancelling have their turn in between.
 *
 * @throws the reason of `signal` when it is aborted
 */
export async function forVoxelBlocks(
  voxels: number,
  work: (from: number, to: number) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  let last = performance.now();
  for (let from = 0; from < voxels; from += BLOCK) {
    signal?.throwIfAborted();
    work(from, Math.min(from + BLOCK, voxels));
    if (performance.now() - last < LONGEST_PIECE) continue;
    await setImmediate();
    last = performance.now();
  }
}
