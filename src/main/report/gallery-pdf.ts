/** The gallery as pages to print: bands of stimuli with what was drawn under each. */
import { existsSync } from 'node:fs';
import PDFDocument from 'pdfkit';
import type { GalleryExport } from '../../shared/gallery.ts';
import { writeFileAtomic } from '../files/atomic.ts';
import { galleryRows, type GalleryRows } from './gallery-rows.ts';

/** A4 on its side, in points. */
const page = { width: 841.89, height: 595.28, margin: 36 } as const;
const labelWidth = 104;
const gap = 4;
const headHeight = 50;
const columnHead = 14;
const bandGap = 16;
/**
 * Sides of a picture, in points: smaller ones than usual are taken where many rows must stand on a page, larger ones where
 * everything fits on one page with them.
 */
const cell = { most: 150, usual: 64, least: 12 } as const;
/** Of the text over a picture of the usual side, in points; it becomes smaller with the pictures. */
const columnFont = { usual: 7, least: 4.5 } as const;
const ink = '#1b1d20';
const soft = '#5d636b';

/** @throws CortextError as `galleryRows`; `WORKSPACE_READ_ONLY`, `NO_SPACE_LEFT` */
export async function writeGalleryPdf(path: string, root: string, request: GalleryExport): Promise<void> {
  writeFileAtomic(path, await drawPages(await galleryRows(root, request)));
}

async function drawPages(gallery: GalleryRows): Promise<Buffer[]> {
  const layout = layOut(gallery);
  const document = new PDFDocument({
    size: [page.width, page.height],
    margin: 0,
    autoFirstPage: false,
    bufferPages: true,
    info: { Title: gallery.title, Creator: 'Cortext' },
  });
  const parts: Buffer[] = [];
  const ended = new Promise<void>((resolve, reject) => {
    document.on('data', (part: Buffer) => parts.push(part));
    document.on('end', resolve);
    document.on('error', reject);
  });
  const bands = Math.ceil(gallery.columnLabels.length / layout.columns);
  for (let band = 0; band < bands; band++) {
    const onPage = band % layout.bands;
    if (onPage === 0) startPage(document, gallery);
    drawBand(document, gallery, layout, band, page.margin + headHeight + onPage * (layout.bandHeight + bandGap));
  }
  numberPages(document);
  document.end();
  await ended;
  return parts;
}

interface Layout {
  readonly side: number;
  readonly columns: number;
  readonly bands: number;
  readonly bandHeight: number;
  /** From the left side of a picture to that of the next, in points. */
  readonly pitch: number;
}

export function layOut({ rows, columnLabels }: Pick<GalleryRows, 'rows' | 'columnLabels'>): Layout {
  const isOnOnePage = ({ columns, bands }: Layout): boolean => columnLabels.length <= columns * bands;
  for (let side: number = cell.most; side > cell.usual; side -= 2) {
    const layout = withSide(side, rows.length);
    if (layout.bandHeight <= room && isOnOnePage(layout)) return layout;
  }
  return withSide(Math.max(cell.least, Math.min(cell.usual, (room - columnHead) / rows.length - gap)), rows.length);
}

const room = page.height - 2 * page.margin - headHeight;
const roomBeside = page.width - 2 * page.margin - labelWidth;

function withSide(side: number, rows: number): Layout {
  const bandHeight = columnHead + rows * (side + gap);
  const columns = Math.floor((roomBeside + gap) / (side + gap));
  // Full bands reach from margin to margin.
  const pitch = columns === 1 ? side : (roomBeside - side) / (columns - 1);
  return {
    side,
    columns,
    pitch,
    bands: Math.max(1, Math.floor((room + bandGap) / (bandHeight + bandGap))),
    bandHeight,
  };
}

function startPage(document: PDFKit.PDFDocument, { title, subtitle }: GalleryRows): void {
  document.addPage();
  const width = page.width - 2 * page.margin;
  document.font('Helvetica-Bold').fontSize(15).fillColor(ink);
  document.text(plain(title), page.margin, page.margin, { width, lineBreak: false, ellipsis: true, height: 18 });
  document.font('Helvetica').fontSize(8.5).fillColor(soft);
  document.text(plain(subtitle), page.margin, page.margin + 20, {
    width,
    lineBreak: false,
    ellipsis: true,
    height: 12,
  });
}

function drawBand(document: PDFKit.PDFDocument, gallery: GalleryRows, layout: Layout, band: number, top: number): void {
  const { side, columns, pitch } = layout;
  const columnSize = Math.max(columnFont.least, Math.min(columnFont.usual, (columnFont.usual * side) / cell.usual));
  const first = band * columns;
  for (const [at, label] of gallery.columnLabels.slice(first, first + columns).entries()) {
    document.font('Helvetica').fontSize(columnSize).fillColor(soft);
    document.text(plain(label), leftOf(at, pitch), top + 3, {
      width: side,
      height: 9,
      lineBreak: false,
      ellipsis: true,
    });
  }
  for (const [row, { label, paths }] of gallery.rows.entries()) {
    const y = top + columnHead + row * (side + gap);
    document.font('Helvetica').fontSize(8.5).fillColor(ink);
    document.text(plain(label), page.margin, y + side / 2 - 8, { width: labelWidth - 10, height: 20, ellipsis: true });
    for (const [at, path] of paths.slice(first, first + columns).entries()) {
      if (path === undefined || !existsSync(path)) continue;
      const x = leftOf(at, pitch);
      document.save().rect(x, y, side, side).clip();
      document.image(path, x, y, { cover: [side, side], align: 'center', valign: 'center' });
      document.restore();
    }
  }
}

function leftOf(column: number, pitch: number): number {
  return page.margin + labelWidth + column * pitch;
}

function numberPages(document: PDFKit.PDFDocument): void {
  const { count } = document.bufferedPageRange();
  for (let number = 0; number < count; number++) {
    document.switchToPage(number);
    document.font('Helvetica').fontSize(7).fillColor(soft);
    document.text(`Cortext · ${number + 1} / ${count}`, page.margin, page.height - 26, {
      width: page.width - 2 * page.margin,
      align: 'right',
      lineBreak: false,
    });
  }
}

/** The fonts that every reader of PDF has know the letters of western Europe only. */
function plain(text: string): string {
  return text.replace(/[^\u0020-\u007e\u00a0-\u00ff\u2013\u2014\u2018\u2019\u201c\u201d\u2022\u2026]/gu, '?');
}
