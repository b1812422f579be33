/** Opening a volume, or a run of volumes, by what is in the file, whatever it is called. */
import { existsSync, statSync } from 'node:fs';
import { CortextError } from '../../../shared/errors.ts';
import { FETCH_IT, openFileBytes, type FileBytes } from '../readers/file-bytes.ts';
import { stopIfCancelled } from '../readers/named-arrays.ts';
import { truncated } from '../readers/reading-errors.ts';
import { gunzipStart, isGzip, LARGEST_RATIO } from './gunzip.ts';
import { MGH_DATA_OFFSET, parseMghHeader, startsAsMgh } from './mgh-header.ts';
import { NIFTI_HEADER_BYTES, parseNiftiHeader, startsAsNifti, type NiftiHeader } from './nifti-header.ts';
import { dataLength, type VolumeFile } from './volume-file.ts';

/**
 * Reads the header of a NIfTI-1 or NIfTI-2 file (.nii, .nii.gz, or either one of .hdr and .img) or of a FreeSurfer
 * volume (.mgh, .mgz), and checks that the file can hold what the header says. Values stay in the file.
 *
 * @throws CortextError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `FORMAT_UNKNOWN`, `FORMAT_UNSUPPORTED`, `FILE_TRUNCATED`,
 *   `FILE_DAMAGED`, `CANCELLED`
 */
export function openVolume(path: string, options: { signal?: AbortSignal } = {}): VolumeFile {
  stopIfCancelled(options.signal);
  const file = openFileBytes(path);
  try {
    const { head, compressed } = headOf(file);
    const volume = describe(path, head, compressed);
    requireRoom(volume);
    return volume;
  } finally {
    file.close();
  }
}

/** Whether a file starts as a volume, by content. Unreadable files are none. */
export function isVolume(path: string): boolean {
  try {
    const file = openFileBytes(path);
    try {
      const { head } = headOf(file);
      return startsAsNifti(head) || startsAsMgh(head) || headerBeside(path) !== null;
    } finally {
      file.close();
    }
  } catch {
    return false;
  }
}

function headOf(file: FileBytes): { head: Uint8Array; compressed: boolean } {
  const start = file.readUpTo(0, NIFTI_HEADER_BYTES[2]);
  if (start.length === 0) throw truncated(file.path, 'it is empty, with 0 bytes');
  return isGzip(start)
    ? { head: gunzipStart(file, NIFTI_HEADER_BYTES[2]), compressed: true }
    : { head: start, compressed: false };
}

function describe(path: string, head: Uint8Array, compressed: boolean): VolumeFile {
  if (startsAsNifti(head)) return describeNifti(path, parseNiftiHeader(head, path), compressed);
  if (startsAsMgh(head)) {
    const header = parseMghHeader(head, path);
    return {
      path,
      format: 'mgh',
      ...header,
      repetitionTime: null,
      scaling: { slope: 1, intercept: 0 },
      data: { path, compressed, littleEndian: false, offset: MGH_DATA_OFFSET },
    };
  }
  const header = headerBeside(path);
  if (header !== null) return { ...openVolume(header), path };
  if (Buffer.from(head).includes('/annex/objects/')) {
    throw new CortextError('FILE_NOT_FOUND', `${path} stands for content that was not fetched.`, { hint: FETCH_IT });
  }
  throw new CortextError('FORMAT_UNKNOWN', `${path} is not a volume: it has no header of NIfTI or FreeSurfer.`, {
    hint: 'NIfTI (.nii, .nii.gz, .hdr with .img) and FreeSurfer (.mgh, .mgz) can be read; the content decides, not the name.',
    details: { path, firstBytes: Buffer.from(head.subarray(0, 16)).toString('hex') },
  });
}

function describeNifti(path: string, header: NiftiHeader, compressed: boolean): VolumeFile {
  const { version, single, littleEndian, dataOffset, ...described } = header;
  const volume: VolumeFile = {
    path,
    format: `nifti-${version}`,
    ...described,
    data: { path, compressed, littleEndian, offset: dataOffset },
  };
  return single ? volume : { ...volume, data: pairedData(volume) };
}

/** The second file of a pair may be compressed or not, whatever the first one is. */
function pairedData(header: VolumeFile): VolumeFile['data'] {
  const names = namesBeside(header.path, 'hdr', 'img');
  const path = names.find((name) => existsSync(name));
  if (path === undefined) {
    throw new CortextError('FILE_NOT_FOUND', `${header.path} is the header of a pair; its values are not beside it.`, {
      hint: `Put ${names[0] ?? 'the file that ends in .img'} beside it.`,
    });
  }
  const file = openFileBytes(path);
  try {
    // Values may happen to look like gzip: a file of just the stated length is not compressed.
    const plain = file.size === header.data.offset + dataLength(header);
    return { ...header.data, path, compressed: !plain && isGzip(file.readUpTo(0, 3)) };
  } finally {
    file.close();
  }
}

function headerBeside(path: string): string | null {
  return namesBeside(path, 'img', 'hdr').find((name) => existsSync(name)) ?? null;
}

/** `run.img` and `run.img.gz` for `run.hdr` or `run.hdr.gz`, in the spelling of the given name. */
function namesBeside(path: string, from: string, to: string): string[] {
  const match = new RegExp(`^(.*\\.)(${from})(\\.gz)?$`, 'i').exec(path);
  if (match === null) return [];
  const [, stem, ending] = match;
  const plain = stem + (ending === ending.toUpperCase() ? to.toUpperCase() : to);
  return match[3] === undefined ? [plain, `${plain}.gz`] : [`${plain}.gz`, plain];
}

/** Said on opening, before anything is allocated or decompressed. */
function requireRoom(volume: VolumeFile): void {
  const { path, compressed, offset } = volume.data;
  const { size } = statSync(path);
  const needed = offset + dataLength(volume);
  if (needed <= (compressed ? size * LARGEST_RATIO : size)) return;
  const { shape } = volume.grid;
  throw truncated(
    path,
    `its shape [${[...shape, volume.volumes].join(', ')}] of ${volume.datatype} needs ${needed} bytes` +
      (compressed ? `, more than ${size} compressed ones can hold` : `, it has ${size}`),
  );
}
