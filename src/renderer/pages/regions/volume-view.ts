/**
 * Slices and a render of a recording's volume with its regions, a statistic and a drawing upon it: NiiVue, behind what
 * the page needs of it. This file and the library are fetched when the first volume is looked at.
 *
 * Indices are flat ones of the recording's grid, x fastest, as the program behind the window counts them.
 */
import { cmapper, MULTIPLANAR_TYPE, Niivue, NVImage, PEN_TYPE, SHOW_RENDER, SLICE_TYPE } from '@niivue/niivue';
import { grown, shrunk } from './drawn-voxels.ts';
import { channelsOf } from '../../../shared/region-colours.ts';

/** Where the recording has no voxel, whatever the threshold. */
const BELOW_EVERYTHING = -1e30;

/** Where the crosshair stands. */
export interface Place {
  /** Millimetres: right, anterior, superior. */
  readonly millimetres: readonly [number, number, number];
  /** As `regions.list` explains it; 0 for what is no voxel of the recording. */
  readonly label: number;
  /** Of the statistic in view; null without one, and where the recording has no voxel. */
  readonly value: number | null;
}

export interface VolumeViewOptions {
  /** Of the canvas, for screen readers. */
  readonly label: string;
  readonly onPlace: (place: Place) => void;
  /** Told after every stroke: how many voxels of the recording are drawn now. */
  readonly onDrawn: (voxels: number) => void;
}

export type Pen = 'draw' | 'fill' | 'erase';

export interface VolumeView {
  /**
   * @param reference - a whole .nii.gz file on the grid of the labels; null draws upon the voxels themselves
   * @param labels - a whole .nii.gz file
   */
  show(reference: ArrayBuffer | null, labels: ArrayBuffer): Promise<void>;
  /** @param colours - by label from 1; null hides its voxels */
  paint(colours: readonly (string | null)[]): void;
  /** @param values - a whole .nii.gz file; null takes the statistic away */
  showStatistic(values: ArrayBuffer | null): Promise<void>;
  /** Voxels at or below it are not painted. */
  setThreshold(above: number, maximum: number): void;
  /** Moves the crosshair by voxels: to the right, to the front, upwards. */
  move(right: number, anterior: number, superior: number): void;
  /** To the middle of the voxels with one of these labels. */
  goTo(labels: ReadonlySet<number>): void;
  /** Null puts the pen away; what was drawn stays until it is cleared. */
  setPen(pen: Pen | null, size: number): void;
  undo(): void;
  /** By one voxel in every direction, where the recording has voxels. */
  grow(): void;
  shrink(): void;
  clear(): void;
  /** Stretches `[first, length]` of drawn voxels. */
  drawnRuns(): [number, number][];
  close(): void;
}

