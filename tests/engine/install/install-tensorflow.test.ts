import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { engineCacheFolder, installationFolder } from '../../../src/main/engine/install/cache-folder.ts';
import { installTensorFlow } from '../../../src/main/engine/install/install-tensorflow.ts';
import { findInstallation, verifyInstallation } from '../../../src/main/engine/install/manifest.ts';
import { pinnedBuild } from '../../../src/main/engine/install/pinned-wheels.ts';
import { requirementsOfExtra } from '../../../src/main/engine/install/wheels.ts';
import { CortextError } from '../../../src/shared/errors.ts';
import { writeFakeInstallation } from './fake-installation.ts';

const onLinux = process.platform === 'linux' && process.arch === 'x64';
let folder: string;
let cacheFolder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cortext-install-'));
  cacheFolder = join(folder, 'cache');
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

async function failure(work: Promise<unknown>): Promise<CortextError> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof CortextError)) throw new Error(`expected a CortextError, got ${String(error)}`);
  return error;
}

/** A program that answers like a Python whose pip "downloads" `wheel`. */
function fakePython(wheel: string): string {
  const path = join(folder, 'python');
  const script = `#!/bin/sh
case "$1" in
  -c) echo 3.11 ;;
  -m) if [ "$3" = --version ]; then echo "pip 24.0 from here"; exit 0; fi
      while [ "$1" != --dest ]; do shift; done
      ${wheel}
      ;;
esac
`;
  writeFileSync(path, script);
  chmodSync(path, 0o755);
  return path;
}

const leftInCache = () => (existsSync(join(cacheFolder, 'engine')) ? readdirSync(join(cacheFolder, 'engine')) : []);

describe('the cache folder', () => {
  it('is the one that the user names, else the place that the platform has for caches', () => {
    vi.stubEnv('CORTEXT_CACHE', '/somewhere');
    expect(engineCacheFolder()).toBe('/somewhere');
    vi.stubEnv('CORTEXT_CACHE', '');
    vi.stubEnv('XDG_CACHE_HOME', '/caches');
    if (process.platform === 'linux') expect(engineCacheFolder()).toBe('/caches/cortext');
  });

  it('gives every combination of library, platform and addon a folder of its own', () => {
    const name = installationFolder('cpu', '/c');
    expect(name).toMatch(/tensorflow-2\.21\.0-cpu-.*-addon-4\.22\.0-[0-9a-f]{8}-napi8$/);
    expect(installationFolder('cuda', '/c')).not.toBe(name);
  });
});

describe.skipIf(!onLinux)('installing the native engine', () => {
  it('names the command that brings Python when there is none', async () => {
    vi.stubEnv('CORTEXT_PYTHON', join(folder, 'no-such-python'));
    const error = await failure(installTensorFlow({ cacheFolder }));
    expect(error.code).toBe('ENGINE_INSTALL_FAILED');
    expect(error.message).toMatch(/No Python 3/);
    expect(error.hint).toMatch(/sudo apt install python3 python3-pip/);
    expect(error.hint).toMatch(/WASM/);
    expect(leftInCache()).toEqual([]);
  });

  it('names the command that brings a compiler when there is none', async () => {
    vi.stubEnv('CORTEXT_PYTHON', fakePython('true'));
    vi.stubEnv('CXX', join(folder, 'no-such-compiler'));
    const error = await failure(installTensorFlow({ cacheFolder }));
    expect(error.code).toBe('ENGINE_INSTALL_FAILED');
    expect(error.hint).toMatch(/sudo apt install g\+\+/);
    expect(leftInCache()).toEqual([]);
  });

  it('says that the package index cannot be reached, and leaves nothing behind', async () => {
    vi.stubEnv('PIP_CONFIG_FILE', devNull);
    vi.stubEnv('PIP_INDEX_URL', 'http://127.0.0.1:9/simple');
    vi.stubEnv('PIP_EXTRA_INDEX_URL', '');
    vi.stubEnv('PIP_FIND_LINKS', '');
    vi.stubEnv('PIP_RETRIES', '0');
    const error = await failure(installTensorFlow({ cacheFolder }));
    expect(error.code).toBe('ENGINE_INSTALL_FAILED');
    expect(error.message).toMatch(/could not be downloaded/);
    expect(leftInCache()).toEqual([]);
  });

  it('refuses a wheel with another hash than the published one', async () => {
    const wheel = pinnedBuild('cpu').wheels.find(({ python }) => python === '3.11');
    vi.stubEnv('CORTEXT_PYTHON', fakePython(`echo something else > "$2/${wheel?.file ?? ''}"`));
    const error = await failure(installTensorFlow({ cacheFolder }));
    expect(error.message).toMatch(new RegExp(`SHA-256 is [0-9a-f]{64}, expected ${wheel?.sha256 ?? ''}`));
    expect(leftInCache()).toEqual([]);
  });

  it('removes what a killed installer left, and not the folder of one that works', async () => {
    const engine = join(cacheFolder, 'engine');
    // No process has this number: it is above the kernel's limit.
    mkdirSync(join(engine, '.staging-4194305-dead'), { recursive: true });
    mkdirSync(join(engine, `.staging-${process.pid}-alive`), { recursive: true });
    vi.stubEnv('CORTEXT_PYTHON', join(folder, 'no-such-python'));
    await failure(installTensorFlow({ cacheFolder }));
    expect(leftInCache()).toEqual([`.staging-${process.pid}-alive`]);
  });

  it('stops when it is cancelled, ends pip, and leaves nothing behind', async () => {
    vi.stubEnv('CORTEXT_PYTHON', fakePython('sleep 60'));
    const abort = new AbortController();
    const started = performance.now();
    const running = failure(
      installTensorFlow({
        cacheFolder,
        signal: abort.signal,
        onProgress: ({ step }) => {
          if (step === 'download') setTimeout(() => abort.abort(), 50);
        },
      }),
    );
    expect((await running).code).toBe('CANCELLED');
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(leftInCache()).toEqual([]);
  });

  it('does nothing when a sound installation is there', async () => {
    vi.stubEnv('CORTEXT_PYTHON', join(folder, 'no-such-python'));
    const target = writeFakeInstallation(cacheFolder, { 'addon/tfjs_binding.node': 'addon' });
    const result = await installTensorFlow({ cacheFolder });
    expect(result).toMatchObject({ installed: false, folder: target });
    // A changed byte is found, and it goes on to install anew (which fails here for want of Python).
    writeFileSync(join(target, 'addon/tfjs_binding.node'), 'addoN');
    expect((await failure(installTensorFlow({ cacheFolder }))).message).toMatch(/No Python 3/);
  });
});

