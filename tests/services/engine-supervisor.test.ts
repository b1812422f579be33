/** However an engine or its supervisor ends: the experiment says why, goes on when resumed, and no process is left over. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isRunning, readStatus } from '../../src/main/engine/trainer/experiment-folder.ts';
import { startEngine } from '../../src/main/services/engine-supervisor.ts';
import { cortextJson, smallRecording, smallTraining } from '../support/small-workspace.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** An engine between steps may be silent for 120 seconds; with this patience for six. */
const PATIENCE = 0.05;
const script = (name: string) => fileURLToPath(new URL(`../support/${name}.ts`, import.meta.url));

async function experiment(steps: number): Promise<{ root: string; id: string }> {
  const root = join(temporaryFolder(), 'workspace');
  const { id: recording } = await smallRecording(root);
  const args = ['train', '-w', root, '-r', recording, '--create-only', ...smallTraining(steps)];
  return { root, id: (await cortextJson<{ experiment: string }>(...args)).experiment };
}

async function until(condition: () => boolean, seconds = 60): Promise<void> {
  for (let waited = 0; !condition(); waited += 0.05) {
    if (waited > seconds) throw new Error('waited in vain');
    await sleep(50);
  }
}

async function sleep(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** A supervisor that can be stopped and killed, and what it prints. */
async function supervise(root: string, id: string, patience: number) {
  const child: ChildProcess = spawn(process.execPath, [script('supervise'), root, id, String(patience)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (child.stdout === null) throw new Error('was asked to be a pipe');
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const engine = Number((await lines.next()).value);
  onTestFinished(() => {
    for (const pid of [child.pid, engine]) if (pid !== undefined && exists(pid)) process.kill(pid, 'SIGKILL');
  });
  return { child, engine, status: async () => JSON.parse(String((await lines.next()).value)) as { state: string } };
}

describe('an engine that dies', () => {
  it('is ended when it hangs; the experiment is interrupted with the reason, and resuming completes it', async () => {
    const { root, id } = await experiment(200);
    const engine = startEngine(root, id, () => undefined, { patience: PATIENCE });
    await until(() => readStatus(root, id).checkpointStep >= 8);
    process.kill(engine.pid, 'SIGSTOP');
    expect(await engine.ended).toMatchObject({ state: 'interrupted', error: { code: 'ENGINE_HUNG' } });
    expect(exists(engine.pid)).toBe(false);
    expect((await startEngine(root, id, () => undefined).ended).state).toBe('completed');
  });

  it.runIf(process.platform === 'linux')('by a kill from outside is not said to have run out of memory', async () => {
    const { root, id } = await experiment(100_000);
    const engine = startEngine(root, id, () => undefined);
    await until(() => readStatus(root, id).checkpointStep >= 4);
    process.kill(engine.pid, 'SIGKILL');
    expect(await engine.ended).toMatchObject({ state: 'interrupted', error: { code: 'ENGINE_KILLED' } });
  });

  it("of an exhausted heap says so, even before it could take the experiment's lock", async () => {
    const { root, id } = await experiment(10);
    const engine = startEngine(root, id, () => undefined, { environment: { NODE_OPTIONS: '--max-old-space-size=12' } });
    expect(await engine.ended).toMatchObject({ state: 'interrupted', error: { code: 'ENGINE_OUT_OF_MEMORY' } });
    expect((await startEngine(root, id, () => undefined).ended).state).toBe('completed');
  });
});

describe.runIf(process.platform !== 'win32')('a computer that sleeps', () => {
  it('does not make a hung engine of one that slept with its supervisor', async () => {
    const { root, id } = await experiment(100_000);
    const { child, engine } = await supervise(root, id, PATIENCE);
    await until(() => readStatus(root, id).checkpointStep >= 8);
    for (const pid of [child.pid ?? 0, engine]) process.kill(pid, 'SIGSTOP');
    await sleep(9000);
    for (const pid of [child.pid ?? 0, engine]) process.kill(pid, 'SIGCONT');
    const { checkpointStep } = readStatus(root, id);
    await until(() => readStatus(root, id).checkpointStep > checkpointStep + 8);
    expect(exists(engine)).toBe(true);
  });
});

describe('an engine whose supervisor is killed', () => {
  it.each([
    ['while it starts', async () => { await sleep(30); }],
    ['while it trains', async (root: string, id: string) => { await until(() => readStatus(root, id).checkpointStep >= 4); }],
  ])('%s is gone soon', async (_, reached) => {
    const { root, id } = await experiment(100_000);
    const { child, engine } = await supervise(root, id, 1);
    await reached(root, id);
    child.kill('SIGKILL');
    await until(() => !exists(engine), 40);
    expect(isRunning(root, id)).toBe(false);
  });

  it.runIf(process.platform === 'linux')('while it was stopped is woken up, and goes', async () => {
    const { root, id } = await experiment(100_000);
    const { child, engine } = await supervise(root, id, 1);
    await until(() => readStatus(root, id).checkpointStep >= 4);
    process.kill(engine, 'SIGSTOP');
    child.kill('SIGKILL');
    await until(() => !exists(engine), 40);
  });

  it('in the middle of native work is ended by its own watch', async () => {
    const shell = spawn(
      process.execPath,
      [
        '-e',
        `const { spawn } = require('node:child_process');
         const child = spawn(process.execPath, [process.argv[1], String(process.pid), '1500'], { stdio: 'inherit' });
         console.log(child.pid);
         setInterval(() => undefined, 1000);`,
        script('blocked-engine'),
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const lines = createInterface(shell.stdout)[Symbol.asyncIterator]();
    const blocked = Number((await lines.next()).value);
    expect((await lines.next()).value).toBe('busy');
    await sleep(2500);
    // As long as its supervisor lives, however busy it is, nothing happens to it.
    expect(exists(blocked)).toBe(true);
    shell.kill('SIGKILL');
    await once(shell, 'exit');
    await until(() => !exists(blocked), 30);
  });
});
