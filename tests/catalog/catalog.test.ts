import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCatalog, type Catalog } from '../../src/main/catalog/catalog.ts';
import { requireNodeApi } from '../../src/main/catalog/database.ts';
import { rebuildCatalog, synchroniseExperiment } from '../../src/main/catalog/synchronise.ts';
import { CortextError } from '../../src/shared/errors.ts';
import { workspaceLayout } from '../../src/shared/workspace-layout.ts';
import {
  experimentConfig,
  experimentStatus,
  writeExperimentFixture,
  writeRecordingFixture,
} from '../support/experiment-fixture.ts';

let root = '';
let catalog: Catalog;
const opened: Catalog[] = [];

function open(path = workspaceLayout(root).catalog): Catalog {
  const another = openCatalog(path);
  opened.push(another);
  return another;
}

function errorOf(work: () => unknown): CortextError {
  try {
    work();
  } catch (error) {
    if (error instanceof CortextError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'cortext-catalog-'));
  catalog = open();
});

afterEach(() => {
  for (const each of opened.splice(0)) each.close();
  rmSync(root, { recursive: true, force: true });
});

const recording = { id: 'rec', contentHash: 'a'.repeat(64) };

function add(id: string, config: Parameters<typeof experimentConfig>[0] | object = {}, status = {}, tags?: string[]) {
  const full = experimentConfig({ id, recording, ...config });
  catalog.upsertExperiment(
    full,
    experimentStatus(full, status),
    tags === undefined ? undefined : { tags, note: '', archived: false },
  );
}

const ids = (query: Parameters<Catalog['list']>[0]) => catalog.list(query).rows.map(({ id }) => id);

describe('listing experiments', () => {
  beforeEach(() => {
    add('e1', { name: 'Früh', createdAt: '2025-01-01T00:00:00.000Z', preset: 'quick' }, { secondsSpent: 30 });
    add('e2', { name: 'V1 only, long', createdAt: '2025-02-01T00:00:00.000Z', preset: 'fine' }, { state: 'failed' }, [
      'paper',
      'figure 2',
    ]);
    add('e3', { name: 'all', createdAt: '2025-03-01T00:00:00.000Z', recording: { id: 'other', contentHash: '' } }, {}, [
      'paper',
    ]);
  });

  it('shows the newest first, and pages', () => {
    expect(ids({})).toEqual(['e3', 'e2', 'e1']);
    expect(catalog.list({ limit: 1, offset: 1 })).toMatchObject({ total: 3, rows: [{ id: 'e2' }] });
  });

  it('narrows by state, recording, preset, tag and time', () => {
    expect(ids({ state: 'failed' })).toEqual(['e2']);
    expect(ids({ state: ['failed', 'completed'] })).toHaveLength(3);
    expect(ids({ recording: 'other' })).toEqual(['e3']);
    expect(ids({ preset: 'fine' })).toEqual(['e2']);
    expect(ids({ tag: 'PAPER' })).toEqual(['e3', 'e2']);
    expect(ids({ tag: ['paper', 'figure 2'] })).toEqual(['e2']);
    expect(ids({ since: '2025-02-01T00:00:00.000Z' })).toEqual(['e3', 'e2']);
  });

  it('finds beginnings of words in any order, whatever the accents, and takes no typed sign for an operator', () => {
    expect(ids({ search: 'lon v1' })).toEqual(['e2']);
    expect(ids({ search: 'fruh' })).toEqual(['e1']);
    expect(ids({ search: 'figure' })).toEqual(['e2']);
    expect(ids({ search: 'other' })).toEqual(['e3']);
    expect(ids({ search: 'E1' })).toEqual(['e1']);
    expect(ids({ search: 'v1 OR all' })).toEqual([]);
    expect(ids({ search: '"NEAR(* -' })).toEqual([]);
    expect(ids({ search: '-*' })).toEqual([]);
  });

  it('finds an experiment by the name of its recording, also after the recording came later', async () => {
    const metadata = await writeRecordingFixture(root, { id: 'rec', stimuli: 1, size: 8 });
    catalog.upsertRecording(metadata);
    expect(ids({ search: 'shapes sub' })).toEqual(['e2', 'e1']);
    expect(catalog.get('e1')).toMatchObject({ recordingName: 'Shapes, subject 1', subject: 'sub-01' });
    expect(catalog.listRecordings()).toMatchObject([
      { id: 'rec', experiments: 2, regions: [{ name: 'V1', voxels: 6 }, {}, {}] },
    ]);
    catalog.removeRecording('rec');
    expect(catalog.get('e1')?.recordingName).toBeNull();
  });

  it('refuses a way of sorting that does not exist', () => {
    const query = { sort: { by: 'colour' } } as unknown as Parameters<Catalog['list']>[0];
    expect(errorOf(() => catalog.list(query)).code).toBe('INVALID_ARGUMENT');
  });

  it('forgets a removed experiment in searches too', () => {
    catalog.removeExperiment('e2');
    expect(ids({ search: 'v1' })).toEqual([]);
    expect(catalog.list().total).toBe(2);
    expect(catalog.tags()).toEqual([{ tag: 'paper', experiments: 1 }]);
  });
});

