/** How a subject moves during a run, and what a small movement does to a volume. */
import type { Random } from '../../../../shared/random.ts';
import type { NiftiGrid } from '../../volumes/nifti-writer.ts';

/** In the order of the columns of a table of confounds: millimetres, then radians. */
export const movementNames = ['trans_x', 'trans_y', 'trans_z', 'rot_x', 'rot_y', 'rot_z'] as const;
const COUNT = movementNames.length;

/** Standard deviation of one step, and how strongly the head is drawn back to where it lay. */
const STEPS = [0.02, 0.02, 0.035, 0.0004, 0.00025, 0.00025] as const;
const PULL = 0.03;

/** A wandering head that starts at rest. @returns `[volumes, 6]` */
export function moveHead(volumes: number, random: Random): Float32Array {
  const path = new Float32Array(volumes * COUNT);
  for (let volume = 1; volume < volumes; volume++) {
    for (let p = 0; p < COUNT; p++) {
      const before = path[(volume - 1) * COUNT + p];
      path[volume * COUNT + p] = before * (1 - PULL) + STEPS[p] * random.normal();
    }
  }
  return path;
}

/** Sum of absolute changes, rotations as arcs on a sphere of 50 mm (Power et al. 2012). @returns `[volumes]`, millimetres */
export function framewiseDisplacement(path: Float32Array): Float32Array {
  const displacement = new Float32Array(path.length / COUNT);
  for (let volume = 1; volume < displacement.length; volume++) {
    for (let p = 0; p < COUNT; p++) {
      const change = Math.abs(path[volume * COUNT + p] - path[(volume - 1) * COUNT + p]);
      displacement[volume] += p < 3 ? change : 50 * change;
    }
  }
  return displacement;
}

/**
 * Change of brightness per millimetre and radian: brightness slopes in space, and a movement slides the slope past.
 * First order in the movement, which is all that matters below a tenth of a voxel.
 *
 * @param image - brightness of every voxel of the grid
 * @param cells - the voxels asked for
 * @returns `[cells, 6]`
 */
export function movementSensitivity(image: Float32Array, { size, affine }: NiftiGrid, cells: Int32Array): Float32Array {
  const [nx, ny] = size;
  const strides = [1, nx, nx * ny] as const;
  const sensitivity = new Float32Array(cells.length * COUNT);
  cells.forEach((cell, at) => {
    const index = [cell % nx, Math.floor(cell / nx) % ny, Math.floor(cell / (nx * ny))];
    const slope = strides.map((stride, axis) => {
      const ahead = index[axis] + 1 < size[axis] ? image[cell + stride] : image[cell];
      const behind = index[axis] > 0 ? image[cell - stride] : image[cell];
      return (ahead - behind) / 2;
    });
    const position = affine.map((row) => row[0] * index[0] + row[1] * index[1] + row[2] * index[2] + row[3]);
    // The grid's axes are at right angles, so the gradient in millimetres is its columns weighted by the slopes.
    const squared = affine.reduce((sum, row) => sum + row[0] ** 2, 0);
    const [gx, gy, gz] = affine.map((row) => (row[0] * slope[0] + row[1] * slope[1] + row[2] * slope[2]) / squared);
    const [x, y, z] = position;
    // A rotation moves a point by the cross product of its axis and the point's position.
    sensitivity.set([-gx, -gy, -gz, gy * z - gz * y, gz * x - gx * z, gx * y - gy * x], at * COUNT);
  });
  return sensitivity;
}
