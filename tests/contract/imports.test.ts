/** Importing by calls, as a window does it: look, put right, import; over HTTP, with real files. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApplication, type Application } from '../../src/main/services/application/application.ts';
import { workspaceHere } from '../../src/main/services/opened-workspace.ts';
import { relayWorkspace } from '../../src/main/services/relay/relay-workspace.ts';
import { parseServerAddress } from '../../src/main/services/relay/server-address.ts';
import { openWorkspace } from '../../src/main/services/workspace.ts';
import { taskResults, type CallInput } from '../../src/shared/contract.ts';
import { dataRoutes } from '../../src/shared/data-routes.ts';
import type { ImportPreview } from '../../src/shared/imports.ts';
import type { Task } from '../../src/shared/task.ts';
import { workspaceLayout } from '../../src/shared/workspace-layout.ts';
import { serveForTests, type ServedApplication } from '../support/served-application.ts';
import { hasShared, sharedAbsent, sharedPath } from '../support/shared-data.ts';
import { smallDataset } from '../support/small-dataset.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let root: string;
let dataset: string;
let application: Application;
let served: ServedApplication;

beforeAll(async () => {
  const folder = temporaryFolder();
  root = join(folder, 'workspace');
  dataset = await smallDataset(folder);
  application = createApplication(openWorkspace(root, { create: true }));
  served = await serveForTests(application);
});

afterAll(async () => {
  await served.close();
  await application.close();
  expect(existsSync(workspaceLayout(root).staging) ? readdirSync(workspaceLayout(root).staging) : []).toEqual([]);
});

async function ended(task: Task): Promise<Task> {
  for (;;) {
    const now = (await served.client.call('tasks.list', {})).find(({ id }) => id === task.id);
    if (now !== undefined && now.state !== 'running') return now;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function look(request: CallInput<'imports.look'>): Promise<ImportPreview> {
  const { state, result, error } = await ended(await served.client.call('imports.look', request));
  if (state !== 'done') throw new Error(error?.message ?? state);
  return taskResults['imports.look'].parse(result);
}

async function importAll(request: CallInput<'imports.start'>) {
  const { result, error } = await ended(await served.client.call('imports.start', request));
  if (error !== null) throw new Error(error.message);
  return taskResults['imports.start'].parse(result);
}

const picture = (address: string) => application.data(address);

/** Every file below a folder, as a browser would send it. */
function filesBelow(folder: string, parent: string): { path: string; bytes: Buffer }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path: relative(parent, path), bytes: readFileSync(path) }));
}

function put(address: string, body: Buffer | string): Promise<Response> {
  return fetch(`${served.origin}/data/${address}`, {
    method: 'PUT',
    body: new Uint8Array(Buffer.from(body)),
    headers: { Authorization: `Bearer ${served.server.token}` },
  });
}

async function upload(files: readonly { path: string; bytes: Buffer }[]): Promise<string> {
  const bytes = files.reduce((sum, file) => sum + file.bytes.length, 0);
  const { upload: id } = await served.client.call('imports.upload', { files: files.length, bytes });
  for (const file of files) {
    const answer: unknown = await (await put(dataRoutes.uploaded(id, file.path), file.bytes)).json();
    expect(answer).toEqual({ ok: true, value: { bytes: file.bytes.length } });
  }
  return id;
}

