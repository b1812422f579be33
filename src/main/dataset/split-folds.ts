/** Which sample tests in which fold: the arithmetic of splits, before any guard. */
import { assertNever, CortextError } from '../../shared/errors.ts';
import type { SplitSpec } from '../../shared/experiment.ts';
import { Random } from '../../shared/random.ts';
import type { RecordingMetadata } from '../../shared/recording.ts';

export type SplitKind = SplitSpec['kind'];

type WithoutFold<T> = T extends unknown ? Omit<T, 'fold'> : never;
/** A split with all of its folds; every `SplitSpec` is one. */
export type FoldedSplit = WithoutFold<SplitSpec>;

/** Ascending sample indices of both parts, for one fold. */
export interface SplitParts {
  readonly train: readonly number[];
  readonly test: readonly number[];
}

/** Where every sample stands in every fold. */
export interface Folds {
  /** What each fold tests on, in words: `run 03`, `2 stimuli`. */
  readonly names: readonly string[];
  parts(fold: number): SplitParts;
}

/** The category of a sample, from its own column or from its stimulus. */
export function categoryOf(metadata: RecordingMetadata, sample: number): string | null {
  const own = metadata.columns.category?.[sample] ?? null;
  if (own !== null) return own;
  const stimulus = metadata.columns.stimulus[sample];
  return stimulus === null ? null : metadata.stimuli[stimulus].category;
}

/** The content hash of a sample's stimulus: two entries with the same pixels are the same stimulus. */
export function stimulusIdOf(metadata: RecordingMetadata, sample: number): string | null {
  const stimulus = metadata.columns.stimulus[sample];
  return stimulus === null ? null : metadata.stimuli[stimulus].id;
}

/** The scanner run of a sample; runs are counted anew in every session, so the session is part of its name. */
export function runOf(metadata: RecordingMetadata, sample: number): string | null {
  const { run, session } = metadata.columns;
  if (run === null) return null;
  return session === null ? run[sample] : `${run[sample]} of session ${session[sample]}`;
}

/**
 * Deals the samples of a recording into the folds of a split. Where there are pictures, samples without one are in no
 * part.
 *
 * Stimuli and categories are numbered by first appearance, and the i-th goes to fold i modulo the number of folds, so
 * that neighbours (often of one category) are spread; `k-fold` puts them in a seeded random order first.
 *
 * @throws CortextError `SPLIT_INVALID` naming the missing column and the splits that are possible
 */
export function dealIntoFolds(metadata: RecordingMetadata, spec: FoldedSplit): Folds {
  const { columns } = metadata;
  switch (spec.kind) {
    case 'shipped':
      return shippedFolds(metadata);
    case 'fixed':
      return fixedFolds(metadata, spec.train, spec.test);
    case 'leave-run-out':
      if (columns.run === null) throw missing(metadata, spec.kind, 'runs');
      return groupFolds(metadata, spec.kind, 'run', (sample) => runOf(metadata, sample));
    case 'leave-session-out': {
      const { session } = columns;
      if (session === null) throw missing(metadata, spec.kind, 'sessions');
      return groupFolds(metadata, spec.kind, 'session', (sample) => session[sample]);
    }
    case 'leave-repetition-out':
      return repetitionFolds(metadata);
    case 'leave-stimulus-out':
      return groupFolds(metadata, spec.kind, 'stimulus', (sample) => stimulusIdOf(metadata, sample), spec.folds);
    case 'leave-category-out':
      if (!hasCategories(metadata)) throw missing(metadata, spec.kind, 'categories');
      return groupFolds(metadata, spec.kind, 'category', (sample) => categoryOf(metadata, sample), spec.folds);
    case 'k-fold':
      return groupFolds(metadata, spec.kind, 'stimulus', (s) => stimulusIdOf(metadata, s), spec.folds, spec.seed);
    default:
      return assertNever(spec);
  }
}

