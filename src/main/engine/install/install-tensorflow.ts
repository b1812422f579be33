/** Installs the native engine: libtensorflow out of a wheel, and the addon compiled against it. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statfsSync, statSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { randomBytes } from 'node:crypto';
import { CortextError, toCortextError } from '../../../shared/errors.ts';
import { flushFolder, writeJsonAtomic } from '../../files/atomic.ts';
import { sha256OfFile } from '../../files/hash.ts';
import { addonSourceVersion, NODE_API_VERSION } from './addon-source.ts';
import { engineCacheFolder, installationFolder, type LibraryKind } from './cache-folder.ts';
import { compileAddon } from './compile-addon.ts';
import { downloadCudaLibraries } from './cuda-libraries.ts';
import { findInstallation, MANIFEST_FILE, verifyInstallation, type InstallManifest } from './manifest.ts';
import { pinnedBuild, pinnedLibraries } from './pinned-wheels.ts';
import { smokeTest } from './smoke-test.ts';
import { trust } from './trust.ts';
import { findCompiler, findPython } from './toolchain.ts';
import { downloadPinnedWheel, extractFromWheel } from './wheels.ts';

/** One step of the installation, told when it starts (`seconds` null) and when it is done. */
export interface InstallProgress {
  readonly step: 'look' | 'download' | 'unpack' | 'compile' | 'test' | 'finish';
  /** What it does, a sentence without a full stop. */
  readonly text: string;
  readonly seconds: number | null;
}

