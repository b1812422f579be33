/**
 * HDF5 files, and MATLAB 7.3 files, which are HDF5 with MATLAB's conventions.
 *
 * MATLAB writes its column-major arrays as they lie in memory, so HDF5 sees their axes reversed: here they get MATLAB's
 * own shape again. Cells are references into the group `#refs#`, structs are groups, characters are 16-bit numbers.
 */
import type { FileBytes } from './file-bytes.ts';
import { rowMajorFromColumnMajor } from './axes.ts';
import { decodeElements, type ElementType } from './elements.ts';
import {
  guarded,
  hdf5Class,
  hdf5Library,
  readElements,
  type Dataset,
  type Group,
  type Library,
  type Metadata,
} from './hdf5-library.ts';
import { namedArrays, stopIfCancelled, type ArrayEntry, type NamedArrays, type ReadOptions } from './named-arrays.ts';
import { damaged, truncated } from './reading-errors.ts';

const SIGNATURE = Buffer.from([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]);

/** More objects than this are no longer a file of arrays; a damaged file may also link in circles. */
const MOST_OBJECTS = 100_000;
const DEEPEST = 32;

/** The signature stands at byte 0 or, after a user block (MATLAB: 512 bytes), at a power of two from 512 on. */
export function findHdf5Signature(file: FileBytes): number | null {
  for (let at = 0; at + SIGNATURE.length <= file.size && at <= 1 << 30; at = at === 0 ? 512 : at * 2) {
    if (SIGNATURE.equals(file.readUpTo(at, SIGNATURE.length))) return at;
  }
  return null;
}

/** @throws CortextError `FILE_TRUNCATED`, `FILE_DAMAGED`, `CANCELLED` */
export async function openHdf5(file: FileBytes, signatureAt: number, options: ReadOptions = {}): Promise<NamedArrays> {
  checkEnd(file, signatureAt);
  const library = await hdf5Library();
  const matlab = Buffer.from(file.readUpTo(0, 128)).toString('latin1').startsWith('MATLAB 7.3');
  const root = guarded(file.path, 'the file', () => {
    const opened = new library.File(file.path, 'r');
    // Opening a damaged file does not fail by itself; listing it does.
    opened.keys();
    return opened;
  });
  try {
    const walk: Walk = { library, file, matlab, entries: new Map(), seen: 0, ...options };
    collect(walk, root, '', 0);
    return namedArrays(file.path, matlab ? 'matlab-7.3' : 'hdf5', walk.entries, {
      ...options,
      close: () => {
        root.close();
        file.close();
      },
    });
  } catch (error) {
    root.close();
    throw error;
  }
}

/** The superblock states where the file ends; a shorter file was cut. */
function checkEnd(file: FileBytes, at: number): void {
  const head = Buffer.from(file.readUpTo(at, 96));
  if (head.length < 48) throw truncated(file.path, `it ends within its HDF5 header, after ${file.size} bytes`);
  const version = head[8];
  // Version 0 and 1 have sixteen (twenty) bytes of counts before the addresses, version 2 and 3 have four.
  const addresses = version === 0 ? 24 : version === 1 ? 28 : 12;
  const sizeOfOffsets = version < 2 ? head[13] : head[9];
  if (version > 3 || sizeOfOffsets !== 8) return;
  const end = Number(head.readBigUInt64LE(addresses + 16));
  if (end > file.size - (version < 2 ? 0 : at)) {
    throw truncated(file.path, `its header says ${end} bytes, but the file ends after ${file.size}`);
  }
}

interface Walk extends ReadOptions {
  readonly library: Library;
  readonly file: FileBytes;
  readonly matlab: boolean;
  readonly entries: Map<string, ArrayEntry>;
  seen: number;
}

function collect(walk: Walk, group: Group, prefix: string, depth: number): void {
  const { library, file, matlab, entries } = walk;
  stopIfCancelled(walk.signal);
  for (const key of guarded(file.path, prefix || 'the file', () => group.keys())) {
    if (++walk.seen > MOST_OBJECTS || depth > DEEPEST) {
      throw damaged(file.path, `it holds more than ${MOST_OBJECTS} objects, or groups within groups without end`);
    }
    // MATLAB keeps the contents of cells and of classes in groups of its own.
    if (matlab && depth === 0 && key.startsWith('#')) continue;
    const name = prefix === '' ? key : `${prefix}${matlab ? '.' : '/'}${key}`;
    const item = guarded(file.path, name, () => group.get(key));
    if (item instanceof library.Group) collect(walk, item, name, depth + 1);
    else if (item instanceof library.Dataset) addDataset(walk, item, name);
    else entries.set(name, { shape: [], type: 'link', remedy: 'Links to other files are not followed.' });
  }
}

function addDataset(walk: Walk, dataset: Dataset, name: string): void {
  const { file, matlab, entries } = walk;
  const metadata = guarded(file.path, name, () => dataset.metadata);
  const shape = [...(metadata.shape ?? [0])];
  const className = matlab ? matlabClass(walk, dataset, name) : null;
  if (className === 'cell' && metadata.type === hdf5Class.reference) addCell(walk, dataset, name, shape);
  else if (className === 'char') entries.set(name, matlabText(walk, dataset, name, shape));
  else if (metadata.type === hdf5Class.string) {
    entries.set(name, { shape, type: 'text', text: () => Promise.resolve(texts(walk, dataset, name)) });
  } else {
    const type = elementType(metadata);
    const shown = className === 'logical' || isBoolean(metadata) ? 'logical' : (type ?? describeType(metadata));
    const numbers =
      type === null
        ? undefined
        : async (options: ReadOptions) => {
            const bytes = await readElements(walk.library, file.path, file.size, dataset, name, options.signal);
            const data = decodeElements(bytes, type, metadata.littleEndian, `${file.path}: ${name}`, true);
            if (!matlab) return { shape, data };
            const own = [...shape].reverse();
            return { shape: own, data: rowMajorFromColumnMajor(data, own) };
          };
    entries.set(name, {
      shape: matlab ? [...shape].reverse() : shape,
      type: shown,
      ...(numbers === undefined ? {} : { numbers }),
    });
  }
}

