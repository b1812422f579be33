/** Regions from files that labs have: reads them, and hands values to what computes regions. */
import { CortextError } from '../../../shared/errors.ts';
import { decodeText } from '../../files/decode-text.ts';
import { openFileBytes } from '../readers/file-bytes.ts';
import { stopIfCancelled } from '../readers/named-arrays.ts';
import { truncated } from '../readers/reading-errors.ts';
import { applyAffine, type Point } from './affine.ts';
import { parseAnnotation, parseLabel, parseSurface, surfaceToScanner } from './freesurfer-surface.ts';
import type { Grid } from './grid.ts';
import { atlasRegions, maskIndices, sphereIndices, type VolumeValues } from './grid-regions.ts';
import { parseLabelTable, type LabelTable } from './label-table.ts';
import { openVolume } from './open-volume.ts';
import type { GridRegion } from './place-regions.ts';
import { readVolume } from './read-volume.ts';
import { voxelsAtPoints } from './resample.ts';

/** Where regions come from. Volumes may lie on any grid; coordinates are millimetres of the scanner. */
export type RegionSource =
  | { readonly kind: 'mask'; readonly name: string; readonly path: string }
  /** `table` null: labels are called `label-12`. `names` keeps only those regions. */
  | {
      readonly kind: 'atlas';
      readonly path: string;
      readonly table: string | null;
      readonly names?: readonly string[];
    }
  | { readonly kind: 'sphere'; readonly name: string; readonly centre: Point; readonly radius: number }
  /** A .label of FreeSurfer; `anatomy` is the volume that its surface was made from (orig.mgz). */
  | { readonly kind: 'surface-label'; readonly name: string; readonly path: string; readonly anatomy: string }
  /** An .annot; voxels are those that its vertices reach on any of the surfaces (lh.white, lh.pial). */
  | {
      readonly kind: 'annotation';
      readonly path: string;
      readonly surfaces: readonly string[];
      readonly anatomy: string;
      /** Put before the names, which are the same in both hemispheres: `lh.` */
      readonly prefix?: string;
    };

/**
 * The regions of all sources on the grid of the functional volumes; `placeRegions` makes columns of them.
 *
 * @throws CortextError `REGION_UNKNOWN` for a name that an atlas does not have, `INVALID_ARGUMENT`, `ARRAY_SHAPE`, and
 *   what reading volumes, tables and surfaces throws
 */
export async function readRegionSources(
  sources: readonly RegionSource[],
  grid: Grid,
  signal?: AbortSignal,
): Promise<GridRegion[]> {
  const found: GridRegion[] = [];
  for (const source of sources) {
    stopIfCancelled(signal);
    found.push(...(await readSource(source, grid, signal)));
  }
  return found;
}

/** A mask, an atlas or an anatomy: a file of one volume. @throws CortextError `ARRAY_SHAPE` for a run */
export async function readStillVolume(path: string, signal?: AbortSignal): Promise<VolumeValues> {
  const file = openVolume(path, { signal });
  if (file.volumes > 1) {
    throw new CortextError('ARRAY_SHAPE', `${path} has ${file.volumes} volumes; a mask or an atlas has one.`, {
      hint: 'Split it into one file per map, or take the version with one label per voxel.',
    });
  }
  return { path, grid: file.grid, values: await readVolume(file, 0, signal) };
}

/** @throws CortextError `FILE_NOT_FOUND`, `FORMAT_UNKNOWN`, `FILE_DAMAGED` */
export function readLabelTable(path: string): LabelTable {
  return parseLabelTable(readText(path), path);
}

async function readSource(source: RegionSource, grid: Grid, signal: AbortSignal | undefined): Promise<GridRegion[]> {
  switch (source.kind) {
    case 'mask': {
      const mask = await readStillVolume(source.path, signal);
      return [{ name: source.name, indices: maskIndices(mask, grid) }];
    }
    case 'atlas': {
      const table = source.table === null ? null : readLabelTable(source.table);
      const regions = atlasRegions(await readStillVolume(source.path, signal), table, grid);
      return source.names === undefined ? regions : chosenRegions(regions, source.names, source.path);
    }
    case 'sphere':
      requireSphere(source.name, source.centre, source.radius);
      return [{ name: source.name, indices: sphereIndices(source.centre, source.radius, grid) }];
    case 'surface-label': {
      const { points, space } = parseLabel(readText(source.path), source.path);
      const placed = space === 'scanner' ? points : toScanner(points, source.anatomy);
      return [{ name: source.name, indices: voxelsAtPoints(grid, placed) }];
    }
    case 'annotation': {
      const { regions } = parseAnnotation(readBytes(source.path), source.path);
      const surfaces = source.surfaces.map((path) => toScanner(parseSurface(readBytes(path), path), source.anatomy));
      return regions.map(({ name, vertices }) => {
        const points = surfaces.flatMap((surface, s) =>
          vertices.map((vertex) => surface[vertex] ?? missingVertex(source.path, vertex, source.surfaces[s])),
        );
        return { name: `${source.prefix ?? ''}${name}`, indices: voxelsAtPoints(grid, points) };
      });
    }
  }
}

function chosenRegions(regions: readonly GridRegion[], names: readonly string[], path: string): GridRegion[] {
  return names.map((name) => {
    const region = regions.find((candidate) => candidate.name === name);
    if (region !== undefined) return region;
    throw new CortextError('REGION_UNKNOWN', `The atlas ${path} has no region ${name}.`, {
      hint: `It has ${regions.map((candidate) => candidate.name).join(', ')}.`,
    });
  });
}

function requireSphere(name: string, centre: Point, radius: number): void {
  if (centre.every(Number.isFinite) && Number.isFinite(radius) && radius > 0) return;
  throw new CortextError(
    'INVALID_ARGUMENT',
    `The sphere ${name} needs three coordinates and a radius in millimetres, not [${centre.join(', ')}] and ${radius}.`,
    { hint: 'Write for example centre [-12, 30, 5] and radius 8.' },
  );
}

function toScanner(points: readonly Point[], anatomy: string): Point[] {
  const transform = surfaceToScanner(openVolume(anatomy));
  return points.map((point) => applyAffine(transform, point));
}

function missingVertex(annotation: string, vertex: number, surface: string): never {
  throw new CortextError('ARRAY_SHAPE', `${annotation} names vertex ${vertex}, which ${surface} does not have.`, {
    hint: 'Take annotation and surface of the same subject and hemisphere.',
  });
}

/** Tables and surfaces of the finest meshes take less. */
const LARGEST_FILE = 1 << 28;

function readBytes(path: string): Uint8Array {
  const file = openFileBytes(path);
  try {
    if (file.size === 0) throw truncated(path, 'it is empty, with 0 bytes');
    if (file.size <= LARGEST_FILE) return file.readUpTo(0, file.size);
  } finally {
    file.close();
  }
  throw new CortextError('FILE_TOO_LARGE', `${path} is larger than any table of labels or surface.`, {
    hint: 'Check which file is meant.',
  });
}

function readText(path: string): string {
  return decodeText(readBytes(path));
}
