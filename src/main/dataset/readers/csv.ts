/**
 * Text tables (CSV, TSV) as named arrays: each column by its name in the first line, and all of them as one matrix, called
 * like the file, where every column holds numbers. Without names the table is that matrix, or a list of texts per column:
 * `column1`, `column2`, ... Of a table with names, any columns can be selected as a matrix.
 *
 * A table is never in memory as a whole: opening counts its rows, and every array is read in a pass of its own.
 */
import { setImmediate } from 'node:timers/promises';
import { CortextError } from '../../../shared/errors.ts';
import { encodingOf } from '../../files/decode-text.ts';
import { readRecords } from './csv-records.ts';
import type { FileBytes } from './file-bytes.ts';
import {
  describe,
  namedArrays,
  stopIfCancelled,
  type ArrayEntry,
  type NamedArrays,
  type ReadOptions,
  type RowBlock,
  type RowRange,
} from './named-arrays.ts';
import { damaged, elementCount, withCommas } from './reading-errors.ts';

const delimiters = ['\t', ',', ';', ' '] as const;

/** So much of the file decides about delimiter and header; more of it where lines are longer. */
const LOOKED_AT = 1 << 16;
const MOST_LOOKED_AT = 1 << 24;
const LINES_LOOKED_AT = 50;

/** A table whose columns have no names, or more of them than this, is listed as a matrix only. */
const MOST_LISTED = 256;

const missing = new Set(['', 'n/a', 'na', 'nan', '-nan', '.', 'null', 'none']);

interface Table {
  readonly delimiter: string;
  /** Names in the first line; null when it holds numbers. */
  readonly header: readonly string[] | null;
  readonly columns: number;
}

/** Whether a file is text, by its first bytes. */
export function looksLikeText(head: Uint8Array): boolean {
  if (encodingOf(head) !== 'utf-8') return true;
  return head.every((byte) => byte >= 0x20 || byte === 9 || byte === 10 || byte === 13);
}

/**
 * @returns null for text that is no table
 * @throws CortextError `FILE_DAMAGED` with the line that has another number of cells, `CANCELLED`
 */
export async function openCsv(file: FileBytes, options: ReadOptions = {}): Promise<NamedArrays | null> {
  const table = recogniseTable(file);
  if (table === null) return null;
  const { rows, isText, commaNumbers } = await survey(file, table, options);
  const names = columnNames(table);
  const numeric = isText.every((text) => !text);
  const all = [...names.keys()];
  const single = (file.path.split(/[\\/]/).at(-1) ?? '').replace(/\.[^.]*$/, '') || 'table';
  const entries = new Map<string, ArrayEntry>();
  names.forEach((name, column) => {
    if (entries.has(name)) return;
    const unlisted = !isText[column] && ((numeric && table.header === null) || table.columns > MOST_LISTED);
    entries.set(name, { ...columnEntry(file, table, column, rows, isText[column]), unlisted });
  });
  if (numeric && !entries.has(single)) entries.set(single, matrixEntry(file, table, rows, all));
  const close = (): void => {
    file.close();
  };
  const inTexts = new Map(names.flatMap((name, column) => {
    const example = commaNumbers[column];
    return example === null ? [] : [[name, example]];
  }));
  const arrays = { ...namedArrays(file.path, 'csv', entries, { ...options, close }), commaNumbers: inTexts };
  if (table.header === null) return arrays;
  const columns = names.map((name, column) => ({
    ...describe([name, columnEntry(file, table, column, rows, isText[column])]),
    isNamed: table.header?.[column] !== '',
  }));
  const select = (places: readonly number[]): NamedArrays =>
    namedArrays(file.path, 'csv', new Map([[single, matrixEntry(file, table, rows, places)]]), {
      ...options,
      // The file is the table's.
      close: () => undefined,
    });
  return { ...arrays, table: { columns, select } };
}

/**
 * The delimiter that gives every line as many cells, more than one, and the most of them numbers: in 1,5;2,5 commas would
 * give more cells. Without one, a list of numbers is a table too.
 */
