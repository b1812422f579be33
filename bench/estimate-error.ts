/**
 * How far the estimate is off: `node bench/estimate-error.ts [preset ...] [--seconds 120]`.
 *
 * For each preset it asks for the estimate of the whole training on a simulated subject, measured anew, then trains for a
 * while and sets the seconds per step and the largest memory of the engine beside it. Memory is read from /proc: Linux only.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readHistory, readStatus } from '../src/main/engine/trainer/experiment-folder.ts';
import { estimateExperiment } from '../src/main/services/estimate.ts';
import { createExperiment, planExperiment } from '../src/main/services/experiments.ts';
import { importInto } from '../src/main/services/importing.ts';
import { runQueue } from '../src/main/services/queue.ts';
import { simulate } from '../src/main/services/simulation.ts';
import { openWorkspace } from '../src/main/services/workspace.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: 'string', default: '120' } },
});
const presets = positionals.length === 0 ? ['quick', 'standard', 'fine'] : positionals;
/** The first line of a training holds the compiling. */
const WARM_UP_LINES = 1;

const folder = mkdtempSync(join(tmpdir(), 'cortext-estimate-'));
try {
  const quietly = { signal: new AbortController().signal, onProgress: () => undefined };
  // Another subject each time: a calibration is kept by recording.
  await simulate(join(folder, 'subject'), { seed: Date.now() % 1_000_000 }, quietly);
  const workspace = openWorkspace(join(folder, 'workspace'), { create: true });
  const recording = await importInto(workspace, { paths: [join(folder, 'subject', 'recipe.yaml')] }, quietly);
  for (const preset of presets) {
    // Logged often enough to see a rate; of no weight beside the steps.
    const settings = { 'training.logEvery': '10', 'training.samplesEvery': '1000000' };
    const wanted = { recording: recording.id, preset, settings };
    const planned = planExperiment(workspace, wanted);
    const estimate = await estimateExperiment(workspace, planned);
    const { id } = createExperiment(workspace, wanted);
    const enough = new AbortController();
    let peakBytes = 0;
    const watching = setInterval(() => {
      const pid = readStatus(workspace.root, id).engine?.pid;
      if (pid !== undefined) peakBytes = Math.max(peakBytes, residentPeak(pid));
    }, 500);
    const timeout = setTimeout(
      () => {
        enough.abort();
      },
      1000 * Number(values.seconds),
    );
    await runQueue(workspace, [id], { parallel: 1, signal: enough.signal, onEvent: () => undefined });
    clearInterval(watching);
    clearTimeout(timeout);
    const rates = readHistory(workspace.root, id)
      .filter(({ phase }) => phase === 'training')
      .slice(WARM_UP_LINES)
      .map(({ samplesPerSecond }) => samplesPerSecond)
      .sort((a, b) => a - b);
    const secondsPerStep = planned.training.batch / rates[Math.floor(rates.length / 2)];
    const row = {
      preset,
      estimated: { secondsPerStep: round(estimate.secondsPerStep), megabytes: megabytes(estimate.memoryBytes) },
      measured: { secondsPerStep: round(secondsPerStep), megabytes: megabytes(peakBytes) },
      steps: readStatus(workspace.root, id).step,
    };
    process.stdout.write(`${JSON.stringify(row)}\n`);
  }
  workspace.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The most that a process has held in memory, in bytes; 0 when it has gone. */
function residentPeak(pid: number): number {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kilobytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}

function round(seconds: number): number {
  return Number(seconds.toPrecision(3));
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}
