import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isRunning, readStatus } from '../../src/main/engine/trainer/experiment-folder.ts';
import type { QueueOutcome } from '../../src/main/services/queue.ts';
import { workspaceLayout } from '../../src/shared/workspace-layout.ts';
import { cortextJson, smallRecording, smallTraining, startCortext } from '../support/small-workspace.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

async function queue(steps: readonly number[]): Promise<{ root: string; ids: string[] }> {
  const root = join(temporaryFolder(), 'workspace');
  const { id: recording } = await smallRecording(root);
  const ids: string[] = [];
  for (const total of steps) {
    const args = ['train', '-w', root, '-r', recording, '--create-only', ...smallTraining(total)];
    ids.push((await cortextJson<{ experiment: string }>(...args)).experiment);
  }
  return { root, ids };
}

async function until(condition: () => boolean, seconds = 60): Promise<void> {
  for (let waited = 0; !condition(); waited += 0.05) {
    if (waited > seconds) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('cortext run', () => {
  it('trains all that were created, in order; one that fails does not keep the others from it', async () => {
    const { root, ids } = await queue([4, 4, 4]);
    const { config } = workspaceLayout(root).experiment(ids[0]);
    writeFileSync(config, readFileSync(config, 'utf8').replace(/"contentHash": "./, '"contentHash": "x'));
    const { code, stdout } = await startCortext(['run', '-w', root, '--json']).outcome;
    // The first failure's class: the recording is not the one that the experiment was made for.
    expect(code).toBe(4);
    const outcomes = JSON.parse(stdout) as QueueOutcome[];
    expect(outcomes.map(({ id, state }) => [id, state])).toEqual([
      [ids[0], 'failed'],
      [ids[1], 'completed'],
      [ids[2], 'completed'],
    ]);
    expect(outcomes[0].error?.code).toBe('RECORDING_DAMAGED');
    // A failed experiment would fail again; it is run only when named.
    expect(await cortextJson('run', '-w', root)).toEqual([]);
  });

  it('pauses all on Ctrl-C, is killed, and goes on each time where it was', async () => {
    const { root, ids } = await queue([100_000, 100_000, 4]);
    const run = () => startCortext(['run', '-w', root, '--parallel', '2']);
    const trains = (id: string, beyond = 0) => readStatus(root, id).checkpointStep > beyond;
    const first = run();
    await until(() => trains(ids[0], 4) && trains(ids[1], 4));
    first.child.kill('SIGINT');
    expect((await first.outcome).code).toBe(130);
    expect(ids.map((id) => readStatus(root, id).state)).toEqual(['paused', 'paused', 'created']);

    const reached = ids.map((id) => readStatus(root, id).checkpointStep);
    const second = run();
    await until(() => trains(ids[0], reached[0]) && trains(ids[1], reached[1]));
    second.child.kill('SIGKILL');
    await until(() => !ids.some((id) => isRunning(root, id)));

    // What is left: the two long ones are ended early by their user, one after the other, then the short one runs.
    const third = startCortext(['run', '-w', root, '--json']);
    for (const id of ids.slice(0, 2)) {
      await until(() => isRunning(root, id) && readStatus(root, id).phase === 'training');
      expect(readStatus(root, id).checkpointStep).toBeGreaterThanOrEqual(reached[ids.indexOf(id)]);
      await cortextJson('stop', id, '-w', root);
    }
    const { stdout } = await third.outcome;
    const outcomes = JSON.parse(stdout) as QueueOutcome[];
    expect(outcomes.map(({ id, state }) => [id, state])).toEqual([
      [ids[0], 'stopped'],
      [ids[1], 'stopped'],
      [ids[2], 'completed'],
    ]);
  });
});
