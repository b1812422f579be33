/** Text in drawings: with a font of the system, or with our own letters where there is none. */
import sharp from 'sharp';
import { bitmapAdvance, bitmapText } from './bitmap-font.ts';
import { escapeHtml } from './html.ts';

export interface TextStyle {
  readonly size: number;
  readonly colour: string;
  readonly weight?: number;
  readonly anchor?: 'start' | 'middle' | 'end';
}

export interface TextPen {
  /** SVG of one line of text. */
  draw(text: string, x: number, baseline: number, style: TextStyle): string;
  /** Roughly how wide a line will be, in pixels; never too narrow by more than a letter. */
  measure(text: string, size: number): number;
  /** The text, or as much of its beginning as fits, with an ellipsis. */
  fit(text: string, size: number, width: number): string;
}

let systemFont: Promise<boolean> | undefined;

/** @param forced - `bitmap` draws our own letters in any case */
export async function createPen(forced?: 'bitmap'): Promise<TextPen> {
  systemFont ??= rendersText();
  return forced === undefined && (await systemFont) ? fontPen : bitmapPen;
}

/**
 * Whether the SVG renderer finds a font. Without one it draws nothing, or the same box for every letter, so narrow and
 * wide letters are compared.
 */
async function rendersText(): Promise<boolean> {
  try {
    const [narrow, wide] = await Promise.all(['iiii', 'WWWW'].map(inkWidth));
    return narrow > 0 && wide > narrow * 1.4;
  } catch {
    return false;
  }
}

async function inkWidth(text: string): Promise<number> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="160" height="40">${fontPen.draw(text, 4, 30, { size: 24, colour: '#000' })}</svg>`;
  const { data, info } = await sharp(Buffer.from(svg))
    .extractChannel('alpha')
    .raw()
    .toBuffer({ resolveWithObject: true });
  let [first, last] = [info.width, 0];
  data.forEach((value, at) => {
    if (value < 64) return;
    first = Math.min(first, at % info.width);
    last = Math.max(last, at % info.width);
  });
  return Math.max(0, last - first);
}

const fontPen: TextPen = {
  draw(text, x, baseline, { size, colour, weight = 400, anchor = 'start' }) {
    return `<text x="${x}" y="${baseline}" font-family="Helvetica, Arial, Liberation Sans, DejaVu Sans, sans-serif" font-size="${size}" font-weight="${weight}" fill="${colour}" text-anchor="${anchor}">${escapeHtml(text)}</text>`;
  },
  measure: (text, size) => text.length * size * 0.58,
  fit: (text, size, width) => fitted(text, width / (size * 0.58), '\u2026'),
};

/** Capital letters are this share of a font's size high. */
const capitals = 0.72;

const bitmapPen: TextPen = {
  draw(text, x, baseline, { size, colour, anchor = 'start' }) {
    const width = bitmapPen.measure(text, size);
    const left = anchor === 'start' ? x : anchor === 'end' ? x - width : x - width / 2;
    return `<path fill="${colour}" d="${bitmapText(text, left, baseline, size * capitals)}"/>`;
  },
  measure: (text, size) => text.length * size * capitals * bitmapAdvance,
  fit: (text, size, width) => fitted(text, width / (size * capitals * bitmapAdvance), '..'),
};

function fitted(text: string, letters: number, ellipsis: string): string {
  if (text.length <= letters) return text;
  return `${text.slice(0, Math.max(1, Math.floor(letters) - ellipsis.length)).trimEnd()}${ellipsis}`;
}
