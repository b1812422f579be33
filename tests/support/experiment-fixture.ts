/**
 * A workspace with a recording and experiments that look real: drawn stimuli, plausible reconstructions, scores computed
 * from them. The same options always give the same files.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { encodePngPixels, type ImageSet } from '../../src/main/dataset/image-set.ts';
import { writeImagesHdf5 } from '../../src/main/engine/trainer/reconstructions-hdf5.ts';
import { sha256 } from '../../src/main/files/hash.ts';
import { writeJsonAtomic } from '../../src/main/files/atomic.ts';
import { smallerIsBetter, type Evaluation, type Method, type MetricName, type Score } from '../../src/shared/evaluation.ts';
import { defaultGpu, type ExperimentConfig, type ExperimentStatus, type HistoryLine } from '../../src/shared/experiment.ts';
import { Random } from '../../src/shared/random.ts';
import type { RecordingMetadata } from '../../src/shared/recording.ts';
import { workspaceLayout } from '../../src/shared/workspace-layout.ts';

export interface ExperimentFixtureOptions {
  readonly id?: string;
  readonly name?: string;
  readonly recording?: RecordingMetadata;
  readonly testStimuli?: number;
  readonly size?: number;
  readonly seed?: number;
  readonly methods?: readonly Method[];
  readonly evaluated?: boolean;
  readonly config?: Partial<ExperimentConfig>;
  readonly status?: Partial<ExperimentStatus>;
}

export interface ExperimentFixture {
  readonly recording: RecordingMetadata;
  readonly config: ExperimentConfig;
  readonly status: ExperimentStatus;
  readonly evaluation: Evaluation | null;
}

export const fixtureTime = '2025-11-20T09:30:00.000Z';
const allMethods: readonly Method[] = ['gan', 'ridge', 'mean-image', 'nearest-training-image', 'shuffled-voxels'];
const categories = ['disc', 'square', 'triangle', 'ring', 'star'];

/** Writes a recording with `stimuli` drawn images (and its voxels) into the workspace. */
export async function writeRecordingFixture(
  root: string,
  { id = 'sub-01-fixture', stimuli = 16, size = 64, seed = 1 } = {},
): Promise<RecordingMetadata> {
  const paths = workspaceLayout(root);
  mkdirSync(paths.stimuli, { recursive: true });
  mkdirSync(paths.recording(id), { recursive: true });
  const drawn: RecordingMetadata['stimuli'] = [];
  for (let index = 0; index < stimuli; index++) {
    const { data } = await sharp(Buffer.from(drawStimulus(new Random(seed, `stimulus ${index}`), index, size)))
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const png = encodePngPixels({ width: size, height: size, channels: 3, data });
    const hash = sha256(png);
    writeFileSync(paths.stimulus(hash), png);
    drawn.push({
      id: hash,
      name: `image-${String(index).padStart(4, '0')}`,
      width: size,
      height: size,
      channels: 3,
      category: categories[index % categories.length],
    });
  }
  const voxels = 12;
  const metadata: RecordingMetadata = {
    schemaVersion: 1,
    id,
    contentHash: sha256(id, String(seed)),
    name: 'Shapes, subject 1',
    subject: 'sub-01',
    createdAt: '2025-11-18T08:00:00.000Z',
    samples: stimuli,
    voxels,
    positions: null,
    space: null,
    reference: null,
    regions: [
      { name: 'V1', voxels: [0, 1, 2, 3, 4, 5] },
      { name: 'V2', voxels: [6, 7, 8] },
      { name: 'LOC', voxels: [9, 10, 11] },
    ],
    stimuli: drawn,
    columns: {
      stimulus: drawn.map((_, index) => index),
      repetition: drawn.map(() => 0),
      averagedOver: drawn.map(() => 1),
      run: null,
      session: null,
      category: null,
      set: drawn.map((_, index) => (index < stimuli / 2 ? 'test' : 'train')),
    },
    preprocessing: [
      { name: 'motion-correction', parameters: { reference: 'first volume' } },
      { name: 'z-score', parameters: { per: 'run', ddof: 0 } },
    ],
    quality: { constantVoxels: 0, outlierVoxels: 1, minimum: -4.2, maximum: 5.1 },
    provenance: {
      sources: [{ path: 'data/sub-01_responses.mat', bytes: 48_211_904, sha256: sha256('source') }],
      recipe: { voxels: 'data/voxels', images: 'stimuli.zip' },
      cortextVersion: '0.1.0',
    },
  };
  writeFileSync(paths.voxels(id), new Uint8Array(new Random(seed, 'voxels').normals(stimuli * voxels).buffer));
  writeJsonAtomic(paths.recordingMetadata(id), metadata);
  return metadata;
}

