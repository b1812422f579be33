/** Tab-separated tables with a header, as BIDS and fMRIPrep write them. */
import { readFileSync, statSync } from 'node:fs';
import { CortextError, toCortextError } from '../../../shared/errors.ts';
import { decodeText } from '../../files/decode-text.ts';

export interface Table {
  /** For messages. */
  readonly path: string;
  readonly names: readonly string[];
  /** One entry per name; null for `n/a` and for nothing. */
  readonly rows: readonly (readonly (string | null)[])[];
}

const LARGEST_FILE = 1 << 28;

/** @throws CortextError `FILE_NOT_FOUND`, `FILE_TOO_LARGE`, and what `parseTable` throws */
export function readTable(path: string): Table {
  return parseTable(readTextFile(path), path);
}

export function readTextFile(path: string): string {
  try {
    if (statSync(path).size <= LARGEST_FILE) return decodeText(readFileSync(path));
  } catch (error) {
    throw toCortextError(error);
  }
  throw new CortextError('FILE_TOO_LARGE', `${path} is larger than any table of events or confounds.`, {
    hint: 'Check which file is meant.',
  });
}

/** @throws CortextError `FILE_DAMAGED` for a row with another number of cells, or a name that occurs twice */
export function parseTable(text: string, path: string): Table {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .filter((line) => line.trim() !== '');
  const [header = [], ...cells] = lines.map(cellsOf);
  // Programs for spreadsheets write columns that are empty from top to bottom.
  const width = header.findLastIndex((name) => name !== '') + 1;
  const names = header.slice(0, width);
  const rows = cells.map((row) => (row.slice(width).every((cell) => cell === '') ? row.slice(0, width) : row));
  const double = names.find((name, i) => names.indexOf(name) !== i);
  if (double !== undefined) {
    throw new CortextError('FILE_DAMAGED', `${path} has two columns called ${double || '(nothing)'}.`, {
      hint: 'Give each column a name of its own.',
    });
  }
  const odd = rows.findIndex((row) => row.length !== names.length);
  if (odd !== -1) {
    throw new CortextError(
      'FILE_DAMAGED',
      `${path}, row ${odd + 1}, has ${rows[odd].length} cells, but the header names ${names.length} columns.`,
      { hint: 'Columns are separated by tabs, and a missing value is written n/a.' },
    );
  }
  return { path, names, rows: rows.map((row) => row.map((cell) => (cell === '' || cell.toLowerCase() === 'n/a' ? null : cell))) };
}

/** Names of the columns of a table. */
export function parseHeader(text: string): string[] {
  const [first = ''] = text.replace(/^\uFEFF/, '').split(/[\r\n]/, 1);
  return cellsOf(first);
}

/** Quotes are none of BIDS, but of much that writes tables. */
function cellsOf(line: string): string[] {
  return line.split('\t').map((cell) => {
    const text = cell.trim();
    return /^".*"$/.test(text) ? text.slice(1, -1).replaceAll('""', '"').trim() : text;
  });
}

/** The values of a column; null when there is no such column. */
export function columnOf({ names, rows }: Table, name: string): (string | null)[] | null {
  const at = names.indexOf(name);
  return at === -1 ? null : rows.map((row) => row[at]);
}
