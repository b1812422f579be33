/** `history`: list, search, show, compare; tags, notes, archive. */
import { Option, type Command } from 'commander';
import type { ExperimentQuery, ExperimentRow } from '../../../shared/catalog.ts';
import { metricNames, type MetricName } from '../../../shared/evaluation.ts';
import { experimentNotFound, experimentStateSchema, type ExperimentState } from '../../../shared/experiment.ts';
import { defineAction, list, usageError, wholeNumber } from '../command.ts';
import { duration, table } from '../output.ts';

interface ListOptions {
  readonly search?: string;
  readonly state?: readonly string[];
  readonly recording?: string;
  readonly preset?: string;
  readonly tag?: readonly string[];
  readonly group?: string;
  readonly since?: string;
  readonly archived?: boolean;
  readonly sort: string;
  readonly ascending?: boolean;
  readonly limit: number;
  readonly offset: number;
}

export function historyCommands(program: Command): void {
  const history = program.command('history').description('Every experiment of the workspace: list, search, compare.');

  const listing = history
    .command('list', { isDefault: true })
    .description('List experiments, newest first.')
    .option('-s, --search <words>', 'words in name, note, tags, recording, subject or id')
    .option('--state <states>', `any of ${experimentStateSchema.options.join(', ')}`, list)
    .option('-r, --recording <id>', 'only of this recording')
    .option('-p, --preset <name>', 'only with this preset')
    .option('-t, --tag <tags>', 'with all of these tags', list)
    .option('--group <id>', 'of one cross-validation')
    .option('--since <date>', 'created on or after this day, e.g. 2026-11-01')
    .option('--archived', 'archived ones too')
    .addOption(new Option('--sort <by>', 'order').choices(['createdAt', 'updatedAt', 'name', ...metricNames]).default('createdAt'))
    .option('--ascending', 'smallest or oldest first')
    .option('--limit <n>', 'rows', wholeNumber('--limit', 1), 50)
    .option('--offset <n>', 'rows to pass over', wholeNumber('--offset'), 0);
  defineAction<ListOptions>(listing, (context, options) => {
    const found = context.workspace().catalog.list(toQuery(options));
    const shown = found.rows.length < found.total ? `\n\n${found.rows.length} of ${found.total}; more with --limit and --offset.` : '';
    const text = found.total === 0 ? 'No experiment matches.' : `${experimentTable(found.rows)}${shown}`;
    return { data: found, text };
  });

  defineAction(history.command('show').description('One experiment in full.').argument('<experiment>'), (context, _, [id]) => {
    const details = context.workspace().catalog.get(id);
    if (details === null) throw experimentNotFound(id);
    const { config, evaluation: _evaluation, ...row } = details;
    return { data: details, text: `${JSON.stringify(row, null, 1)}\n${JSON.stringify(config, null, 1)}` };
  });

  defineAction(
    history
      .command('compare')
      .description('What differs between two experiments: configuration, and scores with their intervals.')
      .argument('<a>')
      .argument('<b>'),
    (context, _, [a, b]) => {
      const comparison = context.workspace().catalog.compareExperiments(a, b);
      const settings = table(comparison.differences, [
        { title: 'setting', text: (row) => row.path },
        { title: a, text: (row) => String(JSON.stringify(row.a)) },
        { title: b, text: (row) => String(JSON.stringify(row.b)) },
      ]);
      const value = (score: { value: number; low: number; high: number } | null): string =>
        score === null ? '-' : `${score.value.toFixed(3)} [${score.low.toFixed(2)} ${score.high.toFixed(2)}]`;
      const scores = table(comparison.scores, [
        { title: 'method', text: (row) => row.method },
        { title: 'metric', text: (row) => row.metric },
        { title: 'a', text: (row) => value(row.a) },
        { title: 'b', text: (row) => value(row.b) },
        { title: 'b - a', align: 'right', text: (row) => row.difference?.toFixed(3) ?? '' },
        {
          title: 'better',
          text: (row) => `${row.better ?? ''}${row.intervalsOverlap === true ? ' (intervals overlap)' : ''}`,
        },
      ]);
      const parts = [comparison.differences.length === 0 ? 'The settings are the same.' : settings, scores];
      return { data: comparison, text: [...parts, ...comparison.cautions].join('\n\n') };
    },
  );

  defineAction(
    history.command('tag').description('Set the tags of an experiment; none removes them.').argument('<experiment>').argument('[tags...]'),
    (context, _, [id, ...tags]) => {
      const stored = context.workspace().catalog.setTags(id, tags);
      return { data: { experiment: id, tags: stored }, text: stored.length === 0 ? 'No tags.' : stored.join(', ') };
    },
  );
  defineAction(
    history.command('note').description('Set the note of an experiment.').argument('<experiment>').argument('<text>'),
    (context, _, [id, note]) => {
      context.workspace().catalog.setNote(id, note);
      return { data: { experiment: id, note }, text: note };
    },
  );
  for (const [name, archived] of [
    ['archive', true],
    ['unarchive', false],
  ] as const) {
    defineAction(
      history
        .command(name)
        .description(archived ? 'Take an experiment out of the default list; nothing is deleted.' : 'Put it back.')
        .argument('<experiment>'),
      (context, _, [id]) => {
        context.workspace().catalog.setArchived(id, archived);
        return { data: { experiment: id, archived }, text: `${id}: ${name}d` };
      },
    );
  }
}

