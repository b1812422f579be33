/** Regions on a grid from volumes on any grid, and from places in the head. Pure: volumes come in as values. */
import { CortextError } from '../../../shared/errors.ts';
import { applyAffine, type Point } from './affine.ts';
import { gridSize, voxelAt, type Grid } from './grid.ts';
import type { LabelTable } from './label-table.ts';
import type { GridRegion } from './place-regions.ts';
import { nearestVoxels, voxelsAtPoints } from './resample.ts';

/** A volume in memory: one value per voxel, x fastest. */
export interface VolumeValues {
  /** For messages. */
  readonly path: string;
  readonly grid: Grid;
  readonly values: ArrayLike<number>;
}

/** Voxels of `grid` whose centre lies in a voxel of the mask that is neither 0 nor NaN; ascending flat indices. */
export function maskIndices(mask: VolumeValues, grid: Grid): number[] {
  const indices: number[] = [];
  nearestVoxels(mask.grid, grid).forEach((from, index) => {
    if (from < 0) return;
    const value = mask.values[from];
    if (value !== 0 && !Number.isNaN(value)) indices.push(index);
  });
  return indices;
}

/**
 * One region per label of an atlas. Labels with the same name (the two halves of an area) are one region; labels without
 * a name are called `label-12`; 0 is outside of every region. Regions that do not reach the grid are empty, as are names
 * of the table that the atlas does not use, unless it uses less than half of them: such a table serves many atlases.
 *
 * @throws CortextError `ARRAY_TYPE` for an atlas of probabilities, `REGION_EMPTY` when the table speaks of other labels
 */
export function atlasRegions(atlas: VolumeValues, table: LabelTable | null, grid: Grid): GridRegion[] {
  const present = labelsOf(atlas);
  const members = new Map<number, number[]>(
    [...present, ...namedLabels(table, atlas, present)].map((label) => [label, []]),
  );
  nearestVoxels(atlas.grid, grid).forEach((from, index) => {
    if (from >= 0) members.get(atlas.values[from])?.push(index);
  });
  const regions = new Map<string, number[]>();
  for (const [label, indices] of [...members].sort(([a], [b]) => a - b)) {
    const name = table?.names.get(label) ?? `label-${label}`;
    regions.set(name, [...(regions.get(name) ?? []), ...indices]);
  }
  return [...regions].map(([name, indices]) => ({ name, indices: indices.sort((a, b) => a - b) }));
}

function labelsOf({ path, values }: VolumeValues): Set<number> {
  const labels = new Set<number>();
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value === 0 || Number.isNaN(value)) continue;
    if (!Number.isInteger(value)) {
      throw new CortextError('ARRAY_TYPE', `${path} is no atlas of labels: it has the value ${value}.`, {
        hint: 'Use the version with one label per voxel (often called maxprob or dseg), or give each map as a mask.',
      });
    }
    labels.add(value);
  }
  return labels;
}

/** Labels of the table that shall be regions whether the atlas uses them or not. */
function namedLabels(table: LabelTable | null, atlas: VolumeValues, present: ReadonlySet<number>): number[] {
  if (table === null) return [];
  const named = [...table.names.keys()].filter((label) => label !== 0);
  const used = named.filter((label) => present.has(label));
  if (used.length === 0) {
    const some = (labels: Iterable<number>): string => [...labels].slice(0, 5).join(', ') || 'none';
    throw new CortextError(
      'REGION_EMPTY',
      `The labels of ${table.path} (${some(named)} ...) are not those of ${atlas.path} (${some(present)} ...).`,
      { hint: 'Take the table that belongs to this atlas and version.' },
    );
  }
  return used.length * 2 >= named.length ? named : used;
}

/**
 * Voxels whose centre lies at most `radius` from `centre`, both in millimetres, and the voxel that holds the centre, as
 * nilearn's NiftiSpheresMasker takes them.
 */
export function sphereIndices(centre: Point, radius: number, grid: Grid): number[] {
  const inside = voxelsAtPoints(grid, [centre]);
  const limit = radius ** 2;
  for (let index = 0; index < gridSize(grid); index++) {
    const [x, y, z] = applyAffine(grid.affine, voxelAt(grid, index));
    const distance = (x - centre[0]) ** 2 + (y - centre[1]) ** 2 + (z - centre[2]) ** 2;
    if (distance <= limit && index !== inside[0]) inside.push(index);
  }
  return inside.sort((a, b) => a - b);
}
