/**
 * Entry of every npm script: sets up what is missing, then runs the command under Node 24.
 *
 * It is needed because a fresh clone has neither packages nor the right Node, and because the shell that npm starts
 * remembers where it found `node` even after another one was installed before it on the PATH.
 */
import { spawn } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import {
  node24,
  projectFolder,
  SetupError,
  setUpBase,
  setUpBrowser,
  setUpDesktopTests,
  setUpElectron,
  setUpEngine,
} from './setup.mjs';

const source = (...parts) => join(projectFolder, 'src', 'main', ...parts);
const bin = (name, ...script) => [join(projectFolder, 'node_modules', name, ...script)];
const configs = ['vitest', 'electron.vite', 'electron-builder'].map((name) => `${name}.config.ts`);
const buildShell = [...bin('electron-vite', 'bin', 'electron-vite.js'), 'build', projectFolder, '--logLevel', 'warn'];

/** What each npm script runs, one command after the other, and whether it wants the native engine or a browser first. */
const targets = {
  setup: { engine: true, commands: [] },
  cortext: { engine: false, commands: [[source('cli', 'main.ts')]] },
  demo: { engine: true, commands: [[source('cli', 'main.ts'), 'demo']] },
  start: { engine: true, commands: [] },
  // Installers for this platform, or with --dir only the folder that they would install.
  package: {
    engine: true,
    electron: true,
    commands: [
      buildShell,
      [...bin('electron-builder', 'cli.js'), '--config', join(projectFolder, 'electron-builder.config.ts'), '--publish', 'never'],
    ],
  },
  test: { engine: true, browser: true, commands: [[...bin('vitest', 'vitest.mjs'), 'run']] },
  lint: {
    engine: false,
    commands: [[...bin('eslint', 'bin', 'eslint.js'), '--max-warnings', '0', 'src', 'tests', 'bench', 'scripts', ...configs]],
  },
  // Two programs: what runs in Node, and what runs in a page.
  typecheck: {
    engine: false,
    commands: [projectFolder, join(projectFolder, 'src', 'renderer')].map((folder) => [
      ...bin('typescript', 'bin', 'tsc'),
      '--noEmit',
      '-p',
      folder,
    ]),
  },
  format: { engine: false, commands: [[...bin('prettier', 'bin', 'prettier.cjs'), '--write', projectFolder]] },
};

const inWindow = [buildShell, [...bin('electron', 'cli.js'), projectFolder]];
const inBrowser = [
  [...bin('vite', 'bin', 'vite.js'), 'build', '--logLevel', 'warn', join(projectFolder, 'src', 'renderer')],
  [source('cli', 'main.ts'), 'serve', '--open'],
];

/** The shells keep the folder that the user called from, so that relative paths mean what they say. */
const inCallersFolder = new Set(['cortext', 'demo', 'start']);

function main() {
  const [name, ...rest] = process.argv.slice(2);
  const target = targets[name];
  if (target === undefined) {
    process.stderr.write(`launch: no target ${name}; there are ${Object.keys(targets).join(', ')}.\n`);
    process.exit(2);
  }
  try {
    setUpBase();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`set-up failed: ${error.message}\n`);
    process.exit(1);
  }
  if (target.engine) setUpEngine();
  if (target.browser) {
    setUpBrowser();
    setUpDesktopTests();
  }
  if (target.electron && !process.env.CORTEXT_ELECTRON_DIST && !setUpElectron()) {
    process.stderr.write(
      'There is no Electron to package: it could not be downloaded. Unpack one for this platform and name its folder in CORTEXT_ELECTRON_DIST.\n',
    );
    process.exit(1);
  }
  const commands = name === 'start' ? startCommands(rest) : target.commands;
  runInTurn(commands, {
    args: rest,
    cwd: inCallersFolder.has(name) ? (process.env.INIT_CWD ?? process.cwd()) : projectFolder,
  });
}

/** The application in a window of its own; where there can be none, in the browser. Takes `--browser` out of the arguments. */
function startCommands(args) {
  const obstacle = noWindowBecause(args);
  if (obstacle === null) return inWindow;
  process.stderr.write(`${obstacle}: Cortext opens in your browser.\n`);
  return inBrowser;
}

function noWindowBecause(args) {
  const asked = args.indexOf('--browser');
  if (asked >= 0) {
    args.splice(asked, 1);
    return 'As you asked';
  }
  if (args.some((arg) => arg.startsWith('--port'))) return 'A window of its own has no port';
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (process.platform === 'linux' && !DISPLAY && !WAYLAND_DISPLAY) return 'This computer has no screen';
  if (process.platform === 'linux' && process.getuid() === 0) return 'The sandbox of a window does not work for root';
  return setUpElectron() ? null : 'There is no Electron for a window';
}

/** The last command gets the arguments. A failure ends the row. */
function runInTurn([command, ...later], { args, cwd }) {
  if (command === undefined) return;
  const child = spawn(node24, later.length === 0 ? [...command, ...args] : command, {
    cwd,
    stdio: 'inherit',
    env: {
      // For the desktop window, which cannot train in a Node of its own.
      CORTEXT_NODE: node24,
      // Node keeps there what it made of the sources, so that the next start takes a third of the time.
      NODE_COMPILE_CACHE: join(projectFolder, 'node_modules', '.cortext-compiled'),
      ...process.env,
      PATH: `${dirname(node24)}${delimiter}${process.env.PATH ?? ''}`,
    },
  });
  // A terminal sends Ctrl-C to the whole group; the child decides what it means, and this process waits for it.
  const passOn = ['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => {
    const listener = () => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    };
    process.on(signal, listener);
    return () => process.off(signal, listener);
  });
  child.on('error', (error) => {
    process.stderr.write(`${node24} could not be started: ${error.message}\n`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    for (const stop of passOn) stop();
    if (code === 0 && later.length > 0) runInTurn(later, { args, cwd });
    else process.exit(signal === null ? (code ?? 1) : 128 + (signal === 'SIGINT' ? 2 : signal === 'SIGTERM' ? 15 : 9));
  });
}

main();