function toQuery(options: ListOptions): ExperimentQuery {
  const states = options.state?.map((state) => {
    const known = experimentStateSchema.safeParse(state);
    if (!known.success) throw usageError(`There is no state ${state}.`, `States are ${experimentStateSchema.options.join(', ')}.`);
    return known.data;
  });
  const descending = options.ascending !== true;
  const metric = metricNames.find((name) => name === options.sort);
  return {
    ...(options.search === undefined ? {} : { search: options.search }),
    ...(states === undefined ? {} : { state: states }),
    ...(options.recording === undefined ? {} : { recording: options.recording }),
    ...(options.preset === undefined ? {} : { preset: options.preset }),
    ...(options.tag === undefined ? {} : { tag: [...options.tag] }),
    ...(options.group === undefined ? {} : { group: options.group }),
    ...(options.since === undefined ? {} : { since: toDateTime(options.since) }),
    archived: options.archived === true ? 'with' : 'without',
    // Commander has checked the choice.
    sort: metric === undefined ? { by: options.sort as 'createdAt', descending } : { metric, descending },
    limit: options.limit,
    offset: options.offset,
  };
}

function toDateTime(text: string): string {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) throw usageError(`'${text}' is not a date.`, 'Write it like 2026-11-01.');
  return date.toISOString();
}

function experimentTable(rows: readonly ExperimentRow[]): string {
  const score = (row: ExperimentRow, metric: MetricName): string => row.scores.gan?.[metric]?.value.toFixed(3) ?? '';
  return table(rows, [
    { title: 'experiment', text: (row) => row.id },
    { title: 'state', text: (row) => stateText(row.state, row.step, row.steps) },
    { title: 'preset', text: (row) => row.preset },
    { title: 'recording', text: (row) => row.recordingName ?? row.recordingId },
    { title: '2-way', align: 'right', text: (row) => score(row, 'two-way-identification') },
    { title: 'SSIM', align: 'right', text: (row) => score(row, 'ssim') },
    { title: 'time', align: 'right', text: (row) => duration(row.secondsSpent) },
    { title: 'created', text: (row) => row.createdAt.slice(0, 16).replace('T', ' ') },
    { title: 'tags', text: (row) => row.tags.join(', ') },
  ]);
}

function stateText(state: ExperimentState, step: number, steps: number): string {
  return state === 'completed' || steps === 0 ? state : `${state} ${step}/${steps}`;
}