function recogniseTable(file: FileBytes): Table | null {
  let best: { delimiter: string; lines: (readonly string[])[]; numbers: number } | null = null;
  for (const delimiter of delimiters) {
    const lines = firstLines(file, delimiter);
    const [first] = lines;
    if (first === undefined || first.length < 2 || !lines.every((cells) => cells.length === first.length)) continue;
    const numbers = shareOfNumbers(lines, delimiter);
    const isBetter = best === null || numbers > best.numbers || (numbers === best.numbers && first.length > best.lines[0].length);
    if (isBetter) best = { delimiter, lines, numbers };
  }
  if (best === null) {
    const lines = firstLines(file, '\t');
    const isList = lines.length > 1 && lines.every(([cell], i) => i === 0 || parseNumber(cell, '\t') !== null);
    if (!isList) return null;
    best = { delimiter: '\t', lines, numbers: 1 };
  }
  const { delimiter, lines } = best;
  const [first] = lines;
  const isHeader = first.some((cell) => !isNumberLike(cell, delimiter)) || isCountedHeader(first);
  // One line of words is a sentence.
  if (isHeader && lines.length < 2) return null;
  return { delimiter, header: isHeader ? first.map((name) => name.trim()) : null, columns: first.length };
}

/** As pandas writes columns without names: nothing above the index of the rows, then 0, 1, 2, ... */
function isCountedHeader([first, ...others]: readonly string[]): boolean {
  return first.trim() === '' && others.length > 1 && others.every((cell, place) => cell.trim() === String(place));
}

function shareOfNumbers(lines: readonly (readonly string[])[], delimiter: string): number {
  const cells = lines.flat();
  return cells.filter((cell) => isNumberLike(cell, delimiter)).length / cells.length;
}

function firstLines(file: FileBytes, delimiter: string): (readonly string[])[] {
  let limit = LOOKED_AT;
  let lines = linesWithin(file, delimiter, limit);
  // A line of many thousand voxels may be longer.
  while (lines !== null && lines.length < 2 && limit < Math.min(file.size, MOST_LOOKED_AT)) {
    limit *= 16;
    lines = linesWithin(file, delimiter, limit);
  }
  return lines?.slice(0, LINES_LOOKED_AT) ?? [];
}

/** Null where quotes do not close. */
function linesWithin(file: FileBytes, delimiter: string, limit: number): (readonly string[])[] | null {
  const lines: (readonly string[])[] = [];
  try {
    for (const records of readRecords(file, delimiter, limit)) {
      for (const { cells } of records) lines.push(cells);
    }
  } catch {
    // A quote that is not closed under this delimiter may be none under another.
    return null;
  }
  return lines;
}

function columnNames({ header, columns }: Table): string[] {
  return Array.from({ length: columns }, (_, column) => header?.[column] || `column${column + 1}`);
}

/** NaN for a missing value, null for what is no number. In tables with `;`, as in much of Europe, 1,5 is a number. */
function parseNumber(cell: string, delimiter: string): number | null {
  const text = cell.trim();
  if (missing.has(text.toLowerCase())) return NaN;
  const value = Number(delimiter === ';' ? text.replace(/^([+-]?\d*),(\d+)/, '$1.$2') : text);
  if (!Number.isNaN(value)) return value;
  const infinity = /^([+-]?)inf(?:inity)?$/i.exec(text);
  return infinity === null ? null : infinity[1] === '-' ? -Infinity : Infinity;
}

/** 1,5: a decimal comma, or a thousand and more; which of them cannot be told where no `;` stands between columns. */
function isCommaNumber(cell: string): boolean {
  return /^\s*[+-]?\d*,\d+(?:e[+-]?\d+)?\s*$/i.test(cell);
}

function isNumberLike(cell: string, delimiter: string): boolean {
  return parseNumber(cell, delimiter) !== null || isCommaNumber(cell);
}

/** All rows behind the header, some at a time. */
async function* tableRows(
  file: FileBytes,
  table: Table,
  { signal }: ReadOptions,
): AsyncGenerator<(readonly string[])[]> {
  let skip = table.header === null ? 0 : 1;
  for (const records of readRecords(file, table.delimiter)) {
    stopIfCancelled(signal);
    const rows: (readonly string[])[] = [];
    for (const { cells, line } of records) {
      if (cells.length !== table.columns) {
        throw damaged(file.path, `line ${line} has ${cells.length} cells, the first has ${table.columns}`);
      }
      if (skip > 0) skip--;
      else rows.push(cells);
    }
    yield rows;
    await setImmediate();
  }
}

