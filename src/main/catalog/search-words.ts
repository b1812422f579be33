/** Full-text search over what names an experiment: its name, note, tags, recording, subject and id. */
import type { Database } from './database.ts';

const wordsOf = `
  INSERT INTO experiment_words (rowid, name, note, tags, recording, id)
  SELECT e.key, e.name, coalesce(n.text, ''),
         coalesce((SELECT group_concat(tag, ' ') FROM tags WHERE experiment_key = e.key), ''),
         e.recording_id || coalesce(' ' || r.name || ' ' || r.subject, ''), e.id
  FROM experiments e
  LEFT JOIN notes n ON n.experiment_key = e.key
  LEFT JOIN recordings r ON r.id = e.recording_id`;

export function searchWords(database: Database) {
  const forget = database.prepare('DELETE FROM experiment_words WHERE rowid = ?');
  const learn = database.prepare(`${wordsOf} WHERE e.key = ?`);
  const forgetRecording = database.prepare(
    'DELETE FROM experiment_words WHERE rowid IN (SELECT key FROM experiments WHERE recording_id = ?)',
  );
  const learnRecording = database.prepare(`${wordsOf} WHERE e.recording_id = ?`);

  return {
    refresh(experimentKey: number): void {
      forget.run(experimentKey);
      learn.run(experimentKey);
    },
    /** After a recording came, went, or changed its name. */
    refreshRecording(recordingId: string): void {
      forgetRecording.run(recordingId);
      learnRecording.run(recordingId);
    },
  };
}
export type SearchWords = ReturnType<typeof searchWords>;

/**
 * What a user typed, as an FTS5 expression in which every word must occur, in any order, the beginning sufficing.
 *
 * @returns null when there is no letter and no digit to look for
 */
export function toMatchExpression(search: string): string | null {
  const terms = search.split(/\s+/).filter((term) => /[\p{L}\p{N}]/u.test(term));
  if (terms.length === 0) return null;
  // Quoted, so that nothing typed is taken for an operator.
  return terms.map((term) => `"${term.replaceAll('"', '""')}"*`).join(' ');
}
