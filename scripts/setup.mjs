/**
 * Sets up what a fresh clone is missing: packages, Node 24, and (when asked for) the native training engine.
 *
 * Runs on any Node >= 20 with nothing installed, so it imports only Node's own modules. Each step looks first whether
 * there is anything to do, and says what it does and how long it took.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectFolder = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(projectFolder, 'node_modules');
const windows = process.platform === 'win32';

/** Node 24 from the npm package `node`: better-sqlite3 crashes on Node 20, whatever the system has. */
export const node24 = join(modules, 'node', 'bin', windows ? 'node.exe' : 'node');

class SetupError extends Error {}

function say(text) {
  // Standard error, so that a command's own output stays clean for pipes.
  process.stderr.write(`${text}\n`);
}

function timed(what, work) {
  say(`set-up: ${what} ...`);
  const started = performance.now();
  work();
  say(`set-up: ${what}: done in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

/** The environment without what an outer npm leaves in it, which would steer an inner npm to the wrong folder. */
function cleanEnvironment() {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^npm_(config_(local_prefix|global|prefix|ignore_scripts)|package_|lifecycle_)/i.test(name),
    ),
  );
}

function run(command, args, options = {}) {
  const result = spawnSync(command, args, {
    cwd: projectFolder,
    env: cleanEnvironment(),
    // Its output is kept for the case of failure; standard output belongs to the command that follows.
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    shell: windows,
    maxBuffer: 1 << 26,
    ...options,
  });
  if (result.error) throw new SetupError(`${command} could not be started: ${result.error.message}`);
  if (result.status !== 0) {
    const tail = `${result.stdout}\n${result.stderr}`.trim().split('\n').slice(-15).join('\n');
    throw new SetupError(`${command} ${args.join(' ')} failed (${result.status ?? result.signal}):\n${tail}`);
  }
  return result;
}

function lockFileHash() {
  return createHash('sha256').update(readFileSync(join(projectFolder, 'package-lock.json'))).digest('hex');
}

/** Packages, exactly as in the lock file; skipped while the lock file is the one that was installed. */
function installPackages() {
  const stamp = join(modules, '.cortext-installed');
  const wanted = lockFileHash();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  timed('installing packages from the npm registry', () => {
    run('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts']);
    writeFileSync(stamp, wanted);
  });
}

function works(executable) {
  if (!existsSync(executable)) return false;
  const result = spawnSync(executable, ['-p', 'process.versions.napi'], { encoding: 'utf8' });
  return result.status === 0 && Number(result.stdout) >= 10;
}

function installNode24() {
  // A stamp with the file's size and date saves starting it only to ask for its version.
  const stamp = join(modules, '.cortext-node');
  const identity = () => `${statSync(node24).size} ${statSync(node24).mtimeMs}`;
  if (existsSync(node24) && existsSync(stamp) && readFileSync(stamp, 'utf8') === identity()) return;
  if (!works(node24)) {
    timed('fetching Node 24 from the npm registry', () => {
      // Installing packages anew has removed the very Node that runs this, when npm had put it first on the PATH.
      const runner = existsSync(process.execPath) ? process.execPath : 'node';
      run(runner, ['installArchSpecificPackage.js'], { cwd: join(modules, 'node'), shell: false });
    });
    if (!works(node24)) {
      throw new SetupError(
        `Node 24 is not usable at ${node24}. Remove the folder node_modules and run the command again.`,
      );
    }
  }
  linkForScripts();
  writeFileSync(stamp, identity());
}

/** `npm ci` found no program to link to, because the install script that brings it had not run. */
function linkForScripts() {
  const link = join(modules, '.bin', 'node');
  if (windows || existsSync(link)) return;
  rmSync(link, { force: true });
  symlinkSync(join('..', 'node', 'bin', 'node'), link);
}

/** Two commands started together set up one after the other: the second finds nothing left to do. */
function withLock(work) {
  const lock = join(projectFolder, '.setup-lock');
  const deadline = Date.now() + 15 * 60_000;
  for (;;) {
    try {
      mkdirSync(lock);
      writeFileSync(join(lock, 'pid'), String(process.pid));
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (ownerIsGone(lock)) rmSync(lock, { recursive: true, force: true });
      else if (Date.now() > deadline) throw new SetupError(`Another set-up holds ${lock}. Remove it if none is running.`);
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
    }
  }
  try {
    work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function ownerIsGone(lock) {
  let pid;
  try {
    pid = Number(readFileSync(join(lock, 'pid'), 'utf8'));
  } catch {
    // Between mkdir and the write of the pid, or half-removed: believe in an owner for a few seconds.
    return existsSync(lock) && Date.now() - statSync(lock).mtimeMs > 10_000;
  }
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

/** Packages and Node 24. Every command needs them. */
export function setUpBase() {
  const [major] = process.versions.node.split('.').map(Number);
  if (major < 20) throw new SetupError(`Cortext needs Node 20 or newer; this is ${process.version}.`);
  withLock(() => {
    installPackages();
    installNode24();
  });
}

/**
 * The native TensorFlow engine, cached outside the clone. Without it training runs on WebAssembly, slower, so a failure
 * here is told and not fatal.
 */
export function setUpEngine() {
  const result = spawnSync(
    node24,
    [join(projectFolder, 'src/main/cli/main.ts'), 'engine', 'install', '--if-missing'],
    { stdio: ['ignore', 2, 'inherit'], env: process.env },
  );
  if (result.status !== 0) {
    say('set-up: the native engine could not be installed (see above); training will use WebAssembly, which is slower.');
  }
}

/**
 * Chromium, in which tests use the application as a person would; Debian's also brings the software GPU that webgpu is
 * tested on. Without it those tests are skipped, and say so.
 */
export function setUpBrowser() {
  if (process.platform === 'linux') installDebianPackages({ '/usr/bin/chromium': 'chromium' }, 'Chromium');
}

/**
 * A real Electron and a screen in memory, for the tests of the desktop window. Without them those tests are skipped, and
 * say so.
 */
export function setUpDesktopTests() {
  if (process.platform !== 'linux') return;
  const library = (name) => `/usr/lib/${process.arch === 'x64' ? 'x86_64' : 'aarch64'}-linux-gnu/${name}`;
  const there = installDebianPackages(
    {
      '/usr/bin/Xvfb': 'xvfb',
      '/usr/bin/unsquashfs': 'squashfs-tools',
      [library('libnss3.so')]: 'libnss3',
      [library('libgtk-3.so.0')]: 'libgtk-3-0',
      [library('libasound.so.2')]: 'libasound2',
      [library('libgbm.so.1')]: 'libgbm1',
      [library('libatk-bridge-2.0.so.0')]: 'libatk-bridge2.0-0',
    },
    'a desktop window',
  );
  if (there && findElectron() === null) {
    spawnSync(node24, [join(projectFolder, 'tests/support/electron/install-fixture.ts')], {
      stdio: ['ignore', 2, 'inherit'],
    });
  }
}

const electronFolder = join(modules, 'electron');

/** Electron's program, where it was downloaded; else null. */
export function findElectron() {
  const pathFile = join(electronFolder, 'path.txt');
  if (!existsSync(pathFile)) return null;
  const program = join(process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(electronFolder, 'dist'), readFileSync(pathFile, 'utf8'));
  return existsSync(program) ? program : null;
}

/**
 * Downloads Electron's program, which its package does not bring along. Where that fails, it is not tried again before
 * tomorrow.
 *
 * @returns whether it is there
 */
export function setUpElectron() {
  if (findElectron() !== null) return true;
  const stamp = join(modules, '.cortext-no-electron');
  if (existsSync(stamp) && Date.now() - statSync(stamp).mtimeMs < 24 * 3600_000) return false;
  try {
    timed('fetching Electron (120 MB, once)', () => {
      run(node24, [join(electronFolder, 'install.js')], { shell: false, timeout: 15 * 60_000 });
    });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say('set-up: Electron cannot be fetched from here.');
    writeFileSync(stamp, '');
  }
  return findElectron() !== null;
}

/**
 * Debian's packages for the files that are missing, where this may install any.
 *
 * @param wanted - package by the file for which it is there
 * @param what - what tests need them for
 * @returns whether all files are there now
 */
function installDebianPackages(wanted, what) {
  const missing = [...new Set(Object.keys(wanted).filter((file) => !existsSync(file)).map((file) => wanted[file]))];
  if (missing.length === 0) return true;
  const command = `apt-get install ${missing.join(' ')}`;
  if (process.getuid() !== 0 || !existsSync('/usr/bin/apt-get')) {
    say(`set-up: the tests that need ${what} are skipped; they would run after (Debian): ${command}`);
    return false;
  }
  const quietly = { env: { ...cleanEnvironment(), DEBIAN_FRONTEND: 'noninteractive' } };
  try {
    timed(`installing Debian's ${missing.join(', ')} for the tests`, () => {
      run('apt-get', ['update', '-q'], quietly);
      run('apt-get', ['install', '-q', '-y', '--no-install-recommends', ...missing], quietly);
    });
    return true;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(`set-up: ${error.message}\nset-up: the tests that need ${what} are skipped.`);
    return false;
  }
}

export { SetupError };