function matlabClass({ file }: Walk, dataset: Dataset, name: string): string | null {
  return guarded(file.path, name, () => {
    const value: unknown = 'MATLAB_class' in dataset.attrs ? dataset.attrs.MATLAB_class.value : null;
    return typeof value === 'string' ? value : null;
  });
}

/** A cell array of texts is one array of text; of anything else, its parts are `name{1}`, `name{2}`, ... */
function addCell(walk: Walk, dataset: Dataset, name: string, shape: readonly number[]): void {
  const { library, file, entries } = walk;
  const own = [...shape].reverse();
  const parts = guarded(file.path, name, () => {
    const value: unknown = dataset.value;
    const references = (Array.isArray(value) ? value.flat(Infinity) : [value]) as unknown[];
    return references.map((reference) =>
      reference instanceof library.Reference ? dataset.dereference(reference) : null,
    );
  });
  const datasets = parts.filter((part) => part instanceof library.Dataset);
  walk.seen += parts.length;
  if (datasets.length === parts.length && datasets.every((part) => matlabClass(walk, part, name) === 'char')) {
    entries.set(name, {
      shape: own,
      type: 'text',
      text: async (options) => {
        const all: string[] = [];
        for (const part of datasets) all.push((await readMatlabText(walk, part, name, options)).join('\n'));
        return rowMajorFromColumnMajor(all, own);
      },
    });
    return;
  }
  entries.set(name, { shape: own, type: 'cell', remedy: `Name one of its parts, ${name}{1} to ${name}{${parts.length}}.` });
  parts.forEach((part, i) => {
    const partName = `${name}{${i + 1}}`;
    if (part instanceof library.Dataset) addDataset(walk, part, partName);
    else if (part instanceof library.Group) collect(walk, part, partName, 1);
  });
}

function matlabText(walk: Walk, dataset: Dataset, name: string, shape: readonly number[]): ArrayEntry {
  const rows = shape.at(-1) ?? 0;
  return { shape: [rows], type: 'text', text: (options) => readMatlabText(walk, dataset, name, options) };
}

/** The rows of a MATLAB char matrix, without their padding. */
async function readMatlabText(
  { library, file }: Walk,
  dataset: Dataset,
  name: string,
  { signal }: ReadOptions,
): Promise<string[]> {
  const metadata = guarded(file.path, name, () => dataset.metadata);
  const type = elementType(metadata);
  const [columns = 0, rows = 0] = metadata.shape ?? [];
  // MATLAB marks an empty text by the attribute MATLAB_empty and stores its shape as data.
  const isEmpty = guarded(file.path, name, () => 'MATLAB_empty' in dataset.attrs && dataset.attrs.MATLAB_empty.value === 1);
  if (isEmpty || type === null) return [''];
  const bytes = await readElements(library, file.path, file.size, dataset, name, signal);
  const codes = decodeElements(bytes, type, metadata.littleEndian, `${file.path}: ${name}`, true);
  return Array.from({ length: rows }, (_, row) => {
    const characters = Array.from({ length: columns }, (_unused, column) => codes[column * rows + row]);
    return String.fromCharCode(...characters).trimEnd();
  });
}

function texts({ file }: Walk, dataset: Dataset, name: string): string[] {
  return guarded(file.path, name, () => {
    const value: unknown = dataset.value;
    const flat = (Array.isArray(value) ? value.flat(Infinity) : [value]) as unknown[];
    // Fixed-length strings are padded with zeros or spaces.
    return flat.map((text) => String(text).replace(/\0.*$/s, '').trimEnd());
  });
}

function elementType({ type, size, signed, enum_type }: Metadata): ElementType | null {
  if (type === hdf5Class.float && (size === 2 || size === 4 || size === 8)) return size === 2 ? 'float16' : size === 4 ? 'float32' : 'float64';
  // h5py and MATLAB write truth values as an enumeration over bytes.
  if (type === hdf5Class.enum && enum_type !== undefined && size === 1) return 'uint8';
  if (type !== hdf5Class.integer && type !== hdf5Class.bitfield) return null;
  switch (size) {
    case 1:
      return signed ? 'int8' : 'uint8';
    case 2:
      return signed ? 'int16' : 'uint16';
    case 4:
      return signed ? 'int32' : 'uint32';
    case 8:
      return signed ? 'int64' : 'uint64';
    default:
      return null;
  }
}

function isBoolean({ type, enum_type }: Metadata): boolean {
  const names = Object.keys(enum_type?.members ?? {}).map((name) => name.toUpperCase());
  return type === hdf5Class.enum && names.length === 2 && names.includes('TRUE') && names.includes('FALSE');
}

function describeType({ type }: Metadata): string {
  const known = Object.entries(hdf5Class).find(([, number]) => number === type);
  return known === undefined ? `HDF5 class ${type}` : known[0];
}
