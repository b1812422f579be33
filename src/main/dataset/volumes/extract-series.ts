/** Time series of chosen voxels out of runs of volumes, whatever the size of their files. */
import { availableParallelism } from 'node:os';
import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { CortextError } from '../../../shared/errors.ts';
import { elementBytes } from '../readers/elements.ts';
import { openFileBytes } from '../readers/file-bytes.ts';
import { stopIfCancelled } from '../readers/named-arrays.ts';
import { elementCount } from '../readers/reading-errors.ts';
import { allBlocks, BLOCK_BYTES } from './data-blocks.ts';
import { gatherInto, wantedVoxels, type WantedVoxels } from './gather.ts';
import { describeGrid, gridSize, sameGrid } from './grid.ts';
import { openVolume } from './open-volume.ts';
import type { VolumeFile } from './volume-file.ts';

export interface ExtractOptions {
  readonly signal?: AbortSignal;
  /** Told after each volume, in any order of files. */
  readonly onProgress?: (progress: { done: number; total: number }) => void;
}

/**
 * The values of some voxels in all volumes of some files, file after file: `[volumes, voxels]`, row-major, scaled. NaN
 * stays NaN.
 *
 * Compressed files are streamed, several at a time; of others only the parts with wanted voxels are read. Beyond the
 * result this takes a few megabytes per file that is being read.
 *
 * @param paths - 3D or 4D files on one grid
 * @param voxels - flat indices (x fastest) in the order of the columns
 * @throws CortextError `ARRAY_SHAPE` when grids differ or a voxel lies outside, `FILE_TOO_LARGE`, `CANCELLED`, and what
 *   `openVolume` throws; `FILE_TRUNCATED` and `FILE_DAMAGED` also for what only shows when values are read
 */
export async function extractSeries(
  paths: readonly string[],
  voxels: ArrayLike<number>,
  { signal, onProgress }: ExtractOptions = {},
): Promise<Float32Array> {
  const files = paths.map((path) => openVolume(path, { signal }));
  requireOneGrid(files);
  requireInside(files, voxels);
  const total = files.reduce((sum, { volumes }) => sum + volumes, 0);
  elementCount(paths.join(', '), 'the time series', [total, voxels.length], Float32Array.BYTES_PER_ELEMENT);
  const series = new Float32Array(total * voxels.length);
  if (voxels.length === 0) return series;
  const wanted = wantedVoxels(voxels);
  let done = 0;
  const onVolume = (): void => onProgress?.({ done: (done += 1), total });
  let start = 0;
  const tasks = files.map((file) => {
    const rows = series.subarray(start * voxels.length, (start += file.volumes) * voxels.length);
    return (stop: AbortSignal) => extractFile(file, wanted, rows, onVolume, stop);
  });
  await runTasks(tasks, Math.min(4, availableParallelism()), signal);
  return series;
}

function requireOneGrid(files: readonly VolumeFile[]): void {
  const [first, ...others] = files;
  const other = others.find(({ grid }) => !sameGrid(first.grid, grid));
  if (other === undefined) return;
  throw new CortextError(
    'ARRAY_SHAPE',
    `${other.path} has ${describeGrid(other.grid)}, but ${first.path} has ${describeGrid(first.grid)}, or they lie elsewhere.`,
    { hint: 'Align the runs to each other first (fMRIPrep does), or import them apart.' },
  );
}

function requireInside([first]: readonly VolumeFile[], voxels: ArrayLike<number>): void {
  if (first === undefined) return;
  const size = gridSize(first.grid);
  for (let column = 0; column < voxels.length; column++) {
    const voxel = voxels[column];
    if (Number.isInteger(voxel) && voxel >= 0 && voxel < size) continue;
    throw new CortextError(
      'ARRAY_SHAPE',
      `Voxel ${voxel} lies outside of ${first.path}, which has ${describeGrid(first.grid)}.`,
      { hint: 'The voxels were chosen on another grid: resample the mask first.' },
    );
  }
}

async function extractFile(
  file: VolumeFile,
  wanted: WantedVoxels,
  rows: Float32Array,
  onVolume: () => void,
  signal: AbortSignal,
): Promise<void> {
  const take = gatherInto(rows, file, wanted, onVolume);
  if (!file.data.compressed) {
    await takeParts(file, wanted, take, signal);
    return;
  }
  for await (const block of allBlocks(file, signal)) take(block);
}

/** Reading so many unwanted bytes costs less than another call. */
const WORTH_A_CALL = 1 << 14;

interface Part {
  readonly from: number;
  readonly to: number;
}

/** Stretches of bytes of one volume that hold all wanted voxels, none longer than a block. */
function partsOf(ascending: Uint32Array, size: number): Part[] {
  const parts: { from: number; to: number }[] = [];
  for (const voxel of ascending) {
    const [from, to] = [voxel * size, (voxel + 1) * size];
    const last = parts.at(-1);
    if (last !== undefined && from - last.to <= WORTH_A_CALL && to - last.from <= BLOCK_BYTES) last.to = to;
    else parts.push({ from, to });
  }
  return parts;
}

async function takeParts(
  file: VolumeFile,
  { ascending }: WantedVoxels,
  take: ReturnType<typeof gatherInto>,
  signal: AbortSignal,
): Promise<void> {
  const size = elementBytes[file.datatype];
  const parts = partsOf(ascending, size);
  const perVolume = gridSize(file.grid) * size;
  const bytes = openFileBytes(file.data.path);
  const buffer = new Uint8Array(BLOCK_BYTES);
  try {
    for (let volume = 0; volume < file.volumes; volume++) {
      for (const { from, to } of parts) {
        const at = volume * perVolume + from;
        const block = buffer.subarray(0, to - from);
        bytes.readInto(block, file.data.offset + at, `volume ${volume}`);
        take({ at, bytes: block });
      }
      await yieldToOthers();
      stopIfCancelled(signal);
    }
  } finally {
    bytes.close();
  }
}

/** Runs tasks, a few at a time; the first failure stops the others, and all have ended when this settles. */
async function runTasks(
  tasks: readonly ((stop: AbortSignal) => Promise<void>)[],
  together: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const failed = new AbortController();
  const stop = signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal]);
  const waiting = [...tasks];
  const work = async (): Promise<void> => {
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
      stopIfCancelled(stop);
      await task(stop);
    }
  };
  const outcomes = await Promise.allSettled(
    Array.from({ length: together }, () =>
      work().catch((error: unknown) => {
        failed.abort();
        throw error;
      }),
    ),
  );
  const reasons = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
  if (reasons.length === 0) return;
  stopIfCancelled(signal);
  // Those that were stopped say CANCELLED; the one that failed says why.
  throw reasons.find((reason) => !(reason instanceof CortextError && reason.code === 'CANCELLED')) ?? reasons[0];
}
