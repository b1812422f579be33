/**
 * Entry of every npm script: sets up what is missing, then runs the command under Node 24.
 *
 * It is needed because a fresh clone has neither packages nor the right Node, and because the shell that npm starts
 * remembers where it found `node` even after another one was installed before it on the PATH.
 */
import { spawn } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import { node24, projectFolder, SetupError, setUpBase, setUpEngine } from './setup.mjs';

const source = (...parts) => join(projectFolder, 'src', 'main', ...parts);
const bin = (name, ...script) => [join(projectFolder, 'node_modules', name, ...script)];

/** What each npm script runs, and whether it wants the native engine first. */
const targets = {
  setup: { engine: true, command: null },
  cortext: { engine: false, command: [source('cli', 'main.ts')] },
  demo: { engine: true, command: [source('cli', 'main.ts'), 'demo'] },
  test: { engine: true, command: [...bin('vitest', 'vitest.mjs'), 'run'] },
  lint: {
    engine: false,
    command: [...bin('eslint', 'bin', 'eslint.js'), '--max-warnings', '0', 'src', 'tests', 'vitest.config.ts'],
  },
  typecheck: { engine: false, command: [...bin('typescript', 'bin', 'tsc'), '--noEmit', '-p', projectFolder] },
  format: { engine: false, command: [...bin('prettier', 'bin', 'prettier.cjs'), '--write', projectFolder] },
};

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
  if (target.command === null) return;

  const child = spawn(node24, [...target.command, ...rest], {
    // The CLI keeps the folder that the user called from, so that relative paths mean what they say.
    cwd: name === 'cortext' || name === 'demo' ? (process.env.INIT_CWD ?? process.cwd()) : projectFolder,
    stdio: 'inherit',
    env: { ...process.env, PATH: `${dirname(node24)}${delimiter}${process.env.PATH ?? ''}` },
  });
  // A terminal sends Ctrl-C to the whole group; the child decides what it means, and this process waits for it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on('error', (error) => {
    process.stderr.write(`${node24} could not be started: ${error.message}\n`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    process.exit(signal === null ? (code ?? 1) : 128 + (signal === 'SIGINT' ? 2 : signal === 'SIGTERM' ? 15 : 9));
  });
}

main();
