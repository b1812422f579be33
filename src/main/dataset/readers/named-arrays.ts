/** What every reader offers: arrays by name, whatever the file's format. */
import { CortextError } from '../../../shared/errors.ts';

export type ArrayFormat = 'matlab-5' | 'matlab-7.3' | 'hdf5' | 'npy' | 'npz' | 'csv';

export type NumericData =
  Float64Array | Float32Array | Int32Array | Int16Array | Int8Array | Uint32Array | Uint16Array | Uint8Array;

/** `data` is row-major over `shape`. 64-bit integers are float64 (exact up to 2^53), booleans uint8, float16 float32. */
export interface NumericArray {
  readonly shape: readonly number[];
  readonly data: NumericData;
  /** True and false rather than numbers: MATLAB logical, NumPy bool. */
  readonly logical: boolean;
}

/** Consecutive entries along an array's first axis. `data` is theirs only until the next block is asked for. */
export interface RowBlock {
  /** Index of the first row. */
  readonly first: number;
  readonly rows: number;
  /** `[rows, ...]`, row-major. */
  readonly data: NumericData;
}

/** The axis whose entries a file has one after the other: the first (rows) or, as in MATLAB's files, the last (columns). */
export type StoredAlong = 'rows' | 'columns';

/**
 * A part of an array, cut the way in which it is stored: rows (`data` is `[count, ...]`, row-major), or columns (`data` is
 * `[count, ...]` as well, the other axes in reversed order: of a matrix `[count, rows]`).
 */
export interface ArrayBlock {
  readonly along: StoredAlong;
  readonly first: number;
  readonly count: number;
  readonly data: NumericData;
}

/** Rows from `from` up to, but without, `to`. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}

export interface ArrayDescription {
  /** `R2`, `metaData.key`, `names{3}`, `trials(2).onset` in MATLAB files; `group/dataset` in HDF5. */
  readonly name: string;
  /** As its own program shows it: MATLAB's shape for MATLAB files. */
  readonly shape: readonly number[];
  /** `float64`, `uint8`, `logical`, `text`, `cell`, `complex float64`, ...: what it is, whatever the storage. */
  readonly type: string;
  /** By `read`, or by `readText` when the type is `text`. */
  readonly readable: boolean;
}

/** A column of a table. */
export interface TableColumn extends ArrayDescription {
  /** False for a column without a name, which is called by its place: `column1`. */
  readonly isNamed: boolean;
}

/** The columns of a table that names them. */
export interface ArrayTable {
  /** In the order of the file, also those that are too many to be listed as arrays; two may have the same name. */
  readonly columns: readonly TableColumn[];
  /**
   * Some columns as one matrix `[rows, columns]`, called like the file. Reading it throws `ARRAY_TYPE` with the first cell
   * that is no number.
   *
   * @param places - indices into `columns`
   */
  select(places: readonly number[]): NamedArrays;
}

export interface NamedArrays {
  readonly format: ArrayFormat;
  readonly path: string;
  /** For tables with names. */
  readonly table?: ArrayTable;
  /** Columns of a table that are texts only because of the commas in their numbers, each with one of these. */
  readonly commaNumbers?: ReadonlyMap<string, string>;
  list(): readonly ArrayDescription[];
  /**
   * Numbers, row-major.
   *
   * @throws CortextError `ARRAY_MISSING` with what there is, `ARRAY_TYPE` for text and for integers beyond 2^53,
   *   `FORMAT_UNSUPPORTED`, `FILE_TRUNCATED`, `FILE_DAMAGED`, `FILE_TOO_LARGE`, `CANCELLED`
   */
  read(name: string): Promise<NumericArray>;
  /**
   * The same numbers in blocks of rows, so that little of a large array is in memory at a time; arrays that are not stored
   * along their rows come whole.
   *
   * @param range - only these rows; no further than the array goes
   * @throws CortextError as `read`
   */
  readRows(name: string, range?: RowRange): AsyncIterable<RowBlock>;
  /** @throws CortextError `ARRAY_MISSING` */
  storedAlong(name: string): StoredAlong;
  /**
   * An array in blocks, cut the way in which it is stored, which takes the least memory. Every value comes once.
   *
   * @param range - only these entries of the axis that it is stored along
   * @throws CortextError as `read`
   */
  readBlocks(name: string, range?: RowRange): AsyncIterable<ArrayBlock>;
  /**
   * All numbers one after the other as they are stored, some at a time, however long rows or columns are.
   *
   * @throws CortextError as `read`
   */
  readValues(name: string): AsyncIterable<NumericData>;
  /**
   * One string per element in row-major order; of a MATLAB char matrix one per row, without its padding.
   *
   * @throws CortextError as `read`, `ARRAY_TYPE` for numbers
   */
  readText(name: string): Promise<string[]>;
  /** Reading afterwards is an error. */
  close(): void;
}

export interface ReadOptions {
  readonly signal?: AbortSignal | undefined;
}

