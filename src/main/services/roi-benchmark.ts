/** How fast series of voxels come out of a compressed run, here and with nilearn. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { CortextError, toCortextError } from '../../shared/errors.ts';
import { writeSimulatedRun, type SimulatedRunRequest } from '../dataset/volumes/benchmark/simulated-run.ts';
import { installPythonPackages, pythonCommand } from '../engine/install/python-packages.ts';
import { lastLines, runCommand } from '../engine/install/run-command.ts';

export interface RoiBenchmarkRequest extends SimulatedRunRequest {
  /** How often each reader reads the run, in turns; the quickest counts. */
  readonly rounds: number;
}

export interface RoiBenchmarkOptions {
  readonly signal?: AbortSignal;
  /** What is being done, in a sentence. */
  readonly onStep?: (text: string) => void;
  readonly onProgress?: (progress: { done: number; total: number }) => void;
}

/** Seconds from opening the files to the matrix in memory; the most memory that the whole process had taken by then. */
export interface RoiMeasurement {
  readonly seconds: number;
  readonly peak_mb: number;
}

export interface RoiBenchmarkResult {
  readonly ours: RoiMeasurement;
  readonly nilearn: RoiMeasurement | null;
  /** Between the two matrices, value by value. */
  readonly max_abs_difference: number | null;
  /** Why nilearn was left out. */
  readonly left_out?: string;
}

const NILEARN_VERSION = '0.14.1';

interface Reader {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * Simulates a run, lets both read it in processes of their own, and compares what they read. Leaves nothing but
 * nilearn in the cache.
 *
 * @throws CortextError `INVALID_ARGUMENT`, `NO_SPACE_LEFT`, `CANCELLED`; a nilearn that does not run is only left out
 */
export async function benchmarkRoi(
  request: RoiBenchmarkRequest,
  options: RoiBenchmarkOptions = {},
): Promise<RoiBenchmarkResult> {
  const { signal, onStep } = options;
  const nilearn = await findNilearn(options);
  const folder = mkdtempSync(join(tmpdir(), 'cortext-bench-roi-'));
  try {
    onStep?.(`Simulating a run of ${[...request.shape, request.volumes].join(' x ')} ...`);
    const files = await writeSimulatedRun(folder, request, options);
    const readers = { ours: ourReader(), ...('reader' in nilearn ? { nilearn: nilearn.reader } : {}) };
    const measured = { ours: [] as RoiMeasurement[], nilearn: [] as RoiMeasurement[] };
    let leftOut = 'reader' in nilearn ? undefined : nilearn.leftOut;
    for (let round = 0; round < request.rounds; round++) {
      onStep?.(`Reading ${request.voxels} voxels, round ${round + 1} of ${request.rounds} ...`);
      measured.ours.push(await measure(readers.ours, files, join(folder, 'ours.f32'), signal));
      if (readers.nilearn === undefined || leftOut !== undefined) continue;
      try {
        measured.nilearn.push(await measure(readers.nilearn, files, join(folder, 'nilearn.f32'), signal));
      } catch (error) {
        leftOut = reasonFor(error);
      }
    }
    const ours = best(measured.ours);
    if (leftOut !== undefined) return { ours, nilearn: null, max_abs_difference: null, left_out: leftOut };
    return { ours, nilearn: best(measured.nilearn), max_abs_difference: largestDifference(folder) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function findNilearn({ signal, onStep }: RoiBenchmarkOptions): Promise<{ reader: Reader } | { leftOut: string }> {
  const script = fileURLToPath(new URL('../../../bench/nilearn_masker.py', import.meta.url));
  try {
    const packages = await installPythonPackages(`nilearn-${NILEARN_VERSION}`, [`nilearn==${NILEARN_VERSION}`], {
      signal,
      onInstall: onStep,
    });
    return { reader: pythonCommand(packages, [script]) };
  } catch (error) {
    return { leftOut: reasonFor(error) };
  }
}

/** @throws CortextError `CANCELLED`, which is no reason to leave something out */
function reasonFor(error: unknown): string {
  const { code, message } = toCortextError(error);
  if (code === 'CANCELLED') throw error;
  return `nilearn was left out: ${message}`;
}

function ourReader(): Reader {
  const script = fileURLToPath(new URL('../dataset/volumes/benchmark/extract-process.ts', import.meta.url));
  return { command: process.execPath, args: [script], environment: process.env };
}

const measurementSchema = z.object({ seconds: z.number(), peakBytes: z.number() });

async function measure(
  { command, args, environment }: Reader,
  { run, mask }: { run: string; mask: string },
  result: string,
  signal: AbortSignal | undefined,
): Promise<RoiMeasurement> {
  const ended = await runCommand(command, [...args, run, mask, result], { signal, environment });
  if (ended.status !== 0) {
    throw new CortextError('ENGINE_CRASHED', `${command} could not read the simulated run.`, {
      hint: 'Details say how it ended.',
      details: { output: lastLines(ended) },
    });
  }
  const { seconds, peakBytes } = measurementSchema.parse(JSON.parse(ended.stdout));
  return { seconds, peak_mb: peakBytes / 2 ** 20 };
}

/** The quickest round is the one that others disturbed least; memory is the most of all rounds. */
function best(rounds: readonly RoiMeasurement[]): RoiMeasurement {
  const round = (value: number): number => Math.round(value * 1000) / 1000;
  return {
    seconds: round(Math.min(...rounds.map(({ seconds }) => seconds))),
    peak_mb: round(Math.max(...rounds.map(({ peak_mb }) => peak_mb))),
  };
}

function largestDifference(folder: string): number {
  const [ours, theirs] = ['ours.f32', 'nilearn.f32'].map((name) => {
    const bytes = readFileSync(join(folder, name));
    return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / Float32Array.BYTES_PER_ELEMENT);
  });
  if (ours.length !== theirs.length) return Infinity;
  return ours.reduce((largest, value, i) => Math.max(largest, Math.abs(value - theirs[i])), 0);
}