/** How many folds a split has; 1 for `shipped` and `fixed`. The `fold` of a `SplitSpec` is not looked at. */
export function countFolds(metadata: RecordingMetadata, spec: FoldedSplit): number {
  return dealIntoFolds(metadata, spec).names.length;
}

/** The splits that this recording has the columns for, with their greatest number of folds. */
export function possibleSplits(metadata: RecordingMetadata): { kind: SplitKind; folds: number }[] {
  const candidates: FoldedSplit[] = [
    { kind: 'shipped' },
    { kind: 'leave-run-out' },
    { kind: 'leave-session-out' },
    { kind: 'leave-repetition-out' },
    { kind: 'leave-stimulus-out', folds: null },
    { kind: 'leave-category-out', folds: null },
  ];
  return candidates.flatMap((spec) => {
    const folds = possibleFolds(metadata, spec);
    return folds === 0 ? [] : [{ kind: spec.kind, folds }];
  });
}

/** Counted without `dealIntoFolds`, whose errors list the possible splits. */
function possibleFolds(metadata: RecordingMetadata, spec: FoldedSplit): number {
  const samples = samplesToSplit(metadata);
  const several = (groups: Set<unknown>) => (groups.size > 1 ? groups.size : 0);
  const { set, run, session, repetition } = metadata.columns;
  switch (spec.kind) {
    case 'shipped':
      return samples.some((s) => set?.[s] === 'train') && samples.some((s) => set?.[s] === 'test') ? 1 : 0;
    case 'leave-run-out':
      return run === null ? 0 : several(new Set(samples.map((sample) => runOf(metadata, sample))));
    case 'leave-session-out':
      return session === null ? 0 : several(new Set(samples.map((sample) => session[sample])));
    case 'leave-repetition-out':
      return several(new Set(samplesWithStimulus(metadata).map((sample) => repetition[sample])));
    case 'leave-category-out':
      return several(new Set(samples.map((s) => categoryOf(metadata, s)).filter((category) => category !== null)));
    default:
      return several(new Set(samples.map((sample) => stimulusIdOf(metadata, sample))));
  }
}

/**
 * Samples that a split deals out: those with a picture. A recording without any picture can still be looked at by the
 * categories of its samples.
 */
export function samplesToSplit(metadata: RecordingMetadata): number[] {
  const shown = samplesWithStimulus(metadata);
  if (shown.length > 0) return shown;
  return Array.from({ length: metadata.samples }, (_, sample) => sample).filter(
    (sample) => categoryOf(metadata, sample) !== null,
  );
}

export function samplesWithStimulus(metadata: RecordingMetadata): number[] {
  return metadata.columns.stimulus.flatMap((stimulus, sample) => (stimulus === null ? [] : [sample]));
}

function shippedFolds(metadata: RecordingMetadata): Folds {
  const { set } = metadata.columns;
  if (set === null) throw missing(metadata, 'shipped', 'a training and a test set');
  const samples = samplesToSplit(metadata);
  const of = (part: 'train' | 'test') => samples.filter((sample) => set[sample] === part);
  const parts = { train: of('train'), test: of('test') };
  for (const part of ['train', 'test'] as const) {
    if (parts[part].length === 0) throw missing(metadata, 'shipped', `samples with a stimulus in its ${part} set`);
  }
  return { names: ['the test set that came with the data'], parts: () => parts };
}

function fixedFolds(metadata: RecordingMetadata, train: readonly number[], test: readonly number[]): Folds {
  const seen = new Set<number>();
  for (const sample of [...train, ...test]) {
    if (sample >= metadata.samples) {
      throw new CortextError(
        'SPLIT_INVALID',
        `The split names sample ${sample}, but ${metadata.id} has samples 0 to ${metadata.samples - 1}.`,
        {
          hint: 'Samples are counted from 0.',
        },
      );
    }
    if (seen.has(sample)) {
      throw new CortextError('SPLIT_INVALID', `The split names sample ${sample} twice.`, {
        hint: 'A sample either trains or tests, once.',
      });
    }
    seen.add(sample);
  }
  const splittable = new Set(samplesToSplit(metadata));
  const kept = (samples: readonly number[]) =>
    samples.filter((sample) => splittable.has(sample)).sort((a, b) => a - b);
  const parts = { train: kept(train), test: kept(test) };
  return { names: [`a fixed list of ${parts.test.length} samples`], parts: () => parts };
}

