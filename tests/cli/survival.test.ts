/**
 * What a user would lose when things are killed: nothing but the steps since the last checkpoint.
 *
 * Kills at random moments, of the engine and of the command line in turn, of an experiment after the other; afterwards each
 * must have trained every step once, with the losses of a run that nobody disturbed. Ten kills; more with `CORTEXT_KILLS=100`.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listCheckpoints, readCheckpoint } from '../../src/main/engine/trainer/checkpoint.ts';
import { isRunning, readHistory, readStatus } from '../../src/main/engine/trainer/experiment-folder.ts';
import { Random } from '../../src/shared/random.ts';
import { workspaceLayout } from '../../src/shared/workspace-layout.ts';
import { cortext, cortextJson, smallRecording, smallTraining, startCortext } from '../support/small-workspace.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import type { ExperimentStatus } from '../../src/shared/experiment.ts';

const KILLS = Number(process.env.CORTEXT_KILLS ?? 10);
const STEPS = 160;
const CHECKPOINT_EVERY = 4;

async function sleep(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Every file of an experiment is whole: JSON parses, checkpoints match their hashes, nothing temporary is left in use. */
function expectWholeFiles(root: string, id: string): void {
  const layout = workspaceLayout(root).experiment(id);
  for (const path of [layout.config, layout.status]) expect(() => JSON.parse(readFileSync(path, 'utf8')) as unknown).not.toThrow();
  for (const step of listCheckpoints(layout.checkpoints)) {
    const path = join(layout.checkpoints, `step-${String(step).padStart(8, '0')}.safetensors`);
    expect(readCheckpoint(path).step).toBe(step);
  }
  if (existsSync(layout.history)) {
    const lines = readFileSync(layout.history, 'utf8').split('\n');
    expect(lines.pop()).toBe('');
    for (const line of lines) expect(() => JSON.parse(line) as unknown).not.toThrow();
  }
}

interface Workshop {
  readonly root: string;
  readonly recording: string;
  readonly options: readonly string[];
}

async function createExperiment({ root, recording, options }: Workshop): Promise<string> {
  const args = ['train', '-w', root, '-r', recording, '--create-only', ...options];
  return (await cortextJson<{ experiment: string }>(...args)).experiment;
}

/** Runs the experiment and kills the command line, or the engine, at a random moment. @returns who was killed, if anyone was */
async function killOnce(
  root: string,
  id: string,
  who: 'command line' | 'engine',
  random: Random,
): Promise<'command line' | 'engine' | null> {
  const running = startCortext(['resume', id, '-w', root]);
  // The command line dies anywhere from before the engine has started; the engine once there is one, however slow the start.
  const hasEngine = () => isRunning(root, id) && readStatus(root, id).engine !== null;
  for (let waited = 0; who === 'engine' && !hasEngine() && running.child.exitCode === null && waited < 1200; waited++) {
    await sleep(50);
  }
  await sleep(random.integer(who === 'engine' ? 3000 : 4800));
  const engine = readStatus(root, id).engine?.pid;
  const victim = who === 'engine' && engine !== undefined ? engine : running.child.pid;
  const killed = victim !== undefined && readStatus(root, id).state !== 'completed' && kill(victim);
  await running.outcome;
  // An engine whose command line was killed notices, and goes.
  for (let waited = 0; isRunning(root, id) && waited < 300; waited++) await sleep(100);
  expect(isRunning(root, id)).toBe(false);
  if (!killed) return null;
  return victim === engine ? 'engine' : 'command line';
}

/** False when it had ended by itself just before. */
function kill(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}

/** The experiment is listed, completes when it is resumed, and its losses are those of the undisturbed one. */
async function expectNothingLost({ root }: Workshop, id: string, undisturbed: string): Promise<void> {
  const listed = await cortextJson<{ rows: { id: string; state: string }[] }>('history', '-w', root);
  const state = listed.rows.find((row) => row.id === id)?.state;
  expect(['interrupted', 'paused', 'created', 'completed']).toContain(state);
  if (state !== 'completed') {
    const end = await cortext('resume', id, '-w', root);
    expect(end.code, end.stderr).toBe(0);
  }
  expect(readStatus(root, id).state).toBe('completed');
  const losses = (experiment: string) =>
    readHistory(root, experiment)
      .filter((line) => line.phase === 'training')
      .map((line) => [line.step, line.scalars.pixel] as const);
  const expected = losses(undisturbed);
  const got = losses(id);
  expect(got.map(([step]) => step)).toEqual(expected.map(([step]) => step));
  // Sums in another order on several threads differ in the last digits, and training amplifies them slowly.
  got.forEach(([, loss], i) => {
    expect(Math.abs(loss - expected[i][1])).toBeLessThan(0.02 * Math.max(1, expected[i][1]));
  });
}

describe('kill -9', () => {
  it(`at ${KILLS} random moments loses nothing but the steps since the last checkpoint`, { timeout: 60_000 * KILLS }, async () => {
    const root = join(temporaryFolder(), 'workspace');
    const { id: recording } = await smallRecording(root);
    const workshop = { root, recording, options: smallTraining(STEPS, { 'training.checkpointEvery': CHECKPOINT_EVERY }) };
    const undisturbed = await cortextJson<ExperimentStatus>('train', '-w', root, '-r', recording, ...workshop.options);
    const random = new Random(Date.now());
    const victims: string[] = [];
    while (victims.length < KILLS) {
      const id = await createExperiment(workshop);
      let furthest = 0;
      while (victims.length < KILLS && readStatus(root, id).state !== 'completed') {
        const who = victims.length % 2 === 0 ? 'command line' : 'engine';
        const victim = await killOnce(root, id, who, random);
        if (victim !== null) victims.push(victim);
        expectWholeFiles(root, id);
        const { checkpointStep } = readStatus(root, id);
        expect(checkpointStep).toBeGreaterThanOrEqual(furthest);
        furthest = checkpointStep;
      }
      await expectNothingLost(workshop, id, undisturbed.id);
    }
    expect(victims).toContain('command line');
    expect(victims).toContain('engine');
    if (KILLS > 10) process.stdout.write(`killed: ${victims.filter((who) => who === 'engine').length} of ${KILLS} engines\n`);
    const { staging } = workspaceLayout(root);
    expect(existsSync(staging) ? readdirSync(staging) : []).toEqual([]);
  });
});
