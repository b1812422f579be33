/** A catalog of very many experiments, and what is asked of one. */
import Sqlite from 'better-sqlite3';
import { openCatalog } from '../../src/main/catalog/catalog.ts';
import type { ExperimentQuery } from '../../src/shared/catalog.ts';
import { experimentConfig } from './experiment-fixture.ts';

/** Straight into the tables: the repositories take 20 s for 100,000. */
export function writeLargeCatalog(path: string, count: number): void {
  openCatalog(path).close();
  const database = new Sqlite(path);
  const config = JSON.stringify(experimentConfig({ id: 'x', recording: { id: 'r', contentHash: '' } }));
  database.exec(`
    PRAGMA synchronous = OFF;
    BEGIN;
    CREATE TEMP TABLE numbers AS
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count}) SELECT i FROM n;
    INSERT INTO recordings SELECT 'rec-' || i, 'Recording ' || i, 'sub-' || i, '2025-01-01', '', 10, 10, 10, '[]'
      FROM numbers WHERE i <= 40;
    INSERT INTO experiments
      SELECT i, printf('%06d-exp', (i * 7919) % ${count}), 'sweep ' || (i % 97) || ' run ' || i,
        strftime('%Y-%m-%dT%H:%M:%fZ', 1700000000 + (i * 7919) % ${count} * 60, 'unixepoch'),
        strftime('%Y-%m-%dT%H:%M:%fZ', 1700000000 + i * 60, 'unixepoch'),
        CASE i % 10 WHEN 0 THEN 'failed' WHEN 1 THEN 'stopped' ELSE 'completed' END, 'finished', 800, 800, 800,
        (i * 31) % 5000, NULL, 'rec-' || (1 + i % 40), 'Recording ' || (1 + i % 40), '["V1","V2"]', 'shipped', NULL,
        CASE i % 3 WHEN 0 THEN 'quick' WHEN 1 THEN 'standard' ELSE 'fine' END, 'df-gan', 32, i, 'wasm', 'CPU', NULL,
        i % 50 = 0, 0, NULL
      FROM numbers;
    INSERT INTO configurations SELECT i, '${config}' FROM numbers;
    INSERT INTO metrics
      SELECT i, method, metric, ((i * 104729) % 99991) / 99991.0, 0.5, 0.6, 0.65, 0.01, 0.4, 0.9, 50
      FROM numbers, (SELECT 'gan' AS method UNION SELECT 'ridge'),
        (SELECT 'ssim' AS metric UNION SELECT 'two-way-identification' UNION SELECT 'mse' UNION SELECT 'psnr')
      WHERE i % 20 <> 0;
    INSERT INTO tags SELECT i, 'tag ' || (i % 30) FROM numbers WHERE i % 4 = 0;
    INSERT INTO notes SELECT i, 'note about zebra number ' || i FROM numbers WHERE i % 1000 = 1;
    INSERT INTO experiment_words (rowid, name, note, tags, recording, id)
      SELECT e.key, e.name, coalesce(n.text, ''), '', e.recording_id, e.id
      FROM experiments e LEFT JOIN notes n ON n.experiment_key = e.key;
    COMMIT;`);
  database.close();
  // What closing does for the next session: statistics for the planner.
  openCatalog(path).close();
}

export const largeCatalogQueries: Record<string, ExperimentQuery> = {
  'the newest': {},
  'a page in the middle': { offset: 50_000 },
  'by name': { sort: { by: 'name', descending: false } },
  'by time spent, with the archive': { sort: { by: 'secondsSpent' }, archived: 'with' },
  'by recording': { sort: { by: 'recording' } },
  'by a score': { sort: { metric: 'two-way-identification' } },
  'by a score, last page': { sort: { metric: 'ssim' }, offset: 97_900 },
  'failed ones': { state: 'failed' },
  'failed or stopped ones by preset': { state: ['failed', 'stopped'], sort: { by: 'preset' } },
  'of one recording by a score': { recording: 'rec-7', sort: { metric: 'ssim' } },
  'of one preset since': { preset: 'fine', since: '2024-01-01T00:00:00.000Z' },
  'with a tag': { tag: 'tag 12' },
  'a rare word': { search: 'zebra' },
  'a word in every name': { search: 'swe' },
  'a word in every name, by a score': { search: 'sweep', sort: { metric: 'ssim' } },
  'two words': { search: 'sweep 42' },
  'a narrow range of scores': { score: { metric: 'ssim', least: 0.5, most: 0.51 } },
  'a wide range of scores, by another': {
    score: { metric: 'ssim', least: 0.2 },
    sort: { metric: 'two-way-identification' },
  },
  'within a month': { since: '2023-12-01T00:00:00.000Z', until: '2024-01-01T00:00:00.000Z' },
  'everything at once': {
    search: 'sweep',
    state: 'completed',
    recording: 'rec-7',
    preset: 'fine',
    since: '2023-11-20T00:00:00.000Z',
    score: { metric: 'ssim', least: 0.3 },
  },
  'an id': { search: '012345-exp' },
};
