/** Windows bitmaps (BMP): uncompressed, with 1, 4, 8, 16, 24 or 32 bits per pixel. */
import { CortextError } from '../../../shared/errors.ts';
import type { ImageSet } from '../image-set.ts';
import { requireImageSize } from './image-size.ts';

const COMPRESSION_NONE = 0;
const COMPRESSION_BIT_FIELDS = 3;
const CORE_HEADER = 12;

export function isBitmap(bytes: Uint8Array): boolean {
  return bytes.length > 26 && bytes[0] === 0x42 && bytes[1] === 0x4d;
}

interface BitmapHeader {
  readonly width: number;
  readonly height: number;
  readonly topDown: boolean;
  readonly bits: number;
  readonly pixelsAt: number;
  /** Where the palette starts, how many colours it has and how many bytes each takes. */
  readonly palette: { at: number; colours: number; bytes: 3 | 4 };
  /** Bit masks of red, green and blue for 16 and 32 bits per pixel. */
  readonly masks: readonly [number, number, number];
}

/**
 * Decodes a bitmap; an unused fourth byte is ignored, as bitmaps have no agreed transparency.
 *
 * @returns a set of one image; one channel when every colour of its palette is grey, else three
 * @throws CortextError `FORMAT_UNSUPPORTED` for compressed bitmaps, `IMAGE_UNREADABLE` for damaged ones, `FILE_TOO_LARGE`
 */
export function decodeBitmap(bytes: Uint8Array, name: string): ImageSet {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = readHeader(view, name);
  const { width, height, bits } = header;
  requireImageSize(header, name);
  const stride = Math.ceil((width * bits) / 32) * 4;
  if (header.pixelsAt + stride * height > bytes.length) throw damaged(name, 'the file is cut short');
  const colourAt = bits <= 8 ? paletteReader(view, header, name) : directReader(view, header);
  const data = new Float32Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const row = header.pixelsAt + (header.topDown ? y : height - 1 - y) * stride;
    for (let x = 0; x < width; x++) data.set(colourAt(row, x), (y * width + x) * 3);
  }
  const colour = { count: 1, height, width, channels: 3, data } as const;
  return bits <= 8 && isGrey(data) ? { ...colour, channels: 1, data: data.filter((_, i) => i % 3 === 0) } : colour;
}

function readHeader(view: DataView, name: string): BitmapHeader {
  const pixelsAt = view.getUint32(10, true);
  const size = view.getUint32(14, true);
  if (14 + Math.max(size, CORE_HEADER) > view.byteLength) throw damaged(name, 'its header is cut short');
  const core = size === CORE_HEADER;
  if (!core && size < 40) throw damaged(name, `its header has ${size} bytes`);
  const width = core ? view.getUint16(18, true) : view.getInt32(18, true);
  const signedHeight = core ? view.getUint16(20, true) : view.getInt32(22, true);
  const bits = view.getUint16(core ? 24 : 28, true);
  const compression = core ? COMPRESSION_NONE : view.getUint32(30, true);
  if (![COMPRESSION_NONE, COMPRESSION_BIT_FIELDS].includes(compression)) {
    throw new CortextError('FORMAT_UNSUPPORTED', `The bitmap ${name} is compressed (method ${compression}).`, {
      hint: 'Save it as PNG, or as an uncompressed bitmap.',
    });
  }
  if (![1, 4, 8, 16, 24, 32].includes(bits)) throw damaged(name, `it claims ${bits} bits per pixel`);
  const height = Math.abs(signedHeight);
  if (width < 1 || height < 1) throw damaged(name, `it claims ${width} x ${signedHeight} pixels`);
  const given = core ? 0 : view.getUint32(46, true);
  // Version 3 headers (40 bytes) keep their masks behind the header, later ones at the same place within it.
  const masksAt = 54;
  const masked = compression === COMPRESSION_BIT_FIELDS && masksAt + 12 <= view.byteLength;
  return {
    width,
    height,
    topDown: signedHeight < 0,
    bits,
    pixelsAt,
    palette: { at: 14 + size, colours: given === 0 ? 2 ** Math.min(bits, 8) : given, bytes: core ? 3 : 4 },
    masks: masked
      ? [view.getUint32(masksAt, true), view.getUint32(masksAt + 4, true), view.getUint32(masksAt + 8, true)]
      : bits === 16
        ? [0x7c00, 0x03e0, 0x001f]
        : [0xff0000, 0x00ff00, 0x0000ff],
  };
}

type ColourReader = (row: number, x: number) => readonly [number, number, number];

function paletteReader(view: DataView, { bits, palette }: BitmapHeader, name: string): ColourReader {
  if (palette.at + palette.colours * palette.bytes > view.byteLength) throw damaged(name, 'its palette is cut short');
  const colours = Array.from({ length: palette.colours }, (_, i) => {
    const at = palette.at + i * palette.bytes;
    return [view.getUint8(at + 2) / 255, view.getUint8(at + 1) / 255, view.getUint8(at) / 255] as const;
  });
  return (row, x) => {
    const bit = x * bits;
    const index = (view.getUint8(row + (bit >> 3)) >> (8 - bits - (bit & 7))) & (2 ** bits - 1);
    const colour = colours[index];
    if (colour === undefined) throw damaged(name, `a pixel uses colour ${index} of a palette of ${colours.length}`);
    return colour;
  };
}

function directReader(view: DataView, { bits, masks }: BitmapHeader): ColourReader {
  if (bits === 24) {
    return (row, x) => {
      const at = row + x * 3;
      return [view.getUint8(at + 2) / 255, view.getUint8(at + 1) / 255, view.getUint8(at) / 255];
    };
  }
  const read =
    bits === 16
      ? (row: number, x: number) => view.getUint16(row + x * 2, true)
      : (row: number, x: number) => view.getUint32(row + x * 4, true);
  return (row, x) => {
    const word = read(row, x);
    const part = (mask: number) => (mask === 0 ? 0 : ((word & mask) >>> 0) / mask);
    return [part(masks[0]), part(masks[1]), part(masks[2])];
  };
}

function isGrey(data: Float32Array): boolean {
  for (let i = 0; i < data.length; i += 3) if (data[i] !== data[i + 1] || data[i] !== data[i + 2]) return false;
  return true;
}

function damaged(name: string, reason: string): CortextError {
  return new CortextError('IMAGE_UNREADABLE', `The bitmap ${name} cannot be read: ${reason}.`, {
    hint: 'Open the file in an image viewer; if it fails there too, copy it again from its source.',
  });
}