/** @param parent - filled by the view, and emptied when it is closed */
export async function createVolumeView(parent: HTMLElement, options: VolumeViewOptions): Promise<VolumeView> {
  // A canvas of its own: a closed view gives its graphics memory back, and with it the canvas.
  const canvas = document.createElement('canvas');
  canvas.setAttribute('aria-label', options.label);
  canvas.setAttribute('role', 'application');
  parent.append(canvas);
  const nv = new Niivue({
    logLevel: 'error',
    loadingText: '',
    dragAndDropEnabled: false,
    // The page has keys of its own, and its wheel scrolls.
    viewModeHotKey: '',
    clipPlaneHotKey: '',
    cycleClipPlaneHotKey: '',
    scrollRequiresFocus: true,
    // A region has voxels, not blurred borders.
    isNearestInterpolation: true,
    sliceType: SLICE_TYPE.MULTIPLANAR,
    multiplanarLayout: MULTIPLANAR_TYPE.GRID,
    multiplanarShowRender: SHOW_RENDER.ALWAYS,
    multiplanarPadPixels: 4,
    crosshairColor: [1, 1, 1, 0.9],
    crosshairWidth: 0.5,
    crosshairWidthUnit: 'mm',
    crosshairGap: 6,
    backColor: [0.055, 0.06, 0.07, 1],
    isColorbar: false,
    maxDrawUndoBitmaps: 20,
  });
  await nv.attachToCanvas(canvas, false);
  // A colour that no region has.
  nv.drawLut = cmapper.makeDrawLut({ R: [0, 255], G: [0, 0], B: [0, 170], A: [0, 255], I: [0, 1], labels: [] });
  nv.setDrawOpacity(1);

  let labels: NVImage | null = null;
  let statistic: NVImage | null = null;
  /** From the library's order (right, anterior, superior) to the recording's; both have one entry per voxel. */
  let toGrid: Int32Array = new Int32Array(0);
  /** In the library's order: whether the recording has the voxel. */
  let isVoxel: Uint8Array = new Uint8Array(0);
  let hasPen = false;
  /** Voxels. */
  let drawnCount = 0;
  let nextPaint = 0;
  let sides: readonly [number, number, number] = [0, 0, 0];

  const tellPlace = (): void => {
    if (labels === null) return;
    const [x, y, z] = nv.frac2vox(nv.scene.crosshairPos);
    const at = toGrid[x + sides[0] * (y + sides[1] * z)];
    const [right, anterior, superior] = nv.frac2mm(nv.scene.crosshairPos, 0, true);
    const label = labels.img?.[at] ?? 0;
    options.onPlace({
      millimetres: [right, anterior, superior],
      label,
      value: statistic === null || label === 0 ? null : (statistic.img?.[at] ?? null),
    });
  };
  nv.onLocationChange = tellPlace;

  /** To the one of these voxels that is nearest to their middle: of a region in both hemispheres, that lies in neither. */
  const moveTo = (isWanted: (at: number) => boolean): void => {
    const places: [number, number, number][] = [];
    for (let at = 0; at < toGrid.length; at++) {
      if (!isWanted(at)) continue;
      const row = Math.floor(at / sides[0]);
      places.push([at % sides[0], row % sides[1], Math.floor(row / sides[1])]);
    }
    if (places.length === 0) return;
    const middle = [0, 1, 2].map((axis) => places.reduce((sum, place) => sum + place[axis], 0) / places.length);
    const distance = (place: readonly number[]): number =>
      Math.hypot(...place.map((value, axis) => value - middle[axis]));
    const nearest = places.reduce((best, place) => (distance(place) < distance(best) ? place : best));
    nv.scene.crosshairPos = nv.vox2frac(nearest);
    nv.drawScene();
    tellPlace();
  };

  /** Only what is the matter just now is opaque: the library paints drawings below everything else. */
  const tint = (): void => {
    if (labels === null) return;
    const isDrawing = hasPen || drawnCount > 0;
    nv.setOpacity(1, isDrawing ? 0.4 : statistic === null ? 1 : 0.35);
    if (statistic !== null) nv.setOpacity(2, isDrawing ? 0.4 : 1);
  };

  const drawnNow = (): void => {
    const drawn = nv.drawBitmap;
    if (drawn === null) return;
    let count = 0;
    for (let i = 0; i < drawn.length; i++) {
      drawn[i] &= isVoxel[i];
      count += drawn[i];
    }
    nv.refreshDrawing(true);
    const wasEmpty = drawnCount === 0;
    drawnCount = count;
    if (wasEmpty !== (count === 0)) tint();
    options.onDrawn(count);
  };
  nv.onDrawingChanged = (action) => {
    if (action !== 'close') drawnNow();
  };
  /** Replaces the drawing by another, which can be undone. */
  const redraw = (change: (drawn: Uint8Array) => Uint8Array): void => {
    if (nv.drawBitmap === null) return;
    nv.drawBitmap.set(change(nv.drawBitmap));
    nv.drawAddUndoBitmap();
    drawnNow();
  };

  const read = (bytes: ArrayBuffer, name: string, settings: { colormap?: string; opacity?: number } = {}) =>
    NVImage.loadFromUrl({ url: bytes, name: `${name}.nii.gz`, ...settings });

  return {
    async show(reference, labelBytes) {
      const image = await read(labelBytes, 'labels');
      // In the dark where nothing else is there to draw upon.
      const back = await read(reference ?? labelBytes, 'reference', { colormap: 'gray' });
      if (reference === null) [back.cal_min, back.cal_max] = [0, 4 * (back.global_max ?? 1)];
      // Brighter than most, so that colours stand out from it.
      else back.cal_max = 1.4 * (back.robust_max ?? 1);
      const isFirst = labels === null;
      labels = image;
      statistic = null;
      for (const volume of [...nv.volumes]) nv.removeVolume(volume);
      nv.addVolume(back);
      toGrid = gridOrder(image);
      const [, ...dims] = image.dimsRAS ?? [];
      sides = [dims[0], dims[1], dims[2]];
      isVoxel = Uint8Array.from(toGrid, (at) => ((image.img?.[at] ?? 0) > 0 ? 1 : 0));
      nv.addVolume(image);
      tint();
      if (isFirst) moveTo((at) => isVoxel[at] === 1);
    },
    paint(colours) {
      if (labels === null) return;
      // The library rounds whatever is in the lowest hundredth of the table up: nothing may lie there.
      const spare = Math.ceil(colours.length / 60);
      const table = [...Array<null>(spare + 1).fill(null), ...colours];
      const channels = table.map((colour) => channelsOf(colour ?? '#000000'));
      labels.setColormapLabel({
        R: channels.map(([red]) => red),
        G: channels.map(([, green]) => green),
        B: channels.map(([, , blue]) => blue),
        A: table.map((colour) => (colour === null ? 0 : 255)),
        I: table.map((_, at) => at - spare),
      });
      nv.updateGLVolume();
      tellPlace();
    },
    async showStatistic(values) {
      if (statistic !== null) nv.removeVolume(statistic);
      statistic = values === null ? null : await read(values, 'statistic', { colormap: 'warm' });
      if (statistic !== null) {
        const { img } = statistic;
        labels?.img?.forEach((label, at) => {
          if (label === 0 && img !== undefined) img[at] = BELOW_EVERYTHING;
        });
        nv.addVolume(statistic);
      }
      tint();
      tellPlace();
    },
    setThreshold(above, maximum) {
      if (statistic === null) return;
      statistic.cal_min = above;
      statistic.cal_max = Math.max(maximum, above + 1e-9);
      // A slider moves faster than layers are painted.
      cancelAnimationFrame(nextPaint);
      nextPaint = requestAnimationFrame(() => {
        nv.updateGLVolume();
      });
    },
    move(right, anterior, superior) {
      nv.moveCrosshairInVox(right, anterior, superior);
    },
    goTo(wanted) {
      const image = labels?.img;
      if (image != null) moveTo((at) => wanted.has(image[toGrid[at]]));
    },
    setPen(pen, size) {
      hasPen = pen !== null;
      tint();
      if (pen === null) {
        // The library would forget the drawing: it only stops to take strokes.
        nv.opts.drawingEnabled = false;
        return;
      }
      if (!nv.opts.drawingEnabled) nv.setDrawingEnabled(true);
      nv.opts.penType = PEN_TYPE.PEN;
      nv.opts.penSize = size;
      nv.setPenValue(pen === 'erase' ? 0 : 1, pen === 'fill');
    },
    undo() {
      if (nv.drawBitmap !== null) nv.drawUndo();
    },
    grow() {
      redraw((drawn) => grown(drawn, sides, isVoxel));
    },
    shrink() {
      redraw((drawn) => shrunk(drawn, sides));
    },
    clear() {
      redraw((drawn) => drawn.fill(0));
    },
    drawnRuns() {
      const drawn = nv.drawBitmap ?? new Uint8Array(0);
      const indices: number[] = [];
      drawn.forEach((value, at) => {
        if (value > 0) indices.push(toGrid[at]);
      });
      return runsOf(indices.sort((a, b) => a - b));
    },
    close() {
      cancelAnimationFrame(nextPaint);
      nv.cleanup();
      nv.gl.getExtension('WEBGL_lose_context')?.loseContext();
      canvas.remove();
    },
  };
}

/** For every voxel in the order right, anterior, superior: its place in the file. */
function gridOrder({ dimsRAS = [], img2RASstart = [], img2RASstep = [] }: NVImage): Int32Array {
  const [, width, height, depth] = dimsRAS;
  const order = new Int32Array(width * height * depth);
  let at = 0;
  for (let z = 0; z < depth; z++) {
    const fromZ = img2RASstart[2] + z * img2RASstep[2];
    for (let y = 0; y < height; y++) {
      const fromY = fromZ + img2RASstart[1] + y * img2RASstep[1];
      for (let x = 0; x < width; x++) order[at++] = fromY + img2RASstart[0] + x * img2RASstep[0];
    }
  }
  return order;
}

/** @param ascending - without repeats */
function runsOf(ascending: readonly number[]): [number, number][] {
  const runs: [number, number][] = [];
  for (const index of ascending) {
    const last = runs.at(-1);
    if (last !== undefined && last[0] + last[1] === index) last[1]++;
    else runs.push([index, 1]);
  }
  return runs;
}
