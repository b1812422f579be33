/** The recordings of a workspace. */
import { recordingRowSchema, type RecordingRow } from '../../shared/catalog.ts';
import type { RecordingMetadata } from '../../shared/recording.ts';
import type { Database } from './database.ts';
import type { SearchWords } from './search-words.ts';

interface StoredRecording {
  readonly regions: string;
}

const select = `
  SELECT id, name, subject, created_at AS createdAt, content_hash AS contentHash, samples, voxels, stimuli, regions,
         (SELECT count(*) FROM experiments WHERE recording_id = recordings.id) AS experiments
  FROM recordings`;

export function recordingRepository(database: Database, words: SearchWords) {
  const insert = database.prepare(`
    INSERT INTO recordings (id, name, subject, created_at, content_hash, samples, voxels, stimuli, regions)
    VALUES (@id, @name, @subject, @createdAt, @contentHash, @samples, @voxels, @stimuli, @regions)
    ON CONFLICT (id) DO UPDATE SET
      name = excluded.name, subject = excluded.subject, created_at = excluded.created_at,
      content_hash = excluded.content_hash, samples = excluded.samples, voxels = excluded.voxels,
      stimuli = excluded.stimuli, regions = excluded.regions`);
  const named = database.prepare<[string], { name: string; subject: string }>(
    'SELECT name, subject FROM recordings WHERE id = ?',
  );
  const rename = database.prepare('UPDATE experiments SET recording_name = ? WHERE recording_id = ?');
  const one = database.prepare<[string], StoredRecording>(`${select} WHERE id = ?`);
  const all = database.prepare<[], StoredRecording>(`${select} ORDER BY created_at DESC, id`);
  const remove = database.prepare('DELETE FROM recordings WHERE id = ?');

  return {
    upsert(metadata: RecordingMetadata): void {
      const before = named.get(metadata.id);
      insert.run({
        id: metadata.id,
        name: metadata.name,
        subject: metadata.subject,
        createdAt: metadata.createdAt,
        contentHash: metadata.contentHash,
        samples: metadata.samples,
        voxels: metadata.voxels,
        stimuli: metadata.stimuli.length,
        regions: JSON.stringify(metadata.regions.map(({ name, voxels }) => ({ name, voxels: voxels.length }))),
      });
      if (before?.name === metadata.name && before.subject === metadata.subject) return;
      rename.run(metadata.name, metadata.id);
      words.refreshRecording(metadata.id);
    },

    get(id: string): RecordingRow | null {
      const row = one.get(id);
      return row === undefined ? null : toRow(row);
    },

    /** Newest first. */
    list(): RecordingRow[] {
      return all.all().map(toRow);
    },

    /** Its experiments stay; they list it by its id. */
    remove(id: string): void {
      rename.run(null, id);
      remove.run(id);
      words.refreshRecording(id);
    },
  };
}

function toRow(row: StoredRecording): RecordingRow {
  return recordingRowSchema.parse({ ...row, regions: JSON.parse(row.regions) as unknown });
}
