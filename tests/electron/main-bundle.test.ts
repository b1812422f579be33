/**
 * What Electron's main process runs, in a real Node: the services out of the bundle, with sharp in another process.
 *
 * Electron 45 cannot be had everywhere; its Node is this one.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, symlinkSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import type * as Services from '../../src/main/services/open-here.ts';
import { smallRecording, smallSettings } from '../support/small-workspace.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const project = fileURLToPath(new URL('../../', import.meta.url));

describe('the bundle of main', () => {
  let main: string;

  beforeAll(() => {
    const folder = temporaryFolder();
    // A bundle finds what it needs from where it lies.
    for (const name of ['src', 'resources', 'node_modules', 'package.json'])
      symlinkSync(join(project, name), join(folder, name));
    const cli = join(project, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
    const built = spawnSync(
      process.execPath,
      [cli, 'build', project, '--outDir', join(folder, 'out'), '--logLevel', 'warn'],
      {
        encoding: 'utf8',
      },
    );
    if (built.status !== 0) throw new Error(built.stdout + built.stderr);
    main = join(folder, 'out', 'main');
  });

  it('holds no sharp, and loads the database only with the services', () => {
    const imports = (name: string) =>
      [...readFileSync(join(main, name), 'utf8').matchAll(/(?:from|import\(|require\()\s*["']([^"'.][^"']*)["']/g)].map(
        ([, from]) => from,
      );
    const all = readdirSync(main).flatMap(imports);
    expect(all).not.toContain('sharp');
    const known = new Set([...builtinModules, ...builtinModules.map((name) => `node:${name}`), 'electron']);
    expect(
      imports('index.js').filter((name) => !known.has(name) && !/^(bufferutil|utf-8-validate)$/.test(name)),
    ).toEqual([]);
  });

  it('trains, and writes a report with pictures', async () => {
    const root = join(temporaryFolder(), 'workspace');
    mkdirSync(root);
    const { id: recording } = await smallRecording(root);
    // The same module in a bundle.
    const { openHere } = (await import(pathToFileURL(join(main, 'services.js')).href)) as typeof Services;
    const workspace = openHere(root);
    const call = async <T>(name: string, input: unknown): Promise<T> => {
      const answer = await workspace.call(name, input);
      if (!answer.ok) throw new Error(answer.error.message);
      // The contract says so.
      return answer.value as T;
    };
    const { id } = await call<{ id: string }>('experiments.create', {
      recording,
      preset: 'quick',
      settings: smallSettings(4),
    });
    await call('experiments.run', { id });
    await expect.poll(() => workspace.running(), { timeout: 60_000 }).toEqual([]);
    await call('experiments.report', { id });
    const what = { order: [0, 1], methods: ['gan', 'ridge'], others: [], metric: 'ssim' };
    for (const format of ['png', 'pdf']) await call('gallery.export', { id, format, ...what });
    const ended = async () =>
      (await call<{ state: string; error: unknown }[]>('tasks.list', {})).map(({ state, error }) => [state, error]);
    await expect.poll(ended, { timeout: 30_000 }).toEqual(Array.from({ length: 3 }, () => ['done', null]));
    const sheet = await workspace.data({ method: 'HEAD', address: `experiments/${id}/sheet`, headers: {}, body: null });
    expect(sheet.headers['Content-Type']).toBe('image/png');
    await workspace.close();
  });
});
