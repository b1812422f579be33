import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ADDON_FILE, findInstallation } from '../../../src/main/engine/install/manifest.ts';
import type { ExperimentStatus } from '../../../src/shared/experiment.ts';
import { workspaceLayout } from '../../../src/shared/workspace-layout.ts';
import { copyInstallation, flipBit, replaceFile } from '../../support/installation-copy.ts';
import { smallRecording, smallTraining, startCortext } from '../../support/small-workspace.ts';
import { startInChild } from '../../support/start-backend.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const FRAMEWORK = 'tensorflow/libtensorflow_framework.so.2';
const LIBRARY = 'tensorflow/libtensorflow_cc.so.2';
const hasCompiler = spawnSync('c++', ['--version']).status === 0;

const onLinux = process.platform === 'linux' && findInstallation('cpu') !== null;

describe.skipIf(!onLinux)('a damaged native engine', () => {
  it('is noticed by one changed bit, also after it was trusted, and training goes on with WASM', async () => {
    const cache = temporaryFolder();
    const folder = copyInstallation(cache, [FRAMEWORK]);
    const environment = { CORTEXT_CACHE: cache };
    expect((await startInChild('auto', environment)).backend).toMatchObject({ name: 'tensorflow' });
    flipBit(join(folder, FRAMEWORK));

    const { error } = await startInChild('tensorflow', environment);
    expect(error?.code).toBe('ENGINE_BACKEND_UNAVAILABLE');
    expect(error?.message).toMatch(/damaged: .*libtensorflow_framework\.so\.2 was changed/);
    expect(error?.hint).toMatch(/engine install --force/);

    const root = join(temporaryFolder(), 'workspace');
    const { id } = await smallRecording(root);
    const args = ['train', '-w', root, '-r', id, ...smallTraining(2), '--json'];
    const { code, stdout } = await startCortext(args, { env: { ...process.env, ...environment } }).outcome;
    expect(code).toBe(0);
    // What the command prints.
    const status = JSON.parse(stdout) as ExperimentStatus;
    expect(status).toMatchObject({ state: 'completed', backend: 'wasm' });
    const warned = /runs on wasm\..*libtensorflow_framework\.so\.2 was changed.*engine install --force/s;
    expect(status.warnings.map(({ message }) => message).join()).toMatch(warned);
    expect(readFileSync(workspaceLayout(root).experiment(status.id).log, 'utf8')).toMatch(warned);
  });

  it.each([
    [
      'a library that ends early',
      (folder: string) => truncateSync(join(folder, FRAMEWORK), 1e6),
      /1000000 bytes instead/,
    ],
    ['a missing library', (folder: string) => rmSync(join(folder, LIBRARY)), /libtensorflow_cc\.so\.2 is missing/],
    ['a changed addon', (folder: string) => flipBit(join(folder, ADDON_FILE)), /tfjs_binding\.node was changed/],
    [
      'a damaged manifest',
      (folder: string) => writeFileSync(join(folder, 'manifest.json'), '{"schema"'),
      /manifest\.json/,
    ],
  ])('is recognised by %s', async (_what, damage, message) => {
    const cache = temporaryFolder();
    damage(copyInstallation(cache, [FRAMEWORK, ADDON_FILE]));
    const { backend } = await startInChild('auto', { CORTEXT_CACHE: cache });
    expect(backend).toMatchObject({ name: 'wasm', warning: expect.stringMatching(message) as string });
  });

  it('with CUDA leaves the work to the build for the processor, with a word about it', async () => {
    const cache = temporaryFolder();
    copyInstallation(cache, []);
    rmSync(join(copyInstallation(cache, [], 'cuda'), LIBRARY));
    const { backend } = await startInChild('auto', { CORTEXT_CACHE: cache });
    expect(backend).toMatchObject({
      name: 'tensorflow',
      warning: expect.stringMatching(/cuda.*libtensorflow_cc\.so\.2 is missing/) as string,
    });
  });

  it('is recognised by an addon for another processor', async () => {
    const cache = temporaryFolder();
    const folder = copyInstallation(cache, []);
    const addon = readFileSync(join(folder, ADDON_FILE));
    // The field e_machine of an ELF header: 183 is AArch64, 62 is x86-64.
    addon.writeUInt16LE(process.arch === 'arm64' ? 62 : 183, 18);
    replaceFile(folder, ADDON_FILE, addon);
    const { error } = await startInChild('tensorflow', { CORTEXT_CACHE: cache });
    expect(error).toMatchObject({ code: 'ENGINE_BACKEND_UNAVAILABLE' });
    expect(error?.message).toMatch(/does not load.*cannot open shared object file/);
  });

  it.skipIf(!hasCompiler)('that crashes while it is loaded ends another process, not the engine', async () => {
    const cache = temporaryFolder();
    const folder = copyInstallation(cache, []);
    const crashing = join(cache, 'crashing.so');
    const source = '#include <csignal>\n__attribute__((constructor)) static void load() { raise(SIGSEGV); }\n';
    writeFileSync(join(cache, 'crashing.cc'), source);
    expect(spawnSync('c++', ['-shared', '-fPIC', join(cache, 'crashing.cc'), '-o', crashing]).status).toBe(0);
    replaceFile(folder, ADDON_FILE, readFileSync(crashing));
    const { backend } = await startInChild('auto', { CORTEXT_CACHE: cache });
    expect(backend).toMatchObject({ name: 'wasm', warning: expect.stringMatching(/ended by SIGSEGV/) as string });
  });
});
