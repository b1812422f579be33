/** Images that are files, in a folder or in a zip archive, found by name. */
import { existsSync, readdirSync } from 'node:fs';
import { join, sep } from 'node:path';
import { CortextError, toCortextError } from '../../../shared/errors.ts';
import { decodeImage, readableImageExtensions, type ImageSet } from '../image-set.ts';
import { openFileBytes } from '../readers/file-bytes.ts';
import { openZipArchive, readZipEntry } from '../readers/zip-archive.ts';
import { resolveFrom } from './recipe-paths.ts';
import type { SourceFiles } from './source-files.ts';

/** Files of images in natural order (`2.png` before `10.png`). */
export interface ImageFiles {
  /** The folder or archive. */
  readonly path: string;
  /** Names within it, with `/`. */
  readonly names: readonly string[];
  load(index: number, signal: AbortSignal | undefined): Promise<ImageSet>;
  /** Lists an image among the files that were read. */
  note(index: number): void;
}

/** An image larger than this, as a file, is none that was shown in an experiment; what claims more is a zip bomb. */
const LARGEST_FILE = 256 * 2 ** 20;
/** All files of an archive together, uncompressed. */
const LARGEST_ARCHIVE = 64 * 2 ** 30;
const MOST_FILES = 1_000_000;

export function openImageFolder(sources: SourceFiles, folder: string): ImageFiles {
  const path = resolveFrom(sources.folder, folder);
  let entries: string[];
  try {
    entries = readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() || entry.isSymbolicLink())
      .map((entry) => join(entry.parentPath, entry.name))
      // A link to what was not fetched is an image that is missing.
      .filter((name) => existsSync(name))
      .map((name) => name.slice(path.length).replace(/^[\\/]+/, ''));
  } catch (error) {
    throw toCortextError(error, path);
  }
  const names = imageNames(
    path,
    entries.map((name) => name.split(sep).join('/')),
  );
  return {
    path,
    names,
    load: (index, signal) => {
      signal?.throwIfAborted();
      return decodeImage(join(path, names[index]));
    },
    note: (index) => {
      sources.note(join(path, names[index]));
    },
  };
}

/**
 * @throws CortextError `FILE_TRUNCATED`, `FILE_DAMAGED`; `FILE_TOO_LARGE` for archives that unpack to more than images
 *   of experiments take
 */
export function openImageZip(sources: SourceFiles, zip: string): ImageFiles {
  const path = resolveFrom(sources.folder, zip);
  const archive = openZipArchive(openFileBytes(path));
  try {
    const entries = new Map(archive.entries.map((entry) => [entry.name.replaceAll('\\', '/'), entry]));
    const names = imageNames(path, [...entries.keys()]);
    const listed = names.map((name) => {
      const entry = entries.get(name);
      if (entry === undefined) throw new CortextError('INTERNAL', `${name} was lost.`);
      return entry;
    });
    const large = listed.find((entry) => entry.size > LARGEST_FILE);
    const total = listed.reduce((sum, entry) => sum + entry.size, 0);
    if (large !== undefined || total > LARGEST_ARCHIVE) {
      const what =
        large === undefined ? `its images have ${total} bytes` : `its entry ${large.name} has ${large.size} bytes`;
      throw new CortextError('FILE_TOO_LARGE', `${path} is refused: ${what} when unpacked.`, {
        hint: 'Check where the archive comes from; unpack it yourself and import the folder if it is all right.',
      });
    }
    return {
      path,
      names,
      load: async (index, signal) => {
        signal?.throwIfAborted();
        const file = openFileBytes(path);
        try {
          return await decodeImage(await readZipEntry(file, listed[index], signal), `${names[index]} in ${path}`);
        } finally {
          file.close();
        }
      },
      note: () => {
        sources.note(path);
      },
    };
  } finally {
    archive.close();
  }
}

/** Leaves out what is no image, hidden files and what macOS adds to archives. */
function imageNames(path: string, entries: readonly string[]): string[] {
  const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });
  const names = entries
    .filter((name) => !name.split('/').some((part) => part.startsWith('.') || part === '__MACOSX'))
    .filter((name) => readableImageExtensions.some((extension) => name.toLowerCase().endsWith(extension)))
    .sort((a, b) => collator.compare(a, b) || (a < b ? -1 : 1));
  if (names.length === 0 || names.length > MOST_FILES) {
    throw new CortextError(
      'IMAGE_COUNT',
      `${path} has ${names.length === 0 ? 'no images' : `${names.length} images`}.`,
      {
        hint: `Images are files with the endings ${readableImageExtensions.join(', ')}.`,
      },
    );
  }
  return names;
}
