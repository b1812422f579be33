/** Real runs for tests of the chain, and runs made up in a line. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { RunEvent, ScannerRun } from '../../../src/main/dataset/time-series/scanner-run.ts';
import { sharedPath } from '../../support/shared-data.ts';

interface Volume {
  readonly shape: readonly number[];
  /** First axis fastest, as stored. */
  readonly values: Float64Array;
}

/** A little-endian .nii.gz of int16, uint8 or float32 without scaling: all that the Haxby files are. */
export function readPlainNifti(path: string): Volume {
  const bytes = gunzipSync(readFileSync(path));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: view.getInt16(40, true) }, (_, axis) => view.getInt16(42 + 2 * axis, true));
  const type = view.getInt16(70, true);
  const offset = view.getFloat32(108, true);
  const readers: Record<number, [number, (at: number) => number]> = {
    2: [1, (at) => view.getUint8(at)],
    4: [2, (at) => view.getInt16(at, true)],
    8: [4, (at) => view.getInt32(at, true)],
    16: [4, (at) => view.getFloat32(at, true)],
    64: [8, (at) => view.getFloat64(at, true)],
  };
  const [size, read] = readers[type];
  const count = shape.reduce((product, extent) => product * extent, 1);
  return { shape, values: Float64Array.from({ length: count }, (_, i) => read(offset + i * size)) };
}

/** Time series `[volumes, voxels]` of the voxels in a mask, last axis fastest: the order of nilearn. */
export function maskedSeries(bold: Volume, mask: Volume): { series: Float32Array; volumes: number; voxels: number } {
  const [nx, ny, nz, volumes] = bold.shape;
  const inside: number[] = [];
  for (let x = 0; x < nx; x++) {
    for (let y = 0; y < ny; y++) {
      for (let z = 0; z < nz; z++) if (mask.values[x + nx * (y + ny * z)] !== 0) inside.push(x + nx * (y + ny * z));
    }
  }
  const series = new Float32Array(volumes * inside.length);
  for (let t = 0; t < volumes; t++) {
    inside.forEach((at, voxel) => {
      series[t * inside.length + voxel] = bold.values[t * nx * ny * nz + at];
    });
  }
  return { series, volumes, voxels: inside.length };
}

export function readEvents(path: string): RunEvent[] {
  const [, ...lines] = readFileSync(path, 'utf8').trim().split('\n');
  return lines.map((line) => {
    const [onset, duration, trialType] = line.split('\t');
    return { onset: Number(onset), duration: Number(duration), trialType, stimulus: null };
  });
}

/** Run 1 of the Haxby subject at 25 mm, voxels in the gray mask; motion estimates as confounds. */
export function haxbyRun(): ScannerRun {
  const folder = ['data', 'haxby2001', 'sub001'];
  const run = [...folder, 'BOLD', 'task001_run001'];
  const masked = maskedSeries(
    readPlainNifti(sharedPath(...run, 'bold_25mm.nii.gz')),
    readPlainNifti(sharedPath(...folder, 'masks', '25mm', 'gray.nii.gz')),
  );
  const motion = readFileSync(sharedPath(...run, 'bold_moest.txt'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  return {
    name: '1',
    session: null,
    ...masked,
    repetitionTime: 2.5,
    startTime: 0,
    events: readEvents(sharedPath(...run, 'bold_events.tsv')),
    confounds: Object.fromEntries(
      motion[0].map((_, c) => [`motion_${c}`, Float64Array.from(motion, (row) => row[c])]),
    ),
  };
}

export interface MadeUpRun extends Partial<Omit<ScannerRun, 'series'>> {
  /** One list of values per voxel. */
  readonly voxelSeries: readonly (readonly number[])[];
}

/** A run whose voxels have the given values, one volume per second. */
export function madeUpRun({ voxelSeries, ...rest }: MadeUpRun): ScannerRun {
  const volumes = voxelSeries[0].length;
  const voxels = voxelSeries.length;
  const series = Float32Array.from({ length: volumes * voxels }, (_, i) => voxelSeries[i % voxels][Math.floor(i / voxels)]);
  return {
    name: '1',
    session: null,
    repetitionTime: 1,
    startTime: 0,
    events: [],
    confounds: null,
    ...rest,
    series,
    volumes,
    voxels,
  };
}

export function event(onset: number, duration: number, trialType: string, stimulus: string | null = null): RunEvent {
  return { onset, duration, trialType, stimulus };
}

/** One voxel of a matrix `[rows, voxels]`. */
export function voxelOf(matrix: Float32Array, voxels: number, voxel: number): number[] {
  return Array.from({ length: matrix.length / voxels }, (_, row) => matrix[row * voxels + voxel]);
}
