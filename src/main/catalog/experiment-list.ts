/** The history: experiments filtered, searched, sorted and paged. */
import { experimentQuerySchema, type ExperimentQuery, type ExperimentSort } from '../../shared/catalog.ts';
import { CortextError } from '../../shared/errors.ts';
import type { Database } from './database.ts';
import { toMatchExpression } from './search-words.ts';

type Parameter = string | number;

interface Condition {
  readonly sql: string;
  readonly parameters: readonly Parameter[];
}

/** Rows after which reading the whole ranking is cheaper than going through it. */
const FAR = 10_000;

type ParsedQuery = ReturnType<typeof experimentQuerySchema.parse>;

const sortColumns: Record<Extract<ExperimentSort, { by: string }>['by'], string> = {
  createdAt: 'e.created_at',
  updatedAt: 'e.updated_at',
  name: 'e.name',
  state: 'e.state',
  recording: 'e.recording_name',
  preset: 'e.preset',
  secondsSpent: 'e.seconds_spent',
};

/**
 * The keys of one page, and how many experiments match in all.
 *
 * @throws CortextError `INVALID_ARGUMENT` naming the filter that does not fit
 */
export function queryExperiments(database: Database, query: ExperimentQuery): { keys: number[]; total: number } {
  const parsed = parseQuery(query);
  const conditions = toConditions(parsed);
  if (conditions === null) return { keys: [], total: 0 };
  const where = conditions.map(({ sql }) => sql).join(' AND ') || '1';
  const parameters = conditions.flatMap((condition) => condition.parameters);

  const { sort, limit, offset } = parsed;
  const direction = sort.descending ? 'DESC' : 'ASC';
  if ('by' in sort) {
    const column = sortColumns[sort.by];
    // Within equal states or presets the newest stand first or last like everything else: the indexes hold that order.
    const second = ['e.state', 'e.preset', 'e.recording_name'].includes(column) ? `, e.created_at ${direction}` : '';
    const sql = `SELECT e.key FROM experiments e WHERE ${where}
      ORDER BY ${column} ${direction}${second}, e.key ${direction} LIMIT ? OFFSET ?`;
    const count = database.prepare(`SELECT count(*) FROM experiments e WHERE ${where}`).pluck();
    return { keys: keysOf(database, sql, [...parameters, limit, offset]), total: Number(count.get(...parameters)) };
  }

  // Going through the index of scores with the matching keys at hand beats a join, whatever the page and the filters.
  const matching = new Set(keysOf(database, `SELECT e.key FROM experiments e WHERE ${where}`, parameters));
  const byScore = database.prepare<Parameter[], number>(
    `SELECT m.experiment_key FROM metrics m WHERE m.method = ? AND m.metric = ?
     ORDER BY m.value ${direction}, m.experiment_key ${direction}`,
  );
  const scored: number[] = [];
  // A row at a time costs more than all at once, but the first pages need few.
  const ranked = byScore.pluck();
  const far = offset + limit > FAR;
  for (const key of far ? ranked.all(sort.method, sort.metric) : ranked.iterate(sort.method, sort.metric)) {
    if (matching.has(key)) scored.push(key);
    if (scored.length === offset + limit) break;
  }
  const keys = scored.slice(offset);
  if (scored.length < Math.min(offset + limit, matching.size)) {
    // The page reaches beyond the experiments that have this score; the others follow, newest first.
    const withScore = new Set(scored);
    const newestFirst = `SELECT e.key FROM experiments e WHERE ${where} ORDER BY e.created_at DESC, e.key DESC`;
    const others = keysOf(database, newestFirst, parameters).filter((key) => !withScore.has(key));
    const skipped = Math.max(0, offset - scored.length);
    keys.push(...others.slice(skipped, skipped + limit - keys.length));
  }
  return { keys, total: matching.size };
}

function parseQuery(query: ExperimentQuery): ParsedQuery {
  const parsed = experimentQuerySchema.safeParse(query);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new CortextError(
    'INVALID_ARGUMENT',
    `The history cannot be listed so: ${issue?.path.join('.') ?? 'query'}: ${issue?.message ?? 'does not fit'}.`,
    { hint: 'See `cortext history --help` for the filters and ways of sorting.' },
  );
}

/** @returns null when nothing can match */
function toConditions(query: ParsedQuery): Condition[] | null {
  const conditions: Condition[] = [];
  const add = (sql: string, ...parameters: Parameter[]): void => void conditions.push({ sql, parameters });
  const { archived, state, recording, preset, group, since, until, score, tag, search } = query;

  if (archived !== 'with') add('e.archived = ?', archived === 'only' ? 1 : 0);
  if (state !== undefined) {
    const states = [state].flat();
    add(`e.state IN (${states.map(() => '?').join(', ')})`, ...states);
  }
  if (recording !== undefined) add('e.recording_id = ?', recording);
  if (preset !== undefined) add('e.preset = ?', preset);
  if (group !== undefined) add('e.group_id = ?', group);
  if (since !== undefined) add('e.created_at >= ?', since);
  if (until !== undefined) add('e.created_at < ?', until);
  if (score !== undefined) {
    const { method, metric, least = -1e308, most = 1e308 } = score;
    const within = 'method = ? AND metric = ? AND value BETWEEN ? AND ?';
    // Looking few experiments up one by one beats gathering all that have such a score.
    const few = recording ?? group ?? tag;
    add(
      few === undefined
        ? `e.key IN (SELECT experiment_key FROM metrics WHERE ${within})`
        : `EXISTS (SELECT 1 FROM metrics WHERE experiment_key = e.key AND ${within})`,
      ...[method, metric, least, most],
    );
  }
  for (const wanted of tag === undefined ? [] : [tag].flat()) {
    add('e.key IN (SELECT experiment_key FROM tags WHERE tag = ?)', wanted);
  }
  if (search !== undefined && search.trim() !== '') {
    const expression = toMatchExpression(search);
    if (expression === null) return null;
    add('e.key IN (SELECT rowid FROM experiment_words WHERE experiment_words MATCH ?)', expression);
  }
  return conditions;
}

function keysOf(database: Database, sql: string, parameters: readonly Parameter[]): number[] {
  return database
    .prepare<Parameter[], number>(sql)
    .pluck()
    .all(...parameters);
}
