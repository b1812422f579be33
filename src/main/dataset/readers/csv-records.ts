/** Records of text tables (RFC 4180): cells between delimiters, in quotes where they hold delimiters or line ends. */
import { filePieces, type FileBytes } from './file-bytes.ts';
import { encodingOf } from '../../files/decode-text.ts';
import { damaged } from './reading-errors.ts';

/** A number or name of a table is never longer; a quote that is not closed is noticed here. */
const LONGEST_CELL = 1 << 20;
const MOST_COLUMNS = 1 << 20;

export interface CsvRecord {
  readonly cells: readonly string[];
  /** Where it starts, counted from 1. */
  readonly line: number;
}

/**
 * The records of a block of the file at a time. Empty lines are passed over.
 *
 * @param limit - bytes to look at; a record that is cut there is left out
 * @throws CortextError `FILE_DAMAGED` with the line where a quote is not closed, or cells do not end
 */
export function* readRecords(file: FileBytes, delimiter: string, limit = Infinity): Generator<CsvRecord[]> {
  const parser = recordParser(file.path, delimiter);
  const decoder = new TextDecoder(encodingOf(file.readUpTo(0, 2)));
  const end = Math.min(file.size, limit);
  for (const piece of filePieces(file, { from: 0, to: end, what: 'a part of the table' })) {
    yield parser.feed(decoder.decode(piece, { stream: true }));
  }
  if (end === file.size) yield parser.finish();
}

const QUOTE = 34;
const LINE_FEED = 10;
const RETURN = 13;

/** Takes text piece by piece, and gives the records that ended in each. */
function recordParser(path: string, delimiter: string) {
  const separator = delimiter.charCodeAt(0);
  let cells: string[] = [];
  let cell = '';
  /** `closing`: after a quote within quotes, which ends the cell unless another quote follows. */
  let state: 'plain' | 'quoted' | 'closing' = 'plain';
  let wasQuoted = false;
  let [line, startLine] = [1, 1];
  let records: CsvRecord[] = [];

  const append = (text: string): void => {
    cell += text;
    if (cell.length <= LONGEST_CELL) return;
    throw damaged(path, `a cell of line ${startLine} has more than ${LONGEST_CELL} letters: is a quote not closed?`);
  };
  const endCell = (): void => {
    cells.push(cell);
    [cell, state, wasQuoted] = ['', 'plain', false];
    if (cells.length > MOST_COLUMNS) throw damaged(path, `line ${startLine} has more than ${MOST_COLUMNS} cells`);
  };
  const endRecord = (): void => {
    if (cells.length > 0 || cell !== '' || wasQuoted) {
      endCell();
      records.push({ cells, line: startLine });
      cells = [];
    }
    startLine = line;
  };
  const take = (): CsvRecord[] => {
    const taken = records;
    records = [];
    return taken;
  };
  return {
    feed: (text: string): CsvRecord[] => {
      let from = 0;
      for (let i = 0; i < text.length; i++) {
        const code = text.charCodeAt(i);
        if (code === LINE_FEED) line++;
        if (state === 'quoted') {
          if (code !== QUOTE) continue;
          append(text.slice(from, i));
          from = i + 1;
          state = 'closing';
        } else if (state === 'closing' && code === QUOTE) {
          // Two quotes within quotes are one: the text goes on with the second.
          from = i;
          state = 'quoted';
        } else if (code === QUOTE && cell === '' && from === i && !wasQuoted) {
          from = i + 1;
          state = 'quoted';
          wasQuoted = true;
        } else if (code === separator || code === LINE_FEED || code === RETURN) {
          append(text.slice(from, i));
          from = i + 1;
          if (code === separator) endCell();
          else endRecord();
        }
      }
      append(text.slice(from));
      return take();
    },
    finish: (): CsvRecord[] => {
      if (state === 'quoted') throw damaged(path, `the quote that opens in line ${startLine} is never closed`);
      endRecord();
      return take();
    },
  };
}
