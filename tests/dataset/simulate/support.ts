/** Small independent statistics, and the small subject that several tests share. */
import { simulateSubject, type SimulatedSubject } from '../../../src/main/dataset/simulate/subject.ts';
import type { SimulationRequest } from '../../../src/main/dataset/simulate/options.ts';

export const smallOptions: SimulationRequest = {
  trainingCategories: 69,
  exemplars: 5,
  testCategories: 30,
  testRepetitions: 12,
  imageSize: 32,
  voxels: { V1: 240, V2: 160, V3: 120, V4: 100, LOC: 120, FFA: 80, PPA: 80 },
  trialsPerRun: 35,
};

let small: Promise<SimulatedSubject> | undefined;
export function smallSubject(): Promise<SimulatedSubject> {
  return (small ??= simulateSubject(smallOptions));
}

export const tinyOptions: SimulationRequest = {
  trainingCategories: 5,
  exemplars: 2,
  testCategories: 3,
  testRepetitions: 2,
  imageSize: 24,
  voxels: { V1: 12, V2: 8, V3: 8, V4: 8, LOC: 8, FFA: 6, PPA: 6 },
  trialsPerRun: 4,
  runsPerSession: 2,
};

export function mean(values: Iterable<number>): number {
  let sum = 0;
  let count = 0;
  for (const value of values) {
    sum += value;
    count++;
  }
  return sum / count;
}

export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [sa, sb, saa, sbb, sab] = [0, 0, 0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    sa += a[i];
    sb += b[i];
    saa += a[i] * a[i];
    sbb += b[i] * b[i];
    sab += a[i] * b[i];
  }
  const n = a.length;
  return (sab - (sa * sb) / n) / Math.sqrt((saa - (sa * sa) / n) * (sbb - (sb * sb) / n));
}

export type Rows = readonly (readonly number[])[];

/** Ridge regression in its dual form, inputs standardised with the training samples; solved by Gaussian elimination. */
export function ridge(train: Rows, targets: Rows, test: Rows, penalty: number): number[][] {
  const width = train[0].length;
  const centre = Array.from({ length: width }, (_, j) => mean(train.map((row) => row[j])));
  const spread = centre.map((m, j) => Math.sqrt(mean(train.map((row) => (row[j] - m) ** 2))) || 1);
  const standard = (rows: Rows): number[][] =>
    rows.map((row) => row.map((value, j) => (value - centre[j]) / spread[j]));
  const [x, z] = [standard(train), standard(test)];
  const outputs = targets[0].length;
  const base = Array.from({ length: outputs }, (_, j) => mean(targets.map((row) => row[j])));
  const dot = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((sum, value, i) => sum + value * b[i], 0);
  const system = x.map((a, i) => [
    ...x.map((b, j) => dot(a, b) + (i === j ? penalty : 0)),
    ...targets[i].map((value, j) => value - base[j]),
  ]);
  const n = x.length;
  for (let i = 0; i < n; i++) {
    for (let k = i + 1; k < n; k++) {
      const factor = system[k][i] / system[i][i];
      for (let j = i; j < n + outputs; j++) system[k][j] -= factor * system[i][j];
    }
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let j = n; j < n + outputs; j++) {
      let value = system[i][j];
      for (let k = i + 1; k < n; k++) value -= system[i][k] * system[k][j];
      system[i][j] = value / system[i][i];
    }
  }
  return z.map((row) => {
    const similarity = x.map((other) => dot(row, other));
    return base.map((value, j) => value + similarity.reduce((sum, s, i) => sum + s * system[i][n + j], 0));
  });
}

/** Share of other stimuli that correlate less with a reconstruction than its own; chance 0.5. */
export function twoWayIdentification(stimuli: Rows, reconstructions: Rows): number {
  return mean(
    reconstructions.map((reconstruction, j) => {
      const fits = stimuli.map((stimulus) => correlation(stimulus, reconstruction));
      return fits.filter((fit) => fit < fits[j]).length / (stimuli.length - 1);
    }),
  );
}

/** Mean responses to each test picture, and single responses to each training picture, of the chosen voxels. */
export function samplesOf(subject: SimulatedSubject, chosen: readonly number[]) {
  const { trials, responses, voxels } = subject;
  const row = (sample: number): number[] => chosen.map((voxel) => responses[sample * voxels.length + voxel]);
  const train = trials.flatMap(({ set, stimulus }, i) => (set === 'train' ? [{ stimulus, values: row(i) }] : []));
  const shown = [...new Set(trials.flatMap(({ set, stimulus }) => (set === 'test' ? [stimulus] : [])))].sort(
    (a, b) => a - b,
  );
  const test = shown.map((stimulus) => {
    const repeats = trials.flatMap((trial, i) => (trial.set === 'test' && trial.stimulus === stimulus ? [row(i)] : []));
    return { stimulus, values: repeats[0].map((_, j) => mean(repeats.map((values) => values[j]))) };
  });
  return { train, test };
}

export function voxelsOf(subject: SimulatedSubject, region: string): number[] {
  return subject.voxels.flatMap((voxel, index) => (voxel.region === region ? [index] : []));
}

/** Grey pictures of `side` x `side` block means. */
export function greyBlocks(subject: SimulatedSubject, stimulus: number, side: number): number[] {
  const size = subject.options.imageSize;
  const block = size / side;
  const offset = stimulus * size * size * 3;
  return Array.from({ length: side * side }, (_, at) => {
    const [row, column] = [Math.floor(at / side), at % side];
    let sum = 0;
    for (let y = row * block; y < (row + 1) * block; y++)
      for (let x = column * block * 3; x < (column + 1) * block * 3; x++)
        sum += subject.pixels[offset + y * size * 3 + x];
    return sum / (block * block * 3 * 255);
  });
}
