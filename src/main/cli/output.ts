/** How the command line talks: results on standard output, progress and remarks on standard error. */
import type { CortextError} from '../../shared/errors.ts';
import { type ErrorEnvelope } from '../../shared/errors.ts';

export interface Output {
  readonly json: boolean;
  /** A remark for a person; not shown with `--json`. */
  say(text: string): void;
  /** A line that replaces the one before it in a terminal, and appears now and then in a log. */
  progress(text: string): void;
  /** Ends a progress line. */
  endProgress(): void;
}

/** A log gets a progress line at most this often, in milliseconds. */
const LOG_INTERVAL = 10_000;

export function createOutput(json: boolean): Output {
  const terminal = process.stderr.isTTY;
  let shown = false;
  let last = -Infinity;
  const endProgress = (): void => {
    if (shown && terminal) process.stderr.write('\n');
    shown = false;
  };
  return {
    json,
    say: (text) => {
      endProgress();
      if (!json) process.stderr.write(`${text}\n`);
    },
    progress: (text) => {
      if (json) return;
      if (terminal) {
        const width = Math.max(20, (process.stderr.columns || 80) - 1);
        process.stderr.write(`\r\x1b[2K${text.slice(0, width)}`);
        shown = true;
      } else if (performance.now() - last > LOG_INTERVAL) {
        process.stderr.write(`${text}\n`);
        last = performance.now();
      }
    },
    endProgress,
  };
}

export function printResult(text: string): void {
  process.stdout.write(text.endsWith('\n') || text === '' ? text : `${text}\n`);
}

export function printError(error: CortextError, json: boolean): void {
  if (json) {
    const { code, message, hint, details }: ErrorEnvelope = error.toEnvelope();
    printResult(JSON.stringify({ error: { code, message, hint, details } }, null, 1));
    return;
  }
  process.stderr.write(`error ${error.code}: ${error.message}\n`);
  if (error.hint !== undefined) process.stderr.write(`  ${error.hint.replaceAll('\n', '\n  ')}\n`);
  if (error.code === 'INTERNAL' && error.cause instanceof Error) process.stderr.write(`${error.cause.stack ?? ''}\n`);
}

export interface Column<Row> {
  readonly title: string;
  readonly align?: 'left' | 'right';
  text(row: Row): string;
}

/** A plain table: columns padded, numbers to the right, no frame. */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const cells = [columns.map((column) => column.title), ...rows.map((row) => columns.map((column) => column.text(row)))];
  const widths = columns.map((_, c) => Math.max(...cells.map((row) => row[c].length)));
  return cells
    .map((row) =>
      row
        .map((cell, c) => (columns[c].align === 'right' ? cell.padStart(widths[c]) : cell.padEnd(widths[c])))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export function duration(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`;
}
