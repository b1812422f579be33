/**
 * Where the simulated voxels lie, in the brain and in the visual field.
 *
 * Early areas are sheets on which eccentricity runs along one axis by the cortical magnification of Horton and Hoyt
 * (1991), M = 17.3 / (e + 0.75) mm per degree, and polar angle along the other; receptive fields grow from V1 to V4 and
 * with eccentricity (Dumoulin & Wandell 2008; Amano et al. 2009).
 */
import type { Random } from '../../../../shared/random.ts';
import { simulatedRegionNames, type SimulatedRegionName } from '../options.ts';

/** Half the side of the picture in degrees of visual angle, as in Horikawa & Kamitani (2017). */
export const HALF_FIELD_DEGREES = 6;
const FARTHEST_DEGREES = 8.2;
/** Distance between neighbouring voxels. */
export const GRID_MILLIMETRES = 3;
const DEPTH_LAYERS = 3;

export interface Voxel {
  readonly region: SimulatedRegionName;
  /** 0 left, 1 right; the right half of the visual field is in the left hemisphere. */
  readonly hemisphere: 0 | 1;
  /** Millimetres: right, anterior, superior of the origin. */
  readonly position: readonly [number, number, number];
  /** Centre of the receptive field in degrees: right and below fixation are positive. */
  readonly fieldX: number;
  readonly fieldY: number;
  /** Standard deviation of the receptive field in degrees. */
  readonly fieldSize: number;
}

interface Sheet {
  /** Receptive-field size = base + slope x eccentricity, degrees. */
  readonly base: number;
  readonly slope: number;
  /** Scatter of receptive-field centres, in multiples of the size. */
  readonly scatter: number;
  /** Foveal end of the sheet for the right hemisphere, millimetres. */
  readonly origin: readonly [number, number, number];
  /** Direction of growing eccentricity and of growing polar angle. */
  readonly along: readonly [number, number, number];
  readonly across: readonly [number, number, number];
  /** Turns polar angle around, as neighbouring areas do. */
  readonly mirrored: boolean;
}

const sheets: Record<SimulatedRegionName, Sheet> = {
  V1: {
    base: 0.3,
    slope: 0.09,
    scatter: 0.3,
    origin: [9, -98, -10],
    along: [0.1, 0.97, 0.2],
    across: [0.2, -0.2, 0.96],
    mirrored: false,
  },
  V2: {
    base: 0.45,
    slope: 0.14,
    scatter: 0.3,
    origin: [20, -96, -12],
    along: [0.2, 0.95, 0.2],
    across: [0.25, -0.25, 0.94],
    mirrored: true,
  },
  V3: {
    base: 0.65,
    slope: 0.22,
    scatter: 0.3,
    origin: [31, -92, -12],
    along: [0.2, 0.94, 0.25],
    across: [0.3, -0.25, 0.92],
    mirrored: false,
  },
  V4: {
    base: 1.1,
    slope: 0.36,
    scatter: 0.3,
    origin: [30, -82, -22],
    along: [0.1, 0.99, 0.05],
    across: [0.98, -0.1, 0.15],
    mirrored: false,
  },
  LOC: {
    base: 2.6,
    slope: 0.3,
    scatter: 0.5,
    origin: [42, -82, -12],
    along: [0.2, 0.95, 0.1],
    across: [0.3, -0.1, 0.95],
    mirrored: true,
  },
  FFA: {
    base: 3,
    slope: 0.25,
    scatter: 0.5,
    origin: [38, -60, -22],
    along: [0.05, 0.99, 0.05],
    across: [0.98, -0.05, 0.1],
    mirrored: false,
  },
  PPA: {
    base: 3.4,
    slope: 0.25,
    scatter: 0.6,
    origin: [24, -55, -16],
    along: [0.1, 0.98, 0.1],
    across: [0.97, -0.1, 0.2],
    mirrored: true,
  },
};

/** Voxels in column order: by region, left hemisphere first. */
export function layOutVoxels(counts: Readonly<Record<SimulatedRegionName, number>>, random: Random): Voxel[] {
  return simulatedRegionNames.flatMap((region) => {
    const left = Math.ceil(counts[region] / 2);
    return [...layOutSheet(region, 0, left, random), ...layOutSheet(region, 1, counts[region] - left, random)];
  });
}

function layOutSheet(region: SimulatedRegionName, hemisphere: 0 | 1, voxels: number, random: Random): Voxel[] {
  const sheet = sheets[region];
  const cells = Math.ceil(voxels / DEPTH_LAYERS);
  // As long as the cortex that represents the field (43 mm for a whole V1), less for smaller areas.
  const columns = Math.max(1, Math.min(14, Math.round(Math.sqrt(cells * 1.27))));
  const rows = Math.ceil(cells / columns);
  const depth = cross(sheet.along, sheet.across);
  return Array.from({ length: voxels }, (_, index): Voxel => {
    const layer = index % DEPTH_LAYERS;
    const cell = Math.floor(index / DEPTH_LAYERS);
    const row = Math.floor(cell / columns);
    // The last row may be short: its cells are spread over the whole length.
    const inRow = Math.min(columns, cells - row * columns);
    const u = (((cell % columns) + 0.5) / inRow) * columns;
    const v = row + 0.5;
    const eccentricity = eccentricityAt((u + (random.uniform() - 0.5) * 0.8) / columns);
    const size = (sheet.base + sheet.slope * eccentricity) * Math.exp(random.normal() * 0.15);
    const share = (v + (random.uniform() - 0.5) * 0.8) / rows;
    const polar = ((sheet.mirrored ? 1 - share : share) - 0.5) * Math.PI;
    const side = hemisphere === 0 ? 1 : -1;
    const position = [0, 1, 2].map((axis) => {
      const millimetres =
        sheet.origin[axis] +
        GRID_MILLIMETRES * (u * sheet.along[axis] + v * sheet.across[axis] + layer * depth[axis]) +
        (random.uniform() - 0.5) * 0.6;
      return round(axis === 0 && hemisphere === 0 ? -millimetres : millimetres);
    });
    return {
      region,
      hemisphere,
      position: [position[0], position[1], position[2]],
      fieldX: side * eccentricity * Math.cos(polar) + random.normal() * size * sheet.scatter,
      fieldY: eccentricity * Math.sin(polar) + random.normal() * size * sheet.scatter,
      fieldSize: size,
    };
  });
}

/** Inverts the distance along the cortex, 17.3 ln(1 + e / 0.75) mm, at a share 0 to 1 of the sheet's length. */
function eccentricityAt(share: number): number {
  const whole = Math.log(1 + FARTHEST_DEGREES / 0.75);
  return 0.75 * (Math.exp(Math.min(1, Math.max(0, share)) * whole) - 1);
}

function cross(a: readonly number[], b: readonly number[]): readonly [number, number, number] {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

/** Hundredths of a millimetre. */
function round(value: number): number {
  return Math.round(value * 100) / 100;
}
