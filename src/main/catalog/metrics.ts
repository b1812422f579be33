/** The scores of experiments. */
import { sha256 } from '../files/hash.ts';
import type { CatalogScore, CatalogScores, ExperimentDetails } from '../../shared/catalog.ts';
import type { Evaluation, Method, MetricName } from '../../shared/evaluation.ts';
import type { Database } from './database.ts';

interface StoredScore extends CatalogScore {
  readonly key: number;
  readonly method: Method;
  readonly metric: MetricName;
}

const columns = `experiment_key AS key, method, metric, value, chance_mean AS chanceMean,
  chance_p95 AS chancePercentile95, chance_p99 AS chancePercentile99, p, low, high, n`;

export function metricRepository(database: Database) {
  const putEvaluation = database.prepare(`
    INSERT OR REPLACE INTO evaluations (experiment_key, created_at, step, protocol, stimuli, stimuli_hash)
    VALUES (?, ?, ?, ?, ?, ?)`);
  const dropEvaluation = database.prepare('DELETE FROM evaluations WHERE experiment_key = ?');
  const dropScores = database.prepare('DELETE FROM metrics WHERE experiment_key = ?');
  const putScore = database.prepare(`
    INSERT INTO metrics (experiment_key, method, metric, value, chance_mean, chance_p95, chance_p99, p, low, high, n)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const evaluation = database.prepare<[number], NonNullable<ExperimentDetails['evaluation']>>(`
    SELECT created_at AS createdAt, step, protocol, stimuli, stimuli_hash AS stimuliHash
    FROM evaluations WHERE experiment_key = ?`);
  const alike = database
    .prepare<[number], number>(
      `SELECT other.key FROM experiments mine
       JOIN evaluations tested ON tested.experiment_key = mine.key
       JOIN evaluations same ON same.stimuli_hash = tested.stimuli_hash
       JOIN experiments other ON other.key = same.experiment_key
       WHERE mine.key = ? AND other.recording_id = mine.recording_id AND other.key <> mine.key AND other.archived = 0
       ORDER BY other.created_at DESC LIMIT 200`,
    )
    .pluck();
  const count = database.prepare<[], number>('SELECT count(*) FROM evaluations').pluck();
  const ofOne = database.prepare<[number], StoredScore>(`SELECT ${columns} FROM metrics WHERE experiment_key = ?`);
  // One page of the history: its keys as a JSON list, and the methods that it shows.
  const ofMany = database.prepare<[string], StoredScore>(`
    SELECT ${columns} FROM metrics
    WHERE experiment_key IN (SELECT value FROM json_each(?)) AND method IN ('gan', 'ridge')`);

  const remove = (key: number): void => {
    dropEvaluation.run(key);
    dropScores.run(key);
  };

  return {
    remove,

    /** How many experiments have been evaluated. */
    count(): number {
      return count.get() ?? 0;
    },

    /** Replaces whatever scores the experiment had. */
    put(key: number, evaluated: Evaluation): void {
      remove(key);
      const stimuliHash = sha256(evaluated.stimuli.map(({ id }) => id).join('\n'));
      putEvaluation.run(
        key,
        evaluated.createdAt,
        evaluated.step,
        evaluated.protocol,
        evaluated.stimuli.length,
        stimuliHash,
      );
      for (const [method, scores] of Object.entries(evaluated.scores)) {
        for (const [metric, { value, chance, interval, n }] of Object.entries(scores)) {
          const { mean, percentile95, percentile99, p } = chance;
          putScore.run(key, method, metric, value, mean, percentile95, percentile99, p, interval.low, interval.high, n);
        }
      }
    },

    evaluationOf(key: number): ExperimentDetails['evaluation'] {
      return evaluation.get(key) ?? null;
    },

    /** Others on the same recording and the same test stimuli, newest first. */
    testedAlike(key: number): number[] {
      return alike.all(key);
    },

    /** Every method's scores. */
    of(key: number): CatalogScores {
      return gather(ofOne.all(key)).get(key) ?? {};
    },

    /** The scores of the GAN and of ridge, by experiment. */
    headlinesOf(keys: readonly number[]): Map<number, CatalogScores> {
      return gather(ofMany.all(JSON.stringify(keys)));
    },
  };
}

function gather(rows: readonly StoredScore[]): Map<number, CatalogScores> {
  const byKey = new Map<number, CatalogScores>();
  for (const { key, method, metric, ...score } of rows) {
    const scores = byKey.get(key) ?? {};
    byKey.set(key, scores);
    (scores[method] ??= {})[metric] = score;
  }
  return byKey;
}
