/** NumPy arrays, from a file of their own (.npy) or from an archive (.npz). */
import { CortextError } from '../../../shared/errors.ts';
import { rowMajorFromColumnMajor } from './axes.ts';
import { cutIntoRows } from './byte-rows.ts';
import { decodeElements, deliveredBytes, elementBytes } from './elements.ts';
import { filePieces, type FileBytes } from './file-bytes.ts';
import {
  namedArrays,
  stopIfCancelled,
  type ArrayEntry,
  type NamedArrays,
  type ReadOptions,
  type RowBlock,
  type RowRange,
} from './named-arrays.ts';
import { isNpy, npyElementBytes, parseNpyHeader, type NpyHeader, type NpyType } from './npy-header.ts';
import { damaged, elementCount, truncated, unsupportedFormat } from './reading-errors.ts';
import { openZipArchive, type ZipArchive, type ZipEntry } from './zip-archive.ts';

/** The usual header takes 128 bytes; that of a record with many fields takes more. */
const USUAL_HEAD = 4096;

/** A single array, called as its file: `responses.npy` holds `responses`. */
export function openNpy(file: FileBytes, { signal }: ReadOptions = {}): NamedArrays {
  const header =
    parseNpyHeader(file.readUpTo(0, USUAL_HEAD), file.size <= USUAL_HEAD, file.path) ??
    requireHeader(parseNpyHeader(file.readUpTo(0, 1 << 26), true, file.path), file.path);
  const name = (file.path.split(/[\\/]/).at(-1) ?? '').replace(/\.npy$/i, '') || 'array';
  const length = byteLength(header, file.path);
  const part = `the array of shape [${header.shape.join(', ')}]`;
  // Said on opening, while the user still looks at the file.
  if (header.dtype.kind !== 'other' && header.dataAt + length > file.size) {
    throw truncated(file.path, `${part} needs ${length} bytes from byte ${header.dataAt}, the file has ${file.size}`);
  }
  const entry = npyEntry(header, file.path, {
    whole: () => Promise.resolve(file.read(header.dataAt, length, part)),
    pieces: ({ signal }, from) => filePieces(file, { from, to: file.size, what: 'a part of the array', signal }),
    seeks: true,
  });
  const close = (): void => {
    file.close();
  };
  return namedArrays(file.path, 'npy', new Map([[name, entry]]), { signal, close });
}

/** @throws CortextError `FILE_TRUNCATED`, `FILE_DAMAGED`, `FORMAT_UNSUPPORTED` for encrypted archives and workbooks */
export function openNpz(file: FileBytes, { signal }: ReadOptions = {}): NamedArrays {
  const archive = openZipArchive(file);
  const arrays = archive.entries.filter((entry) => isArray(archive, entry));
  if (arrays.length === 0 && archive.entries.length > 0) throw withoutArrays(archive);
  const entries = new Map(
    arrays.map((entry): [string, ArrayEntry] => {
      const about = `${file.path}: ${entry.name}`;
      const header = readEntryHeader(archive, entry, about);
      const needed = header.dataAt + declaredBytes(header);
      const requireBytes = (): void => {
        if (needed <= entry.size) return;
        throw truncated(about, `its shape [${header.shape.join(', ')}] needs ${needed} bytes, it has ${entry.size}`);
      };
      return [
        entry.name.replace(/\.npy$/, ''),
        npyEntry(header, about, {
          whole: async ({ signal }) => {
            const length = byteLength(header, about);
            requireBytes();
            const bytes = await archive.read(entry, signal);
            return bytes.subarray(header.dataAt, header.dataAt + length);
          },
          pieces: ({ signal }) => {
            requireBytes();
            return archive.pieces(entry, signal);
          },
        }),
      ];
    }),
  );
  return namedArrays(file.path, 'npz', entries, {
    signal,
    close: () => {
      archive.close();
    },
  });
}

/** By its ending or, as some programs leave that out, by its first bytes. */
function isArray(archive: ZipArchive, entry: ZipEntry): boolean {
  return entry.name.endsWith('.npy') || isNpy(archive.readStart(entry, 64));
}

function withoutArrays({ path, entries }: ZipArchive): CortextError {
  // Excel's own format, and that of LibreOffice.
  const isWorkbook = entries.some(({ name }) => /^xl\/workbook\.|^content\.xml$/.test(name));
  if (isWorkbook) {
    const hint = 'Open it there and save the sheet as CSV: one row per sample, names of columns in the first line.';
    return unsupportedFormat(path, 'it is a workbook of a spreadsheet program, which cannot be read', hint);
  }
  return new CortextError('FORMAT_UNKNOWN', `${path} is a ZIP archive without NumPy arrays.`, {
    hint: `It has ${entries.length} files, the first is ${entries[0].name}. Unpack it and name the files in it.`,
    details: { path },
  });
}

