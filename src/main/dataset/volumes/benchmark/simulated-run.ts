/** A run of volumes as large as real ones, and a mask: an ellipsoid of tissue in noise. It compresses as real runs do. */
import { join } from 'node:path';
import { CortextError } from '../../../../shared/errors.ts';
import { Random } from '../../../../shared/random.ts';
import { stopIfCancelled } from '../../readers/named-arrays.ts';
import { createNiftiWriter, writeNiftiVolume, type AffineRows } from '../nifti-writer.ts';

export interface SimulatedRunRequest {
  readonly shape: readonly [number, number, number];
  readonly volumes: number;
  /** Voxels of the mask, scattered over the ellipsoid. */
  readonly voxels: number;
  readonly seed: number;
}

export interface SimulatedRunOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { done: number; total: number }) => void;
}

const TISSUE = 1000;
const TISSUE_NOISE = 15;
const AIR = 20;
const AIR_NOISE = 5;

/** Noise is drawn once; each volume starts elsewhere in it. Much longer than gzip looks back. */
const NOISE_LENGTH = 1 << 20;

/**
 * Writes `run.nii.gz` (int16) and `mask.nii.gz` (uint8) into a folder.
 *
 * @throws CortextError `INVALID_ARGUMENT` for more voxels than the ellipsoid has, `NO_SPACE_LEFT`, `CANCELLED`
 */
export async function writeSimulatedRun(
  folder: string,
  { shape, volumes, voxels, seed }: SimulatedRunRequest,
  { signal, onProgress }: SimulatedRunOptions = {},
): Promise<{ run: string; mask: string }> {
  const affine: AffineRows = [
    [-2, 0, 0, shape[0]],
    [0, 2, 0, -shape[1]],
    [0, 0, 2, -shape[2]],
  ];
  const grid = { size: shape, affine };
  const tissue = ellipsoid(shape);
  const [run, mask] = ['run', 'mask'].map((name) => join(folder, `${name}.nii.gz`));
  await writeNiftiVolume(mask, grid, scatteredMask(tissue, voxels, new Random(seed, 'mask')));

  const random = new Random(seed, 'noise');
  const noise = random.normals(NOISE_LENGTH);
  const volume = new Int16Array(tissue.length);
  const writer = createNiftiWriter(run, { ...grid, volumes, datatype: 'int16', repetitionTime: 2 });
  try {
    for (let t = 0; t < volumes; t++) {
      stopIfCancelled(signal);
      const start = random.integer(NOISE_LENGTH);
      for (let voxel = 0; voxel < volume.length; voxel++) {
        const drawn = noise[(start + voxel) % NOISE_LENGTH];
        volume[voxel] = tissue[voxel] === 1 ? TISSUE + (voxel % 101) + TISSUE_NOISE * drawn : AIR + AIR_NOISE * drawn;
      }
      await writer.write(volume);
      onProgress?.({ done: t + 1, total: volumes });
    }
    await writer.close();
  } catch (error) {
    await writer.discard();
    throw error;
  }
  return { run, mask };
}

/** 1 for tissue: the ellipsoid that fills four fifths of every axis. */
function ellipsoid([width, height, depth]: SimulatedRunRequest['shape']): Uint8Array {
  const tissue = new Uint8Array(width * height * depth);
  const along = (place: number, side: number): number => ((2 * place + 1) / side - 1) / 0.8;
  let voxel = 0;
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        tissue[voxel++] = along(x, width) ** 2 + along(y, height) ** 2 + along(z, depth) ** 2 < 1 ? 1 : 0;
      }
    }
  }
  return tissue;
}

/** Each voxel of the tissue with the same chance, and as many as are wanted (Knuth's algorithm S). */
function scatteredMask(tissue: Uint8Array, voxels: number, random: Random): Uint8Array {
  let left = tissue.reduce((count, value) => count + value, 0);
  if (voxels > left) {
    throw new CortextError('INVALID_ARGUMENT', `The simulated brain has ${left} voxels, fewer than ${voxels}.`, {
      hint: 'Ask for fewer voxels, or a larger grid.',
    });
  }
  let wanted = voxels;
  return tissue.map((value) => {
    if (value === 0) return 0;
    const chosen = random.uniform() * left < wanted;
    left -= 1;
    if (chosen) wanted -= 1;
    return chosen ? 1 : 0;
  });
}
