/** The experiments of a workspace: one row each, from `config.json`, `status.json` and `annotations.json`. */
import type { z } from 'zod';
import { experimentRowSchema, type Annotations, type CatalogScores, type ExperimentRow } from '../../shared/catalog.ts';
import {
  errorEnvelopeSchema,
  experimentConfigSchema,
  type ExperimentConfig,
  type ExperimentStatus,
} from '../../shared/experiment.ts';
import type { Database } from './database.ts';

interface StoredExperiment {
  readonly key: number;
  readonly regions: string;
  readonly archived: number;
  readonly error: string | null;
}

const select = `
  SELECT e.key, e.id, e.name, e.created_at AS createdAt, e.updated_at AS updatedAt, e.state, e.phase, e.step, e.steps,
         e.training_steps AS trainingSteps, e.seconds_spent AS secondsSpent, e.seconds_left AS secondsLeft,
         e.recording_id AS recordingId, e.recording_name AS recordingName, r.subject, e.regions,
         e.split_kind AS splitKind, e.fold, e.preset, e.network, e.image_size AS imageSize, e.seed, e.backend, e.device,
         e.group_id AS "group", e.archived, e.warnings, e.error, coalesce(n.text, '') AS note
  FROM experiments e
  LEFT JOIN recordings r ON r.id = e.recording_id
  LEFT JOIN notes n ON n.experiment_key = e.key`;

const columns = [
  'id', 'name', 'created_at', 'updated_at', 'state', 'phase', 'step', 'steps', 'training_steps', 'seconds_spent',
  'seconds_left', 'recording_id', 'recording_name', 'regions', 'split_kind', 'fold', 'preset', 'network', 'image_size',
  'seed', 'backend', 'device', 'group_id', 'archived', 'warnings', 'error',
]; // prettier-ignore

export function experimentRepository(database: Database) {
  const upsert = database.prepare<[Record<string, string | number | null>], { key: number }>(`
    INSERT INTO experiments (${columns.join(', ')})
    VALUES (${columns.map((name) => (name === 'recording_name' ? recordingName : `@${name}`)).join(', ')})
    ON CONFLICT (id) DO UPDATE SET ${columns.map((name) => `${name} = excluded.${name}`).join(', ')}
    RETURNING key`);
  const putConfiguration = database.prepare(
    'INSERT OR REPLACE INTO configurations (experiment_key, json) VALUES (?, ?)',
  );
  const configuration = database
    .prepare<[number], string>('SELECT json FROM configurations WHERE experiment_key = ?')
    .pluck();
  const keyOf = database.prepare<[string], number>('SELECT key FROM experiments WHERE id = ?').pluck();
  const ids = database.prepare<[], string>('SELECT id FROM experiments ORDER BY id').pluck();
  const byKeys = database.prepare<[string], StoredExperiment>(
    `${select} WHERE e.key IN (SELECT value FROM json_each(?))`,
  );
  const setArchived = database.prepare('UPDATE experiments SET archived = ? WHERE key = ?');
  const remove = database.prepare('DELETE FROM experiments WHERE key = ?');

  return {
    /** @returns the row's key, which tags, notes and metrics refer to */
    upsert(config: ExperimentConfig, status: ExperimentStatus, annotations: Annotations): number {
      const row = upsert.get({
        id: config.id,
        name: config.name,
        created_at: config.createdAt,
        updated_at: status.updatedAt,
        state: status.state,
        phase: status.phase,
        step: status.step,
        steps: status.steps,
        training_steps: config.training.steps,
        seconds_spent: status.secondsSpent,
        seconds_left: status.secondsLeft,
        recording_id: config.recording.id,
        regions: JSON.stringify(config.regions),
        split_kind: config.split.kind,
        fold: 'fold' in config.split ? config.split.fold : null,
        preset: config.preset,
        network: config.network.kind,
        image_size: config.network.imageSize,
        seed: config.seed,
        backend: status.backend ?? config.backend,
        device: status.device,
        group_id: config.group,
        archived: annotations.archived ? 1 : 0,
        warnings: status.warnings.length,
        error: status.error === null ? null : JSON.stringify(status.error),
      });
      if (row === undefined) throw new Error('an upsert returned no key');
      putConfiguration.run(row.key, JSON.stringify(config));
      return row.key;
    },

    keyOf(id: string): number | null {
      return keyOf.get(id) ?? null;
    },

    ids(): string[] {
      return ids.all();
    },

    /** Rows in the order of the keys. */
    rows(
      keys: readonly number[],
      tags: ReadonlyMap<number, string[]>,
      scores: ReadonlyMap<number, CatalogScores>,
    ): ExperimentRow[] {
      const stored = new Map(byKeys.all(JSON.stringify(keys)).map((row) => [row.key, row]));
      return keys.flatMap((key) => {
        const row = stored.get(key);
        return row === undefined ? [] : [toRow(row, tags.get(key) ?? [], scores.get(key) ?? {})];
      });
    },

    configOf(key: number): ExperimentConfig {
      return experimentConfigSchema.parse(JSON.parse(configuration.get(key) ?? 'null'));
    },

    errorOf(key: number): z.infer<typeof errorEnvelopeSchema> | null {
      const error = byKeys.get(JSON.stringify([key]))?.error ?? null;
      return error === null ? null : errorEnvelopeSchema.parse(JSON.parse(error));
    },

    setArchived(key: number, archived: boolean): void {
      setArchived.run(archived ? 1 : 0, key);
    },

    /** With its configuration, scores, tags, note and words. */
    remove(key: number): void {
      remove.run(key);
    },
  };
}

const recordingName = '(SELECT name FROM recordings WHERE id = @recording_id)';

function toRow(stored: StoredExperiment, tags: string[], scores: CatalogScores): ExperimentRow {
  return experimentRowSchema.parse({
    ...stored,
    regions: JSON.parse(stored.regions) as unknown,
    archived: stored.archived === 1,
    errorCode: stored.error === null ? null : errorEnvelopeSchema.parse(JSON.parse(stored.error)).code,
    tags,
    scores,
  });
}