/** Writes an experiment's folder: configuration, status, history, reconstructions and evaluation. */
export async function writeExperimentFixture(
  root: string,
  options: ExperimentFixtureOptions = {},
): Promise<ExperimentFixture> {
  const { id = '20251120-fixture', seed = 1, size = 64, methods = allMethods, evaluated = true } = options;
  const testStimuli = options.testStimuli ?? 8;
  const recording = options.recording ?? (await writeRecordingFixture(root, { stimuli: testStimuli * 2, size }));
  const config = experimentConfig({
    id,
    name: options.name ?? 'Seven regions, quick',
    seed,
    recording,
    ...options.config,
  });
  const status = experimentStatus(config, options.status);
  const paths = workspaceLayout(root).experiment(id);
  mkdirSync(paths.folder, { recursive: true });
  writeJsonAtomic(paths.config, config);
  writeJsonAtomic(paths.status, status);
  writeFileSync(
    paths.history,
    `${historyLines(config)
      .map((line) => JSON.stringify(line))
      .join('\n')}\n`,
  );

  const shown = recording.stimuli.slice(0, testStimuli);
  const images = await drawReconstructions(root, recording, testStimuli, methods, seed);
  for (const method of methods) {
    mkdirSync(join(paths.reconstructions, method), { recursive: true });
    for (const [index, pixels] of (images.get(method) ?? []).entries()) {
      const png = encodePngPixels({ width: size, height: size, channels: 3, data: pixels });
      writeFileSync(paths.reconstruction(method, index), png);
    }
  }
  const numbers = (drawn: readonly Uint8Array[]): ImageSet => {
    const data = new Float32Array(drawn.length * size * size * 3);
    for (const [index, pixels] of drawn.entries()) data.set(pixels, index * pixels.length);
    return { count: drawn.length, height: size, width: size, channels: 3, data: data.map((value) => value / 255) };
  };
  await writeImagesHdf5(paths.reconstructionsHdf5, {
    stimuli: numbers(images.get('stimuli') ?? []),
    names: shown.map(({ name }) => name),
    methods: Object.fromEntries(methods.map((method) => [method, numbers(images.get(method) ?? [])])),
  });
  let evaluation: Evaluation | null = null;
  if (evaluated) {
    const stimuli = images.get('stimuli') ?? [];
    evaluation = {
      schemaVersion: 1,
      experiment: id,
      createdAt: '2025-11-20T10:05:00.000Z',
      step: config.training.steps,
      protocol: `Compared at the stimuli's own ${size} x ${size} px in colour; every method draws 32 x 32 px.`,
      seed,
      stimuli: shown.map(({ id: hash, name, category }) => ({ id: hash, name, category, trials: 4 })),
      scores: Object.fromEntries(
        methods.map((method) => [method, scoreFixture(stimuli, images.get(method) ?? [], seed)]),
      ),
      notes: { ridgePenalty: 1000, leakage: [] },
    };
    writeJsonAtomic(paths.evaluation, evaluation);
  }
  return { recording, config, status, evaluation };
}

