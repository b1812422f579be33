/** One small simulated BIDS dataset that several tests look at; the files are removed when the test file has ended. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { readHeader } from 'nifti-reader-js';
import { afterAll } from 'vitest';
import { simulateCortex, type SimulatedCortex } from '../../../src/main/dataset/simulate/subject.ts';
import { writeSimulatedBids } from '../../../src/main/dataset/simulate/write-bids.ts';
import type { SimulationRequest } from '../../../src/main/dataset/simulate/options.ts';
import type { ScanRequest } from '../../../src/main/dataset/simulate/scanner/scan-options.ts';

export interface SimulatedDataset {
  readonly folder: string;
  readonly cortex: SimulatedCortex;
}

/** Must be called outside of tests. */
export async function simulatedDataset(request: SimulationRequest, scan: ScanRequest = {}): Promise<SimulatedDataset> {
  const parent = mkdtempSync(join(tmpdir(), 'simulated-bids-'));
  afterAll(() => {
    rmSync(parent, { recursive: true, force: true });
  });
  const cortex = await simulateCortex(request);
  const { folder } = await writeSimulatedBids(join(parent, 'dataset'), cortex, scan);
  return { folder, cortex };
}

export interface PlainVolumes {
  readonly size: readonly number[];
  readonly affine: readonly (readonly number[])[];
  /** After slope and intercept. */
  readonly values: Float64Array;
}

/** A .nii.gz file of bytes, int16 or float32, read by the library alone. */
export function readVolumes(path: string): PlainVolumes {
  const bytes = gunzipSync(readFileSync(path));
  const header = readHeader(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  if (header === null) throw new Error(`${path} is no NIfTI file`);
  const size = header.dims.slice(1, 1 + header.dims[0]);
  const length = size.reduce((product, side) => product * side, 1);
  const stored = header.numBitsPerVoxel / 8;
  const values = Float64Array.from({ length }, (_, i) => {
    const at = header.vox_offset + i * stored;
    const value = stored === 1 ? bytes.readUInt8(at) : stored === 2 ? bytes.readInt16LE(at) : bytes.readFloatLE(at);
    return value * header.scl_slope + header.scl_inter;
  });
  return { size, affine: header.affine, values };
}
