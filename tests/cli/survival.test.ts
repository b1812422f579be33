/**
 * What a user would lose when things are killed: nothing but the steps since the last checkpoint.
 *
 * Ten kills at random moments, five of the engine and five of the command line, on one experiment; afterwards it must have
 * trained every step once, with the losses of a run that nobody disturbed.
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

describe('kill -9', () => {
  it('at ten random moments loses nothing but the steps since the last checkpoint', { timeout: 600_000 }, async () => {
    const root = join(temporaryFolder(), 'workspace');
    const { id: recording } = await smallRecording(root);
    const options = smallTraining(STEPS, { 'training.checkpointEvery': CHECKPOINT_EVERY });
    const undisturbed = await cortextJson<ExperimentStatus>('train', '-w', root, '-r', recording, ...options);
    const created = await cortextJson<{ experiment: string }>(
      ...['train', '-w', root, '-r', recording, '--create-only'],
      ...options,
    );
    const id = created.experiment;
    const random = new Random(Date.now());
    const victims: string[] = [];
    let furthest = 0;

    for (let kill = 0; kill < 10; kill++) {
      const running = startCortext(['resume', id, '-w', root]);
      // From before the engine has started to well into training.
      await sleep(300 + random.integer(4500));
      const status = readStatus(root, id);
      const victim = kill % 2 === 0 ? running.child.pid : status.engine?.pid;
      if (victim !== undefined && status.state !== 'completed') {
        victims.push(kill % 2 === 0 ? 'command line' : 'engine');
        process.kill(victim, 'SIGKILL');
      } else running.child.kill('SIGKILL');
      await running.outcome;
      // An engine whose command line was killed notices, and goes.
      for (let waited = 0; isRunning(root, id) && waited < 200; waited++) await sleep(100);
      expect(isRunning(root, id)).toBe(false);
      expectWholeFiles(root, id);
      const { checkpointStep } = readStatus(root, id);
      expect(checkpointStep).toBeGreaterThanOrEqual(furthest);
      furthest = checkpointStep;
      if (readStatus(root, id).state === 'completed') break;
    }
    expect(victims).toContain('command line');

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
    const expected = losses(undisturbed.id);
    const got = losses(id);
    expect(got.map(([step]) => step)).toEqual(expected.map(([step]) => step));
    // Sums in another order on several threads differ in the last digits, and training amplifies them slowly.
    got.forEach(([, loss], i) => {
      expect(Math.abs(loss - expected[i][1])).toBeLessThan(0.02 * Math.max(1, expected[i][1]));
    });
    const { staging } = workspaceLayout(root);
    expect(existsSync(staging) ? readdirSync(staging) : []).toEqual([]);
  });
});