describe('scores', () => {
  it('sorts by a score and lists experiments without it last, over page borders', async () => {
    const { evaluation, config } = await writeExperimentFixture(root, { testStimuli: 4, size: 16 });
    if (evaluation === null) throw new Error('the fixture was not evaluated');
    for (const [id, value] of [
      ['low', 0.2],
      ['high', 0.9],
    ] as const) {
      add(id);
      const ssim = { ...evaluation.scores.gan!.ssim!, value };
      catalog.putEvaluation({ ...evaluation, experiment: id, scores: { gan: { ssim } } });
    }
    add('none-old', { createdAt: '2024-01-01T00:00:00.000Z' });
    add('none-new', { createdAt: '2026-01-01T00:00:00.000Z' });
    const sort = { metric: 'ssim' } as const;
    expect(ids({ sort })).toEqual(['high', 'low', 'none-new', 'none-old']);
    expect(ids({ sort, limit: 2, offset: 1 })).toEqual(['low', 'none-new']);
    expect(ids({ sort, limit: 2, offset: 3 })).toEqual(['none-old']);
    expect(ids({ sort: { ...sort, descending: false }, limit: 1 })).toEqual(['low']);
    expect(catalog.list({ sort }).rows[0].scores.gan?.ssim).toMatchObject({ value: 0.9, n: 4 });

    synchroniseExperiment(catalog, root, config.id);
    expect(catalog.get(config.id)).toMatchObject({
      scores: { 'shuffled-voxels': { mse: { n: 4 } } },
      evaluation: { stimuli: 4, step: 800 },
    });
    catalog.removeEvaluation('high');
    expect(catalog.get('high')?.scores).toEqual({});
  });

  it('compares two experiments: settings that differ, scores side by side, and why they may not be comparable', async () => {
    const a = await writeExperimentFixture(root, { id: 'a', testStimuli: 4, size: 16 });
    await writeExperimentFixture(root, {
      id: 'b',
      name: 'other name',
      recording: a.recording,
      testStimuli: 3,
      size: 16,
      methods: ['gan'],
      config: {
        regions: ['V1'],
        training: { ...a.config.training, steps: 900 },
        createdAt: '2025-12-01T00:00:00.000Z',
      },
    });
    for (const id of ['a', 'b']) synchroniseExperiment(catalog, root, id);
    const comparison = catalog.compareExperiments('a', 'b');
    expect(comparison.differences).toEqual([
      { path: 'regions', a: ['V1', 'V2', 'LOC'], b: ['V1'] },
      { path: 'training.steps', a: 800, b: 900 },
    ]);
    expect(comparison.cautions.join()).toContain('different stimuli (4 and 3)');
    const mse = comparison.scores.find(({ metric, method }) => metric === 'mse' && method === 'gan')!;
    expect(mse.difference).toBeCloseTo(mse.b!.value - mse.a!.value);
    expect(mse.better).toBe(mse.difference! < 0 ? 'b' : 'a');
    expect(comparison.scores.find(({ method }) => method === 'ridge')).toMatchObject({ b: null, better: null });
    expect(errorOf(() => catalog.compareExperiments('a', 'nobody')).code).toBe('EXPERIMENT_NOT_FOUND');
  });
});

