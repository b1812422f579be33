/**
 * How long the main process keeps a window waiting while engines train: `node bench/event-loop.ts [preset] [seconds] [parallel]`.
 *
 * Trains a simulated subject through the services, as a shell would, and prints the event loop's delay over all of it,
 * start and end of the trainings included. The process exits with 1 when the 99th percentile is above 50 ms.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { createExperiment } from '../src/main/services/experiments.ts';
import { importInto } from '../src/main/services/importing.ts';
import { runQueue } from '../src/main/services/queue.ts';
import { simulate } from '../src/main/services/simulation.ts';
import { openWorkspace } from '../src/main/services/workspace.ts';

/** A frame or three: what a person does not feel. Milliseconds. */
const LONGEST_DELAY = 50;

const [preset = 'quick', seconds = '60', parallel = '1'] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'cortext-event-loop-'));
process.exitCode = 1;
try {
  const { signal } = new AbortController();
  await simulate(join(folder, 'subject'), { seed: 1 }, { signal, onProgress: () => undefined });
  const workspace = openWorkspace(join(folder, 'workspace'), { create: true });
  const recording = await importInto(workspace, { paths: [join(folder, 'subject', 'recipe.yaml')] }, {
    signal,
    onProgress: () => undefined,
  });
  const ids = Array.from({ length: Number(parallel) }, () => {
    // Logged at every step: the most that an engine ever says.
    const settings = { 'training.logEvery': '1', 'training.samplesEvery': '20', 'training.checkpointEvery': '20' };
    return createExperiment(workspace, { recording: recording.id, preset, settings }).id;
  });
  const enough = new AbortController();
  const events = new Map<string, number>();
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const running = runQueue(workspace, ids, {
    parallel: ids.length,
    signal: enough.signal,
    onEvent: (_, { type }) => events.set(type, (events.get(type) ?? 0) + 1),
  });
  await Promise.race([running, setTimeout(1000 * Number(seconds))]);
  enough.abort();
  await running;
  delay.disable();
  workspace.close();
  const milliseconds = (nanoseconds: number): number => Math.round(nanoseconds / 1e4) / 100;
  const measured = {
    preset,
    parallel: ids.length,
    p50_ms: milliseconds(delay.percentile(50)),
    p99_ms: milliseconds(delay.percentile(99)),
    max_ms: milliseconds(delay.max),
    samples: delay.count,
    events: Object.fromEntries(events),
  };
  process.stdout.write(`${JSON.stringify(measured, null, 1)}\n`);
  process.exitCode = measured.p99_ms <= LONGEST_DELAY ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
