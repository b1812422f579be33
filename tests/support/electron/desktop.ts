/** The desktop shell in a real Electron: its own where that is installed, else the fixture. */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { electronFixture } from './fixture.ts';

const project = fileURLToPath(new URL('../../../', import.meta.url));

/** Of the version in package.json, as it was downloaded at the first start; null where it could not be. */
export function ownElectron(): string | null {
  const folder = join(project, 'node_modules', 'electron');
  const pathFile = join(folder, 'path.txt');
  const program = existsSync(pathFile) ? join(folder, 'dist', readFileSync(pathFile, 'utf8')) : null;
  return program !== null && existsSync(program) ? program : null;
}

export interface BuiltDesktop {
  readonly program: string;
  /** The checkout, for an Electron that is told what to run. */
  readonly args: readonly string[];
  /** Whether workspaces of this computer can be opened in it. */
  readonly hasServices: boolean;
}

/** @param folder - an empty one, for the fixture with the built shell in it */
export function buildDesktop(folder: string): BuiltDesktop | null {
  const own = ownElectron();
  if (own !== null) {
    build([]);
    return { program: own, args: [project], hasServices: true };
  }
  const fixture = electronFixture();
  if (fixture === null) return null;
  const app = join(folder, 'resources', 'app');
  mkdirSync(app, { recursive: true });
  for (const name of readdirSync(fixture.folder)) {
    // A program looks for its parts beside where it really is, so that one is no symbolic link.
    if (join(fixture.folder, name) === fixture.program) linkOrCopy(fixture.program, join(folder, name));
    else if (name !== 'resources') symlinkSync(join(fixture.folder, name), join(folder, name));
  }
  const out = join(app, 'out');
  const config = fileURLToPath(new URL('./electron22.vite.config.ts', import.meta.url));
  build(['--config', config, '--outDir', out]);
  cpSync(fileURLToPath(new URL('./electron22-shim.cjs', import.meta.url)), join(app, 'shim.cjs'));
  cpSync(join(project, 'resources', 'icons'), join(app, 'resources', 'icons'), { recursive: true });
  writeFileSync(
    join(app, 'package.json'),
    JSON.stringify({ name: 'cortext', productName: 'Cortext', version: '0.0.0', main: 'shim.cjs' }),
  );
  return { program: join(folder, 'fiftyone'), args: [], hasServices: false };
}

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    // The cache is on another disk.
    cpSync(from, to);
  }
}

function build(options: readonly string[]): void {
  const cli = join(project, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  const result = spawnSync(process.execPath, [cli, 'build', ...options], {
    cwd: project,
    encoding: 'utf8',
  });
  if (result.status !== 0) throw new Error(`The desktop shell could not be built: ${result.stdout}${result.stderr}`);
}

export interface RunningDesktop {
  readonly app: ElectronApplication;
  readonly page: Page;
  /** Errors on the console, exceptions, and requests that would leave the machine. Should stay empty. */
  readonly complaints: string[];
}

export async function launchDesktop(
  built: BuiltDesktop,
  { display, userData, environment = {} }: { display: string; userData: string; environment?: Record<string, string> },
): Promise<RunningDesktop> {
  const app = await _electron.launch({
    // Its own, Playwright finds by itself, and holds back until it has attached.
    ...(built.hasServices ? {} : { executablePath: built.program }),
    args: [...built.args, `--user-data-dir=${userData}`, '--no-sandbox', '--disable-gpu'],
    env: { ...process.env, DISPLAY: display, CORTEXT_NODE: process.execPath, ...environment },
  });
  const complaints: string[] = [];
  const page = await app.firstWindow();
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`exception: ${error.message}`));
  page.on('request', (request) => {
    if (!/^(cortext:\/\/app\/|data:|blob:)/.test(request.url())) complaints.push(`request: ${request.url()}`);
  });
  return { app, page, complaints };
}

/** A debugger that is attached to a page which has crashed keeps Electron 22 from ending at times, so it is ended by force then. */
export async function closeDesktop({ app }: RunningDesktop): Promise<void> {
  const program = app.process();
  const force = setTimeout(() => program.kill('SIGKILL'), 15_000);
  await app.close();
  clearTimeout(force);
}
