import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { readHeader, type NIFTI1 } from 'nifti-reader-js';
import { describe, expect, it } from 'vitest';
import {
  createNiftiWriter,
  writeNiftiVolume,
  type AffineRows,
} from '../../../src/main/dataset/volumes/nifti-writer.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

function read(path: string): { header: NIFTI1; bytes: Buffer } {
  const bytes = gunzipSync(readFileSync(path));
  const header = readHeader(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  return { header: header as NIFTI1, bytes };
}

/** The affine that a reader gets which only knows the qform (nifti1.h, method 2). */
function qformOf({ quatern_b: b, quatern_c: c, quatern_d: d, pixDims, ...rest }: NIFTI1): number[][] {
  const a = Math.sqrt(Math.max(0, 1 - b * b - c * c - d * d));
  const rotation = [
    [a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c)],
    [2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b)],
    [2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - b * b - c * c],
  ];
  const sides = [pixDims[1], pixDims[2], pixDims[3] * pixDims[0]];
  const offsets = [rest.qoffset_x, rest.qoffset_y, rest.qoffset_z];
  return rotation.map((row, i) => [...row.map((value, axis) => value * sides[axis]), offsets[i]]);
}

const turn = (degrees: number) => [Math.cos((degrees / 180) * Math.PI), Math.sin((degrees / 180) * Math.PI)];
const [c, s] = turn(25);
const [k, l] = turn(140);
const affines: Record<string, AffineRows> = {
  upright: [
    [2, 0, 0, -10],
    [0, 3, 0, 20],
    [0, 0, 4, -7.5],
  ],
  'mirrored in the first axis': [
    [-2, 0, 0, 60],
    [0, 2, 0, -90],
    [0, 0, 2, -50],
  ],
  'turned about two axes, by more than half a turn': [
    [2 * k, -3 * l * c, 4 * l * s, 1],
    [2 * l, 3 * k * c, -4 * k * s, 2],
    [0, 3 * s, 4 * c, 3],
  ],
};

describe('a NIfTI file of ours', () => {
  it.each(Object.entries(affines))('has the same grid in sform and qform: %s', async (_, affine) => {
    const path = join(temporaryFolder(), 'v.nii.gz');
    await writeNiftiVolume(
      path,
      { size: [2, 3, 4], affine },
      new Uint8Array(24).map((_, i) => i),
    );
    const { header } = read(path);
    const qform = qformOf(header);
    affine.forEach((row, i) => {
      row.forEach((value, j) => {
        expect(header.affine[i][j]).toBeCloseTo(value, 4);
        expect(qform[i][j]).toBeCloseTo(value, 4);
      });
    });
  });

  it('says how large, how far apart in time and how scaled its volumes are, and holds them in order', async () => {
    const path = join(temporaryFolder(), 'run.nii.gz');
    const writer = createNiftiWriter(path, {
      size: [2, 1, 2],
      affine: affines.upright,
      volumes: 3,
      datatype: 'int16',
      slope: 0.5,
      intercept: 10,
      repetitionTime: 2.5,
    });
    // One buffer for all volumes, as a scanner would use it.
    const volume = new Int16Array(4);
    for (let v = 0; v < 3; v++) {
      volume.forEach((_, i) => (volume[i] = 100 * v - i));
      await writer.write(volume);
    }
    await writer.close();
    const { header, bytes } = read(path);
    expect([...header.dims.slice(0, 5)]).toEqual([4, 2, 1, 2, 3]);
    expect([header.datatypeCode, header.numBitsPerVoxel, header.vox_offset]).toEqual([4, 16, 352]);
    expect([header.scl_slope, header.scl_inter, header.pixDims[4], header.xyzt_units]).toEqual([0.5, 10, 2.5, 10]);
    expect(bytes.length).toBe(352 + 24);
    expect(Array.from({ length: 12 }, (_, i) => bytes.readInt16LE(352 + 2 * i))).toEqual([
      0, -1, -2, -3, 100, 99, 98, 97, 200, 199, 198, 197,
    ]);
  });

  it('is refused where it would not be whole, and is gone when given up', async () => {
    const path = join(temporaryFolder(), 'run.nii.gz');
    const writer = createNiftiWriter(path, { size: [2, 2, 2], affine: affines.upright, volumes: 2, datatype: 'uint8' });
    await expect(writer.write(new Uint8Array(7))).rejects.toMatchObject({ code: 'INTERNAL' });
    await writer.write(new Uint8Array(8));
    await expect(writer.close()).rejects.toMatchObject({ code: 'INTERNAL' });
    await writer.discard();
    expect(existsSync(path)).toBe(false);
  });

  it('cannot be written where there is no folder, and says so', async () => {
    const path = join(temporaryFolder(), 'nowhere', 'v.nii.gz');
    await expect(
      writeNiftiVolume(path, { size: [1, 1, 1], affine: affines.upright }, new Uint8Array(1)),
    ).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
    });
  });
});
