/**
 * Files on their way from a window to the workspace, for imports.
 *
 * Whatever carries them (HTTP, a custom protocol, a relay) hands over an address and a stream of bytes; everything that an
 * address could do wrong is refused here.
 */
import { constants, existsSync, lstatSync, mkdirSync, rmSync, statfsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { CortextError, toCortextError } from '../../shared/errors.ts';
import { stagedName } from '../files/staging.ts';

export interface UploadOptions {
  /** As the sender states it; null when it does not. */
  readonly bytes?: number | null;
  readonly signal?: AbortSignal | undefined;
}

export interface Uploads {
  /**
   * Opens an upload of so many files and bytes.
   *
   * @returns its id
   * @throws CortextError `NO_SPACE_LEFT`, `FILE_TOO_LARGE` before anything was sent
   */
  begin(announced: { readonly files: number; readonly bytes: number }): string;
  /**
   * Writes one file; whole, or not at all.
   *
   * @param address - `<upload>/<path>`, each part of the path encoded as in a URL
   * @throws CortextError `INVALID_ARGUMENT` for an address that is none, `ALREADY_EXISTS`, `FILE_TOO_LARGE`,
   *   `FILE_TRUNCATED` when fewer bytes came than were stated, `NO_SPACE_LEFT`, `CANCELLED`
   */
  receive(address: string, body: AsyncIterable<Uint8Array>, options?: UploadOptions): Promise<{ bytes: number }>;
  /** @throws CortextError `INVALID_ARGUMENT` when there is no such upload */
  folder(id: string): string;
  /** Its files go; what is still being sent is refused. */
  remove(id: string): void;
  /** Removes all. */
  close(): void;
}

export interface UploadLimits {
  readonly files: number;
  /** Left free for the recording and everybody else. */
  readonly reservedBytes: number;
}

const usualLimits: UploadLimits = { files: 500_000, reservedBytes: 512 * 2 ** 20 };
/** Longer paths fail on some system. */
const LONGEST_PATH = 1000;
const LONGEST_NAME = 240;
/** Free space is looked at again after so many bytes. */
const LOOK_AGAIN = 64 * 2 ** 20;

interface Upload {
  readonly folder: string;
  readonly announced: { readonly files: number; readonly bytes: number };
  files: number;
  bytes: number;
}

/** @param staging - folder of the workspace in which uploads live until they are imported */
export function createUploads(staging: string, limits: UploadLimits = usualLimits): Uploads {
  const uploads = new Map<string, Upload>();
  const find = (id: string): Upload => {
    const upload = uploads.get(id);
    if (upload === undefined) {
      throw new CortextError('INVALID_ARGUMENT', 'There is no such upload any more.', {
        hint: 'Drop the files again.',
      });
    }
    return upload;
  };
  const remove = (id: string): void => {
    const upload = uploads.get(id);
    uploads.delete(id);
    if (upload !== undefined) rmSync(upload.folder, { recursive: true, force: true });
  };
  return {
    begin(announced) {
      if (announced.files > limits.files) {
        throw new CortextError('FILE_TOO_LARGE', `${announced.files} files are more than any dataset has.`, {
          hint: 'Choose the folder of the dataset itself.',
        });
      }
      const id = stagedName('upload');
      const folder = join(staging, id);
      try {
        mkdirSync(folder, { recursive: true });
        requireSpace(folder, announced.bytes + limits.reservedBytes);
      } catch (error) {
        rmSync(folder, { recursive: true, force: true });
        throw toCortextError(error, folder);
      }
      uploads.set(id, { folder, announced, files: 0, bytes: 0 });
      return id;
    },
    async receive(address, body, { bytes = null, signal } = {}) {
      const [id, ...encoded] = address.split('/');
      const upload = find(id);
      const parts = decodeParts(encoded);
      if (upload.files >= upload.announced.files) throw moreThanAnnounced('files');
      if (bytes !== null && upload.bytes + bytes > upload.announced.bytes) throw moreThanAnnounced('bytes');
      upload.files++;
      let written = 0;
      const accept = (more: number): void => {
        if (uploads.get(id) !== upload) throw new CortextError('CANCELLED', 'The upload was cancelled.');
        if (upload.bytes + more > upload.announced.bytes) throw moreThanAnnounced('bytes');
        if (Math.floor((upload.bytes + more) / LOOK_AGAIN) > Math.floor(upload.bytes / LOOK_AGAIN)) {
          requireSpace(upload.folder, more + limits.reservedBytes);
        }
        upload.bytes += more;
        written += more;
      };
      try {
        await writeFileFrom(body, folderFor(upload.folder, parts), { accept, expected: bytes, signal });
      } catch (error) {
        upload.files--;
        upload.bytes -= written;
        throw toCortextError(error, parts.join('/'));
      }
      return { bytes: written };
    },
    folder: (id) => find(id).folder,
    remove,
    close: () => {
      for (const id of [...uploads.keys()]) remove(id);
    },
  };
}

/** @throws CortextError `INVALID_ARGUMENT` for whatever could lead out of the folder, or is no name on some system */
function decodeParts(encoded: readonly string[]): string[] {
  let parts: string[];
  try {
    parts = encoded.map(decodeURIComponent);
  } catch {
    throw notAPath();
  }
  if (parts.length === 0 || parts.join('/').length > LONGEST_PATH) throw notAPath();
  for (const part of parts) {
    const isName = part !== '' && part !== '.' && part !== '..' && Buffer.byteLength(part) <= LONGEST_NAME;
    // Control characters, and what separates folders or streams on Windows.
    if (!isName || /[\u0000-\u001f\u007f/\\]/.test(part) || (sep === '\\' && /[<>:"|?*]|[. ]$/.test(part)))
      throw notAPath();
  }
  return parts;
}

function notAPath(): CortextError {
  return new CortextError('INVALID_ARGUMENT', 'A file has a name that cannot be stored.', {
    hint: 'Names may not lead out of their folder, hold control characters or be longer than 240 bytes.',
  });
}

function moreThanAnnounced(what: 'files' | 'bytes'): CortextError {
  return new CortextError('FILE_TOO_LARGE', `More ${what} came than were announced.`, {
    hint: 'Drop the files again.',
  });
}

/** Makes the folders above a file, none of which may be a link, and gives its path. */
function folderFor(root: string, parts: readonly string[]): string {
  let path = root;
  for (const part of parts.slice(0, -1)) {
    path = join(path, part);
    if (!existsSync(path)) mkdirSync(path);
    if (!lstatSync(path).isDirectory()) throw notAPath();
  }
  return join(path, parts[parts.length - 1]);
}

interface Writing {
  /** Told before so many more bytes are written; refuses by throwing. */
  readonly accept: (more: number) => void;
  readonly expected: number | null;
  readonly signal: AbortSignal | undefined;
}

async function writeFileFrom(
  body: AsyncIterable<Uint8Array>,
  path: string,
  { accept, expected, signal }: Writing,
): Promise<void> {
  // Exclusive, so that neither a link nor a file is followed or replaced.
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
  const file = await open(path, flags, 0o600).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new CortextError('ALREADY_EXISTS', 'Two files have the same name and folder.', { cause: error });
  });
  let length = 0;
  try {
    try {
      for await (const chunk of body) {
        signal?.throwIfAborted();
        accept(chunk.byteLength);
        length += chunk.byteLength;
        await file.writeFile(chunk);
      }
    } finally {
      await file.close();
    }
    if (expected !== null && length !== expected) {
      throw new CortextError('FILE_TRUNCATED', `Only ${length} of ${expected} bytes arrived.`, {
        hint: 'Drop the files again.',
      });
    }
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  }
}

/** @throws CortextError `NO_SPACE_LEFT` */
function requireSpace(folder: string, bytes: number): void {
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize >= bytes) return;
  const inGb = (value: number): string => `${(value / 1e9).toFixed(1)} GB`;
  throw new CortextError(
    'NO_SPACE_LEFT',
    `The disk of the workspace has ${inGb(bavail * bsize)} free; ${inGb(bytes)} are needed.`,
    {
      hint: 'Free some space, or give the path of data that lie on the computer already: they are read where they are.',
    },
  );
}
