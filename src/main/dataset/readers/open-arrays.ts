/** Opening a file of arrays by what is in it, whatever it is called. */
import { CortextError } from '../../../shared/errors.ts';
import { looksLikeText, openCsv } from './csv.ts';
import { openFileBytes, type FileBytes } from './file-bytes.ts';
import { findHdf5Signature, openHdf5 } from './hdf5.ts';
import { isMatlab4 } from './matlab4.ts';
import { matlabVersion, openMatlab5 } from './matlab5.ts';
import { stopIfCancelled, type NamedArrays } from './named-arrays.ts';
import { openNpy, openNpz } from './npy.ts';
import { isNpy } from './npy-header.ts';
import { truncated, unsupportedFormat } from './reading-errors.ts';
import { isZip } from './zip-archive.ts';

/**
 * Opens MATLAB 5 to 7.3, HDF5, .npy, .npz and text tables. Only heads are read; each array comes into memory when it is asked
 * for. The signal also ends reads later on.
 *
 * @throws CortextError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `FORMAT_UNKNOWN`, `FILE_TRUNCATED`, `FILE_DAMAGED`,
 *   `FORMAT_UNSUPPORTED` for MATLAB 4 and workbooks, `FILE_TOO_LARGE`, `CANCELLED`
 */
export async function openArrays(path: string, options: { signal?: AbortSignal } = {}): Promise<NamedArrays> {
  stopIfCancelled(options.signal);
  const file = openFileBytes(path);
  try {
    return await openByContent(file, options);
  } catch (error) {
    file.close();
    throw error;
  }
}

async function openByContent(file: FileBytes, options: { signal?: AbortSignal }): Promise<NamedArrays> {
  const head = file.readUpTo(0, 1024);
  if (head.length === 0) throw truncated(file.path, 'it is empty, with 0 bytes');
  if (isNpy(head)) return openNpy(file, options);
  if (isZip(head)) return openNpz(file, options);
  const signatureAt = findHdf5Signature(file);
  if (signatureAt !== null) return await openHdf5(file, signatureAt, options);
  const matlab = matlabVersion(head);
  if (matlab?.version === 5) return await openMatlab5(file, matlab.littleEndian, options);
  if (isMatlab4(head)) {
    throw unsupportedFormat(
      file.path,
      'it is a MATLAB 4 file, which cannot be read',
      'Load it and save it anew: in MATLAB with save(name, "-v7"), in Python with scipy.io.loadmat and savemat.',
    );
  }
  const text = new TextDecoder('latin1').decode(head.subarray(0, 128));
  if (matlab?.version === 7.3 || (text.startsWith('MATLAB ') && text.includes('MAT-file'))) {
    throw truncated(file.path, `it starts as a MATLAB file and ends, or is damaged, within ${file.size} bytes`);
  }
  const table = looksLikeText(head) ? await openCsv(file, options) : null;
  if (table !== null) return table;
  throw unknownFormat(file.path, head);
}

const READABLE =
  'MATLAB (.mat, version 5 to 7.3), HDF5 (.h5, .hdf5), NumPy (.npy, .npz) files and tables (.csv, .tsv) can be read';

function unknownFormat(path: string, head: Uint8Array): CortextError {
  return new CortextError('FORMAT_UNKNOWN', `${path} is not a file of arrays${likely(head)}.`, {
    hint: `${READABLE}; the content decides, not the name.`,
    details: { path, firstBytes: Buffer.from(head.subarray(0, 16)).toString('hex') },
  });
}

/** How .xls and .doc begin. */
const OLE2 = 'd0cf11e0';
const HASH = 35;

function likely(head: Uint8Array): string {
  const start = Buffer.from(head.subarray(0, 16));
  if (start[0] === 0x1f && start[1] === 0x8b) return '; it is compressed with gzip';
  if (start[0] === 0x80 && start[1] <= 5) return '; it looks like a Python pickle';
  if (start.subarray(1, 4).toString('latin1') === 'PNG' || (start[0] === 0xff && start[1] === 0xd8)) return '; it is a picture';
  if (start.toString('hex').startsWith(OLE2)) return '; it is a workbook or document of old Microsoft Office: save its sheet as CSV';
  if (looksLikeText(head) && start[0] === HASH) {
    return "; it is text that begins with #, as AFNI's .1D files do: take those lines out";
  }
  if (looksLikeText(head)) return '; it is text, but no table with as many cells in every line';
  return '';
}
