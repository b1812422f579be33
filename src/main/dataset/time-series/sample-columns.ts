/** Columns of a recording from the rows of a chain. */
import type { RecordingDraft } from '../recording-draft.ts';
import type { SampleRow } from './run-state.ts';

type DraftColumns = RecordingDraft['columns'];

/**
 * What the rows say about runs, sessions, trials and trial types (as categories).
 *
 * A recording has a run for every sample or no runs at all: as soon as one sample is an average over several runs, no
 * split by run may be offered. The same holds for sessions.
 */
export function columnsOfRows(
  rows: readonly SampleRow[],
): Pick<DraftColumns, 'run' | 'session' | 'averagedOver' | 'category'> {
  const trialTypes = rows.map(({ trialType }) => trialType);
  return {
    run: completeOrNull(rows.map(({ run }) => run)),
    session: completeOrNull(rows.map(({ session }) => session)),
    averagedOver: rows.map(({ trials }) => trials.length),
    category: trialTypes.every((trialType) => trialType === null) ? null : trialTypes,
  };
}

function completeOrNull(values: readonly (string | null)[]): string[] | null {
  const known = values.filter((value) => value !== null);
  return known.length === values.length ? known : null;
}
