import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  appendHistory,
  isRunning,
  lockExperiment,
  pendingControl,
  readHistory,
  requestControl,
  rewindHistory,
} from '../../../src/main/engine/trainer/experiment-folder.ts';
import type { HistoryLine } from '../../../src/shared/experiment.ts';
import { workspaceLayout } from '../../../src/shared/workspace-layout.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

function folderOf(id: string): { root: string; folder: string } {
  const root = temporaryFolder();
  const { folder } = workspaceLayout(root).experiment(id);
  mkdirSync(folder, { recursive: true });
  return { root, folder };
}

function line(step: number, phase: HistoryLine['phase'] = 'training'): HistoryLine {
  return { phase, step, scalars: { pixel: step / 7 }, samplesPerSecond: 100, time: '2026-01-01T00:00:00.000Z' };
}

describe('experiment folder', () => {
  it('admits one engine at a time', () => {
    const { root } = folderOf('e');
    const lock = lockExperiment(root, 'e');
    expect(isRunning(root, 'e')).toBe(true);
    expect(() => lockExperiment(root, 'e')).toThrowError(
      expect.objectContaining({ code: 'EXPERIMENT_RUNNING' }) as Error,
    );
    lock.release();
    expect(isRunning(root, 'e')).toBe(false);
    lockExperiment(root, 'e').release();
  });

  it('is free again when the engine that held it was killed', async () => {
    const { root, folder } = folderOf('e');
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    writeFileSync(join(folder, 'engine.lock'), JSON.stringify({ pid: child.pid, host: hostname() }));
    expect(isRunning(root, 'e')).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(isRunning(root, 'e')).toBe(false);
    lockExperiment(root, 'e').release();
  });

  it.runIf(process.platform === 'linux')('is free when another program has got the number of the engine that died', () => {
    const { root, folder } = folderOf('e');
    // A process that lives, but started at another time than the lock says.
    writeFileSync(join(folder, 'engine.lock'), JSON.stringify({ pid: process.ppid, host: hostname(), started: '1' }));
    expect(isRunning(root, 'e')).toBe(false);
  });

  it('believes an engine on another computer while it shows signs of life', () => {
    const { root, folder } = folderOf('e');
    const lock = join(folder, 'engine.lock');
    writeFileSync(lock, JSON.stringify({ pid: 1, host: 'the-cluster' }));
    expect(isRunning(root, 'e')).toBe(true);
    const longAgo = new Date(Date.now() - 600_000);
    utimesSync(lock, longAgo, longAgo);
    expect(isRunning(root, 'e')).toBe(false);
  });

  it.each([
    ['behind', -3_600_000],
    ['ahead', 3_600_000],
  ])('is not misled about another computer by a clock that is an hour %s', (_, difference) => {
    const { root, folder } = folderOf('e');
    writeFileSync(join(folder, 'engine.lock'), JSON.stringify({ pid: 1, host: 'the-cluster' }));
    vi.useFakeTimers({ now: Date.now() + difference, toFake: ['Date'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    expect(isRunning(root, 'e')).toBe(true);
  });

  it('tells an engine whose computer slept that another one has taken over, and leaves it the lock', () => {
    const { root, folder } = folderOf('e');
    const lock = lockExperiment(root, 'e');
    lock.touch();
    const other = JSON.stringify({ pid: 1, host: 'the-cluster' });
    writeFileSync(join(folder, 'engine.lock'), other);
    expect(() => {
      lock.touch();
    }).toThrowError(expect.objectContaining({ code: 'EXPERIMENT_RUNNING' }) as Error);
    lock.release();
    expect(readFileSync(join(folder, 'engine.lock'), 'utf8')).toBe(other);
  });

  it('forgets what was logged after the checkpoint that training goes on from, in that phase only', () => {
    const { root } = folderOf('e');
    for (const entry of [line(600, 'image-encoder'), line(10), line(20), line(30)]) appendHistory(root, 'e', entry);
    rewindHistory(root, 'e', 'training', 20);
    expect(readHistory(root, 'e')).toEqual([line(600, 'image-encoder'), line(10), line(20)]);
  });

  it('reads a history whose last line was torn by a power cut', () => {
    const { root } = folderOf('e');
    appendHistory(root, 'e', line(10));
    appendFileSync(workspaceLayout(root).experiment('e').history, '{"phase":"training","st');
    expect(readHistory(root, 'e')).toEqual([line(10)]);
  });

  it('carries requests of other processes', () => {
    const { root } = folderOf('e');
    expect(pendingControl(root, 'e')).toBeNull();
    requestControl(root, 'e', 'pause');
    expect(pendingControl(root, 'e')).toBe('pause');
  });
});
