/** Events of a run: when something was shown, for how long, and what. */
import { CortextError } from '../../../shared/errors.ts';
import type { RunEvent } from '../time-series/scanner-run.ts';
import { columnOf, type Table } from './table.ts';

export interface EventColumns {
  /** Column that names the image; null when there is none. */
  readonly stimulus: string | null;
  /** Column that names the kind of trial; null when there is none. */
  readonly category: string | null;
  /** Kinds of trial that are no stimulation at all: rest, fixation. Such events are left out. */
  readonly ignore: readonly string[];
}

/**
 * @returns events in the order of their onsets
 * @throws CortextError `ARRAY_MISSING` for a column that is not there; `FILE_DAMAGED` for an onset or a duration that is
 *   no number
 */
export function readEvents(table: Table, { stimulus, category, ignore }: EventColumns): RunEvent[] {
  const onsets = requireColumn(table, 'onset');
  const durations = columnOf(table, 'duration');
  const stimuli = stimulus === null ? null : requireColumn(table, stimulus);
  const categories = category === null ? null : requireColumn(table, category);
  const events = table.rows.flatMap((row, i): RunEvent[] => {
    const trialType = categories?.[i] ?? null;
    if (trialType !== null && ignore.includes(trialType)) return [];
    const onset = numberAt(table, i, 'onset', onsets[i]);
    // An event without a time cannot be placed; BIDS allows n/a for what was planned and never came.
    if (onset === null) return [];
    const duration = numberAt(table, i, 'duration', durations?.[i] ?? null) ?? 0;
    if (duration < 0) throw oddCell(table, i, 'duration', String(duration));
    const columns = Object.fromEntries(table.names.flatMap((name, at) => (row[at] === null ? [] : [[name, row[at]]])));
    return [{ onset, duration, trialType, stimulus: stimuli?.[i] ?? null, columns }];
  });
  return events.sort((a, b) => a.onset - b.onset);
}

function requireColumn(table: Table, name: string): (string | null)[] {
  const column = columnOf(table, name);
  if (column !== null) return column;
  throw new CortextError('ARRAY_MISSING', `${table.path} has no column ${name}.`, {
    hint: `It has ${table.names.join(', ')}.`,
  });
}

function numberAt(table: Table, row: number, name: string, cell: string | null): number | null {
  if (cell === null) return null;
  const value = Number(cell);
  if (Number.isFinite(value)) return value;
  throw oddCell(table, row, name, cell);
}

function oddCell(table: Table, row: number, name: string, cell: string): CortextError {
  return new CortextError('FILE_DAMAGED', `${table.path}, row ${row + 1}: the ${name} is ${cell}.`, {
    hint: 'Onsets and durations are seconds, with a point before decimals; a missing one is written n/a.',
  });
}