function readEntryHeader(archive: ZipArchive, entry: ZipEntry, about: string): NpyHeader {
  const head = archive.readStart(entry, USUAL_HEAD);
  const header =
    parseNpyHeader(head, entry.size <= head.length, about) ??
    parseNpyHeader(archive.readStart(entry, 1 << 26), true, about);
  return requireHeader(header, about);
}

function requireHeader(header: NpyHeader | null, about: string): NpyHeader {
  if (header === null) throw damaged(about, 'its header cannot be read');
  return header;
}

function declaredBytes({ shape, dtype }: NpyHeader): number {
  return shape.reduce((product, side) => product * side, npyElementBytes(dtype));
}

/** Refuses what cannot be held. */
function byteLength(header: NpyHeader, about: string): number {
  const { dtype, shape } = header;
  const inMemory = dtype.kind === 'number' ? deliveredBytes(dtype.type) : npyElementBytes(dtype);
  elementCount(about, 'an array', shape, Math.max(inMemory, npyElementBytes(dtype)));
  return declaredBytes(header);
}

interface NpyBytes {
  /** The elements. */
  readonly whole: (options: ReadOptions) => Promise<Uint8Array>;
  /** The array's file, header included, from a byte on where it `seeks`. */
  readonly pieces: (options: ReadOptions, from: number) => AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  readonly seeks?: boolean;
}

function npyEntry(header: NpyHeader, about: string, source: NpyBytes): ArrayEntry {
  const { whole: bytes } = source;
  const { dtype, shape, fortranOrder } = header;
  if (dtype.kind === 'other') {
    return {
      shape,
      type: dtype.descriptor,
      remedy: 'Save it in NumPy as plain numbers or fixed-width text (allow_pickle=False must be able to load it).',
    };
  }
  if (dtype.kind === 'number') {
    return {
      shape,
      type: dtype.type === 'bool' ? 'logical' : dtype.type,
      numbers: async (options) => {
        const data = decodeElements(await bytes(options), dtype.type, dtype.littleEndian, about, true);
        return { shape, data: fortranOrder ? rowMajorFromColumnMajor(data, shape) : data };
      },
      ...streams(header, dtype, about, source),
    };
  }
  return {
    shape,
    type: 'text',
    text: async (options) => {
      const texts = decodeStrings(
        await bytes(options),
        dtype.kind,
        dtype.characters,
        dtype.littleEndian,
        header,
        about,
      );
      return fortranOrder ? rowMajorFromColumnMajor(texts, shape) : texts;
    },
  };
}

/** Arrays piece by piece: by rows or, in Fortran's order, along the last axis. */
function streams(
  { shape, fortranOrder, dataAt }: NpyHeader,
  { type, littleEndian }: Extract<NpyType, { kind: 'number' }>,
  about: string,
  { pieces, seeks = false }: NpyBytes,
): Pick<ArrayEntry, 'rows' | 'columns' | 'values'> {
  if (shape.length < 2) return {};
  const [outer, ...inner] = fortranOrder ? shape.toReversed() : shape;
  const perRow = inner.reduce((product, side) => product * side, 1);
  async function* cut(
    options: ReadOptions,
    part: { readonly rows: number; readonly perRow: number },
    range?: RowRange,
  ): AsyncGenerator<RowBlock> {
    const rowBytes = part.perRow * elementBytes[type];
    const from = seeks ? dataAt + (range?.from ?? 0) * rowBytes : 0;
    const rowsToCut = { skip: dataAt, rowBytes, rows: part.rows, range, from };
    for await (const { first, rows, bytes } of cutIntoRows(pieces(options, from), rowsToCut)) {
      yield { first, rows, data: decodeElements(bytes, type, littleEndian, about, true) };
      stopIfCancelled(options.signal);
    }
  }
  const stream = (options: ReadOptions, range?: RowRange) => cut(options, { rows: outer, perRow }, range);
  return {
    ...(fortranOrder ? { columns: stream } : { rows: stream }),
    values: async function* (options) {
      for await (const { data } of cut(options, { rows: outer * perRow, perRow: 1 })) yield data;
    },
  };
}

/** Fixed-width text, padded with zeros. */
function decodeStrings(
  bytes: Uint8Array,
  kind: 'bytes' | 'unicode',
  characters: number,
  littleEndian: boolean,
  { shape }: NpyHeader,
  about: string,
): string[] {
  const count = shape.reduce((product, side) => product * side, 1);
  const width = characters * (kind === 'unicode' ? 4 : 1);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const decoder = new TextDecoder('utf-8');
  return Array.from({ length: count }, (_, i) => {
    if (kind === 'bytes') {
      return decoder.decode(bytes.subarray(i * width, (i + 1) * width)).replace(/\0+$/, '');
    }
    let text = '';
    for (let at = i * width; at < (i + 1) * width; at += 4) {
      const point = view.getUint32(at, littleEndian);
      if (point > 0x10ffff) throw damaged(about, `text ${i} holds the character number ${point}`);
      text += String.fromCodePoint(point);
    }
    return text.replace(/\0+$/, '');
  });
}