export function experimentConfig(
  options: Partial<ExperimentConfig> & { id: string } & { recording: { id: string; contentHash: string } },
): ExperimentConfig {
  return {
    schemaVersion: 1,
    name: options.id,
    createdAt: fixtureTime,
    cortextVersion: '0.1.0',
    preset: 'quick',
    regions: ['V1', 'V2', 'LOC'],
    split: { kind: 'shipped' },
    signOffs: [],
    seed: 1,
    backend: 'auto',
    gpu: defaultGpu,
    condition: {
      voxelsPerRegion: 300,
      voxelStatistic: 'auto',
      clip: 6,
      embedding: 128,
      voxelDropout: 0.3,
      voxelNoise: 0.3,
      mixup: 0.3,
      sentence: 'linear',
    },
    network: { kind: 'df-gan', imageSize: 32, generatorChannels: 16, discriminatorChannels: 16, noise: 32 },
    objective: {
      adversarial: 0.1,
      mismatched: 0.5,
      gradientPenalty: 2,
      gradientPenaltyPower: 6,
      pixel: 10,
      ssim: 1,
      feature: 0,
    },
    training: {
      steps: 800,
      batch: 16,
      generatorRate: 0.0004,
      discriminatorRate: 0.0004,
      beta1: 0,
      beta2: 0.9,
      averaging: 0.995,
      balance: true,
      shift: 0,
      logEvery: 10,
      samplesEvery: 100,
      checkpointEvery: 100,
    },
    evaluation: {
      permutations: 10000,
      bootstraps: 2000,
      averageRepetitions: true,
      shuffledVoxels: true,
      ridgePenalties: [10, 1000, 100000],
    },
    group: null,
    deterministic: false,
    precision: 'auto',
    ...options,
    recording: { id: options.recording.id, contentHash: options.recording.contentHash },
  };
}

export function experimentStatus(config: ExperimentConfig, changes: Partial<ExperimentStatus> = {}): ExperimentStatus {
  return {
    schemaVersion: 1,
    id: config.id,
    state: 'completed',
    phase: 'finished',
    step: config.training.steps,
    steps: config.training.steps,
    checkpointStep: config.training.steps,
    samplesPerSecond: 118.4,
    secondsLeft: null,
    secondsSpent: 214.6,
    backend: 'tensorflow',
    device: 'CPU (2 cores)',
    precision: 'float32',
    engine: null,
    warnings: [
      {
        code: 'DISCRIMINATOR_AHEAD',
        message: 'The discriminator was far ahead for 40 steps and was paused; the balance recovered.',
        step: 130,
      },
    ],
    error: null,
    updatedAt: '2025-11-20T10:05:00.000Z',
    ...changes,
  };
}

function historyLines(config: ExperimentConfig): HistoryLine[] {
  const random = new Random(config.seed, 'history');
  const noisy = (value: number, amount: number): number => Math.max(1e-4, value * (1 + amount * random.normal()));
  const line = (phase: HistoryLine['phase'], step: number, scalars: Record<string, number>): HistoryLine => ({
    phase,
    step,
    scalars,
    samplesPerSecond: noisy(118, 0.05),
    time: new Date(Date.parse(fixtureTime) + step * 250).toISOString(),
  });
  const { steps, logEvery } = config.training;
  const main = (phase: HistoryLine['phase'], floor: number): HistoryLine[] =>
    Array.from({ length: Math.floor(steps / logEvery) }, (_, index) => {
      const step = (index + 1) * logEvery;
      const left = Math.exp(-step / (steps / 4));
      return line(phase, step, {
        generator: noisy(floor * 6 + 5 * left, 0.06),
        discriminatorHinge: noisy(1.2 + 0.7 * left, 0.08),
        gradientPenalty: noisy(0.02 + 0.2 * left, 0.3),
        pixel: noisy(floor + 0.5 * left, 0.05),
        ssim: noisy(0.45 + 0.5 * left, 0.03),
      });
    });
  return [
    ...Array.from({ length: 20 }, (_, index) =>
      line('image-encoder', (index + 1) * 10, { reconstruction: noisy(0.02 + 0.3 * Math.exp(-index / 5), 0.05) }),
    ),
    ...main('training', 0.08),
    ...main('training-control', 0.2),
  ];
}