async function survey(
  file: FileBytes,
  table: Table,
  options: ReadOptions,
): Promise<{ rows: number; isText: boolean[]; commaNumbers: (string | null)[] }> {
  let rows = 0;
  const isText = new Array<boolean>(table.columns).fill(false);
  const hasValue = new Array<boolean>(table.columns).fill(false);
  const hasWords = new Array<boolean>(table.columns).fill(false);
  const commaNumbers = new Array<string | null>(table.columns).fill(null);
  for await (const block of tableRows(file, table, options)) {
    rows += block.length;
    for (const cells of block) {
      for (let column = 0; column < cells.length; column++) {
        if (hasWords[column]) continue;
        const cell = cells[column];
        const value = parseNumber(cell, table.delimiter);
        if (value === null) {
          isText[column] = true;
          if (isCommaNumber(cell)) commaNumbers[column] ??= shortened(cell);
          else hasWords[column] = true;
        } else if (!Number.isNaN(value)) hasValue[column] = true;
      }
    }
  }
  // A column without any value may as well be text; a matrix of numbers may miss a whole column.
  return {
    rows,
    isText: isText.map((text, column) => text || (!hasValue[column] && isText.includes(true))),
    commaNumbers: commaNumbers.map((example, column) => (hasWords[column] ? null : example)),
  };
}

function columnEntry(file: FileBytes, table: Table, column: number, rows: number, isText: boolean): ArrayEntry {
  const shape = [rows];
  if (isText) {
    return {
      shape,
      type: 'text',
      text: async (options) => {
        const texts: string[] = [];
        for await (const block of tableRows(file, table, options)) for (const cells of block) texts.push(cells[column]);
        return texts;
      },
    };
  }
  return {
    shape,
    type: 'float64',
    numbers: async (options) => {
      const data = new Float64Array(elementCount(file.path, 'a column', shape, 8));
      let row = 0;
      for await (const block of tableRows(file, table, options)) {
        for (const cells of block) data[row++] = parseNumber(cells[column], table.delimiter) ?? NaN;
      }
      return { shape, data };
    },
  };
}

/** @param places - which columns, in this order */
function matrixEntry(file: FileBytes, table: Table, rows: number, places: readonly number[]): ArrayEntry {
  const shape = [rows, places.length];
  const numberAt = (cells: readonly string[], row: number, place: number): number => {
    const value = parseNumber(cells[place], table.delimiter);
    if (value !== null) return value;
    if (isCommaNumber(cells[place])) throw withCommas(file.path, columnNames(table)[place], cells[place]);
    throw new CortextError(
      'ARRAY_TYPE',
      `${file.path}: the column ${columnNames(table)[place]} has the text "${shortened(cells[place])}" in row ${row + 1} below the names, where a number is needed.`,
      { hint: 'Correct the cell (a missing value is written n/a), or leave the column out: "without".', details: { path: file.path } },
    );
  };
  async function* blocks(options: ReadOptions, range?: RowRange): AsyncGenerator<RowBlock> {
    const { from, to } = range ?? { from: 0, to: rows };
    let read = 0;
    for await (const all of tableRows(file, table, options)) {
      const first = Math.max(read, from);
      const block = all.slice(first - read, Math.max(0, to - read));
      read += all.length;
      const data = new Float64Array(block.length * places.length);
      block.forEach((cells, row) => {
        places.forEach((place, column) => {
          data[row * places.length + column] = numberAt(cells, first + row, place);
        });
      });
      if (block.length > 0) yield { first, rows: block.length, data };
      if (read >= to) return;
    }
  }
  return {
    shape,
    type: 'float64',
    rows: blocks,
    numbers: async (options) => {
      const data = new Float64Array(elementCount(file.path, 'the table', shape, 8));
      for await (const block of blocks(options)) data.set(block.data, block.first * places.length);
      return { shape, data };
    },
  };
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}...` : text;
}