/** An array inside an opened file, as a reader knows it. */
export interface ArrayEntry {
  readonly shape: readonly number[];
  readonly type: string;
  readonly numbers?: (options: ReadOptions) => Promise<Omit<NumericArray, 'logical'>>;
  /** The numbers in blocks of rows, where the format can read them so. */
  readonly rows?: (options: ReadOptions, range?: RowRange) => AsyncIterable<RowBlock>;
  /** Entries of the last axis in blocks, `data` being `[columns, ...]`, where the format has them one after the other. */
  readonly columns?: (options: ReadOptions, range?: RowRange) => AsyncIterable<RowBlock>;
  /** All numbers as they are stored, where the format can cut rows and columns. */
  readonly values?: (options: ReadOptions) => AsyncIterable<NumericData>;
  readonly text?: (options: ReadOptions) => Promise<string[]>;
  /** For arrays of other kinds: how to save them so that they can be read. */
  readonly remedy?: string;
  /** Can be asked for, but would only lengthen the list, such as the parts of a cell array of text. */
  readonly unlisted?: boolean;
}

/** The common part of all readers: looking names up, and saying what is wrong with them. */
export function namedArrays(
  path: string,
  format: ArrayFormat,
  entries: ReadonlyMap<string, ArrayEntry>,
  options: ReadOptions & { readonly close: () => void },
): NamedArrays {
  const descriptions = [...entries].filter(([, entry]) => entry.unlisted !== true).map(describe);
  let open = true;
  const entryOf = (name: string): ArrayEntry => {
    stopIfCancelled(options.signal);
    if (!open) throw new CortextError('INTERNAL', `${path} was closed before ${name} was read.`);
    const entry = entries.get(name) ?? entries.get(name.replace(/^\/+/, ''));
    if (entry !== undefined) return entry;
    throw new CortextError('ARRAY_MISSING', `${path} has no array ${name}.`, {
      hint: descriptions.length === 0 ? 'The file has no arrays.' : `It has ${listed(descriptions.map(inWords))}.`,
      details: { path, array: name, available: descriptions.slice(0, MOST_NAMES).map((known) => known.name) },
    });
  };
  const refusal = (name: string, { type, remedy, numbers, text }: ArrayEntry, wanted: string): CortextError => {
    const details = { path, array: name };
    if (numbers === undefined && text === undefined) {
      const hint = remedy ?? 'Save it as a plain array of numbers or text.';
      return new CortextError('FORMAT_UNSUPPORTED', `${path}: ${name} is ${type}, which cannot be read.`, {
        hint,
        details,
      });
    }
    return new CortextError('ARRAY_TYPE', `${path}: ${name} is ${type} and cannot be read as ${wanted}.`, {
      hint: `Name an array of ${wanted}.`,
      details,
    });
  };
  async function* readRows(name: string, range?: RowRange): AsyncGenerator<RowBlock> {
    const entry = entryOf(name);
    if (entry.numbers === undefined) throw refusal(name, entry, 'numbers');
    if (entry.rows !== undefined) {
      yield* entry.rows(options, range);
      return;
    }
    const { shape, data } = await entry.numbers(options);
    const [rows = 1] = shape;
    const { from, to } = { from: Math.min(rows, range?.from ?? 0), to: Math.min(rows, range?.to ?? rows) };
    const row = data.length / Math.max(1, rows);
    if (to > from) yield { first: from, rows: to - from, data: data.subarray(from * row, to * row) };
  }
  const storedAlong = (name: string): StoredAlong => (entryOf(name).columns === undefined ? 'rows' : 'columns');
  async function* readBlocks(name: string, range?: RowRange): AsyncGenerator<ArrayBlock> {
    const { columns } = entryOf(name);
    const blocks = columns?.(options, range) ?? readRows(name, range);
    for await (const { first, rows, data } of blocks) yield { along: storedAlong(name), first, count: rows, data };
  }
  async function* readValues(name: string): AsyncGenerator<NumericData> {
    const { values } = entryOf(name);
    if (values === undefined) for await (const { data } of readBlocks(name)) yield data;
    else yield* values(options);
  }
  return {
    path,
    format,
    list: () => descriptions,
    readRows,
    storedAlong,
    readBlocks,
    readValues,
    read: async (name) => {
      const entry = entryOf(name);
      if (entry.numbers === undefined) throw refusal(name, entry, 'numbers');
      return { ...(await entry.numbers(options)), logical: entry.type === 'logical' };
    },
    readText: async (name) => {
      const entry = entryOf(name);
      if (entry.text === undefined) throw refusal(name, entry, 'text');
      return await entry.text(options);
    },
    close: () => {
      if (open) options.close();
      open = false;
    },
  };
}

/** More names than this help nobody in an error. */
const MOST_NAMES = 1000;

/** An array as it is listed. */
export function describe([name, entry]: [string, ArrayEntry]): ArrayDescription {
  const readable = entry.numbers !== undefined || entry.text !== undefined;
  return { name, shape: entry.shape, type: entry.type, readable };
}

/** `R2 [797, 80] float64`. */
function inWords({ name, shape, type }: ArrayDescription): string {
  return `${name} [${shape.join(', ')}] ${type}`;
}

/** The first forty, and how many more. */
function listed(items: readonly string[]): string {
  const shown = items.slice(0, 40).join('; ');
  return items.length > 40 ? `${shown}; and ${items.length - 40} more` : shown;
}

export function stopIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new CortextError('CANCELLED', 'Cancelled while reading.');
}
