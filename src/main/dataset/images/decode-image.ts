/**
 * Image files in, float pixels out.
 *
 * Pixels are taken as stored: the orientation tag of cameras is ignored, as presentation software does. Colours are
 * brought to sRGB (CMYK, palettes, embedded profiles); 16-bit images keep their precision; transparent pixels are laid
 * over mid grey.
 */
import { readFile } from 'node:fs/promises';
import sharp, { type Metadata } from 'sharp';
import { CortextError, toCortextError } from '../../../shared/errors.ts';
import { MID_GREY, type ImageSet } from '../image-set.ts';
import { decodeBitmap, isBitmap } from './decode-bitmap.ts';
import { requireImageSize } from './image-size.ts';

/** Endings of image files that can be read, in lower case. */
export const readableImageExtensions = ['.png', '.jpg', '.jpeg', '.tif', '.tiff', '.bmp', '.webp', '.gif'] as const;

const readable: readonly string[] = ['png', 'jpeg', 'tiff', 'webp', 'gif'];

/**
 * Decodes a PNG, JPEG, TIFF, BMP, WebP or GIF file (the first page or frame of several).
 *
 * @param source - a path, or the file's bytes
 * @param name - what error messages call the image; a path names itself
 * @returns a set of one image; one channel for a grey image, else three
 * @throws CortextError `FILE_NOT_FOUND`, `FORMAT_UNSUPPORTED`, `IMAGE_UNREADABLE` (damaged or cut short),
 *   `FILE_TOO_LARGE` for a small file that unfolds to a great many pixels as well
 */
export async function decodeImage(
  source: string | Uint8Array,
  name = typeof source === 'string' ? source : 'the image',
): Promise<ImageSet> {
  const bytes = typeof source === 'string' ? await readImageFile(source) : source;
  if (bytes.length === 0) throw unreadable(name, 'it is empty');
  if (isBitmap(bytes)) return decodeBitmap(bytes, name);
  try {
    const metadata = await sharp(bytes, { failOn: 'error' }).metadata();
    requireReadable(metadata, name);
    requireImageSize(metadata, name);
    return await decodePixels(bytes, metadata);
  } catch (error) {
    if (error instanceof CortextError) throw error;
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    // The decoder calls a TIFF whose directory is cut off an unsupported format, too.
    if (/unsupported image format/i.test(reason) && !startsLikeAnImage(bytes)) {
      throw unsupported(name, 'it is no image in a format that is known');
    }
    throw unreadable(name, reason, error);
  }
}

function startsLikeAnImage(bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.subarray(0, 4)).toString('latin1');
  return ['\x89PNG', 'II*\0', 'MM\0*', 'GIF8', 'RIFF'].includes(start) || start.startsWith('\xff\xd8\xff');
}

async function readImageFile(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw toCortextError(error, path);
  }
}

function requireReadable(metadata: Metadata, name: string): void {
  if (!readable.includes(metadata.format)) throw unsupported(name, `its format is ${metadata.format}`);
  if (!['uchar', 'ushort'].includes(metadata.depth)) {
    throw unsupported(name, `its values are stored as ${metadata.depth}, so black and white are not known`);
  }
}

async function decodePixels(bytes: Uint8Array, metadata: Metadata): Promise<ImageSet> {
  const grey = metadata.space === 'b-w' || metadata.space === 'grey16';
  const deep = metadata.depth === 'ushort' && metadata.space !== 'cmyk';
  const space = deep ? (grey ? 'grey16' : 'rgb16') : grey ? 'b-w' : 'srgb';
  const { data, info } = await sharp(bytes, { failOn: 'error' })
    .pipelineColourspace(space)
    .toColourspace(space)
    .raw({ depth: deep ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const values = deep ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2) : data;
  const channels = grey ? 1 : 3;
  return {
    count: 1,
    height: info.height,
    width: info.width,
    channels,
    data: overGrey(values, deep ? 65535 : 255, info.channels, channels),
  };
}

/** Scales to [0, 1] and lays pixels with an alpha channel (one channel more than `channels`) over mid grey. */
function overGrey(values: ArrayLike<number>, white: number, stored: number, channels: 1 | 3): Float32Array {
  const pixels = values.length / stored;
  const result = new Float32Array(pixels * channels);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const alpha = stored > channels ? values[pixel * stored + channels] / white : 1;
    for (let channel = 0; channel < channels; channel++) {
      const value = values[pixel * stored + channel] / white;
      result[pixel * channels + channel] = alpha === 1 ? value : alpha * value + (1 - alpha) * MID_GREY;
    }
  }
  return result;
}

function unreadable(name: string, reason: string, cause?: unknown): CortextError {
  return new CortextError('IMAGE_UNREADABLE', `The image ${name} cannot be read: ${reason}.`, {
    hint: 'Open the file in an image viewer; if it fails there too, copy it again from its source.',
    cause,
  });
}

function unsupported(name: string, reason: string): CortextError {
  return new CortextError('FORMAT_UNSUPPORTED', `The image ${name} cannot be read: ${reason}.`, {
    hint: 'Save it as PNG, JPEG, TIFF or BMP with 8 or 16 bits per channel.',
  });
}
