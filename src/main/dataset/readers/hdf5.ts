/**
 * HDF5 files, and MATLAB 7.3 files, which are HDF5 with MATLAB's conventions.
 *
 * MATLAB writes its column-major arrays as they lie in memory, so HDF5 sees their axes reversed: here they get MATLAB's
 * own shape again. Cells are references into the group `#refs#`, structs are groups, characters are 16-bit numbers.
 */
import type { FileBytes } from './file-bytes.ts';
import { rowMajorFromColumnMajor } from './axes.ts';
import { decodeElements, type ElementType } from './elements.ts';
import { layoutOf, product, readElements, readPieces, readRowBytes } from './hdf5-elements.ts';
import { requireEndingHeaps } from './hdf5-heaps.ts';
import {
  closeHdf5,
  guarded,
  hdf5Class,
  hdf5Library,
  type Dataset,
  type Group,
  type Metadata,
  type OpenedHdf5,
} from './hdf5-library.ts';
import { readTexts } from './hdf5-texts.ts';
import {
  namedArrays,
  stopIfCancelled,
  type ArrayEntry,
  type NamedArrays,
  type NumericData,
  type ReadOptions,
  type RowBlock,
  type RowRange,
} from './named-arrays.ts';
import { damaged, elementCount, truncated } from './reading-errors.ts';

const SIGNATURE = Buffer.from([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]);

/** More objects than this are no longer a file of arrays; a damaged file may also link in circles. */
const MOST_OBJECTS = 100_000;
const DEEPEST = 32;

