/** One whole volume: a mask, an atlas, an anatomy, or the mean of a run. */
import { decodeElements, elementBytes } from '../readers/elements.ts';
import { elementCount } from '../readers/reading-errors.ts';
import { allBlocks, blocksBetween, type DataBlock } from './data-blocks.ts';
import { gridSize } from './grid.ts';
import { requireVolume, type VolumeFile } from './volume-file.ts';

/**
 * All values of one volume, x fastest, scaled; as float64, in which labels of any size are exact.
 *
 * @param index - of the volume, from 0
 * @throws CortextError `ARRAY_SHAPE` for a volume that the file does not have, `ARRAY_TYPE` for labels beyond 2^53,
 *   `FILE_TRUNCATED`, `FILE_DAMAGED`, `FILE_TOO_LARGE`, `CANCELLED`
 */
export async function readVolume(file: VolumeFile, index = 0, signal?: AbortSignal): Promise<Float64Array> {
  requireVolume(file, index);
  const size = gridSize(file.grid);
  elementCount(file.path, 'a volume', file.grid.shape, Float64Array.BYTES_PER_ELEMENT);
  const values = new Float64Array(size);
  const first = index * size;
  const bytes = elementBytes[file.datatype];
  // A compressed file of one volume is read to its end, where its checksum is.
  const blocks =
    file.volumes === 1 ? allBlocks(file, signal) : blocksBetween(file, first * bytes, (first + size) * bytes, signal);
  const { slope, intercept } = file.scaling;
  for await (const block of blocks) {
    const start = block.at / bytes - first;
    const stored = decodeBlock(file, block);
    const from = Math.max(0, -start);
    const to = Math.min(stored.length, size - start);
    for (let i = from; i < to; i++) values[start + i] = stored[i] * slope + intercept;
  }
  return values;
}

/**
 * The mean over all volumes of a file, x fastest: what a run looks like. A voxel with NaN anywhere is NaN.
 *
 * @throws CortextError as `readVolume`
 */
export async function meanVolume(file: VolumeFile, signal?: AbortSignal): Promise<Float64Array> {
  const size = gridSize(file.grid);
  elementCount(file.path, 'a volume', file.grid.shape, Float64Array.BYTES_PER_ELEMENT);
  const sums = new Float64Array(size);
  const bytes = elementBytes[file.datatype];
  for await (const block of allBlocks(file, signal)) {
    const stored = decodeBlock(file, block);
    let voxel = (block.at / bytes) % size;
    for (let i = 0; i < stored.length; i++) {
      sums[voxel] += stored[i];
      voxel = voxel + 1 === size ? 0 : voxel + 1;
    }
  }
  const { slope, intercept } = file.scaling;
  return sums.map((sum) => (sum / file.volumes) * slope + intercept);
}

function decodeBlock({ path, datatype, data }: VolumeFile, { bytes }: DataBlock) {
  return decodeElements(bytes, datatype, data.littleEndian, path);
}
