/** What narrows the history. It stands in the address, so that going back from an experiment finds it again. */
import { experimentSortSchema, type ExperimentQuery, type ExperimentSort } from '../../../shared/catalog.ts';
import { metricNameSchema, type MetricName } from '../../../shared/evaluation.ts';
import { experimentStateSchema, type ExperimentState } from '../../../shared/experiment.ts';

export interface HistoryFilters {
  readonly search: string;
  readonly state: ExperimentState | null;
  readonly recording: string | null;
  readonly preset: string | null;
  readonly tag: string | null;
  readonly archived: 'without' | 'only' | 'with';
  /** First and last day, as `2025-11-20`. */
  readonly since: string;
  readonly until: string;
  readonly metric: MetricName | null;
  readonly least: number | null;
  readonly most: number | null;
  readonly sort: ExperimentSort;
}

export const noFilters: HistoryFilters = {
  search: '',
  state: null,
  recording: null,
  preset: null,
  tag: null,
  archived: 'without',
  since: '',
  until: '',
  metric: null,
  least: null,
  most: null,
  sort: { by: 'createdAt', descending: true },
};

export function isFiltered({ sort: _sort, ...filters }: HistoryFilters): boolean {
  const { sort: _unsorted, ...none } = noFilters;
  return JSON.stringify(filters) !== JSON.stringify(none);
}

/** Days are those of the user's clock. */
export function toQuery(filters: HistoryFilters): ExperimentQuery {
  const { search, state, recording, preset, tag, archived, since, until, metric, least, most, sort } = filters;
  const bounded = metric !== null && (least !== null || most !== null);
  return {
    ...(search.trim() === '' ? {} : { search }),
    ...(state === null ? {} : { state }),
    ...(recording === null ? {} : { recording }),
    ...(preset === null ? {} : { preset }),
    ...(tag === null ? {} : { tag }),
    ...(isDay(since) ? { since: startOfDay(since, 0) } : {}),
    ...(isDay(until) ? { until: startOfDay(until, 1) } : {}),
    ...(bounded ? { score: { metric, ...(least === null ? {} : { least }), ...(most === null ? {} : { most }) } } : {}),
    archived,
    sort,
  };
}

function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text);
}

function startOfDay(day: string, later: number): string {
  const date = new Date(`${day}T00:00:00`);
  date.setDate(date.getDate() + later);
  return date.toISOString();
}

/** Only what differs from no filter. */
export function toAddress(filters: HistoryFilters): Record<string, string> {
  return Object.fromEntries(
    Object.entries(filters).flatMap(([name, value]) => {
      // The keys of both are the same.
      const none = noFilters[name as keyof HistoryFilters];
      if (JSON.stringify(value) === JSON.stringify(none)) return [];
      return [[name, typeof value === 'object' ? JSON.stringify(value) : String(value)]];
    }),
  );
}

/** An address that somebody has changed by hand filters by what is still sensible in it. */
export function fromAddress(address: URLSearchParams): HistoryFilters {
  const text = (name: string) => address.get(name);
  const number = (name: string) => {
    const given = Number(address.get(name) ?? Number.NaN);
    return Number.isFinite(given) ? given : null;
  };
  const archived = text('archived');
  return {
    search: text('search') ?? '',
    state: experimentStateSchema.safeParse(text('state')).data ?? null,
    recording: text('recording'),
    preset: text('preset'),
    tag: text('tag'),
    archived: archived === 'only' || archived === 'with' ? archived : 'without',
    since: text('since') ?? '',
    until: text('until') ?? '',
    metric: metricNameSchema.safeParse(text('metric')).data ?? null,
    least: number('least'),
    most: number('most'),
    sort: sortFrom(text('sort')),
  };
}

function sortFrom(text: string | null): ExperimentSort {
  try {
    return experimentSortSchema.safeParse(JSON.parse(text ?? 'null')).data ?? noFilters.sort;
  } catch {
    return noFilters.sort;
  }
}