export interface InstallOptions {
  /** The CUDA build and NVIDIA's libraries instead of the processor's. */
  readonly gpu?: boolean | undefined;
  readonly cacheFolder?: string | undefined;
  /** Replace an installation that is there and sound. */
  readonly force?: boolean | undefined;
  readonly onProgress?: ((progress: InstallProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface InstallResult {
  /** False when a sound installation was there already. */
  readonly installed: boolean;
  readonly folder: string;
  readonly manifest: InstallManifest;
}

/** Bytes that wheel, unpacked library and headers take at the same time. */
const NEEDED_SPACE: Record<LibraryKind, number> = { cpu: 1.6e9, cuda: 9e9 };

/** From the wheel, only what the addon's two source files include. */
const HEADERS = ['tensorflow/c/', 'tensorflow/core/platform/', 'tsl/platform/', 'xla/tsl/c/', 'xla/tsl/platform/'];

/**
 * Installs libtensorflow and the addon into the cache, or finds them there and verifies every byte (`findInstallation`
 * looks without that); a damaged installation is replaced.
 *
 * Works in a staging folder that is renamed into place at the very end, so being killed at any moment leaves either
 * the old state or a sound installation (and a staging folder that the next call removes). Two calls at once both
 * succeed; the second finds the first one's result.
 *
 * With `gpu` it takes the CUDA build and the NVIDIA wheels that its `and-cuda` extra names. That way was never run on a
 * computer with a GPU: the download, the unpacked layout and the library search paths were checked, training was not.
 *
 * @throws CortextError `ENGINE_INSTALL_FAILED` (what is missing, and the command that brings it), `NO_SPACE_LEFT`,
 *   `WORKSPACE_READ_ONLY`, `CANCELLED`
 */
export async function installTensorFlow(options: InstallOptions = {}): Promise<InstallResult> {
  const { signal } = options;
  const kind: LibraryKind = options.gpu ? 'cuda' : 'cpu';
  const cacheFolder = options.cacheFolder ?? engineCacheFolder();
  const target = installationFolder(kind, cacheFolder);
  const started = performance.now();

  const present = options.force ? null : await verifiedInstallation(kind, cacheFolder, signal);
  if (present !== null) return { installed: false, ...present };

  const step = stepper(options.onProgress);
  const build = pinnedBuild(kind);
  const staging = createStaging(dirname(target), kind);
  try {
    const { python, compiler } = await step('look', 'looking for Python, pip and a C++ compiler', async () => ({
      python: await findPython(signal),
      compiler: await findCompiler(signal),
    }));

    const downloads = makeFolder(staging, 'downloads');
    const { path: wheelPath, wheel } = await step(
      'download',
      `downloading ${build.package} ${pinnedLibraries().tensorflow} with pip and verifying its SHA-256`,
      () => downloadPinnedWheel(python, build, downloads, signal),
    );

    const libraryFolder = makeFolder(staging, 'tensorflow');
    const headers = join(staging, 'include');
    await step('unpack', `unpacking ${build.libraries.join(', ')} and the headers`, async () => {
      const rules = [
        ...build.libraries.map((file) => ({ from: `tensorflow/${file}`, to: join(libraryFolder, file) })),
        ...HEADERS.map((prefix) => ({ from: `tensorflow/include/${prefix}`, to: `${join(headers, prefix)}/` })),
      ];
      await extractFromWheel(python, wheelPath, rules, signal);
    });

    const wheels = [{ file: wheel.file, sha256: wheel.sha256 }];
    if (kind === 'cuda') {
      wheels.push(
        ...(await step('download', "downloading NVIDIA's CUDA libraries with pip", () =>
          downloadCudaLibraries({ python, wheelPath, wheel, downloads, target: staging, signal }),
        )),
      );
    }
    rmSync(downloads, { recursive: true, force: true });

    const addonFolder = makeFolder(staging, 'addon');
    await step('compile', `compiling the addon with ${compiler.command}`, () =>
      compileAddon({ compiler, headers, libraryFolder, libraries: build.libraries, addonFolder, signal }),
    );
    rmSync(headers, { recursive: true, force: true });

    await step('test', 'starting the engine once in a process of its own', () =>
      smokeTest(staging, pinnedLibraries().tensorflow, signal),
    );

    const manifest = await step('finish', 'writing the manifest', async () => {
      const made: InstallManifest = {
        schema: 1,
        tensorflow: pinnedLibraries().tensorflow,
        kind,
        platform: process.platform,
        arch: process.arch,
        addonSource: addonSourceVersion(),
        nodeApi: NODE_API_VERSION,
        wheels,
        compiler: compiler.version,
        python: `${python.version} (${python.pip})`,
        node: process.version,
        installedAt: new Date().toISOString(),
        seconds: Math.round(performance.now() - started) / 1000,
        files: await describeFiles(staging, signal),
      };
      writeJsonAtomic(join(staging, MANIFEST_FILE), made);
      return made;
    });
    moveIntoPlace(staging, target, kind, cacheFolder, options.force ?? false);
    // Its bytes were hashed and it was started a moment ago: the first experiment need not do both again.
    trust({ folder: target, manifest });
    return { installed: true, folder: target, manifest };
  } catch (error) {
    throw installError(error, staging);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/** What is there already with every byte as it was; null when there is nothing or it is damaged. */
async function verifiedInstallation(kind: LibraryKind, cacheFolder: string, signal?: AbortSignal) {
  const found = soundInstallation(kind, cacheFolder);
  if (found === null) return null;
  try {
    await verifyInstallation(kind, cacheFolder, signal);
    return found;
  } catch (error) {
    return nullWhenDamaged(error);
  }
}

function soundInstallation(kind: LibraryKind, cacheFolder: string) {
  try {
    return findInstallation(kind, cacheFolder);
  } catch (error) {
    return nullWhenDamaged(error);
  }
}

function nullWhenDamaged(error: unknown): null {
  if (error instanceof CortextError && error.code === 'ENGINE_BACKEND_UNAVAILABLE') return null;
  throw error;
}

function stepper(onProgress: InstallOptions['onProgress']) {
  return async <T>(step: InstallProgress['step'], text: string, work: () => Promise<T>): Promise<T> => {
    onProgress?.({ step, text, seconds: null });
    const started = performance.now();
    const result = await work();
    onProgress?.({ step, text, seconds: (performance.now() - started) / 1000 });
    return result;
  };
}

/** A fresh folder beside the target (a rename does not cross disks), after removing those that killed installers left. */
function createStaging(parent: string, kind: LibraryKind): string {
  try {
    mkdirSync(parent, { recursive: true });
    for (const name of readdirSync(parent)) {
      const owner = /^\.staging-(\d+)-/.exec(name)?.[1];
      if (owner !== undefined && !isAlive(Number(owner))) rmSync(join(parent, name), { recursive: true, force: true });
    }
    const { bavail, bsize } = statfsSync(parent);
    if (bavail * bsize < NEEDED_SPACE[kind]) {
      const gigabytes = (bytes: number) => (bytes / 1e9).toFixed(1);
      throw new CortextError(
        'NO_SPACE_LEFT',
        `The native engine needs ${gigabytes(NEEDED_SPACE[kind])} GB while it is installed; ${parent} has ${gigabytes(bavail * bsize)} GB left.`,
        { hint: 'Free some space, or set CORTEXT_CACHE to a folder on another disk.' },
      );
    }
    const staging = join(parent, `.staging-${process.pid}-${randomBytes(4).toString('hex')}`);
    mkdirSync(staging);
    return staging;
  } catch (error) {
    throw installError(error, parent);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function makeFolder(parent: string, name: string): string {
  const folder = join(parent, name);
  mkdirSync(folder);
  return folder;
}

async function describeFiles(folder: string, signal?: AbortSignal): Promise<InstallManifest['files']> {
  const files = [];
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files.push({
      path: relative(folder, path).replaceAll('\\', '/'),
      bytes: statSync(path).size,
      sha256: await sha256OfFile(path, signal),
    });
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function moveIntoPlace(staging: string, target: string, kind: LibraryKind, cacheFolder: string, force: boolean): void {
  if (existsSync(target)) {
    // Another installer may have finished meanwhile; its result is as good as ours.
    if (!force && soundInstallation(kind, cacheFolder) !== null) return;
    // Under a staging name of this process, so that it is removed even when the next line is never reached.
    const old = join(dirname(target), `.staging-${process.pid}-old-${basename(staging).slice(-8)}`);
    renameSync(target, old);
    renameSync(staging, target);
    flushFolder(dirname(target));
    rmSync(old, { recursive: true, force: true });
    return;
  }
  try {
    renameSync(staging, target);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if ((code === 'ENOTEMPTY' || code === 'EEXIST') && soundInstallation(kind, cacheFolder) !== null) return;
    throw error;
  }
  flushFolder(dirname(target));
}

function installError(error: unknown, about: string): CortextError {
  const coded = toCortextError(error, about);
  if (coded.code !== 'WORKSPACE_READ_ONLY') return coded;
  return new CortextError('ENGINE_INSTALL_FAILED', `${about} cannot be written: permission denied or read-only disk.`, {
    hint: 'Set CORTEXT_CACHE to a folder that you may write to. Training still works on WASM, slower.',
    cause: error,
  });
}