/** MATLAB's attributes are names of classes, numbers and truth values; bytes. */
const LONGEST_ATTRIBUTE = 1024;
const MOST_AXES = 64;

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
  const root = guarded({ library, file }, 'the file', () => {
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
        closeHdf5({ library }, root);
        file.close();
      },
    });
  } catch (error) {
    closeHdf5({ library }, root);
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

interface Walk extends ReadOptions, OpenedHdf5 {
  readonly matlab: boolean;
  readonly entries: Map<string, ArrayEntry>;
  seen: number;
  /** Whether the heaps of texts were looked at: with the first text that lies in one. */
  heaps?: Promise<void>;
}

function collect(walk: Walk, group: Group, prefix: string, depth: number): void {
  const { library, matlab, entries } = walk;
  stopIfCancelled(walk.signal);
  for (const key of guarded(walk, prefix || 'the file', () => group.keys())) {
    walk.seen++;
    requireFewObjects(walk);
    if (depth > DEEPEST) throw damaged(walk.file.path, 'it holds groups within groups without end');
    // MATLAB keeps the contents of cells and of classes in groups of its own.
    if (matlab && depth === 0 && key.startsWith('#')) continue;
    const name = prefix === '' ? key : `${prefix}${matlab ? '.' : '/'}${key}`;
    // A link may lead in circles or nowhere; what it leads to inside the file is listed under its own name.
    const item = guarded(walk, name, () => (isSoftLink(group, key) ? null : group.get(key)));
    if (item instanceof library.Group) addGroup(walk, item, name, depth);
    else if (item instanceof library.Dataset) addDataset(walk, item, name);
    else entries.set(name, { shape: [], type: 'link', remedy: 'Links are not followed: name what it leads to.' });
  }
}

function requireFewObjects({ seen, file }: Walk): void {
  if (seen > MOST_OBJECTS) throw damaged(file.path, `it holds more than ${MOST_OBJECTS} objects`);
}

function isSoftLink(group: Group, key: string): boolean {
  // It wants the path from the root, and gives null for what is no link, whatever its type says.
  const target: string | null = group.get_link(`${group.path === '/' ? '' : group.path}/${key}`);
  return target !== null;
}

/** Groups hold arrays; in MATLAB files they are structs, and sparse matrices too. */
function addGroup(walk: Walk, group: Group, name: string, depth: number): void {
  const { matlab, entries } = walk;
  const rows = matlab ? attribute(walk, group, 'MATLAB_sparse', name) : null;
  if (rows === null) {
    collect(walk, group, name, depth + 1);
    return;
  }
  const part = (key: string): Dataset | null => {
    const item = guarded(walk, name, () => (group.keys().includes(key) ? group.get(key) : null));
    return item instanceof walk.library.Dataset ? item : null;
  };
  const [data, ir, jc] = [part('data'), part('ir'), part('jc')];
  const columns = guarded(walk, name, () => (jc?.metadata.shape?.[0] ?? 1) - 1);
  const shape = [Number(rows), columns];
  entries.set(name, {
    shape,
    type: 'float64',
    numbers: (options) => readSparse(walk, { data, ir, jc }, name, shape, options),
  });
}

async function readSparse(
  walk: Walk,
  parts: Readonly<Record<'data' | 'ir' | 'jc', Dataset | null>>,
  name: string,
  shape: readonly number[],
  options: ReadOptions,
) {
  const [rows, columns] = shape;
  const { path } = walk.file;
  const dense = new Float64Array(elementCount(path, name, shape, 8));
  // A matrix without a nonzero element has only column starts.
  const numbersOf = async (part: Dataset | null) => (part === null ? [] : readNumbers(walk, part, name, options));
  const [values, rowOf, starts] = [await numbersOf(parts.data), await numbersOf(parts.ir), await numbersOf(parts.jc)];
  for (let column = 0; column < columns; column++) {
    for (let i = starts[column]; i < starts[column + 1]; i++) {
      if (!(rowOf[i] < rows)) throw damaged(path, `${name} has an element outside of its ${rows} rows`);
      dense[rowOf[i] * columns + column] = values[i];
    }
  }
  return { shape, data: dense };
}

async function readNumbers(walk: Walk, dataset: Dataset, name: string, { signal }: ReadOptions): Promise<NumericData> {
  const type = elementType(guarded(walk, name, () => dataset.metadata));
  if (type === null) throw damaged(walk.file.path, `${name} holds no numbers where its kind needs them`);
  const bytes = await readElements(walk, dataset, name, signal);
  // The library has brought the bytes into its own order, which is WebAssembly's.
  return decodeElements(bytes, type, true, `${walk.file.path}: ${name}`, true);
}

async function* readRows(
  walk: Walk,
  dataset: Dataset,
  type: ElementType,
  name: string,
  options: ReadOptions & { readonly range?: RowRange | undefined },
): AsyncGenerator<RowBlock> {
  for await (const { first, rows, bytes } of readRowBytes(walk, dataset, name, options)) {
    yield { first, rows, data: decodeElements(bytes, type, true, `${walk.file.path}: ${name}`, true) };
  }
}

async function* readValues(
  walk: Walk,
  dataset: Dataset,
  type: ElementType,
  name: string,
  { signal }: ReadOptions,
): AsyncGenerator<NumericData> {
  for await (const bytes of readPieces(walk, dataset, name, signal)) {
    yield decodeElements(bytes, type, true, `${walk.file.path}: ${name}`, true);
  }
}

/** One of the short attributes with which MATLAB says what an array is: a number or a word. */
function attribute(walk: Walk, item: Group | Dataset, key: string, name: string): unknown {
  return guarded(walk, name, () => {
    if (!(key in item.attrs)) return null;
    const { size, shape } = item.attrs[key].metadata;
    if (size * product(shape ?? []) > LONGEST_ATTRIBUTE)
      throw damaged(walk.file.path, `the ${key} of ${name} is too long`);
    return item.attrs[key].value;
  });
}

function addDataset(walk: Walk, dataset: Dataset, name: string): void {
  if (walk.matlab) {
    addMatlabDataset(walk, dataset, name);
    return;
  }
  const metadata = guarded(walk, name, () => dataset.metadata);
  const shape = [...(metadata.shape ?? [0])];
  const type = elementType(metadata);
  if (metadata.type === hdf5Class.string) {
    walk.entries.set(name, { shape, type: 'text', text: (options) => texts(walk, dataset, name, options) });
  } else if (type === null) walk.entries.set(name, { shape, type: describeType(metadata) });
  else {
    walk.entries.set(name, {
      shape,
      type: isBoolean(metadata) ? 'logical' : type,
      numbers: async (options) => ({ shape, data: await readNumbers(walk, dataset, name, options) }),
      ...(shape.length > 1 && {
        rows: (options: ReadOptions, range?: RowRange) => readRows(walk, dataset, type, name, { ...options, range }),
        values: (options: ReadOptions) => readValues(walk, dataset, type, name, options),
      }),
    });
  }
}

function addMatlabDataset(walk: Walk, dataset: Dataset, name: string): void {
  const { entries } = walk;
  const metadata = guarded(walk, name, () => dataset.metadata);
  const className = attribute(walk, dataset, 'MATLAB_class', name);
  // An empty array is stored as its own sizes.
  const empty = attribute(walk, dataset, 'MATLAB_empty', name) === 1;
  const shape = empty ? sizesOf(walk, dataset, name) : [...(metadata.shape ?? [0])].reverse();
  if (className === 'char') {
    entries.set(name, {
      shape,
      type: 'text',
      text: (options) => (empty ? Promise.resolve([]) : readMatlabText(walk, dataset, name, options)),
    });
  } else if (metadata.type === hdf5Class.reference) {
    addReferences(walk, dataset, name, shape, className === 'cell');
  } else {
    const type = elementType(metadata);
    if (type === null) {
      entries.set(name, { shape, type: metadata.type === hdf5Class.compound ? 'complex' : describeType(metadata) });
      return;
    }
    entries.set(name, {
      shape,
      type: className === 'logical' ? 'logical' : empty && className === 'double' ? 'float64' : type,
      numbers: async (options) =>
        empty
          ? { shape, data: new Float64Array(0) }
          : { shape, data: rowMajorFromColumnMajor(await readNumbers(walk, dataset, name, options), shape) },
      // HDF5's first axis is MATLAB's last.
      ...(shape.length > 1 &&
        !empty && {
          columns: (options: ReadOptions, range?: RowRange) =>
            readRows(walk, dataset, type, name, { ...options, range }),
          values: (options: ReadOptions) => readValues(walk, dataset, type, name, options),
        }),
    });
  }
}

function sizesOf(walk: Walk, dataset: Dataset, name: string): number[] {
  if (product(layoutOf(walk, dataset, name).shape) > MOST_AXES) {
    throw damaged(walk.file.path, `${name} is empty, but has more than ${MOST_AXES} axes`);
  }
  return guarded(walk, name, () => Array.from(dataset.value as ArrayLike<number | bigint>, Number));
}

/**
 * A cell array of texts is one array of text; of anything else, its parts are `name{1}`, `name{2}`, ... A field of a struct
 * array is stored alike: `trials.onset` holds `trials(1).onset`, `trials(2).onset`, ...
 */
function addReferences(walk: Walk, dataset: Dataset, name: string, shape: readonly number[], isCell: boolean): void {
  const { library, entries } = walk;
  // Counted before they are read: each takes an object of its own.
  walk.seen += product(layoutOf(walk, dataset, name).shape);
  requireFewObjects(walk);
  const parts = guarded(walk, name, () => {
    const value: unknown = dataset.value;
    const references = (Array.isArray(value) ? value.flat(Infinity) : [value]) as unknown[];
    return references.map((reference) =>
      reference instanceof library.Reference ? dataset.dereference(reference) : null,
    );
  });
  const datasets = parts.filter((part) => part instanceof library.Dataset);
  const isText = (part: Dataset): boolean => attribute(walk, part, 'MATLAB_class', name) === 'char';
  if (isCell && datasets.length > 0 && datasets.length === parts.length && datasets.every(isText)) {
    entries.set(name, {
      shape,
      type: 'text',
      text: async (options) => {
        const all: string[] = [];
        for (const part of datasets) {
          const empty = attribute(walk, part, 'MATLAB_empty', name) === 1;
          all.push(empty ? '' : (await readMatlabText(walk, part, name, options)).join('\n'));
        }
        return rowMajorFromColumnMajor(all, shape);
      },
    });
    return;
  }
  if (isCell) {
    const remedy = `Name one of its parts, ${name}{1} to ${name}{${parts.length}}.`;
    entries.set(name, { shape, type: 'cell', remedy });
  }
  const dot = name.lastIndexOf('.');
  parts.forEach((part, i) => {
    const partName = isCell ? `${name}{${i + 1}}` : `${name.slice(0, dot)}(${i + 1})${name.slice(dot)}`;
    if (part instanceof library.Dataset) addDataset(walk, part, partName);
    else if (part instanceof library.Group) addGroup(walk, part, partName, 1);
  });
}

/** The rows of a MATLAB char matrix, without their padding. */
async function readMatlabText(walk: Walk, dataset: Dataset, name: string, options: ReadOptions): Promise<string[]> {
  const [columns = 0, rows = 0] = guarded(walk, name, () => dataset.metadata).shape ?? [];
  const codes = await readNumbers(walk, dataset, name, options);
  return Array.from({ length: rows }, (_, row) => {
    const characters = Array.from({ length: columns }, (_unused, column) => codes[column * rows + row]);
    return String.fromCharCode(...characters).trimEnd();
  });
}

async function texts(walk: Walk, dataset: Dataset, name: string, { signal }: ReadOptions): Promise<string[]> {
  const { vlen: isVariable } = guarded(walk, name, () => dataset.metadata);
  if (isVariable) await (walk.heaps ??= requireEndingHeaps(walk.file, signal));
  return readTexts(walk, dataset, name, isVariable, signal);
}

function elementType({ type, size, signed, enum_type }: Metadata): ElementType | null {
  if (type === hdf5Class.float && (size === 2 || size === 4 || size === 8))
    return size === 2 ? 'float16' : size === 4 ? 'float32' : 'float64';
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