function drawStimulus(random: Random, index: number, size: number): string {
  const hue = random.integer(360);
  const [x, y] = [35 + random.integer(30), 35 + random.integer(30)];
  const radius = 18 + random.integer(14);
  const fill = `hsl(${hue} 75% ${40 + random.integer(30)}%)`;
  const points = (count: number, inner: number): string =>
    Array.from({ length: count * 2 }, (_, corner) => {
      const length = corner % 2 === 0 ? radius : radius * inner;
      const angle = (Math.PI * corner) / count - Math.PI / 2;
      return `${(x + length * Math.cos(angle)).toFixed(1)},${(y + length * Math.sin(angle)).toFixed(1)}`;
    }).join(' ');
  const shapes = [
    `<circle cx="${x}" cy="${y}" r="${radius}" fill="${fill}"/>`,
    `<rect x="${x - radius}" y="${y - radius}" width="${2 * radius}" height="${2 * radius}" fill="${fill}"/>`,
    `<polygon points="${points(3, 0.5)}" fill="${fill}"/>`,
    `<circle cx="${x}" cy="${y}" r="${radius}" fill="none" stroke="${fill}" stroke-width="9"/>`,
    `<polygon points="${points(5, 0.45)}" fill="${fill}"/>`,
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 100 100">
    <defs><linearGradient id="g" x1="0" y1="0" x2="${random.uniform().toFixed(2)}" y2="1">
    <stop offset="0" stop-color="hsl(${(hue + 150) % 360} 30% ${20 + random.integer(60)}%)"/>
    <stop offset="1" stop-color="hsl(${(hue + 210) % 360} 35% ${20 + random.integer(60)}%)"/></linearGradient></defs>
    <rect width="100" height="100" fill="url(#g)"/>${shapes[index % shapes.length]}</svg>`;
}

type Images = Map<Method | 'stimuli', Uint8Array[]>;

async function drawReconstructions(
  root: string,
  recording: RecordingMetadata,
  tested: number,
  methods: readonly Method[],
  seed: number,
): Promise<Images> {
  const paths = workspaceLayout(root);
  const load = async (index: number, blur: number): Promise<Uint8Array> => {
    const image = sharp(paths.stimulus(recording.stimuli[index].id)).removeAlpha().toColourspace('srgb');
    return (blur > 0 ? image.blur(blur) : image).raw().toBuffer();
  };
  const count = recording.stimuli.length;
  const { width } = recording.stimuli[0];
  const stimuli = await Promise.all(Array.from({ length: count }, (_, index) => load(index, 0)));
  const mean = stimuli[0].map((_, at) => stimuli.reduce((sum, image) => sum + image[at], 0) / count);
  const random = new Random(seed, 'reconstructions');
  const mixed = (image: Uint8Array, share: number, noise: number): Uint8Array =>
    Uint8Array.from(image, (value, at) =>
      Math.min(255, Math.max(0, share * value + (1 - share) * mean[at] + noise * random.normal())),
    );
  const images: Images = new Map([['stimuli', stimuli.slice(0, tested)]]);
  for (const method of methods) {
    const drawn: Uint8Array[] = [];
    for (let index = 0; index < tested; index++) {
      // Every fourth reconstruction shows another stimulus: a score that is good, not perfect.
      const seen = index % 4 === 3 ? (index + 1) % tested : index;
      if (method === 'gan') drawn.push(mixed(await load(seen, width / 22), 0.75, 10));
      if (method === 'ridge') drawn.push(mixed(await load(index, width / 14), 0.45, 6));
      if (method === 'mean-image') drawn.push(mean);
      if (method === 'nearest-training-image') drawn.push(stimuli[tested + ((index * 3) % (count - tested))]);
      if (method === 'shuffled-voxels') drawn.push(mixed(await load((index + 3) % tested, width / 20), 0.6, 14));
    }
    images.set(method, drawn);
  }
  return images;
}

/** Scores of the real definitions where those are short, and look-alikes for the rest. */
function scoreFixture(
  all: readonly Uint8Array[],
  allDrawn: readonly Uint8Array[],
  seed: number,
): Partial<Record<MetricName, Score>> {
  const n = all.length;
  // A few thousand values of each image are enough here.
  const stride = Math.ceil((all[0]?.length ?? 1) / 3000);
  const thinned = (images: readonly Uint8Array[]) => images.map((image) => image.filter((_, at) => at % stride === 0));
  const [stimuli, drawn] = [thinned(all), thinned(allDrawn)];
  const r = stimuli.map((stimulus) => drawn.map((image) => correlation(stimulus, image)));
  const squared = stimuli.map((stimulus) =>
    drawn.map((image) => stimulus.reduce((sum, v, at) => sum + ((v - image[at]) / 255) ** 2, 0) / stimulus.length),
  );
  const rank = (matrix: number[][], i: number, j: number): number =>
    matrix.filter((row, k) => k !== i && row[j] > matrix[i][j]).length +
    0.5 * matrix.filter((row, k) => k !== i && row[j] === matrix[i][j]).length;
  const tables: Record<MetricName, (i: number, j: number) => number> = {
    'pixel-correlation': (i, j) => r[i][j],
    ssim: (i, j) => 0.15 + 0.5 * Math.max(0, r[i][j]) ** 2,
    mse: (i, j) => squared[i][j],
    psnr: (i, j) => -10 * Math.log10(squared[i][j] + 1e-6),
    'two-way-identification': (i, j) => 1 - rank(r, i, j) / (n - 1),
    'ten-way-top-1': (i, j) => (1 - rank(r, i, j) / n) ** 9,
    'ten-way-top-5': (i, j) => Math.min(1, 1.5 * (1 - rank(r, i, j) / n) ** 2),
    'retrieval-rank': (i, j) => 1 + rank(r, i, j),
  };
  return Object.fromEntries(
    Object.entries(tables).map(([metric, table]) => [metric, nullAndInterval(table, n, smallerIsBetter.has(metric as MetricName), seed)]),
  );
}

function nullAndInterval(table: (i: number, j: number) => number, n: number, smaller: boolean, seed: number): Score {
  const random = new Random(seed, 'null');
  const perStimulus = Array.from({ length: n }, (_, index) => table(index, index));
  const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const value = meanOf(perStimulus);
  const permutations = 200;
  const sign = smaller ? -1 : 1;
  const chance = Array.from({ length: permutations }, () =>
    meanOf([...random.permutation(n)].map((j, i) => table(i, j))),
  ).sort((a, b) => sign * (a - b));
  const boots = Array.from({ length: 200 }, () => meanOf(perStimulus.map(() => perStimulus[random.integer(n)]))).sort(
    (a, b) => a - b,
  );
  return {
    value,
    n,
    perStimulus,
    chance: {
      mean: meanOf(chance),
      percentile95: chance[189],
      percentile99: chance[197],
      permutations,
      p: (1 + chance.filter((random) => sign * (random - value) >= -1e-12).length) / (1 + permutations),
    },
    interval: { low: boots[5], high: boots[194], level: 0.95, bootstraps: 200 },
  };
}

function correlation(a: Uint8Array, b: Uint8Array): number {
  let [sa, sb, saa, sbb, sab] = [0, 0, 0, 0, 0];
  for (let at = 0; at < a.length; at++) {
    sa += a[at];
    sb += b[at];
    saa += a[at] * a[at];
    sbb += b[at] * b[at];
    sab += a[at] * b[at];
  }
  const n = a.length;
  return (sab - (sa * sb) / n) / Math.sqrt((saa - (sa * sa) / n) * (sbb - (sb * sb) / n) + 1e-9);
}
