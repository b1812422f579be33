/** A workspace with one small recording on which training takes seconds, and the command line as a real process. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { emptyImages } from '../../src/main/dataset/image-set.ts';
import { imagesInMemory, type RecordingDraft } from '../../src/main/dataset/recording-draft.ts';
import { writeRecording } from '../../src/main/dataset/recording-store.ts';
import { openWorkspace } from '../../src/main/services/workspace.ts';
import type { RecordingMetadata } from '../../src/shared/recording.ts';
import { Random } from '../../src/shared/random.ts';

const cliEntry = fileURLToPath(new URL('../../src/main/cli/main.ts', import.meta.url));

const SIZE = 16;
const STIMULI = 20;
const TEST_STIMULI = 6;
const VOXELS = 40;

const twoRegions: RecordingDraft['regions'] = [
  { name: 'V1', voxels: Array.from({ length: 25 }, (_, v) => v) },
  { name: 'V2', voxels: Array.from({ length: 15 }, (_, v) => 25 + v) },
];

/**
 * 14 stimuli shown once for training, 6 others shown three times for the test; each is a bright disc somewhere, and every
 * voxel of V1 and V2 sees a random mixture of pixels, with noise.
 *
 * Its 40 voxels can be given positions, a space, and other regions.
 */
export async function smallRecording(
  root: string,
  {
    positions = null,
    space = null,
    regions = twoRegions,
  }: Partial<Pick<RecordingDraft, 'positions' | 'space' | 'regions'>> = {},
): Promise<RecordingMetadata> {
  openWorkspace(root, { create: true }).close();
  const random = new Random(5);
  const images = emptyImages(STIMULI, SIZE, SIZE, 1);
  for (let s = 0; s < STIMULI; s++) {
    const [x, y, radius] = [3 + random.uniform() * 10, 3 + random.uniform() * 10, 2 + random.uniform() * 4];
    for (let p = 0; p < SIZE * SIZE; p++) {
      const distance = Math.hypot((p % SIZE) - x, Math.floor(p / SIZE) - y);
      images.data[s * SIZE * SIZE + p] = Math.round(255 * Math.min(1, Math.max(0, radius - distance + 0.5))) / 255;
    }
  }
  const shown = Array.from({ length: STIMULI }, (_, s) => s).flatMap((s) =>
    s < STIMULI - TEST_STIMULI ? [s] : [s, s, s],
  );
  const mixtures = Array.from({ length: VOXELS }, () => random.normals(SIZE * SIZE));
  const voxels = Float32Array.from({ length: shown.length * VOXELS }, (_, i) => {
    const pixels = images.data.subarray(shown[Math.floor(i / VOXELS)] * SIZE * SIZE);
    const mixture = mixtures[i % VOXELS];
    return mixture.reduce((sum, weight, p) => sum + weight * pixels[p], 0) + 2 * random.normal();
  });
  return writeRecording(
    root,
    {
      name: 'Discs',
      subject: 'small',
      voxels,
      sampleCount: shown.length,
      voxelCount: VOXELS,
      positions,
      space,
      regions,
      images: imagesInMemory([images]),
      stimuli: Array.from({ length: STIMULI }, (_, s) => ({ name: `disc-${s}`, category: null })),
      columns: {
        stimulus: shown,
        averagedOver: null,
        run: null,
        session: null,
        category: null,
        set: shown.map((s) => (s < STIMULI - TEST_STIMULI ? 'train' : 'test')),
      },
      preprocessing: [],
      provenance: { sources: [], recipe: {} },
    },
    { cortextVersion: '0.0.0' },
  );
}

/** Settings of a network that is as small as it can be. */
export function smallSettings(
  steps: number,
  extra: Readonly<Record<string, string | number | boolean>> = {},
): Record<string, string> {
  const settings = {
    'training.steps': steps,
    'training.batch': 4,
    'training.logEvery': 1,
    'training.checkpointEvery': 4,
    'training.samplesEvery': 10,
    'network.generatorChannels': 2,
    'network.discriminatorChannels': 2,
    'network.noise': 4,
    'condition.embedding': 8,
    'evaluation.permutations': 200,
    'evaluation.bootstraps': 200,
    'evaluation.shuffledVoxels': false,
    ...extra,
  };
  return Object.fromEntries(Object.entries(settings).map(([path, value]) => [path, String(value)]));
}

/** The same as options of `cortext train`. */
export function smallTraining(...settings: Parameters<typeof smallSettings>): string[] {
  return Object.entries(smallSettings(...settings)).flatMap(([path, value]) => ['--set', `${path}=${value}`]);
}

export interface CommandOutcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCommand {
  readonly child: ChildProcess;
  readonly outcome: Promise<CommandOutcome>;
}

/** Starts `cortext ...` as a process of its own. */
export function startCortext(
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): RunningCommand {
  const child = spawn(process.execPath, [cliEntry, ...args], { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const outcome = once(child, 'close').then((closed) => {
    // The event carries the exit code and the signal.
    const [code, signal] = closed as [number | null, NodeJS.Signals | null];
    return { code, signal, stdout, stderr };
  });
  return { child, outcome };
}

export function cortext(...args: readonly string[]): Promise<CommandOutcome> {
  return startCortext(args).outcome;
}

/** Runs a command with `--json` and parses what it prints. */
export async function cortextJson<T>(...args: readonly string[]): Promise<T> {
  const { code, stdout, stderr } = await cortext(...args, '--json');
  if (code !== 0) throw new Error(`cortext ${args.join(' ')} ended with ${code}: ${stderr}${stdout}`);
  // The caller states what the command prints.
  return JSON.parse(stdout) as T;
}
