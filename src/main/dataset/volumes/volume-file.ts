/** A file of one volume (3D) or a run of volumes (4D), described by its header. */
import { CortextError } from '../../../shared/errors.ts';
import { elementBytes, type ElementType } from '../readers/elements.ts';
import { gridSize, type Grid } from './grid.ts';

/** Plain data: no file is kept open. Values are read with `readVolume`, `meanVolume` and `extractSeries`. */
export interface VolumeFile {
  /** As it was asked for; of a pair of files (.hdr and .img) either one. */
  readonly path: string;
  readonly format: 'nifti-1' | 'nifti-2' | 'mgh';
  readonly grid: Grid;
  /** 1 for a 3D file. */
  readonly volumes: number;
  /** Sides of a voxel in millimetres as the header states them apart from the affine. */
  readonly spacing: readonly [number, number, number];
  /** Seconds from volume to volume; null where the header does not say. */
  readonly repetitionTime: number | null;
  /** As it is stored; values are delivered with the scaling applied. */
  readonly datatype: ElementType;
  /** `value = stored * slope + intercept` */
  readonly scaling: { readonly slope: number; readonly intercept: number };
  readonly data: VolumeData;
}

/** Where the values lie. */
export interface VolumeData {
  readonly path: string;
  readonly compressed: boolean;
  readonly littleEndian: boolean;
  /** Bytes, uncompressed, before the first value. */
  readonly offset: number;
}

/** Bytes of all values, uncompressed. */
export function dataLength({ grid, volumes, datatype }: VolumeFile): number {
  return gridSize(grid) * volumes * elementBytes[datatype];
}

/** @throws CortextError `ARRAY_SHAPE` for a volume that the file does not have */
export function requireVolume({ path, volumes }: VolumeFile, index: number): void {
  if (Number.isInteger(index) && index >= 0 && index < volumes) return;
  throw new CortextError('ARRAY_SHAPE', `${path} has no volume ${index}: it has ${volumes}, counted from 0.`, {
    hint: 'Check which file is meant.',
  });
}
