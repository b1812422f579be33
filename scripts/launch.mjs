/**
 * Entry of every npm script: sets up what is missing, then runs the command under Node 24.
 *
 * It is needed because a fresh clone has neither packages nor the right Node, and because the shell that npm starts
 * remembers where it found `node` even after another one was installed before it on the PATH.
 */
import { spawn } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import { node24, projectFolder, SetupError, setUpBase, setUpBrowser, setUpEngine } from './setup.mjs';

const source = (...parts) => join(projectFolder, 'src', 'main', ...parts);
const bin = (name, ...script) => [join(projectFolder, 'node_modules', name, ...script)];

/** What each npm script runs, one command after the other, and whether it wants the native engine or a browser first. */
const targets = {
  setup: { engine: true, commands: [] },
  cortext: { engine: false, commands: [[source('cli', 'main.ts')]] },
  demo: { engine: true, commands: [[source('cli', 'main.ts'), 'demo']] },
  start: {
    engine: true,
    commands: [
      [...bin('vite', 'bin', 'vite.js'), 'build', '--logLevel', 'warn', join(projectFolder, 'src', 'renderer')],
      [source('cli', 'main.ts'), 'serve', '--open'],
    ],
  },
  test: { engine: true, browser: true, commands: [[...bin('vitest', 'vitest.mjs'), 'run']] },
  lint: {
    engine: false,
    commands: [[...bin('eslint', 'bin', 'eslint.js'), '--max-warnings', '0', 'src', 'tests', 'bench', 'vitest.config.ts']],
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
  if (target.browser) setUpBrowser();
  runInTurn(target.commands, {
    args: rest,
    cwd: inCallersFolder.has(name) ? (process.env.INIT_CWD ?? process.cwd()) : projectFolder,
  });
}

/** The last command gets the arguments. A failure ends the row. */
function runInTurn([command, ...later], { args, cwd }) {
  if (command === undefined) return;
  const child = spawn(node24, later.length === 0 ? [...command, ...args] : command, {
    cwd,
    stdio: 'inherit',
    env: { ...process.env, PATH: `${dirname(node24)}${delimiter}${process.env.PATH ?? ''}` },
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