describe('importing by calls', () => {
  it('looks at a dataset where it lies, shows pictures and the time course of a voxel, and imports what it showed', async () => {
    const source = { paths: [dataset] };
    const preview = await look({ source });
    expect(preview).toMatchObject({
      format: 'bids',
      title: 'BIDS',
      problem: null,
      pictures: { contactSheet: true, slices: true },
    });
    expect(preview.facts).toMatchObject({ samples: 24, voxels: 4500, stimuli: { count: 20, missing: { total: 0 } } });
    expect(preview.facts?.regions.map(({ name }) => name)).toEqual(expect.arrayContaining(['V1', 'FFA']));
    expect(preview.facts?.scans?.runs).toHaveLength(4);
    expect(preview.choices).toMatchObject({ subjects: ['01'], tasks: ['perception'] });
    expect(picture(dataRoutes.importPicture(preview.look, 'slices'))?.contentType).toBe('image/png');
    expect(picture(dataRoutes.importPicture(preview.look, 'contact-sheet'))?.bytes).toBeGreaterThan(1000);

    const course = await served.client.call('imports.course', {
      look: preview.look,
      region: 'V1',
      run: preview.runs[1],
    });
    expect(course.run).toBe(preview.runs[1]);
    expect(course.courses.map(({ step }) => step)).toEqual([
      null,
      'confounds',
      'detrend',
      'general-linear-model',
      'z-score',
    ]);
    const tried = await served.client.call('imports.course', {
      look: preview.look,
      voxel: course.voxel,
      steps: [{ step: 'shift', seconds: 5 }, { step: 'average-block' }],
    });
    expect(tried.courses.map(({ step, values }) => [step, values.length])).toEqual([
      [null, 16],
      ['shift', 16],
      ['average-block', 4],
    ]);
    await expect(
      served.client.call('imports.course', { look: preview.look, steps: [{ step: 'detrend' }] }),
    ).rejects.toMatchObject({
      code: 'INVALID_RECIPE',
    });

    const shifted = await look({
      source,
      recipe: { ...preview.stated, steps: [{ step: 'shift' }, { step: 'detrend' }, { step: 'average-block' }] },
    });
    const imported = await importAll({ source, recipe: { ...shifted.recipe, name: 'Shifted' } });
    const details = await served.client.call('recordings.show', { id: imported.recording });
    expect(details.preprocessing.map(({ name }) => name)).toEqual(['shift', 'detrend', 'average-block']);
    expect(details).toMatchObject({ name: 'Shifted', samples: 24, voxels: 4500 });
    // The recipe file that is kept gives the same recording.
    const kept = await served.client.call('imports.recipe', { source, recipe: shifted.recipe });
    expect((await importAll({ source, recipe: kept.text })).contentHash).toBe(imported.contentHash);
  });

  it('takes in a dropped folder file by file, imports it, and leaves nothing of it but the recording', async () => {
    const id = await upload(filesBelow(dataset, join(dataset, '..')));
    const preview = await look({ source: { upload: id } });
    expect(preview.facts).toMatchObject({ samples: 24, voxels: 4500 });
    const imported = await importAll({ source: { upload: id }, recipe: preview.recipe });
    const direct = await importAll({ source: { paths: [dataset] } });
    expect(direct.contentHash).toBe(imported.contentHash);
    await expect(served.client.call('imports.look', { source: { upload: id } })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    const left = readdirSync(workspaceLayout(root).staging);
    expect(left.filter((name) => name.startsWith('upload'))).toEqual([]);
    const { sources } = await served.client.call('recordings.show', { id: imported.recording });
    expect(sources.every(({ path }) => !path.startsWith('/'))).toBe(true);
  });

  it.skipIf(!hasShared)(
    `tells what is wrong with a recipe and what there is to choose, and is put right (skipped when ${sharedAbsent})`,
    async () => {
      const source = { paths: [sharedPath('data', 'miyawaki2008')] };
      const first = await look({ source });
      expect(first.facts).toMatchObject({ samples: 80, voxels: 797 });
      const wrong = await look({
        source,
        recipe: {
          ...first.stated,
          voxels: { array: 'R2', layout: 'samples-by-voxels' },
          images: { array: 'I2', layout: 'pixels-by-images', height: 10, width: 10 },
        },
      });
      expect(wrong.problem).toMatchObject({
        code: 'IMAGE_COUNT',
        hint: expect.stringContaining('voxels-by-samples') as string,
      });
      expect(wrong.arrays).toContainEqual({ name: 'R2', shape: [797, 80], type: 'float64' });
      expect(wrong.recipe).toMatchObject({ voxels: { array: 'R2' }, images: { array: 'I2' } });
    },
  );

  it('imports without pictures, and adds those that were found later', async () => {
    const folder = temporaryFolder();
    const stimuli = join(folder, 'stimuli');
    mkdirSync(stimuli);
    const rows = Array.from({ length: 12 }, (_, row) =>
      [0.5, 1.25, -2].map((value) => value * (row + 1) + (row % 5)).join(),
    );
    writeFileSync(join(folder, 'responses.csv'), `${rows.join('\n')}\n`);
    writeFileSync(
      join(folder, 'trials.tsv'),
      `run\tstimulus\n${rows.map((_, row) => `${row % 3}\tp${row % 4}`).join('\n')}\n`,
    );
    const files = filesBelow(folder, folder);
    const id = await upload(files);
    const guessed = await look({ source: { upload: id } });
    const stimulus = { stimulus: 'trials:stimulus', run: 'trials:run' };
    const preview = await look({
      source: { upload: id },
      recipe: { ...guessed.stated, columns: stimulus, stimuli: { missing: 'keep' } },
    });
    expect(preview.facts).toMatchObject({ samples: 12, voxels: 3, stimuli: { count: 0 } });
    const without = await importAll({ source: { upload: id }, recipe: preview.recipe });
    expect(without.stimuli).toBe(0);

    const pictures = readdirSync(join(dataset, 'stimuli'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.png'),
    );
    const images = await upload(
      pictures
        .slice(0, 4)
        .map((name, at) => ({ path: `pictures/p${at}.png`, bytes: readFileSync(join(dataset, 'stimuli', name)) })),
    );
    const task = await served.client.call('imports.addStimuli', {
      recording: without.recording,
      source: { upload: images },
    });
    const { result, error } = await ended(task);
    expect(error).toBeNull();
    const added = taskResults['imports.addStimuli'].parse(result);
    expect(added.stimuli).toBe(4);
    expect((await served.client.call('recordings.list', {})).map((row) => row.id)).toContain(added.recording);
  });

  it('takes files also through a desktop window, whether the workspace is here or the window relays to it', async () => {
    const here = workspaceHere({ ...application, close: () => Promise.resolve() });
    const relayed = await relayWorkspace(parseServerAddress(served.server.url));
    const { upload: id } = await served.client.call('imports.upload', { files: 2, bytes: 10 });
    for (const [name, way] of Object.entries({ here, relayed })) {
      const address = dataRoutes.uploaded(id, `${name}/a b.txt`);
      const headers = { 'content-length': '5' };
      const put = await way.data({ method: 'PUT', address, headers, body: Readable.from([Buffer.from('bytes')]) });
      expect(JSON.parse(await text(Readable.from(put.body)))).toEqual({ ok: true, value: { bytes: 5 } });
      expect((await way.data({ method: 'POST', address, headers: {}, body: null })).status).toBe(405);
    }
    const folder = join(workspaceLayout(root).staging, id);
    expect(readdirSync(folder, { recursive: true }).sort()).toEqual([
      'here',
      'here/a b.txt',
      'relayed',
      'relayed/a b.txt',
    ]);
    await served.client.call('imports.discard', { upload: id });
    expect(existsSync(folder)).toBe(false);
    await relayed.close();
  });

  it('leaves nothing when an import is cancelled', async () => {
    const id = await upload(filesBelow(dataset, join(dataset, '..')));
    const before = readdirSync(workspaceLayout(root).recordings);
    const task = await served.client.call('imports.start', { source: { upload: id }, recipe: undefined });
    await served.client.call('tasks.cancel', { id: task.id });
    expect((await ended(task)).state).toBe('cancelled');
    expect(readdirSync(workspaceLayout(root).recordings)).toEqual(before);
    expect(readdirSync(workspaceLayout(root).staging).filter((name) => /^(upload|recording)/.test(name))).toEqual([]);
  });

  it('lists folders of this computer without hidden files, and says why one cannot be seen', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'run-10'));
    mkdirSync(join(folder, 'run-2'));
    mkdirSync(join(folder, '.git'));
    writeFileSync(join(folder, 'a.nii'), 'abc');
    const listing = await served.client.call('files.browse', { folder });
    expect(listing.entries.map(({ name, kind, bytes }) => [name, kind, bytes])).toEqual([
      ['run-2', 'folder', null],
      ['run-10', 'folder', null],
      ['a.nii', 'file', 3],
    ]);
    expect((await served.client.call('files.browse', { folder: join(folder, 'a.nii') })).folder).toBe(folder);
    expect((await served.client.call('files.browse', { folder: null })).places.length).toBeGreaterThan(0);
    await expect(served.client.call('files.browse', { folder: join(folder, 'nowhere') })).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
    });
    await expect(served.client.call('files.browse', { folder: 'data' })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });
});
