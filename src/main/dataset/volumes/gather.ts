/** Takes the wanted values out of a stream of blocks: only they are copied, byte-swapped and scaled. */
import { decodeElements, elementBytes } from '../readers/elements.ts';
import type { DataBlock } from './data-blocks.ts';
import { gridSize } from './grid.ts';
import type { VolumeFile } from './volume-file.ts';

export interface WantedVoxels {
  /** Flat indices, ascending. */
  readonly ascending: Uint32Array;
  /** The column of each of them in the result. */
  readonly columns: Uint32Array;
}

export function wantedVoxels(indices: ArrayLike<number>): WantedVoxels {
  const columns = Uint32Array.from({ length: indices.length }, (_, column) => column);
  columns.sort((a, b) => indices[a] - indices[b]);
  return { ascending: Uint32Array.from(columns, (column) => indices[column]), columns };
}

/**
 * Blocks in, rows out: each finished volume becomes a row `[voxels]` of `series` `[volumes, voxels]`.
 *
 * @param onVolume - told after each finished volume
 * @returns takes the next block; blocks that hold no wanted value may be left out
 */
export function gatherInto(
  series: Float32Array,
  file: VolumeFile,
  wanted: WantedVoxels,
  onVolume: (volume: number) => void,
): (block: DataBlock) => void {
  const { ascending } = wanted;
  const size = elementBytes[file.datatype];
  const perVolume = gridSize(file.grid);
  // Values of 8 bytes are moved as two words: reading them as numbers might change their bits.
  const words = size === 8 ? 2 : 1;
  const raw = new ArrayBuffer(ascending.length * size);
  const gathered = wordsOf(raw, size);
  let volume = 0;
  let next = 0;
  return ({ at, bytes }) => {
    const stored = wordsOf(bytes.buffer, size, Math.floor(bytes.length / size) * words);
    const first = at / size;
    const end = first + stored.length / words;
    while (volume < file.volumes) {
      // Places in the block; before it only for voxels that were gathered already.
      const shift = volume * perVolume - first;
      const last = end - volume * perVolume;
      if (words === 1) {
        for (; next < ascending.length && ascending[next] < last; next++)
          gathered[next] = stored[ascending[next] + shift];
      } else {
        for (; next < ascending.length && ascending[next] < last; next++) {
          gathered[2 * next] = stored[2 * (ascending[next] + shift)];
          gathered[2 * next + 1] = stored[2 * (ascending[next] + shift) + 1];
        }
      }
      if (next < ascending.length) return;
      storeRow(series, volume * ascending.length, raw, file, wanted);
      onVolume(volume);
      volume += 1;
      next = 0;
    }
  };
}

function wordsOf(buffer: ArrayBufferLike, size: number, length?: number): Uint8Array | Uint16Array | Uint32Array {
  if (size === 1) return new Uint8Array(buffer, 0, length);
  if (size === 2) return new Uint16Array(buffer, 0, length);
  return new Uint32Array(buffer, 0, length);
}

function storeRow(
  series: Float32Array,
  start: number,
  raw: ArrayBuffer,
  { path, datatype, data, scaling }: VolumeFile,
  { columns }: WantedVoxels,
): void {
  const { slope, intercept } = scaling;
  const values = decodeElements(new Uint8Array(raw), datatype, data.littleEndian, path, true);
  // Values that are stored as they are meant keep their bits: adding 0 makes a 0 of -0.
  const asStored = slope === 1 && intercept === 0;
  for (let i = 0; i < values.length; i++) series[start + columns[i]] = asStored ? values[i] : values[i] * slope + intercept;
}