function repetitionFolds(metadata: RecordingMetadata): Folds {
  const samples = samplesWithStimulus(metadata);
  const { repetition } = metadata.columns;
  const folds = samples.reduce((most, sample) => Math.max(most, repetition[sample] + 1), 0);
  if (folds < 2) throw missing(metadata, 'leave-repetition-out', 'repeated stimuli');
  return {
    names: Array.from({ length: folds }, (_, fold) => `presentation ${fold + 1} of every stimulus`),
    parts: (fold) => partition(samples, (sample) => repetition[sample] === fold),
  };
}

type GroupNoun = 'run' | 'session' | 'stimulus' | 'category';
const plural = { run: 'runs', session: 'sessions', stimulus: 'stimuli', category: 'categories' } as const;

/** Folds of whole groups; samples without a group are in no part. */
function groupFolds(
  metadata: RecordingMetadata,
  kind: SplitKind,
  noun: GroupNoun,
  groupOf: (sample: number) => string | null,
  folds: number | null = null,
  seed: number | null = null,
): Folds {
  const samples = samplesToSplit(metadata).filter((sample) => groupOf(sample) !== null);
  const groups = [...new Set(samples.map(groupOf))];
  const count = folds ?? groups.length;
  if (groups.length < 2 || count > groups.length) {
    const wanted = groups.length < 2 ? 'at least two' : `at least ${count}`;
    throw new CortextError(
      'SPLIT_INVALID',
      `The split ${kind} needs ${wanted} ${plural[noun]}, but the recording ${metadata.id} has ${groups.length}.`,
      { hint: possibleHint(metadata) },
    );
  }
  const order = seed === null ? groups.keys() : new Random(seed, 'k-fold').permutation(groups.length);
  const foldOf = new Map<string | null, number>();
  for (const group of order) foldOf.set(groups[group], foldOf.size % count);
  const names = Array.from({ length: count }, (_, fold) => {
    const members = [...foldOf].filter(([, of]) => of === fold).map(([group]) => group);
    if (members.length > 1) return `${members.length} ${plural[noun]}`;
    const [only] = members;
    return `${noun} ${noun === 'stimulus' ? stimulusName(metadata, only) : only}`;
  });
  return { names, parts: (fold) => partition(samples, (sample) => foldOf.get(groupOf(sample)) === fold) };
}

function stimulusName(metadata: RecordingMetadata, id: string | null): string {
  return metadata.stimuli.find((stimulus) => stimulus.id === id)?.name ?? String(id);
}

function partition(samples: readonly number[], tests: (sample: number) => boolean): SplitParts {
  return { train: samples.filter((sample) => !tests(sample)), test: samples.filter(tests) };
}

function hasCategories(metadata: RecordingMetadata): boolean {
  return samplesToSplit(metadata).some((sample) => categoryOf(metadata, sample) !== null);
}

function missing(metadata: RecordingMetadata, kind: SplitKind, what: string): CortextError {
  return new CortextError(
    'SPLIT_INVALID',
    `The split ${kind} needs ${what}, which the recording ${metadata.id} does not have.`,
    {
      hint: possibleHint(metadata),
    },
  );
}

/** The remedy of every invalid split: what this recording can do. */
export function possibleHint(metadata: RecordingMetadata): string {
  const possible = possibleSplits(metadata).map(({ kind, folds }) => (folds === 1 ? kind : `${kind} (${folds} folds)`));
  if (possible.length === 0) return 'The recording needs at least two stimuli; import it again with its images.';
  return `Possible here: ${possible.join(', ')}. Other splits need their column: import the recording again with it.`;
}
