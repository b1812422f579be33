/**
 * The mean functional volume on three slices with the outlines of the regions: regions that lie outside of the brain, or
 * in the wrong half of it, are seen at once.
 *
 * Slices are cut in the space of the head, not along the axes of the file: what is called right is right.
 */
import type { Region } from '../../../../shared/recording.ts';
import { channelsOf } from '../../../../shared/region-colours.ts';
import { writeFileAtomic } from '../../../files/atomic.ts';
import { emptyImages, encodePng, type ImageSet } from '../../image-set.ts';
import { applyAffine, invertAffine, type Affine, type Point } from '../../volumes/affine.ts';
import { gridSize, voxelAt, type Grid } from '../../volumes/grid.ts';
import { drawText } from '../pixel-letters.ts';

/** What a recording of scanner runs looks like in the head. */
export interface FunctionalVolume {
  readonly grid: Grid;
  /** One value per voxel, x fastest. */
  readonly mean: ArrayLike<number>;
  /** Flat index of every column of the voxel matrix. */
  readonly voxels: ArrayLike<number>;
}

type Axis = 0 | 1 | 2;

/** Which axes run to the right and upwards on the page, which one is cut, and what the four sides are called. */
const views: readonly { across: Axis; up: Axis; cut: Axis; sides: readonly [string, string, string, string] }[] = [
  { across: 0, up: 1, cut: 2, sides: ['L', 'R', 'A', 'P'] },
  { across: 0, up: 2, cut: 1, sides: ['L', 'R', 'S', 'I'] },
  { across: 1, up: 2, cut: 0, sides: ['P', 'A', 'S', 'I'] },
];

const usualColours: readonly (readonly [number, number, number])[] = [
  [0.95, 0.35, 0.3],
  [0.3, 0.75, 0.95],
  [0.98, 0.8, 0.25],
  [0.45, 0.85, 0.4],
  [0.85, 0.5, 0.95],
  [1, 0.6, 0.2],
  [0.3, 0.9, 0.8],
  [0.95, 0.6, 0.75],
];
const LONGEST_SIDE = 300;
const GAP = 12;
const LETTER = 2;
const LINE = 16;
const BACKGROUND = 0.1;
/** Of all values, this share is drawn white, lest a few bright vessels darken the rest. */
const WHITE_SHARE = 0.01;

/**
 * Writes the picture as PNG.
 *
 * @param options - without a `legend`, regions are not named; `colours` of the regions, `#rrggbb`, in place of the usual ones
 * @throws CortextError `NO_SPACE_LEFT`, `WORKSPACE_READ_ONLY`
 */
