/** A PNG sheet: rows of images under one another with labels, in bands of columns, for slides and papers. */
import sharp, { type OverlayOptions } from 'sharp';
import { CortextError } from '../../shared/errors.ts';
import type { ImageSet } from '../dataset/image-set.ts';
import { writeFileAtomic } from '../files/atomic.ts';
import { createPen, type TextPen } from './sheet-text.ts';

/** Everything a sheet shows; images of all rows stand in the same order. */
export interface SheetInput {
  readonly title: string;
  readonly subtitle: string;
  /** For example the stimuli, the reconstructions, ridge. A row may hold fewer images than the longest. */
  readonly rows: readonly { readonly label: string; readonly images: ImageSet }[];
  /** One per column, over the first row. */
  readonly columnLabels?: readonly string[];
}

export interface SheetOptions {
  /** Columns beside one another before a new band begins. Default 10. */
  readonly columns?: number;
  /** Side of an image in pixels. Default: 112, or the images' own size where that is larger, up to 192. */
  readonly cell?: number;
  /** `bitmap` uses the built-in letters even where fonts are installed. */
  readonly letters?: 'bitmap';
  readonly signal?: AbortSignal;
}

const ink = '#1b1d20';
const soft = '#5d636b';
const margin = 48;
const gap = 8;
const bandGap = 36;
const sizes = { title: 28, subtitle: 16, row: 15, column: 11 } as const;

/**
 * Draws a sheet.
 *
 * @returns the PNG file
 * @throws CortextError `INVALID_ARGUMENT` for a sheet without images, `CANCELLED`
 */
export async function drawSheet(input: SheetInput, options: SheetOptions = {}): Promise<Buffer> {
  const count = Math.max(0, ...input.rows.map(({ images }) => images.count));
  if (count === 0) {
    throw new CortextError('INVALID_ARGUMENT', `The sheet "${input.title}" has no images.`, {
      hint: 'Evaluate the experiment first.',
    });
  }
  const pen = await createPen(options.letters);
  const layout = layOut(input, count, options, pen);
  const pictures: OverlayOptions[] = [];
  for (const [row, { images }] of input.rows.entries()) {
    for (let column = 0; column < images.count; column++) {
      if (options.signal?.aborted) throw new CortextError('CANCELLED', 'Cancelled. No sheet was drawn.');
      const { left, top } = layout.place(row, column);
      pictures.push({ input: await scaled(images, column, layout.cell, layout.cellHeight), left, top });
    }
  }
  const text = Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${layout.width}" height="${layout.height}">${labels(input, count, layout, pen)}</svg>`,
  );
  return sharp({ create: { width: layout.width, height: layout.height, channels: 3, background: '#ffffff' } })
    .composite([...pictures, { input: text, left: 0, top: 0 }])
    .png({ compressionLevel: 9 })
    .toBuffer();
}

/** @throws CortextError as `drawSheet`; `WORKSPACE_READ_ONLY`, `NO_SPACE_LEFT` */
export async function writeSheet(path: string, input: SheetInput, options: SheetOptions = {}): Promise<void> {
  writeFileAtomic(path, await drawSheet(input, options));
}

interface Layout {
  readonly width: number;
  readonly height: number;
  readonly cell: number;
  readonly cellHeight: number;
  readonly columns: number;
  readonly labelWidth: number;
  readonly place: (row: number, column: number) => { left: number; top: number };
}

function layOut(input: SheetInput, count: number, options: SheetOptions, pen: TextPen): Layout {
  const [{ images }] = input.rows;
  const cell = options.cell ?? Math.min(192, Math.max(112, images.width));
  const cellHeight = Math.round((cell * images.height) / images.width);
  const columns = Math.min(count, evenColumns(count, options.columns ?? 10));
  const labelWidth = Math.ceil(Math.max(...input.rows.map(({ label }) => pen.measure(label, sizes.row)))) + 16;
  const head = margin + sizes.title + (input.subtitle === '' ? 0 : sizes.subtitle + 12) + 28;
  const columnHead = input.columnLabels === undefined ? 0 : sizes.column + 8;
  const bandHeight = columnHead + input.rows.length * (cellHeight + gap) - gap;
  const bands = Math.ceil(count / columns);
  const titleWidth = Math.max(pen.measure(input.title, sizes.title), pen.measure(input.subtitle, sizes.subtitle));
  const width = margin * 2 + labelWidth + columns * (cell + gap) - gap;
  return {
    // A long title widens the sheet, but not without limit: it is shortened then.
    width: Math.ceil(Math.max(width, Math.min(titleWidth + margin * 2, 900))),
    height: head + bands * (bandHeight + bandGap) - bandGap + margin,
    cell,
    cellHeight,
    columns,
    labelWidth,
    place: (row, column) => ({
      left: margin + labelWidth + (column % columns) * (cell + gap),
      top: head + Math.floor(column / columns) * (bandHeight + bandGap) + columnHead + row * (cellHeight + gap),
    }),
  };
}

/** As many columns as allowed, or a few less so that the last band is not nearly empty. */
function evenColumns(count: number, most: number): number {
  return Math.ceil(count / Math.ceil(count / most));
}

function labels(input: SheetInput, count: number, layout: Layout, pen: TextPen): string {
  const { width, cell, cellHeight, columns, place } = layout;
  const room = width - 2 * margin;
  const titleAt = margin + sizes.title * 0.8;
  let text = pen.draw(pen.fit(input.title, sizes.title, room), margin, titleAt, {
    size: sizes.title,
    colour: ink,
    weight: 700,
  });
  text += pen.draw(pen.fit(input.subtitle, sizes.subtitle, room), margin, titleAt + sizes.subtitle + 14, {
    size: sizes.subtitle,
    colour: soft,
  });
  for (let band = 0; band * columns < count; band++) {
    for (const [row, { label }] of input.rows.entries()) {
      const { top } = place(row, band * columns);
      text += pen.draw(label, margin, top + cellHeight / 2 + sizes.row * 0.35, { size: sizes.row, colour: ink });
    }
  }
  for (const [column, label] of (input.columnLabels ?? []).slice(0, count).entries()) {
    const { left, top } = place(0, column);
    text += pen.draw(pen.fit(label, sizes.column, cell), left + cell / 2, top - 7, {
      size: sizes.column,
      colour: soft,
      anchor: 'middle',
    });
  }
  return text;
}

/** Hard pixels when enlarged, so that a 32 px image looks like what it is. */
async function scaled(set: ImageSet, index: number, width: number, height: number): Promise<Buffer> {
  const size = set.height * set.width * set.channels;
  const pixels = Uint8ClampedArray.from(set.data.subarray(index * size, (index + 1) * size), (value) => value * 255);
  const raw = { width: set.width, height: set.height, channels: set.channels };
  const kernel = set.width < width ? 'nearest' : 'lanczos3';
  return sharp(pixels, { raw })
    .resize(width, height, { fit: 'fill', kernel })
    .toColourspace('srgb')
    .png({ compressionLevel: 1 })
    .toBuffer();
}
