/** Pictures as data URIs, small enough that the whole page can be mailed. */
import { existsSync } from 'node:fs';
import sharp from 'sharp';
import type { Method } from '../../shared/evaluation.ts';
import { CortextError } from '../../shared/errors.ts';
import type { GalleryEntry } from './report-data.ts';

/** All pictures of a page together, in bytes before base64 makes them a third larger. */
const pageBudget = 10_500_000;
/** From the finest to the coarsest: longest side in pixels, quality of lossy WebP. */
const grades = [
  { side: 320, quality: 90 },
  { side: 256, quality: 86 },
  { side: 192, quality: 82 },
  { side: 128, quality: 78 },
  { side: 96, quality: 70 },
] as const;
type Grade = (typeof grades)[number];

/** Up to this side pictures are kept exactly, pixel by pixel. */
const exactSide = 64;

export interface EntryImages {
  /** Null where the file is missing. */
  readonly stimulus: string | null;
  readonly methods: Partial<Record<Method, string>>;
}

export interface GalleryImages {
  readonly entries: readonly EntryImages[];
  /** Whether browsers should show them with hard pixels. */
  readonly exact: boolean;
}

/**
 * Reads and encodes the pictures of every entry, at the finest grade that keeps the page within its size.
 *
 * Stimuli are cut to the reconstructions' shape about their centre, as they were for training and scoring.
 *
 * @throws CortextError `CANCELLED`, `IMAGE_UNREADABLE`
 */
export async function encodeGallery(entries: readonly GalleryEntry[], signal?: AbortSignal): Promise<GalleryImages> {
  const shape = await commonShape(entries);
  const pictures = entries.reduce((sum, entry) => sum + 1 + Object.keys(entry.methods).length, 0);
  const exact = Math.max(shape.width, shape.height) <= exactSide;
  // Most photographs need about a tenth of a byte per pixel and grade: start where they can fit, and go coarser.
  const first = grades.findIndex(({ side }) => pictures * side * side * 0.12 < pageBudget);
  for (const grade of grades.slice(first < 0 ? grades.length - 1 : first)) {
    const encoded = await encodeAll(entries, shape, exact ? null : grade, signal);
    if (encoded.bytes <= pageBudget || grade === grades.at(-1)) return { entries: encoded.images, exact };
  }
  throw new CortextError('INTERNAL', 'No grade of pictures was tried.');
}

async function encodeAll(
  entries: readonly GalleryEntry[],
  shape: Shape,
  grade: Grade | null,
  signal: AbortSignal | undefined,
): Promise<{ images: EntryImages[]; bytes: number }> {
  const images: EntryImages[] = [];
  let bytes = 0;
  const encode = async (path: string): Promise<string> => {
    const data = await encodePicture(path, shape, grade);
    bytes += data.length;
    return `data:image/webp;base64,${data.toString('base64')}`;
  };
  for (const entry of entries) {
    if (signal?.aborted) throw new CortextError('CANCELLED', 'Cancelled. No report was written.');
    const methods: Partial<Record<Method, string>> = {};
    for (const [method, path] of Object.entries(entry.methods)) {
      // Object.entries widens the keys, which are methods.
      methods[method as Method] = await encode(path);
    }
    images.push({ stimulus: existsSync(entry.stimulus) ? await encode(entry.stimulus) : null, methods });
  }
  return { images, bytes };
}

async function encodePicture(path: string, shape: Shape, grade: Grade | null): Promise<Buffer> {
  try {
    const scale = grade === null ? 1 : Math.min(1, grade.side / Math.max(shape.width, shape.height));
    const width = Math.max(1, Math.round(shape.width * scale));
    const height = Math.max(1, Math.round(shape.height * scale));
    const resized = sharp(path).resize(width, height, { fit: 'cover', position: 'centre' });
    return await resized.webp(grade === null ? { lossless: true } : { quality: grade.quality }).toBuffer();
  } catch (error) {
    throw new CortextError('IMAGE_UNREADABLE', `${path} is not a readable image.`, {
      hint: 'Draw the reconstructions again with `cortext resume`.',
      cause: error,
    });
  }
}

interface Shape {
  readonly width: number;
  readonly height: number;
}

/** The size of the reconstructions, or of the stimuli where there are none. */
export async function commonShape(entries: readonly GalleryEntry[]): Promise<Shape> {
  const drawn = entries.flatMap(({ methods }) => Object.values(methods))[0];
  const path = drawn ?? entries.map(({ stimulus }) => stimulus).find(existsSync);
  if (path === undefined) return { width: exactSide, height: exactSide };
  const { width, height } = await sharp(path).metadata();
  return { width, height };
}