export async function writeSlicesPicture(
  path: string,
  volume: FunctionalVolume,
  regions: readonly Region[],
  options: { readonly legend?: boolean; readonly colours?: readonly string[] } = {},
): Promise<void> {
  const { legend: named = true } = options;
  const colours = options.colours?.map((colour) => channelsOf(colour).map((channel) => channel / 255)) ?? usualColours;
  const box = boxOf(volume.grid);
  const pixel = Math.max(...box.greatest.map((value, axis) => value - box.least[axis])) / LONGEST_SIDE;
  const length = (axis: Axis): number => Math.ceil((box.greatest[axis] - box.least[axis]) / pixel);
  const width = views.reduce((sum, { across }) => sum + length(across) + GAP, GAP);
  const height = Math.max(...views.map(({ up }) => length(up))) + 2 * GAP;
  const legend = named ? LINE * Math.ceil((regions.length + 1) / 6) + GAP : 0;
  const page = emptyImages(1, height + legend, width, 3);
  page.data.fill(BACKGROUND);
  const look = appearance(volume, regions);
  let left = GAP;
  for (const { across, up, cut, sides } of views) {
    const [w, h] = [length(across), length(up)];
    const at = (x: number, y: number): Point => {
      const point: [number, number, number] = [0, 0, 0];
      point[across] = box.least[across] + (x + 0.5) * pixel;
      point[up] = box.greatest[up] - (y + 0.5) * pixel;
      point[cut] = look.centre[cut];
      return point;
    };
    drawSlice(page, left, GAP, w, h, at, look, colours);
    const middle = GAP + Math.floor(h / 2);
    drawText(page, sides[0], left, middle, LETTER);
    drawText(page, sides[1], left + w - 8, middle, LETTER);
    drawText(page, sides[2], left + Math.floor(w / 2), GAP, LETTER);
    drawText(page, sides[3], left + Math.floor(w / 2), GAP + h - 12, LETTER);
    left += w + GAP;
    // A slice takes a while to draw: windows get their turn.
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (named) drawLegend(page, regions, height, width, colours);
  writeFileAtomic(path, await encodePng(page));
}

/** Corners of the box around a grid, millimetres. */
function boxOf({ shape, affine }: Grid): { least: number[]; greatest: number[] } {
  const ends = shape.map((side) => [-0.5, side - 0.5]);
  const corners = ends[0].flatMap((i) =>
    ends[1].flatMap((j) => ends[2].map((k) => applyAffine(affine, [i, j, k]))),
  );
  return {
    least: [0, 1, 2].map((axis) => Math.min(...corners.map((corner) => corner[axis]))),
    greatest: [0, 1, 2].map((axis) => Math.max(...corners.map((corner) => corner[axis]))),
  };
}

interface Appearance {
  readonly grid: Grid;
  readonly toVoxel: Affine;
  /** Brightness of every voxel, 0 to 1. */
  readonly grey: Float32Array;
  /** 1 + the index of the first region of every voxel; 0 for none. */
  readonly region: Uint16Array;
  /** Where the slices cross: the middle of a region's voxel that lies nearest to the middle of all. */
  readonly centre: Point;
}

function appearance({ grid, mean, voxels }: FunctionalVolume, regions: readonly Region[]): Appearance {
  const finite = Array.from(mean).filter((value) => Number.isFinite(value));
  const sorted = Float64Array.from(finite).sort();
  const [black, white] = [sorted[0] ?? 0, sorted[Math.floor(sorted.length * (1 - WHITE_SHARE))] ?? 1];
  const span = white > black ? white - black : 1;
  const region = new Uint16Array(gridSize(grid));
  regions.forEach((one, index) => {
    for (const column of one.voxels) if (region[voxels[column]] === 0) region[voxels[column]] = index + 1;
  });
  const points = Array.from(voxels, (index) => applyAffine(grid.affine, voxelAt(grid, index)));
  const middle = [0, 1, 2].map((axis) => points.reduce((sum, point) => sum + point[axis] / points.length, 0));
  const distance = (point: Point): number => Math.hypot(...point.map((value, axis) => value - middle[axis]));
  return {
    grid,
    toVoxel: invertAffine(grid.affine),
    grey: Float32Array.from({ length: gridSize(grid) }, (_, i) =>
      Number.isFinite(mean[i]) ? Math.min(1, Math.max(0, (mean[i] - black) / span)) : 0,
    ),
    region,
    centre: points.reduce((best, point) => (distance(point) < distance(best) ? point : best)),
  };
}

function drawSlice(
  page: ImageSet,
  left: number,
  top: number,
  width: number,
  height: number,
  at: (x: number, y: number) => Point,
  { grid, toVoxel, grey, region }: Appearance,
  colours: readonly (readonly number[])[],
): void {
  // With a margin of one pixel, whose voxels the outermost pixels are compared with.
  const stride = width + 2;
  const voxels = new Int32Array(stride * (height + 2));
  const [nx, ny, nz] = grid.shape;
  for (let y = -1; y <= height; y++) {
    for (let x = -1; x <= width; x++) {
      const [i, j, k] = applyAffine(toVoxel, at(x, y)).map(Math.round);
      const isOutside = i < 0 || j < 0 || k < 0 || i >= nx || j >= ny || k >= nz;
      voxels[(y + 1) * stride + x + 1] = isOutside ? -1 : i + nx * (j + ny * k);
    }
  }
  const regionAt = (place: number): number => (voxels[place] < 0 ? 0 : region[voxels[place]]);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const place = (y + 1) * stride + x + 1;
      const own = regionAt(place);
      const isEdge =
        own !== 0 && [place + 1, place - 1, place + stride, place - stride].some((beside) => regionAt(beside) !== own);
      const brightness = voxels[place] < 0 ? BACKGROUND : grey[voxels[place]];
      const colour = isEdge ? colours[(own - 1) % colours.length] : [brightness, brightness, brightness];
      page.data.set(colour, ((top + y) * page.width + left + x) * 3);
    }
  }
}

function drawLegend(
  page: ImageSet,
  regions: readonly Region[],
  top: number,
  width: number,
  colours: readonly (readonly number[])[],
): void {
  const column = Math.floor((width - 2 * GAP) / 6);
  regions.forEach(({ name, voxels }, index) => {
    const left = GAP + (index % 6) * column;
    const line = top + Math.floor(index / 6) * LINE;
    for (let y = 0; y < 10; y++) {
      for (let x = 0; x < 10; x++) {
        page.data.set(colours[index % colours.length], ((line + y) * page.width + left + x) * 3);
      }
    }
    const fits = Math.floor((column - 20) / 8);
    drawText(page, `${name} ${voxels.length}`.slice(0, fits), left + 16, line, LETTER);
  });
}