describe('a damaged installation', () => {
  it.each([
    ['a missing file', (target: string) => rmSync(join(target, 'tensorflow/library')), /library is missing/],
    ['a truncated file', (target: string) => writeFileSync(join(target, 'tensorflow/library'), 'l'), /1 bytes/],
    [
      'a changed addon',
      (target: string) => writeFileSync(join(target, 'addon/a.node'), 'AAAAA'),
      /a\.node was changed/,
    ],
    ['a damaged manifest', (target: string) => writeFileSync(join(target, 'manifest.json'), '{'), /manifest\.json/],
    ['no manifest', (target: string) => rmSync(join(target, 'manifest.json')), /manifest\.json is missing/],
  ])('is recognised by %s', (_what, damage, message) => {
    const target = writeFakeInstallation(cacheFolder, { 'addon/a.node': 'addon', 'tensorflow/library': 'library' });
    expect(findInstallation('cpu', cacheFolder)).not.toBeNull();
    damage(target);
    expect(() => findInstallation('cpu', cacheFolder)).toThrow(message);
  });

  it('is recognised by a changed byte in the library when every byte is read', async () => {
    const target = writeFakeInstallation(cacheFolder, { 'tensorflow/library': 'library' });
    await verifyInstallation('cpu', cacheFolder);
    writeFileSync(join(target, 'tensorflow/library'), 'librarY');
    expect((await failure(verifyInstallation('cpu', cacheFolder))).message).toMatch(/library was changed/);
  });
});

it('says plainly that Windows and Intel Macs have no library, and what to do', () => {
  expect(() => pinnedBuild('cpu', 'win32', 'x64')).toThrow(/publishes no libtensorflow for win32/);
  expect(() => pinnedBuild('cpu', 'darwin', 'x64')).toThrow(CortextError);
});

it('reads the names of the CUDA wheels from the metadata of the TensorFlow wheel', () => {
  const metadata = [
    'Requires-Dist: numpy>=1.26.0',
    'Requires-Dist: nvidia-cublas-cu12<13.0,>=12.5.3.2; extra == "and-cuda"',
    "Requires-Dist: nvidia-nccl-cu12<3.0,>=2.27.7 ; extra == 'and-cuda'",
    'Requires-Dist: tensorflow-io-gcs-filesystem>=0.23.1; (sys_platform != "win32") and extra == "gcs-filesystem"',
  ].join('\n');
  expect(requirementsOfExtra(metadata, 'and-cuda')).toEqual([
    'nvidia-cublas-cu12<13.0,>=12.5.3.2',
    'nvidia-nccl-cu12<3.0,>=2.27.7',
  ]);
});