describe('tags, notes and archiving', () => {
  it('writes them to the experiment folder, so that they survive the loss of the database', async () => {
    const { config } = await writeExperimentFixture(root, { testStimuli: 2, size: 8, methods: ['gan'] });
    synchroniseExperiment(catalog, root, config.id);
    expect(catalog.setTags(config.id, [' Paper ', 'paper', '', 'figure  2'])).toEqual(['Paper', 'figure 2']);
    catalog.setNote(config.id, 'Zebra stripes appear.');
    expect(ids({ search: 'zebra' })).toEqual([config.id]);
    catalog.setArchived(config.id, true);
    expect(ids({})).toEqual([]);
    expect(ids({ archived: 'only' })).toEqual([config.id]);
    expect(ids({ archived: 'with' })).toEqual([config.id]);
    expect(JSON.parse(readFileSync(workspaceLayout(root).experiment(config.id).annotations, 'utf8'))).toEqual({
      tags: ['Paper', 'figure 2'],
      note: 'Zebra stripes appear.',
      archived: true,
    });

    rebuildCatalog(root);
    catalog = open();
    expect(catalog.get(config.id)).toMatchObject({
      tags: ['figure 2', 'Paper'],
      note: 'Zebra stripes appear.',
      archived: true,
    });
  });

  it('keeps the database as it was when the folder cannot take the change', () => {
    add('ghost', {}, {}, ['old']);
    expect(errorOf(() => catalog.setTags('ghost', ['new'])).code).toBe('EXPERIMENT_NOT_FOUND');
    expect(catalog.get('ghost')?.tags).toEqual(['old']);
  });

  it('leaves tags alone when progress is recorded', async () => {
    const { config, status } = await writeExperimentFixture(root, { testStimuli: 2, size: 8, methods: ['gan'] });
    catalog.upsertExperiment(config, status);
    catalog.setTags(config.id, ['kept']);
    catalog.upsertExperiment(config, { ...status, state: 'running', step: 5 });
    expect(catalog.get(config.id)).toMatchObject({ tags: ['kept'], state: 'running', step: 5, trainingSteps: 800 });
  });
});

describe('rebuilding from the folders', () => {
  it('indexes what can be read and lists what cannot', async () => {
    await writeExperimentFixture(root, { id: 'good', testStimuli: 2, size: 8 });
    await writeExperimentFixture(root, { id: 'half', testStimuli: 2, size: 8 });
    await writeExperimentFixture(root, { id: 'torn', testStimuli: 2, size: 8 });
    const paths = workspaceLayout(root);
    writeFileSync(paths.experiment('half').evaluation, '{"schemaVersion": 1, "scores');
    writeFileSync(paths.experiment('torn').config, '');
    rmSync(paths.experiment('good').status);
    const result = rebuildCatalog(root);
    expect(result).toMatchObject({ recordings: 1, experiments: 2, evaluations: 1 });
    expect(result.damaged.map(({ path }) => path)).toEqual([
      paths.experiment('half').evaluation,
      paths.experiment('torn').folder,
    ]);
    catalog = open();
    expect(catalog.get('good')).toMatchObject({ state: 'created', recordingName: 'Shapes, subject 1' });
    expect(catalog.get('half')).toMatchObject({ evaluation: null });
  });

  it('replaces a damaged catalog', async () => {
    await writeExperimentFixture(root, { id: 'good', testStimuli: 2, size: 8 });
    const path = workspaceLayout(root).catalog;
    for (const each of opened.splice(0)) each.close();
    writeFileSync(path, 'this was a database'.repeat(400));
    const error = errorOf(() => open());
    expect(error.code).toBe('CATALOG_DAMAGED');
    expect(error.hint).toContain('cortext catalog rebuild');
    rebuildCatalog(root);
    expect(open().experimentIds()).toEqual(['good']);
  });

  it('leaves the old catalog and no other file when it is cancelled', async () => {
    await writeExperimentFixture(root, { id: 'good', testStimuli: 2, size: 8 });
    add('kept');
    const signal = AbortSignal.abort();
    expect(errorOf(() => rebuildCatalog(root, { signal })).code).toBe('CANCELLED');
    expect(ids({})).toEqual(['kept']);
    expect(existsSync(workspaceLayout(root).catalog)).toBe(true);
  });

  it('takes the row of a deleted folder away', async () => {
    const { config } = await writeExperimentFixture(root, { testStimuli: 2, size: 8 });
    synchroniseExperiment(catalog, root, config.id);
    rmSync(workspaceLayout(root).experiment(config.id).folder, { recursive: true });
    synchroniseExperiment(catalog, root, config.id);
    expect(catalog.get(config.id)).toBeNull();
  });
});

describe('the database file', () => {
  it('is refused when a newer Cortext wrote it', () => {
    const path = join(root, 'newer.sqlite');
    open(path).close();
    opened.pop();
    const raw = new Sqlite(path);
    raw.pragma('user_version = 9999');
    raw.close();
    expect(errorOf(() => open(path)).code).toBe('WORKSPACE_TOO_NEW');
  });

  it('is not taken over when it belongs to another program', () => {
    const path = join(root, 'foreign.sqlite');
    const raw = new Sqlite(path);
    raw.exec('CREATE TABLE passwords (word TEXT)');
    raw.close();
    expect(errorOf(() => open(path)).code).toBe('CATALOG_DAMAGED');
  });

  it('may be used by two processes at once', () => {
    add('e1');
    expect(open().list().total).toBe(1);
  });

  it('says which Node it needs instead of crashing an older one', () => {
    const error = errorOf(() => requireNodeApi('9'));
    expect(error.code).toBe('RUNTIME_UNSUITABLE');
    expect(error.message).toContain('Node 24');
  });
});
