// STOPGAP by the lead so that other formats can be tried: replace this whole file.
import type { FileBytes } from './file-bytes.ts';
import type { NamedArrays, ReadOptions } from './named-arrays.ts';
export function findHdf5Signature(_file: FileBytes): number | null {
  return null;
}
export function openHdf5(_file: FileBytes, _at: number, _options: ReadOptions): Promise<NamedArrays> {
  throw new Error('not there');
}
